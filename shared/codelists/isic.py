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


_REV_5 = dict(zip("KLMNOPQRSTU", "LMNOPQRSTUV", strict=True))
"""Sections that moved by one letter when section J of Rev.4 was divided in two."""


def section_in_rev_5(code: str) -> str:
    """The section of ISIC Rev.5 (2023, 22 sections) in which a code of Rev.4 lies.

    Section J is divided: publishing and broadcasting (58-60) stay in J, telecommunications,
    programming and information services (61-63) are K. A bare J cannot be told apart and is "".
    Source: UN Statistics Division, ISIC Rev.5, structure; a few classes moved across sections
    within it, which a crosswalk of sections cannot show. From memory, to be checked.
    """
    section = section_of(code)
    if section != "J":
        return _REV_5.get(section, section)
    if not code[:2].isdecimal():
        return ""
    return "J" if int(code[:2]) <= 60 else "K"
