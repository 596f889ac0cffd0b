"""What national law says of the work of one child: its own output, apart from the statistic.

Owns rules N0 to N9. Every number comes from the country profile, which names its source; a
number the profile does not have, and a condition of the law that the answers do not decide, make
the class UNDETERMINED, never 'allowed'. A class that rests on a value nobody of the country has
signed off is an indication only, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from shared.answers import Trilean, all_of, any_of
from shared.classification.ages import PossibleAges
from shared.classification.child_labour import IN_CHILD_LABOUR, LONG_HOURS, ChildLabourClass

Y, N, U = Trilean.YES, Trilean.NO, Trilean.UNKNOWN


class NationalClass(StrEnum):
    """Where the work stands in national law."""

    WORST_FORM = "WORST_FORM"
    HAZARDOUS_PROHIBITED = "HAZARDOUS_PROHIBITED"
    BELOW_MIN_AGE = "BELOW_MIN_AGE"
    TOO_LONG_HOURS = "TOO_LONG_HOURS"
    COMPULSORY_SCHOOLING = "COMPULSORY_SCHOOLING"
    LIGHT_WORK_ALLOWED = "LIGHT_WORK_ALLOWED"
    ALLOWED = "ALLOWED"
    NOT_WORKING = "NOT_WORKING"
    NOT_A_CHILD = "NOT_A_CHILD"
    PROHIBITED = "PROHIBITED"
    UNDETERMINED = "UNDETERMINED"


_C = NationalClass
FORBIDDEN = frozenset(
    {
        _C.WORST_FORM,
        _C.HAZARDOUS_PROHIBITED,
        _C.BELOW_MIN_AGE,
        _C.TOO_LONG_HOURS,
        _C.COMPULSORY_SCHOOLING,
        _C.PROHIBITED,
    }
)
"""Work that national law forbids. PROHIBITED: by some rule in every possible case, by which of them
depends on an age, area or industry that is not known."""
PERMITTED = frozenset({_C.LIGHT_WORK_ALLOWED, _C.ALLOWED})
"""Work that national law lets a child do."""
CHILD_UNTIL = 18
"""Completed years: a child is everyone under 18 (C182 art. 2)."""

STAND_IN_LIGHT_HOURS = 14.0
"""Hours a week of light work where the law names none, as C138 art. 7(3) asks it to: the
statistical limit stands in (ICLS18 para 35)."""


class NationalLaw(Protocol):
    """What the rules read of a country profile, as it holds for one area and industry."""

    @property
    def minimum_age(self) -> int | None: ...
    @property
    def declared_minimum_age(self) -> int | None: ...
    @property
    def light_age_from(self) -> int | None: ...
    @property
    def light_conditions(self) -> tuple[str, ...]: ...
    @property
    def young_conditions(self) -> tuple[str, ...]: ...
    @property
    def hazardous_age(self) -> int | None: ...
    @property
    def hazardous_training_age(self) -> int | None: ...
    @property
    def compulsory_school_age(self) -> int | None: ...
    def light_hours_day(self, age: int) -> float | None: ...
    def light_hours_week(self, age: int) -> float | None: ...
    def young_hours_day(self, age: int) -> float | None: ...
    def young_hours_week(self, age: int) -> float | None: ...
    def is_confirmed(self, *parameters: str) -> bool: ...
    def sets(self, parameter: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class NationalInputs:
    """What the national rules ask about one child.

    hours: economic hours in the week, None when unknown; hours_at_least: those known of them.
    hazardous: as national law sees it: conditions, night window, listed industry or occupation.
    school_affected: whether the work harms schooling; unknown is not taken as yes.
    attending: whether the child attends school.
    with_family: whether the child works with or for the own family.
    hours_longest_day: economic hours of the longest day, None when unknown or not asked.
    permit, holidays, supervision, listed, local_law: whether the conditions of that name are met.
    """

    ages: PossibleAges
    activity: Trilean
    hours: float | None
    hazardous: Trilean
    worst_form: Trilean
    school_affected: Trilean
    attending: Trilean = U
    with_family: Trilean = U
    hours_longest_day: float | None = None
    permit: Trilean = U
    holidays: Trilean = U
    supervision: Trilean = U
    listed: Trilean = U
    local_law: Trilean = U
    hours_at_least: float = 0.0


@dataclass(frozen=True, slots=True)
class NationalLegal:
    """The national class and the rule that decided.

    parameters: the values of the profile it rests on, or lacks.
    confirmed: whether the country has signed off every one of them.
    conditions: what the law asks and the answers do not decide: words of CONDITIONS, 'conditions'
        where the profile does not tell them, 'day' for the hours of a day, 'schooling',
        'training', 'age', 'area_or_industry'.
    """

    legal_class: NationalClass
    rule: str
    parameters: tuple[str, ...] = ()
    confirmed: bool = False
    conditions: tuple[str, ...] = ()

    @property
    def forbids(self) -> bool:
        """Whether national law forbids the work."""
        return self.legal_class in FORBIDDEN


def classify_national(
    inputs: NationalInputs, law: NationalLaw | Sequence[NationalLaw]
) -> NationalLegal:
    """The class in national law: first matching rule, the same at every possible age or none.

    law: the law that holds; several where the area or the industry that would decide is not
    known: then the class is theirs only when all agree, or PROHIBITED where each forbids the work
    by a rule of its own.
    """
    laws: Sequence[NationalLaw] = law if isinstance(law, Sequence) else (law,)
    youngest, oldest = inputs.ages[0], inputs.ages[-1]
    # No law looks past the mid-twenties: the parameters are ages of up to 25.
    ages = range(youngest, max(youngest, min(oldest, 26)) + 1)
    possible = [(one, _at_age(age, inputs, one)) for one in laws for age in ages]
    confirmed = all(one.is_confirmed(*found.parameters) for one, found in possible)
    _, first = possible[0]
    if any(found.legal_class is not first.legal_class for _, found in possible):
        alone = classify_national(inputs, laws[0]) if len(laws) > 1 else None
        by_law = alone is not None and alone.legal_class is not _C.UNDETERMINED
        why = "area_or_industry" if by_law else "age"
        if not all(found.forbids for _, found in possible):
            return NationalLegal(_C.UNDETERMINED, "N8", conditions=(why,))
        rests_on = dict.fromkeys(name for _, found in possible for name in found.parameters)
        return NationalLegal(_C.PROHIBITED, "N8", tuple(rests_on), confirmed, (why,))
    conditions = dict.fromkeys(name for _, found in possible for name in found.conditions)
    certain = confirmed and first.legal_class is not _C.UNDETERMINED
    return replace(first, confirmed=certain, conditions=tuple(conditions))


_HAZARD_LISTS = ("night_window", "hazardous_industries", "hazardous_occupations")
"""What hazardous work is, in a law: to call work allowed they must be signed off too."""


def _at_age(age: int, inputs: NationalInputs, law: NationalLaw) -> NationalLegal:
    hazardous_age = law.hazardous_age
    if age >= max(CHILD_UNTIL, hazardous_age or 0):
        return NationalLegal(_C.NOT_A_CHILD, "N0", ("hazardous_age",) if age <= 25 else ())
    if inputs.worst_form is Y and age < CHILD_UNTIL:
        return NationalLegal(_C.WORST_FORM, "N1")
    hours = inputs.hours
    if inputs.activity is N or hours == 0:
        return NationalLegal(_C.NOT_WORKING, "N2")
    works = inputs.activity is Y or bool(hours)
    if not works:
        return NationalLegal(_C.UNDETERMINED, "N8")
    if inputs.hazardous is Y and hazardous_age is not None and age < hazardous_age:
        trained = law.hazardous_training_age
        exception = trained is not None and age >= trained
        return NationalLegal(
            _C.HAZARDOUS_PROHIBITED,
            "N3",
            ("hazardous_age",),
            conditions=("training",) if exception else (),
        )
    if age >= CHILD_UNTIL:
        # Only a law that keeps hazardous work from those over 18 comes here.
        found = _C.UNDETERMINED if inputs.hazardous is U else _C.ALLOWED
        return NationalLegal(found, "N7", ("hazardous_age", *_HAZARD_LISTS))
    # C138 art. 2(1): nobody below the age the country declared is admitted to work.
    minimum_age, declared = law.minimum_age, law.declared_minimum_age
    if declared is not None and age < declared and (minimum_age is None or age >= minimum_age):
        return _below_minimum_age(age, inputs, law, "declared_minimum_age")
    if minimum_age is None:
        return NationalLegal(_C.UNDETERMINED, "N8", ("minimum_age",))
    if age < minimum_age:
        return _below_minimum_age(age, inputs, law, "minimum_age")
    if inputs.hazardous is not N and (hazardous_age is None or age < hazardous_age):
        return NationalLegal(_C.UNDETERMINED, "N8", ("hazardous_age",))
    return _above_minimum_age(age, inputs, law)


def _above_minimum_age(age: int, inputs: NationalInputs, law: NationalLaw) -> NationalLegal:
    """N6, N9 and N7: hours, conditions and compulsory schooling of the young."""
    limits = _limits("young", law)
    week = law.young_hours_week(age)
    over_week = _over(inputs, week)
    if week is None and not law.sets("young_hours_week"):
        # The law may have a limit that nobody looked up.
        over_week = N if _long(inputs) is N else U
        limits = tuple(dict.fromkeys(("young_hours_week", *limits)))
    over_day = _over_day(inputs, law.young_hours_day(age))
    if Y in (over_week, over_day):
        return NationalLegal(_C.TOO_LONG_HOURS, "N6", limits)
    met, open_conditions = _conditions(law.young_conditions, inputs)
    if met is N:
        return NationalLegal(_C.BELOW_MIN_AGE, "N4", ("minimum_age", "young_conditions"))
    at_school = _at_school(age, inputs, law)
    if at_school is N:
        return NationalLegal(_C.COMPULSORY_SCHOOLING, "N9", ("compulsory_school_age",))
    if over_week is U:
        return NationalLegal(_C.UNDETERMINED, "N8", limits)
    undecided = [*open_conditions]
    if over_day is U:
        undecided.append("day")
    if at_school is U:
        undecided.append("schooling")
    if inputs.hazardous is not N:
        # C138 art. 3(3), R190 para 4: below 18 only under conditions nobody is asked about.
        undecided.append("training")
    if undecided:
        return NationalLegal(_C.UNDETERMINED, "N8", limits, conditions=tuple(undecided))
    ages = ("minimum_age", "hazardous_age", "compulsory_school_age")
    rests_on = (*ages, "young_conditions", *_HAZARD_LISTS, *_every_limit("young"))
    return NationalLegal(_C.ALLOWED, "N7", rests_on)


def _below_minimum_age(
    age: int, inputs: NationalInputs, law: NationalLaw, limit: str
) -> NationalLegal:
    """N4 and N5: light work, where the law knows it, or work below the minimum age.

    Light work is not hazardous, not of long hours and not prejudicial to schooling (C138 art. 7):
    what is, is forbidden whatever the law says of light work. All other work is undetermined
    where nobody has looked up whether the law knows light work, or up to what hours.
    """
    below = NationalLegal(_C.BELOW_MIN_AGE, "N4", (limit, "light_age_from"))
    known, light_from = law.sets("light_age_from"), law.light_age_from
    if known and (light_from is None or age < light_from):
        return below
    if Y in (inputs.school_affected, inputs.hazardous, _long(inputs)):
        return replace(below, parameters=(limit,))
    limits = _limits("light", law)
    week = law.light_hours_week(age)
    over_week = _over(inputs, STAND_IN_LIGHT_HOURS if week is None else week)
    if over_week is Y and week is None and not law.sets("light_hours_week"):
        over_week = U
        limits = tuple(dict.fromkeys(("light_hours_week", *limits)))
    over_day = _over_day(inputs, law.light_hours_day(age))
    met, open_conditions = _conditions(law.light_conditions, inputs)
    if known and not law.sets("light_conditions"):
        # C138 art. 7(3): a law of light work prescribes its conditions; nobody looked them up.
        met, open_conditions = U, ("conditions",)
    against = any_of((over_week, over_day, inputs.hazardous, ~met))
    if against is Y:
        return replace(below, parameters=(limit, "light_age_from", *limits))
    if against is U or not known:
        undecided = [*open_conditions]
        if over_day is U:
            undecided.append("day")
        lacking = ("light_age_from", *limits)
        if "conditions" in undecided:
            lacking += ("light_conditions",)
        return NationalLegal(_C.UNDETERMINED, "N8", lacking, conditions=tuple(undecided))
    ages = (limit, "light_age_from", "hazardous_age")
    rests_on = (*ages, "light_conditions", *_HAZARD_LISTS, *_every_limit("light"))
    return NationalLegal(_C.LIGHT_WORK_ALLOWED, "N5", rests_on)


def _limits(work: str, law: NationalLaw) -> tuple[str, ...]:
    """The limits of hours a law sets; the week's where it is silent, so that it is asked for."""
    week, day = f"{work}_hours_week", f"{work}_hours_day"
    found = tuple(name for name in (week, day) if law.sets(name))
    if day in found:
        found += ("rest_days_week",)
    return found or (week,)


def _every_limit(work: str) -> tuple[str, ...]:
    """What must be told of hours, be it that the law sets none, to call work allowed."""
    return (f"{work}_hours_week", f"{work}_hours_day", "rest_days_week")


def _over(inputs: NationalInputs, limit: float | None) -> Trilean:
    """Whether the week is longer than the law allows; what is known of it may be enough."""
    if limit is None:
        return N
    if inputs.hours is None:
        return Y if inputs.hours_at_least > limit else U
    return Trilean.of(inputs.hours > limit)


def _long(inputs: NationalInputs) -> Trilean:
    """Whether the week is hazardous for its length alone, whatever a law says of hours."""
    if inputs.hours is None:
        return Y if inputs.hours_at_least >= LONG_HOURS else U
    return Trilean.of(inputs.hours >= LONG_HOURS)


def _over_day(inputs: NationalInputs, limit: float | None) -> Trilean:
    """Whether some day was longer than the law allows. A week no longer than one such day has no
    day that is; any other leaves it open while the longest day was not asked."""
    if limit is None or (inputs.hours is not None and inputs.hours <= limit):
        return N
    if (inputs.hours_at_least if inputs.hours is None else inputs.hours) > 7 * limit:
        return Y
    longest = inputs.hours_longest_day
    return Trilean.of(None if longest is None else longest > limit)


def _conditions(asked: Sequence[str], inputs: NationalInputs) -> tuple[Trilean, tuple[str, ...]]:
    """Whether every condition of the law is met, and those that the answers do not decide."""
    words = {
        "family": inputs.with_family,
        "permit": inputs.permit,
        "holidays": inputs.holidays,
        "supervision": inputs.supervision,
        "list": inputs.listed,
        "local_law": inputs.local_law,
    }
    met = {name: words.get(name, U) for name in asked}
    return all_of(met.values()), tuple(name for name, word in met.items() if word is U)


def _at_school(age: int, inputs: NationalInputs, law: NationalLaw) -> Trilean:
    """Whether a child of compulsory school age is at school, unhindered by work.

    C138 art. 2(3): the minimum age is not below the end of compulsory schooling. Where the law
    sets it lower, the work of a child who is at school is not yet against the law of schooling;
    that of a child who is kept from it is. Where nobody has looked up the age, only a child at
    school is known to keep that law.
    """
    until = law.compulsory_school_age
    at_school = all_of((inputs.attending, ~inputs.school_affected))
    if until is None:
        return Y if at_school is Y or law.sets("compulsory_school_age") else U
    return Y if age >= until else at_school


def stricter_sentence(legal: NationalLegal, statistical_class: str) -> str | None:
    """The id, without its domain, of the sentence that national law forbids what the statistic does
    not count as child labour, or not yet; None where it is not so.

    statistical_class: the general class of child_labour.py. A headline that shows the one must
    then show the other.
    """
    if not legal.forbids or statistical_class in IN_CHILD_LABOUR:
        return None
    is_open = statistical_class == ChildLabourClass.UNDETERMINED
    return "national.stricter_already" if is_open else "national.stricter"


def national_message_parts(legal: NationalLegal, statistical_class: str) -> Iterator[str]:
    """The ids of the sentences on national law, without their domain, in the order they are read.

    What nobody has confirmed is never called allowed.
    """
    found = legal.legal_class
    if found in (_C.NOT_A_CHILD, _C.NOT_WORKING):
        return
    stricter = stricter_sentence(legal, statistical_class)
    if stricter:
        yield stricter
    yield f"national.unconfirmed.{found}" if _only_indicated(legal) else f"national.{found}"
    for condition in legal.conditions:
        yield f"national.condition.{condition}"
    if not legal.confirmed and found is not _C.UNDETERMINED:
        yield "national.indication_only"


def _only_indicated(legal: NationalLegal) -> bool:
    return legal.legal_class in PERMITTED and not legal.confirmed
