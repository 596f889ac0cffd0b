"""The rows of the choices sheet as lists of choices, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from shared.answers import REFUSED
from shared.questionnaire.model import MEANS, Choice
from shared.questionnaire.sheets import AFTER, Row

_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
_NOT_FOR_FILTERS = frozenset({"list_name", "name", "label", AFTER})


def choices_of(
    rows: Sequence[Row], problem: Callable[[Row, str, str], None]
) -> dict[str, tuple[Choice, ...]]:
    """The choices by list, in the order of the sheet.

    problem: is told of each row that cannot be taken, what is wrong and in which column.
    """
    found: dict[str, dict[str, Choice]] = {}
    for row in rows:
        name, code = row["list_name"], row["name"]
        if not name:
            problem(row, "a choice needs a list", "list_name")
        elif not _CODE.fullmatch(code):
            problem(row, "a code has letters, digits, - and _, at most 40", "name")
        elif code == REFUSED:
            problem(row, "'refused' is an answer of every question already", "name")
        elif code in found.get(name, ()):
            problem(row, f"the code {code!r} is in the list {name!r} twice", "name")
        elif "en" not in row.texts("label"):
            problem(row, "an English label is needed", "label::English (en)")
        else:
            columns = {
                column: text
                for column, text in row.cells.items()
                if text and "::" not in column and column not in _NOT_FOR_FILTERS
            }
            labels = MappingProxyType(row.texts("label"))
            found.setdefault(name, {})[code] = Choice(
                code,
                labels,
                MappingProxyType(columns),
                says=MappingProxyType(row.texts("say")),
                reviews=MappingProxyType(row.texts("reviewed")),
            )
    for row in rows:
        _check_meaning(row, found.get(row["list_name"], {}), problem)
    return {name: tuple(choices.values()) for name, choices in found.items()}


def _check_meaning(
    row: Row, listed: Mapping[str, Choice], problem: Callable[[Row, str, str], None]
) -> None:
    """What a code of a country's own stands for must be another code of its list, or none."""
    meant, code = row[MEANS], row["name"]
    if not meant:
        return
    if row.places[MEANS] != (row.sheet, row.number):
        problem(row, f"{code!r} is a code of the form below: it stands for itself", MEANS)
    elif meant == code or (meant not in listed and meant != "none"):
        problem(row, f"{code!r} cannot stand for {meant!r}: no other code of its list", MEANS)
    elif meant in listed and MEANS in listed[meant].columns:
        problem(row, f"{meant!r} itself stands for another code", MEANS)
