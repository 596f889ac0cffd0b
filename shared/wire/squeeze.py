"""Deflate (RFC 1951) with a preset dictionary, and inflate that cannot be made to eat memory.

Raw deflate: the zlib frame (RFC 1950) would add six bytes of header and checksum, and the seal
already tells every damaged bit. The dictionaries are files in shared/data/wire/, numbered from 1,
never changed and never taken away; 0 means none. shared.wire.dictionary builds the next one.
"""

from __future__ import annotations

import zlib
from functools import cache
from pathlib import Path

from shared.errors import ParcelUnreadable

NO_DICTIONARY = 0
DICTIONARIES = Path(__file__).parents[1] / "data" / "wire"
_WINDOW_BITS = -15  # negative: raw deflate; 15: 32 kB window, so a dictionary may have 32 kB


def dictionary_file(number: int, folder: Path = DICTIONARIES) -> Path:
    """Where the dictionary of that number is kept."""
    return folder / f"dictionary-{number}.bin"


def _latest() -> int:
    number = NO_DICTIONARY
    while dictionary_file(number + 1).is_file():
        number += 1
    return number


LATEST_DICTIONARY = _latest()
"""The number new parcels are written with."""


@cache
def preset_dictionary(number: int) -> bytes:
    """The bytes of a numbered preset dictionary. Raises ParcelUnreadable for one we do not have."""
    if number == NO_DICTIONARY:
        return b""
    if not 0 < number <= LATEST_DICTIONARY:
        raise ParcelUnreadable(f"It needs dictionary {number}, which is not here.")
    return dictionary_file(number).read_bytes()


def deflate(data: bytes, dictionary: bytes = b"") -> bytes:
    """Raw deflate at the highest level; memLevel 9 is the densest on a few kilobytes."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, _WINDOW_BITS, 9, zdict=dictionary)
    return squeezer.compress(data) + squeezer.flush()


def inflate(data: bytes, limit: int, dictionary: bytes = b"") -> bytes:
    """What was deflated, if it is at most ``limit`` bytes.

    Never holds more than limit + 1 bytes of output, whatever the input promises. Raises
    ParcelUnreadable for more, for a damaged or unfinished stream and for bytes after its end.
    """
    opener = zlib.decompressobj(_WINDOW_BITS, zdict=dictionary)
    try:
        plain = opener.decompress(data, limit + 1)
    except zlib.error:
        raise ParcelUnreadable("The compressed part is damaged.") from None
    if len(plain) > limit:
        raise ParcelUnreadable(f"It unpacks to more than {limit} bytes, which is refused.")
    if not opener.eof or opener.unused_data:
        raise ParcelUnreadable("The compressed part is cut short or has bytes after its end.")
    return plain
