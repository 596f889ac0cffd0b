"""A value of law in one cell, as a profile has it or as people write it in a spreadsheet."""

from __future__ import annotations

import re
from typing import Any

import tomlkit

from shared.profiles.kinds import ParameterKind

_YES, _NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0"})
_WINDOW = re.compile(r"(\d{1,2}[:.]\d{2})\s*(?:-|\u2013|to|;|,)\s*(\d{1,2}[:.]\d{2})")
_HOURS_FROM = re.compile(r"(\d{1,2})\s*[:=]\s*(\d{1,3}(?:\.\d+)?)")


def value_in(cell: str, kind: ParameterKind) -> tuple[Any, str | None]:
    """The value and what is wrong with it, as a sentence; None when it is good.

    A cell is what would stand behind ``value =`` in profile.toml, or: ``B; F`` for codes,
    ``20:00-06:00`` for a window, ``yes``, ``14: 4; 16: 6`` for hours from an age on.
    """
    value = _as_toml(cell)
    problem = kind.problem(value)
    if problem is not None:
        written = _as_written(cell.strip(), kind.form)
        if written is not None and kind.problem(written) is None:
            return _in_one_line(written), None
        example = _EXAMPLES.get(kind.form)
        problem += f" In a spreadsheet: {example}." if example else ""
    return _in_one_line(value), problem


def _in_one_line(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    table = tomlkit.inline_table()
    table.update(value)
    return table


def _as_toml(cell: str) -> Any:
    try:
        value = tomlkit.parse(f"value = {cell}")["value"]
    except tomlkit.exceptions.ParseError:
        return cell
    return value.unwrap() if hasattr(value, "unwrap") else value


_EXAMPLES = {
    "codes": "B; F",
    "window": "20:00-06:00",
    "yes_no": "yes",
    "hours_by_age": "14: 4; 16: 6",
}


def _as_written(cell: str, form: str) -> Any:
    """The value of a cell as people write it; None where it is not written so."""
    if form == "codes":
        return [one for one in re.split(r"[;,\s]+", cell) if one]
    if form == "yes_no" and cell.casefold() in _YES | _NO:
        return cell.casefold() in _YES
    if form == "window" and (match := _WINDOW.fullmatch(cell)):
        return [at.replace(".", ":").zfill(5) for at in match.groups()]
    if form == "hours_by_age":
        parts = [_HOURS_FROM.fullmatch(one.strip()) for one in cell.split(";")]
        ages = {one[1] for one in parts if one}
        if len(ages) == len(parts):  # an age that stands twice says two things
            return {one[1]: float(one[2]) if "." in one[2] else int(one[2]) for one in parts if one}
    return None
