"""The words of the columns ``parameters`` and ``appearance``, and what becomes of each."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PAIR = re.compile(r"([A-Za-z][\w:-]*)\s*=\s*(\S+)")
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
    pairs = {name.casefold(): value.strip(";,") for name, value in _PAIR.findall(cell)}
    return pairs, _PAIR.sub("", cell).strip(" ;,\n")


def appearance_of(cell: str) -> tuple[str, list[str]]:
    """The appearance words the tablet knows, and those it does not."""
    words = re.findall(r"[\w:.-]+\([^)]*\)|[^\s]+", cell)
    taken = list(dict.fromkeys(_TAKEN_APPEARANCES[w] for w in words if w in _TAKEN_APPEARANCES))
    return " ".join(taken), [word for word in words if word not in _TAKEN_APPEARANCES]
