"""The words of the columns ``parameters`` and ``appearance``, and what becomes of each."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PAIR = re.compile(r"([A-Za-z][\w:-]*)\s*=\s*([^\s;,]+)")
RANGE = frozenset({"start", "end", "step"})
FILE_COLUMNS = frozenset({"value", "label"})
PARAMETERS: Mapping[str, str] = {
    **dict.fromkeys(RANGE | FILE_COLUMNS, ""),
    "randomize": "choices stand in the order of the list",
    "seed": "choices stand in the order of the list",
    "max-pixels": "pictures are not taken",
    "app": "no other app is opened",
    "quality": "sounds are not recorded",
    "tick_interval": "a number is typed",
    "tick_labelset": "a number is typed",
    "placeholder": "a number is typed",
    "rows": "a text takes as many lines as it has",
    "capture-accuracy": "no exact place is recorded",
    "warning-accuracy": "no exact place is recorded",
    "allow-mock-accuracy": "no exact place is recorded",
    "location-priority": "where the tablet was is not recorded",
    "location-min-interval": "where the tablet was is not recorded",
    "location-max-age": "where the tablet was is not recorded",
    "track-changes": "what was answered before is not recorded",
    "track-changes-reasons": "what was answered before is not recorded",
    "identify-user": "who holds the tablet is known from its enrolment",
    "incremental": "a number is typed",
}
"""By name: the reason why it is dropped, nothing where it is taken."""
_TAKEN_APPEARANCES: Mapping[str, str] = {
    "multiline": "multiline",
    "minimal": "search",
    "autocomplete": "search",
    "search": "search",
    "horizontal": "horizontal",
}


def pairs_of(cell: str) -> tuple[dict[str, str], str]:
    """The ``name=value`` pairs of a parameters cell, and what of it could not be read."""
    pairs = {name.casefold(): value for name, value in _PAIR.findall(cell)}
    return pairs, _PAIR.sub("", cell).strip(" ;,\n")


def appearance_of(cell: str) -> tuple[str, list[str]]:
    """The appearance words the tablet knows, and those it does not."""
    words = re.findall(r"[\w:.-]+\([^)]*\)|[^\s,]+", cell)
    known = [_TAKEN_APPEARANCES.get(word.casefold(), "") for word in words]
    left = [word for word, taken in zip(words, known, strict=True) if not taken]
    return " ".join(dict.fromkeys(filter(None, known))), left


def why_not_taken(name: str, kind: str) -> str:
    """Why a parameter at a question of that type is dropped; "" where it is taken."""
    why = PARAMETERS.get(name, "no parameter of that name is known")
    if name in RANGE and kind != "range":
        return "it has a meaning at a range only"
    if name in FILE_COLUMNS and not kind.endswith("_from_file"):
        return "it has a meaning where choices come from a file only"
    return why
