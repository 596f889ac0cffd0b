"""Of what kind a word of a profile must be: a text, a list, a day, whatever parameter it is of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

_TEXTS = frozenset(
    {
        *("iso3", "iso2", "m49", "calendar", "source", "note", "number", "kind", "area"),
        *("who", "what", "to_whom", "by", "office", "document"),
    }
)
_LISTS = frozenset({"languages", "notes"})
_TABLES = frozenset({"no_helpline", "confirmation", "words"})


def of_another_kind(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Words of a profile that are not of the kind their name says, and the kind they should be."""
    for key, given in table.items():
        where = f"{above}{key}"
        if key in _TEXTS and not isinstance(given, str):
            yield where, "text"
        elif key in _LISTS and not (
            isinstance(given, list) and all(isinstance(one, str) for one in given)
        ):
            yield where, "list of texts"
        elif key in _TABLES and not isinstance(given, dict):
            yield where, "table"
        elif key in ("as_of", "on") and (
            not isinstance(given, date | str) or isinstance(given, datetime)
        ):
            yield where, "day"
        elif key == "within_hours" and (not isinstance(given, int) or isinstance(given, bool)):
            yield where, "whole number"
        elif key == "name" and not isinstance(given, str | dict):
            yield where, "text"
        elif isinstance(given, dict) and key != "value":
            yield from of_another_kind(given, f"{where}.")
        elif isinstance(given, list):
            for one in given:
                if isinstance(one, dict):
                    yield from of_another_kind(one, f"{where}.")
