"""What the decision tables ask, made from the answers of one case.

Owns what skipped questions mean: a question the questionnaire did not ask because of an earlier
answer says what that answer implies, and nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from shared.answers import Trilean, any_of
from shared.classification.ages import PossibleAges
from shared.classification.child_labour import ChildLabourInputs, MicsInputs
from shared.classification.forced_labour import Actor, ForcedLabourInputs
from shared.classification.national import NationalLaw
from shared.classification.reading import Reading
from shared.codelists.isic import section_of

Y, N, U = Trilean.YES, Trilean.NO, Trilean.UNKNOWN

HEAVY_CHORE_HOURS = 14.0
"""Hours a week of household services from which their hazards are worth asking (own choice)."""


class Law(NationalLaw, Protocol):
    """What the rules read of a country profile."""

    @property
    def chore_strict(self) -> bool: ...
    @property
    def water_firewood(self) -> str: ...
    @property
    def hazardous_industries(self) -> tuple[str, ...]: ...
    @property
    def hazardous_occupations(self) -> tuple[str, ...]: ...
    def in_area(self, area: str | None) -> Law: ...
    def possible_laws(self, area: str | None, industries: Sequence[str]) -> Sequence[Law]: ...


def _activity(reading: Reading) -> Trilean:
    """Any economic activity; hours of work given say yes where the activities are not known."""
    activity = reading.yes_no("work.activity")
    if activity is U and reading.hours("work.hours")[0] > 0:
        return Y
    return activity


def child_labour_inputs(
    reading: Reading, ages: PossibleAges, worst: Trilean, law: Law, flags: list[str]
) -> ChildLabourInputs:
    """What the child labour table asks, from the answers of one case.

    flags: gets what a reader of the class should know about these answers.
    """
    activity = _activity(reading)
    work_hours, work_known = reading.hours("work.hours")
    if activity is N and not work_known:
        work_hours, work_known = 0.0, True
    if activity is N and work_hours > 0:
        flags.append("hours_without_activity")
    last_year = reading.asked_yes_no("work.last_year")
    if activity is N and last_year is N and reading.asked_yes_no("work.hazards") is Y:
        flags.append("hazard_without_work")

    water_hours, water_known = _part(reading, "water_firewood")
    chore_hours, chores_known = _part(reading, "chores")
    mics_hours = work_hours

    if law.water_firewood == "economic":
        fetched = reading.asked_yes_no("water_firewood.any")
        activity = any_of((activity, fetched))
        work_hours, work_known = work_hours + water_hours, work_known and water_known
        house_hours, house_known = chore_hours, chores_known
    else:
        house_hours, house_known = water_hours + chore_hours, water_known and chores_known

    conditions = reading.asked_yes_no("work.hazards") if reading.asked("work.hazards") else U
    if conditions is U and activity is N:
        conditions = N
    hazardous = any_of(
        (
            conditions,
            reading.asked_yes_no("work.night"),
            reading.asked_yes_no("work.abuse"),
            reading.asked_yes_no("work.confined"),
            _designated(reading, law),
        )
    )
    household_hazards = reading.asked_yes_no("chores.hazards")
    if house_hours >= HEAVY_CHORE_HOURS and not reading.asked("chores.hazards"):
        flags.append("household_hazards_not_assessed")
    return ChildLabourInputs(
        ages=ages,
        hours_economic=work_hours if work_known else None,
        hours_household=house_hours if house_known else None,
        hazardous=hazardous,
        worst_form=worst,
        activity=activity,
        household_hazardous=household_hazards,
        hours_economic_at_least=work_hours,
        hours_household_at_least=house_hours,
        mics=MicsInputs(
            worked=reading.yes_no("work.activity") is Y,
            hours_economic=mics_hours,
            hours_household=_mics_household_hours(reading),
            hazard=conditions is Y,
        ),
    )


def _part(reading: Reading, kind: str) -> tuple[float, bool]:
    """Hours of one kind of household work: those said, none if none was done, else unknown."""
    hours, known = reading.hours(f"{kind}.hours")
    if not known and reading.yes_no(f"{kind}.any") is N:
        return hours, True
    return hours, known


def _mics_household_hours(reading: Reading) -> float:
    """CL8 + CL10 + CL13 with unknown as zero; none unless any household work was done."""
    done = any_of((reading.asked_yes_no("water_firewood.any"), reading.asked_yes_no("chores.any")))
    if done is not Y:
        return 0.0
    return reading.hours("water_firewood.hours")[0] + reading.hours("chores.hours")[0]


def _designated(reading: Reading, law: Law) -> Trilean:
    """Whether the industry or the occupation is on the list of hazardous ones.

    The industry of the work where it is said, else of the workplace visited.
    An unknown industry does not block a class: the conditions of the work itself were asked.
    """
    industries = law.hazardous_industries
    for value in reading.values("work.industry") or reading.values("visit.activity"):
        if isinstance(value, str) and (value in industries or section_of(value) in industries):
            return Y
    for value in reading.values("work.occupation"):
        if isinstance(value, str) and value.startswith(law.hazardous_occupations):
            return Y
    return N


def forced_labour_inputs(
    reading: Reading, ages: PossibleAges, worst: Trilean, sexual: Trilean
) -> ForcedLabourInputs:
    """What the forced labour table asks, from the answers of one case."""
    menace = reading.yes_no("forced.menace")
    actor = reading.actor()
    if actor is not Actor.STATE and "armed_conflict" in reading.codes("worst.slavery_form"):
        actor = Actor.ARMED_GROUP
    third_party = reading.yes_no("forced.third_party")
    if menace is Y and reading.third_parties():
        third_party = Y
    # F5 asks for parents in forced labour with or for whom the child works.
    parents = reading.yes_no("forced.parents")
    if reading.yes_no("work.with_parents") is N:
        parents = N
    # Over twelve months, so that a season that is over still counts. Household services in the
    # own household do not open the questions on forced labour and are not work here.
    worked = any_of((_activity(reading), reading.asked_yes_no("work.last_year")))
    if sexual is Y:
        worked = Y
    return ForcedLabourInputs(
        ages=ages,
        worked=worked,
        involuntary=reading.yes_no("forced.involuntary"),
        menace=menace,
        actor=actor,
        commercial_sexual=sexual,
        exception=reading.yes_no("forced.exception"),
        third_party=third_party,
        parents=parents,
        worst_form=worst,
    )
