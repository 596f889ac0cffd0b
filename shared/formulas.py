"""What a spreadsheet takes for a formula at the beginning of a cell. Pure.

Source: OWASP, CSV injection; spreadsheets of East Asia take the wide signs alike.
"""

from __future__ import annotations

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
TEXT_MARK = "'"
"""Before words, as spreadsheets have it: what follows is text."""


def no_formula(said: str) -> str:
    """Words as they are written into a cell of a file that people open."""
    return f"{TEXT_MARK}{said}" if said.startswith(FORMULA_SIGNS) else said
