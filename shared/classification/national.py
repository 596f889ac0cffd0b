"""What national law says of the work of one child: its own output, apart from the statistic.

Owns rules N0 to N8. Every number comes from the country profile, which names its source; a
number the profile does not have makes the class UNDETERMINED, never 'allowed'.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from shared.answers import Trilean, any_of
from shared.classification.ages import PossibleAges

Y, N, U = Trilean.YES, Trilean.NO, Trilean.UNKNOWN


class NationalClass(StrEnum):
    """Where the work stands in national law."""

    WORST_FORM = "WORST_FORM"
    HAZARDOUS_PROHIBITED = "HAZARDOUS_PROHIBITED"
    BELOW_MIN_AGE = "BELOW_MIN_AGE"
    TOO_LONG_HOURS = "TOO_LONG_HOURS"
    LIGHT_WORK_ALLOWED = "LIGHT_WORK_ALLOWED"
    ALLOWED = "ALLOWED"
    NOT_WORKING = "NOT_WORKING"
    NOT_A_CHILD = "NOT_A_CHILD"
    UNDETERMINED = "UNDETERMINED"


_C = NationalClass
CHILD_UNTIL = 18
"""Completed years: a child is everyone under 18 (C182 art. 2)."""

STAND_IN_LIGHT_HOURS = 14.0
"""Hours a week of light work where the law names none, as C138 art. 7(3) asks it to: the
statistical limit stands in (ICLS18 para 35)."""


class NationalLaw(Protocol):
    """What the rules read of a country profile."""

    @property
    def minimum_age(self) -> int | None: ...
    @property
    def light_age_from(self) -> int | None: ...
    @property
    def light_hours_week(self) -> float | None: ...
    @property
    def hazardous_age(self) -> int | None: ...
    def young_hours_week(self, age: int) -> float | None: ...


@dataclass(frozen=True, slots=True)
class NationalInputs:
    """What the national rules ask about one child.

    hours: economic hours in the week, None when unknown.
    hazardous: as national law sees it: conditions, night window, listed industry or occupation.
    school_affected: whether the work harms schooling; unknown is not taken as yes.
    """

    ages: PossibleAges
    activity: Trilean
    hours: float | None
    hazardous: Trilean
    worst_form: Trilean
    school_affected: Trilean


@dataclass(frozen=True, slots=True)
class NationalLegal:
    """The national class, the rule that decided and the parameters it used."""

    legal_class: NationalClass
    rule: str
    parameters: tuple[str, ...] = ()


def classify_national(inputs: NationalInputs, law: NationalLaw) -> NationalLegal:
    """The class in national law: first matching rule, the same at every possible age or none."""
    youngest, oldest = inputs.ages[0], inputs.ages[-1]
    first = _at_age(youngest, inputs, law)
    # No law looks past the mid-twenties: the parameters are ages of up to 25.
    for age in range(youngest + 1, min(oldest, 26) + 1):
        if _at_age(age, inputs, law).legal_class is first.legal_class:
            continue
        return NationalLegal(_C.UNDETERMINED, "N8")
    return first


def _at_age(age: int, inputs: NationalInputs, law: NationalLaw) -> NationalLegal:
    hazardous_age = law.hazardous_age
    if age >= max(CHILD_UNTIL, hazardous_age or 0):
        return NationalLegal(_C.NOT_A_CHILD, "N0")
    if inputs.worst_form is Y and age < CHILD_UNTIL:
        return NationalLegal(_C.WORST_FORM, "N1")
    hours = inputs.hours
    if inputs.activity is N or hours == 0:
        return NationalLegal(_C.NOT_WORKING, "N2")
    works = inputs.activity is Y or bool(hours)
    if not works:
        return NationalLegal(_C.UNDETERMINED, "N8")
    if inputs.hazardous is Y:
        if hazardous_age is None:
            return NationalLegal(_C.UNDETERMINED, "N8", ("hazardous_age",))
        if age < hazardous_age:
            return NationalLegal(_C.HAZARDOUS_PROHIBITED, "N3", ("hazardous_age",))
    if age >= CHILD_UNTIL:
        # Only a law that keeps hazardous work from those over 18 comes here.
        return NationalLegal(_C.UNDETERMINED if inputs.hazardous is U else _C.ALLOWED, "N7")
    if law.minimum_age is None:
        return NationalLegal(_C.UNDETERMINED, "N8", ("minimum_age",))
    if age < law.minimum_age:
        return _below_minimum_age(age, inputs, law)
    if inputs.hazardous is U and (hazardous_age is None or age < hazardous_age):
        return NationalLegal(_C.UNDETERMINED, "N8", ("hazardous_age",))
    limit = law.young_hours_week(age)
    if limit is not None:
        if hours is None:
            return NationalLegal(_C.UNDETERMINED, "N8", ("young_hours_week",))
        if hours > limit:
            return NationalLegal(_C.TOO_LONG_HOURS, "N6", ("young_hours_week",))
    return NationalLegal(_C.ALLOWED, "N7", ("minimum_age",))


def _below_minimum_age(age: int, inputs: NationalInputs, law: NationalLaw) -> NationalLegal:
    """N4 and N5: light work, where the law knows it, or work below the minimum age.

    Light work is not hazardous and not prejudicial to schooling (C138 art. 7).
    """
    below = NationalLegal(_C.BELOW_MIN_AGE, "N4", ("minimum_age", "light_age_from"))
    if law.light_age_from is None or age < law.light_age_from or inputs.school_affected is Y:
        return below
    limit = STAND_IN_LIGHT_HOURS if law.light_hours_week is None else law.light_hours_week
    over = Trilean.of(None if inputs.hours is None else inputs.hours > limit)
    against = any_of((over, inputs.hazardous))
    if against is Y:
        return below
    if against is U:
        return NationalLegal(_C.UNDETERMINED, "N8", ("light_age_from", "light_hours_week"))
    return NationalLegal(_C.LIGHT_WORK_ALLOWED, "N5", ("light_age_from", "light_hours_week"))
