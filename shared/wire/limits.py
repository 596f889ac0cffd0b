"""How large things on the wire may be. docs/wire-protocol.md gives the reasons; a test reads it."""

MAX_PARCEL_BYTES = 1 << 18
"""256 kB sealed: about a thousand cases, minutes on the slowest link; larger is answered 413."""
MAX_RECEIPT_BYTES = 1 << 18
"""A receipt with findings on every record of the largest parcel fits."""
MAX_RECORDS = 1000
"""In one parcel: bounds the work and the length of one database transaction."""
MAX_INFLATED_BYTES = 1 << 20
"""1 MB out of one deflate stream: a thousand records take about a tenth of it."""
MAX_UNPACKED_BYTES = 1 << 22
"""4 MB of canonical records, counted while they are put together."""
MAX_RECORD_BYTES = 1 << 16
"""64 kB of one record's canonical bytes; a long interview has less than one."""
