"""The coarsenings a question may ask for: what leaves the tablet in place of the answer.

Each has an opposite that gives some full value with the same coarse one: with it the server works
out the same form logic from the coarse answers as the tablet did from the full ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from shared.answers import NOT_SAID, Value, written_day
from shared.questionnaire.model import Kind

A_VISIT_DAY = date(2024, 6, 15)
"""Stands for the day of a visit where that is not known: any day gives the same ages."""
OLDEST = 130
"""Years. Nobody recorded was ever older; a greater age is a mistyped birth date."""


@dataclass(frozen=True, slots=True)
class Coarsening:
    """coarsen: the answer and the day of the visit to what leaves, or ``None`` for nothing.

    stand_in: what left and the day of the visit to a full answer with the same coarse one.
    fits: whether a value in a record has the coarse form.
    """

    kinds: frozenset[Kind]
    coarsen: Callable[[str, date | None], Value | None]
    stand_in: Callable[[Value, date], str]
    fits: Callable[[Value], bool]


def day_of(value: Value | None) -> date | None:
    """The day an answer says: of a full date, or the middle of a month ``YYYY-MM``."""
    if not isinstance(value, str):
        return None
    return written_day(value if len(value) == 10 else f"{value}-15")


def completed_years(birth: date, day: date) -> int:
    """Age on that day in completed years. Somebody born on 29 February turns on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _years(value: str, visit_day: date | None) -> Value | None:
    birth = day_of(value)
    if birth is None or visit_day is None:
        return None
    years = completed_years(birth, visit_day)
    return years if 0 <= years <= OLDEST else None


def _birth_of(value: Value, visit_day: date) -> str:
    if not isinstance(value, int) or not 0 <= value <= OLDEST:
        return ""
    # Half a year past the birthday, on the first of a month: safe from every edge.
    months = visit_day.year * 12 + visit_day.month - 1 - 12 * value - 6
    return date(months // 12, months % 12 + 1, 1).isoformat() if months >= 24 else ""


def _is_month(value: Value) -> bool:
    return isinstance(value, str) and len(value) == 7 and day_of(value) is not None


def _month(value: str, visit_day: date | None) -> Value | None:
    return value[:7] if day_of(value) else None


def _is_year(value: Value) -> bool:
    return isinstance(value, str) and len(value) == 4 and value.isascii() and value.isdigit()


def _year(value: str, visit_day: date | None) -> Value | None:
    return value[:4] if day_of(value) else None


COARSENINGS: Mapping[str, Coarsening] = MappingProxyType(
    {
        "completed_years": Coarsening(
            frozenset({Kind.DATE}),
            _years,
            _birth_of,
            lambda value: isinstance(value, int) and 0 <= value <= OLDEST,
        ),
        "month": Coarsening(
            frozenset({Kind.DATE}),
            _month,
            lambda value, visit_day: f"{value}-15" if _is_month(value) else "",
            _is_month,
        ),
        "year": Coarsening(
            frozenset({Kind.DATE}),
            _year,
            lambda value, visit_day: f"{value}-07-01" if _is_year(value) else "",
            _is_year,
        ),
    }
)
"""By the word after ``coarsen:``."""


def coarsened(how: str, value: Value, visit_day: date | None) -> Value | None:
    """What leaves of this answer; unknown and refused leave as they are."""
    if value in NOT_SAID:
        return value
    return COARSENINGS[how].coarsen(value, visit_day) if isinstance(value, str) else None
