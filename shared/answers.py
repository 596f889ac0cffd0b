"""What an answer is, and three-valued logic over answers.

Owns the value types every other module shares. Knows no question, no language and no rule of law.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

# Text, a choice code and an ISO 8601 date are str; several choices are a tuple of codes in the
# order of the choice list. bool is not a value: yes and no are choice codes.
Value = str | int | float | tuple[str, ...]
Answers = Mapping[str, Value]

UNKNOWN = "unknown"
"""The person does not know. Valid for every question, whatever its type."""
REFUSED = "refused"
"""The person would rather not say. Valid for every question, whatever its type."""
NOT_SAID = frozenset({UNKNOWN, REFUSED})


def is_said(value: Value | None) -> bool:
    """Whether there is an answer with content: not absent, not unknown, not refused.

    A list of several choices that holds the code ``unknown`` beside others has content.
    """
    return value is not None and value not in NOT_SAID and value != ()


def written_day(value: Value | None) -> date | None:
    """The day an answer says in full, ``YYYY-MM-DD``, and in no other way; ``None`` otherwise.

    ISO 8601 has week dates and compact dates as well; Python 3.11 reads them, nobody is asked for
    them, and two spellings of one day would be two linkage codes.
    """
    if not isinstance(value, str):
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.isoformat() == value else None


class Trilean(StrEnum):
    """Yes, no or unknown: Kleene's strong three-valued logic, spelt as in the worked cases."""

    YES = "Y"
    NO = "N"
    UNKNOWN = "U"

    @classmethod
    def of(cls, condition: bool | None) -> Trilean:
        """The three-valued word for a Python truth value; ``None`` is unknown."""
        if condition is None:
            return cls.UNKNOWN
        return cls.YES if condition else cls.NO

    def __invert__(self) -> Trilean:
        """Not: unknown stays unknown."""
        return {Trilean.YES: Trilean.NO, Trilean.NO: Trilean.YES}.get(self, Trilean.UNKNOWN)

    def __and__(self, other: Trilean) -> Trilean:
        return all_of((self, other))

    def __or__(self, other: Trilean) -> Trilean:
        return any_of((self, other))


def any_of(words: Iterable[Trilean]) -> Trilean:
    """Yes if one is yes; else unknown if one is unknown; else no. Of none: no."""
    found = _NO
    for word in words:
        if word is _YES:
            return _YES
        if word is _UNKNOWN:
            found = _UNKNOWN
    return found


def all_of(words: Iterable[Trilean]) -> Trilean:
    """No if one is no; else unknown if one is unknown; else yes. Of none: yes."""
    found = _YES
    for word in words:
        if word is _NO:
            return _NO
        if word is _UNKNOWN:
            found = _UNKNOWN
    return found


_YES, _NO, _UNKNOWN = Trilean.YES, Trilean.NO, Trilean.UNKNOWN
