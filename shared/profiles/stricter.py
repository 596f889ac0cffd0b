"""Two values of law that may both hold: the stricter one.

A wider area's rule about one industry and a narrower area's law meet where the country has not said
how they stand to each other. Nothing of what protects a child there falls away by silence: as long
as one of the two is not signed off, the stricter one binds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from shared.profiles.entries import Parameter
from shared.profiles.kinds import KINDS

_NONE_IS_STRICTER = frozenset({"light_age_from", "hazardous_training_age"})
"""What the law permits from an age on: where it names none, it permits nothing."""
_NOON_MIN, _DAY_MIN = 12 * 60, 24 * 60


def binding(of_industry: Parameter, of_narrower: Parameter) -> Parameter:
    """The value that holds where a wider area's rule about this industry meets what a narrower area
    says, of all work or of this industry too.

    Both signed off: the narrower area's. Else the stricter one, signed off by nobody. What nobody
    has looked up makes nothing milder: a rule about the industry stands beside an untold law of the
    area, and an untold rule about the industry leaves it open.
    """
    if of_industry.unknown or of_narrower.unknown:
        return of_industry
    if of_industry.confirmed and of_narrower.confirmed:
        return of_narrower
    value = _stricter(of_industry.name, of_industry.value, of_narrower.value)
    told = of_narrower if value == of_narrower.value else of_industry
    source = told.source if value == told.value else f"{of_industry.source}; {of_narrower.source}"
    return replace(told, value=value, source=source, confirmed=False, confirmation=None)


def is_stricter(before: Parameter | None, after: Parameter | None) -> bool:
    """Whether a later value of law protects in a case in which the earlier one did not. A value
    that becomes known is stricter than none; one that nobody knows any more is not. Of an age from
    which the law permits something it is the other way round: where none is named, nothing is."""
    if after is None or after.unknown:
        return False
    unknown = before is None or before.unknown
    none_before = before is None or unknown or before.value is None
    if after.value is None:
        return after.name in _NONE_IS_STRICTER and (unknown or not none_before)
    if before is None or none_before:
        return after.name not in _NONE_IS_STRICTER
    if before.value == after.value:
        return False
    value = _stricter(after.name, before.value, after.value)
    if KINDS[after.name].form == "codes":
        return set(value) > set(before.value)  # type: ignore[arg-type]
    return bool(value != before.value)


def _stricter(name: str, one: Any, other: Any) -> Any:
    if one == other:
        return one
    if one is None or other is None:
        known = one if other is None else other
        return None if name in _NONE_IS_STRICTER else known
    match KINDS[name].form:
        case "years" | "number":
            return max(one, other)
        case "hours_by_age":
            return _least(one, other)
        case "codes":
            return (*one, *(code for code in other if code not in one))
        case "window":
            return _both_nights(one, other)
        case _:
            return one


Hours = Sequence[tuple[int, float]]


def _least(one: Hours, other: Hours) -> tuple[tuple[int, float], ...]:
    """Hours by age: at every age the fewer of the two."""
    ages = sorted({age for age, _ in (*one, *other)})
    least = [
        (age, min(hours for hours in (_at(one, age), _at(other, age)) if hours is not None))
        for age in ages
    ]
    return tuple(
        pair for place, pair in enumerate(least) if place == 0 or pair[1] != least[place - 1][1]
    )


def _at(table: Hours, age: int) -> float | None:
    return next((hours for since, hours in reversed(table) if since <= age), None)


def _both_nights(one: Sequence[str], other: Sequence[str]) -> tuple[str, str]:
    """From the earlier evening to the later morning."""
    begins = min((at[0] for at in (one, other)), key=_after_noon)
    ends = max((at[1] for at in (one, other)), key=_after_noon)
    return begins, ends


def _after_noon(clock: str) -> int:
    hours, minutes = clock.split(":")
    return (int(hours) * 60 + int(minutes) - _NOON_MIN) % _DAY_MIN
