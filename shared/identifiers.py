"""Names for the different kinds of id, so that one cannot be passed for another.

All ids that leave a tablet are random and not time-ordered: an id must not tell when an
interview took place. Randomness is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NewType

RecordId = NewType("RecordId", str)
"""A case or a visit: 32 lower-case hexadecimal digits (128 random bits)."""
Fingerprint = NewType("Fingerprint", str)
"""Of one revision's canonical bytes: 32 hexadecimal digits (see shared.wire.records)."""
TabletId = NewType("TabletId", str)
"""16 hexadecimal digits, given by the server at enrolment."""
ParcelId = NewType("ParcelId", str)
"""32 hexadecimal digits: a hash of the sealed bytes."""

RandomBytes = Callable[[int], bytes]
"""Gives that many bytes: ``os.urandom`` in earnest, a seeded generator in tests."""


def new_record_id(random_bytes: RandomBytes) -> RecordId:
    """A fresh id for a case or a visit."""
    return RecordId(random_bytes(16).hex())
