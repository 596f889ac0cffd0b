"""Whether the write-ahead log lost what it once held.

SQLite reads its log as far as the checksums hold and takes the rest for a transaction that was
being written when the power went. So a byte that changed in the middle of the log takes every later
commit with it, without a word. That is noticed here, before SQLite opens the file and throws the
log away: each commit was on the disk before the next began, so at most one can be cut short.

Source: SQLite documentation, "Database File Format", section 4 (header, frames, checksums).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_HEADER_BYTES, _FRAME_HEADER_BYTES = 32, 24
_LITTLE_ENDIAN, _BIG_ENDIAN = 0x377F0682, 0x377F0683
_WORD = 0xFFFFFFFF


def lost_commits(log: bytes) -> bool:
    """Whether commits follow a place at which the log's checksums break.

    False for a log that ends in one transaction cut short, which is what power loss leaves.
    """
    if len(log) < _HEADER_BYTES:
        return False
    magic, _, page_bytes = struct.unpack(">3I", log[:12])
    salts, expected = log[16:24], log[24:32]
    order = "<" if magic == _LITTLE_ENDIAN else ">"
    sums = _checksum(order, log[:24], (0, 0))
    known = magic in (_LITTLE_ENDIAN, _BIG_ENDIAN) and struct.pack(">2I", *sums) == expected
    if not known:
        # Frames of several commits were written under a header that was whole.
        return _most_commits_of_one_log(log) > 1
    broken_at, after = -1, 0
    for at, head in _frames(log, page_bytes):
        if head[8:16] != salts and broken_at < 0:
            # Older than the header: from before the log was begun anew. Or a salt that changed.
            broken_at = at
        if broken_at < 0:
            page = log[at + _FRAME_HEADER_BYTES : at + _FRAME_HEADER_BYTES + page_bytes]
            sums = _checksum(order, page, _checksum(order, head[:8], sums))
            if struct.pack(">2I", *sums) != head[16:24]:
                broken_at = at
        if broken_at >= 0 and head[8:16] == salts and head[4:8] != bytes(4):
            after += 1
    return after > 1


def _frames(log: bytes, page_bytes: int) -> Iterator[tuple[int, bytes]]:
    """Places and headers of the frames that are whole."""
    size = _FRAME_HEADER_BYTES + page_bytes
    for at in range(_HEADER_BYTES, len(log) - size + 1, size):
        yield at, log[at : at + _FRAME_HEADER_BYTES]


def _most_commits_of_one_log(log: bytes) -> int:
    """Commit frames that carry the same salts, by the page size that finds most."""
    most = 0
    for power in range(9, 17):
        counts: dict[bytes, int] = {}
        for _, head in _frames(log, 1 << power):
            if head[4:8] != bytes(4) and any(head[8:16]):
                counts[head[8:16]] = counts.get(head[8:16], 0) + 1
        most = max(most, *counts.values(), 0) if counts else most
    return most


def _checksum(order: str, data: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    """The running checksum over pairs of 32-bit words."""
    first, second = sums
    words = struct.iter_unpack(f"{order}2I", data)
    for one, other in words:
        first = (first + one + second) & _WORD
        second = (second + other + first) & _WORD
    return first, second
