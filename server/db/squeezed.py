"""Columns whose values resemble each other, kept squeezed: deflate (RFC 1951) with a preset
dictionary, as parcels are (shared.wire.squeeze), but for single values of some hundred bytes.

A kept value begins with the number of the dictionary it needs. Dictionaries are files beside this
one, NAME-NUMBER.bin, never changed and never taken away; ``tests/server/make_dictionaries.py``
built them from made-up records. A value that gets no smaller, and one of before, stands as it is:
it begins with no such number. An empty value stays empty.
"""

from __future__ import annotations

import zlib
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, LargeBinary, TypeDecorator

DICTIONARIES = Path(__file__).parent / "dictionaries"
NUMBER = 1
"""Of the dictionaries new values are written with."""
_LEAST_PLAIN = 0x20
"""Plain values begin with this byte or a higher one: a text, or a record's array of fields."""
_WINDOW_BITS, _MEMORY, _LEVEL = -13, 6, 4
"""Raw deflate; 8 kB of window hold the dictionary. Higher levels save a hundredth."""
MOST_BYTES = 1 << 20
"""No value is longer: whatever bytes stand there, memory is not theirs to take."""


def squeezed(plain: bytes, name: str) -> bytes:
    """What is kept in place of these bytes. name: of the dictionary."""
    if not plain:
        return plain
    begun = _begun(name, NUMBER).copy()
    kept = bytes((NUMBER,)) + begun.compress(plain) + begun.flush()
    return kept if len(kept) < len(plain) or plain[0] < _LEAST_PLAIN else plain


def unsqueezed(kept: bytes, name: str) -> bytes:
    """The bytes that are kept so. What was damaged is given as it is: it can be nothing that begins
    as values do, and whoever reads it says so."""
    if not kept or kept[0] >= _LEAST_PLAIN:
        return kept
    try:
        opener = zlib.decompressobj(-zlib.MAX_WBITS, zdict=_dictionary(name, kept[0]))
        plain = opener.decompress(kept[1:], MOST_BYTES)
    except (zlib.error, OSError):
        return kept
    return plain if opener.eof and not opener.unused_data else kept


class Squeezed(TypeDecorator[bytes]):
    """Bytes, kept squeezed with the dictionary of this name."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def kept(self, value: bytes) -> bytes:
        """What is kept of it."""
        return squeezed(bytes(value), self.name)

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """As it is kept."""
        return None if value is None else self.kept(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        """As it was given."""
        return None if value is None else unsqueezed(bytes(value), self.name)


class SqueezedText(TypeDecorator[str]):
    """The same for texts."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def kept(self, value: str) -> bytes:
        """What is kept of it."""
        return squeezed(value.encode(), self.name)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """As it is kept."""
        return None if value is None else self.kept(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """As it was given; signs in place of what was damaged."""
        if value is None:
            return None
        return unsqueezed(bytes(value), self.name).decode(errors="replace")


@cache
def _dictionary(name: str, number: int) -> bytes:
    return (DICTIONARIES / f"{name}-{number}.bin").read_bytes()


@cache
def _begun(name: str, number: int) -> Any:
    """A compressor that has read its dictionary: a copy of it is half the work of a new one."""
    return zlib.compressobj(
        _LEVEL, zlib.DEFLATED, _WINDOW_BITS, _MEMORY, zdict=_dictionary(name, number)
    )
