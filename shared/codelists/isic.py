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


def is_isic(code: str) -> bool:
    """Whether it is a section of ISIC Rev.4 or begins with a division: where a code of a country's
    own that is neither lies, nobody knows."""
    return code in _LAST_DIVISION or code[:2].isdecimal()


def lies_in(code: str, wider: str) -> bool:
    """Whether a code is that section, division or group, or lies below it."""
    return bool(code) and (code.startswith(wider) or section_of(code) == wider)


_REV_5 = dict(zip("KLMNOPQRSTU", "LMNOPQRSTUV", strict=True))
"""Sections that moved by one letter when section J of Rev.4 was divided in two."""
_DIVIDED = {
    "J": "",
    "58": "J", "59": "J", "60": "J",
    "61": "K", "62": "K", "63": "", "631": "K", "639": "", "6391": "J", "6399": "K",
    "G": "", "45": "", "452": "T", "451": "G", "453": "G",
}  # fmt: skip
"""Codes of sections and divisions whose parts lie in different sections of Rev.5: "" for both."""


def parts_in_rev_5(section: str) -> tuple[str, ...]:
    """The sections of Rev.5 in which the divisions of a section of Rev.4 lie, in their order."""
    known = section_in_rev_5(section)
    if known or section not in _LAST_DIVISION:
        return (known,) if known else ()
    below = [f"{number:02}" for number, of in enumerate(ISIC_SECTIONS) if of == section]
    below += [code for code in _DIVIDED if len(code) > 2 and section_of(code) == section]
    return tuple(sorted({found for code in below if (found := section_in_rev_5(code))}))


def section_in_rev_5(code: str) -> str:
    """The section of ISIC Rev.5 (2023, 22 sections) in which a code of Rev.4 lies; "" where its
    parts lie in different ones.

    Section J is divided: publishing, film and broadcasting (58-60) stay in J, telecommunications,
    programming and information services (61-63) are K, but for news agencies (6391), so that bare
    63 and 639 cannot be told. Division 45 is gone: trade in motor vehicles (451, 453) is in G (46
    and 47), their repair (452) in T (95), motorcycles (454) in both, so that bare 45 and G cannot
    be told. Every other division has kept its number.

    Source: the structure of ISIC Rev.5 of the UN Statistics Division, as copied in
    data-raw/isic_classification_rev_5.csv of github.com/RMI-PACTA/r2dii.data (read November 2026),
    held against the structure of Rev.4. Parts of a class that moved to another section, such as
    intermediation through platforms, cannot be shown by a crosswalk of codes.
    """
    for digits in (4, 3, 2, 1):
        found = _DIVIDED.get(code[:digits])
        if found is not None and (digits > 1 or code == code[:1]):
            return found
    section = section_of(code)
    return _REV_5.get(section, section)
