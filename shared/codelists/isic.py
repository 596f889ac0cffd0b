"""Sections of the industrial classification ISIC Rev.4 and which codes lie in them.

Source: UN Statistics Division, ISIC Rev.4 (2008): the divisions of a section follow one another.
"""

from __future__ import annotations

_LAST_DIVISION = {
    "A": 3, "B": 9, "C": 33, "D": 35, "E": 39, "F": 43, "G": 47, "H": 53, "I": 56, "J": 63,
    "K": 66, "L": 68, "M": 75, "N": 82, "O": 84, "P": 85, "Q": 88, "R": 93, "S": 96, "T": 98,
    "U": 99,
}  # fmt: skip
ISIC_SECTIONS = tuple(
    next(section for section, last in _LAST_DIVISION.items() if division <= last)
    for division in range(100)
)
"""The section of every division, by its number."""


def section_of(code: str) -> str:
    """The section of a division or of a longer code; a section is its own."""
    return ISIC_SECTIONS[int(code[:2])] if code[:2].isdecimal() else code


def lies_in(code: str, wider: str) -> bool:
    """Whether a code is that section, division or group, or lies below it."""
    return bool(code) and (code.startswith(wider) or section_of(code) == wider)
