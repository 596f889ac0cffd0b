"""Words of entries in a file that a spreadsheet opens: never a formula, and read back as they were.

A contributor enters words, and somebody of the office opens the file: what begins like a formula
would be worked out there.
"""

from __future__ import annotations

from shared.formulas import FORMULA_SIGNS, TEXT_MARK


def as_text(said: str) -> str:
    """Words as they are written into a cell."""
    return f"{TEXT_MARK}{said}" if _is_like_a_formula(said) else said


def from_text(cell: str) -> str:
    """The words of such a cell."""
    return cell[1:] if cell[:1] == TEXT_MARK and _is_like_a_formula(cell) else cell


def _is_like_a_formula(said: str) -> bool:
    return said.lstrip(TEXT_MARK).startswith(FORMULA_SIGNS)
