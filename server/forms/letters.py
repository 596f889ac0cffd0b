"""The letters of a text file, in whatever encoding an office's spreadsheet wrote it, and those of
a cell that nobody sees."""

from __future__ import annotations

import re
from typing import NamedTuple

_MARKS_16 = (b"\xff\xfe", b"\xfe\xff")
_FAR_LETTERS = re.compile(rb"[\x80-\xff]{3,}")
_NOT_ARABIC = bytes((0xE0, 0xE2, *range(0xE7, 0xEC), 0xEE, 0xEF, *range(0xF0, 0x100)))
"""Of Windows-1256 accents of French and vowel signs; of Windows-1251 half of the small letters."""
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Marks of order, of width nought and of direction that come along when text is pasted. The
joiners (U+200C, U+200D) are letters of names in Persian or Bengali and stay."""


class Letters(NamedTuple):
    """text: of the file. encoding: what it was taken for; "" where that is certain."""

    text: str
    encoding: str = ""


def seen(cell: str) -> str:
    """A cell that is no sentence (a header, type, name, expression) without signs nobody sees."""
    return _UNSEEN.sub("", cell).strip()


def letters_of(data: bytes) -> Letters:
    """UTF-8, UTF-16 with its mark, or what spreadsheets on Windows write: Western, Arabic or
    Cyrillic letters, by how those of no English stand together and which of them there are.

    Raises ValueError for what is none of them.
    """
    for encoding in ("utf-16",) if data[:2] in _MARKS_16 else ("utf-8-sig",):
        try:
            return Letters(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    page = _code_page(data)
    if b"\x00" in data:
        raise ValueError("it is neither UTF-8 nor the encoding of a spreadsheet on Windows")
    return Letters(data.decode(page, errors="replace"), f"Windows-{page[2:]}")


def _code_page(data: bytes) -> str:
    """Words of nothing but such letters are no Western ones: those have an accent at times."""
    together = b"".join(_FAR_LETTERS.findall(data))
    if len(together) * 2 < sum(byte >= 0x80 for byte in data):
        return "cp1252"
    return "cp1251" if sum(map(together.count, _NOT_ARABIC)) * 5 > len(together) else "cp1256"
