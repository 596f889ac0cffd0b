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
MAX_MANIFEST_BYTES = 1 << 14
"""16 kB: 256 parts at 40 bytes fit; always sent in one piece."""
MAX_EDITION_PARTS = 256
"""Of one edition: a questionnaire, a profile, some twenty code lists, languages."""
MAX_PART_BYTES = 1 << 22
"""4 MB of one part before it is squeezed: a code list of 50,000 areas in two languages."""
MAX_EDITION_BYTES = 1 << 24
"""16 MB of all parts before they are squeezed: what a tablet holds at most while it checks them."""
MAX_CHUNK_BYTES = 1 << 16
"""64 kB of a part in one reply: what a cut link costs at most."""
MAX_ASKING_BYTES = 1024
"""Of a request for reference data, which has about 150."""
MAX_NOTES_BYTES = 1 << 14
"""16 kB of notes in one receipt: eight seconds at 2 kB/s."""
MAX_NOTES = 64
"""Of one message; what a parcel acknowledges at once. The others come with the next receipt."""
MAX_NOTE_BYTES = 1024
"""One note before it is sealed: a message of 280 characters in any script."""
MAX_ANSWERS = 100
"""In one parcel, of some 20 bytes each; the others go with the next one."""
MAX_FONT_BYTES = 1 << 21
"""2 MB of one language's font and its bold: every script but Chinese fits whole, into a tenth."""
MAX_APART_FILE_BYTES = 1 << 18
"""256 kB of one recording or picture: a minute of speech; four pieces on a bad link."""
MAX_APART_FILES = 1000
"""Of one language: every question and every answer of a questionnaire three times as long."""
MAX_APART_BYTES = 1 << 24
"""16 MB of one language's recordings, or of all pictures: what a cheap tablet has room for."""
