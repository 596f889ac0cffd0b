"""Sealing of rows: AES-256-GCM, bound to table and row, padded to steps.

Owns the layout of a sealed row. Must not know what is inside.

    sealed    = nonce (12 bytes) | AES-256-GCM ciphertext and tag
    plain     = write number (6 bytes) | length (4 bytes) | content | zeros up to the step
    bound to  = table name | row name (associated data)

The write number grows with every transaction, so that a salvage that finds two copies of a row
knows the later one.
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mobile.store.errors import StoreDamaged, StoreLocked
from shared.identifiers import RandomBytes

NONCE_BYTES = 12
TAG_BYTES = 16
HEAD_BYTES = 10
ROW_BYTES = 16
# Lengths seen from outside, head and tag included. A card is one step nearly always; a case with
# forty answers is one of two. Above the last step lengths are rounded up to multiples of it. A
# little less than powers of two, so that 8, 4, 2 or 1 of them fill a page of SQLite (4096 bytes).
STEPS = (128, 224, 464, 968, 1976, 4000, 8080, 16240)


class SealBroken(StoreDamaged):
    """A row was changed, cut, or moved to another place."""


def step_for(length: int) -> int:
    """The padded length of a content of that many bytes, head and tag not counted."""
    whole = length + HEAD_BYTES + NONCE_BYTES + TAG_BYTES
    for step in STEPS:
        if whole <= step:
            return step
    return -(-whole // STEPS[-1]) * STEPS[-1]


class Sealer:
    """Seals and opens rows with one data key, until it is told to forget it."""

    def __init__(self, data_key: bytearray, random_bytes: RandomBytes) -> None:
        """data_key: 64 bytes, the first 32 seal, the last 32 name rows. Kept, not copied: whoever
        made it overwrites it on locking."""
        self._data_key = data_key
        self._aead: AESGCM | None = AESGCM(memoryview(data_key)[:32])
        self._random_bytes = random_bytes

    @property
    def data_key(self) -> bytearray:
        """The key itself, for wrapping it anew. Raises StoreLocked."""
        if self._aead is None:
            raise StoreLocked
        return self._data_key

    def row_of(self, table: str, name: str) -> bytes:
        """The row a name is kept under: 16 bytes of keyed BLAKE2b (RFC 7693)."""
        if self._aead is None:
            raise StoreLocked
        return hashlib.blake2b(
            name.encode(),
            digest_size=ROW_BYTES,
            key=memoryview(self._data_key)[32:],
            person=table.encode(),
        ).digest()

    def seal(self, table: str, row: bytes, content: bytes, write_number: int) -> bytes:
        """The sealed row. A fresh random nonce each time: 2^32 seals are safe under one key
        (NIST SP 800-38D 8.3); a tablet that saves an answer a second for ten years makes 2^28."""
        if self._aead is None:
            raise StoreLocked
        plain = (write_number.to_bytes(6, "big") + len(content).to_bytes(4, "big") + content).ljust(
            step_for(len(content)) - NONCE_BYTES - TAG_BYTES, b"\0"
        )
        nonce = self._random_bytes(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, plain, table.encode() + b"\0" + row)

    def open(self, table: str, row: bytes, sealed: bytes) -> tuple[int, bytes]:
        """Write number and content. Raises SealBroken."""
        if self._aead is None:
            raise StoreLocked
        # In a damaged file a blob may have become a number, a text or nothing.
        if not isinstance(row, bytes) or not isinstance(sealed, bytes):
            raise SealBroken
        if len(sealed) < NONCE_BYTES + TAG_BYTES + HEAD_BYTES:
            raise SealBroken
        try:
            plain = self._aead.decrypt(
                sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], table.encode() + b"\0" + row
            )
        except InvalidTag:
            raise SealBroken from None
        length = int.from_bytes(plain[6:HEAD_BYTES], "big")
        return int.from_bytes(plain[:6], "big"), plain[HEAD_BYTES : HEAD_BYTES + length]

    def forget(self) -> None:
        """No row can be sealed or opened after this."""
        self._aead = None
        self._data_key[:] = bytes(len(self._data_key))
