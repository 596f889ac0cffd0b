"""The classification of one case, as the tablet shows it and the server counts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from shared.answers import Trilean, Value, any_of
from shared.classification.ages import PossibleAges
from shared.classification.child_labour import (
    ChildLabour,
    ChildLabourClass,
    ChildLabourInputs,
    ChildLabourParameters,
    classify_child_labour,
)
from shared.classification.forced_labour import (
    IN_FORCED_LABOUR,
    Actor,
    ForcedLabour,
    ForcedLabourClass,
    ForcedLabourInputs,
    classify_forced_labour,
)
from shared.classification.measures import MEASURES
from shared.classification.national import (
    NationalInputs,
    NationalLaw,
    NationalLegal,
    classify_national,
)
from shared.classification.reading import MeasuredQuestionnaire, Reading
from shared.classification.trafficking import trafficking_flag

Y, N, U = Trilean.YES, Trilean.NO, Trilean.UNKNOWN

RULES_VERSION = "2026.1"
"""Names the rules a class was made with. Changes whenever any class could come out differently."""


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


@dataclass(frozen=True, slots=True)
class Classification:
    """Every class of one case, with the rules that decided.

    flags: what a reader of the class should know, in a fixed order; see explain().
    """

    child_labour: ChildLabour
    forced_labour: ForcedLabour
    trafficking: Trilean
    national: NationalLegal
    flags: tuple[str, ...]
    rules_version: str

    def codes(self) -> dict[str, str]:
        """The classes as flat text, for storage and for the wire; equal classes, equal text."""
        child, forced = self.child_labour, self.forced_labour
        return {
            "cl_sna": child.sna.value,
            "cl_general": child.general.value,
            "cl_sna_bounds": _bounds(child.sna_low, child.sna_high),
            "cl_general_bounds": _bounds(child.general_low, child.general_high),
            "sdg_a": child.sdg_a.value,
            "sdg_b": child.sdg_b.value,
            "mics": "" if child.mics is None else str(child.mics),
            "mics_haz": "" if child.mics_hazards is None else str(child.mics_hazards),
            "rule_cl": child.rule_codes,
            "fl": forced.labour_class.value,
            "fl_form": forced.form.value,
            "fl_bounds": _bounds(forced.low, forced.high),
            "rule_fl": forced.rule,
            "tip": self.trafficking.value,
            "national": self.national.legal_class.value,
            "rule_national": self.national.rule,
            "flags": " ".join(self.flags),
        }


def _bounds(low: bool, high: bool) -> str:
    """'NN', 'NY' or 'YY': in it if every unknown were no, and if every unknown were yes."""
    return ("Y" if low else "N") + ("Y" if high else "N")


def classify(
    content: Mapping[str, Value],
    visit_content: Mapping[str, Value],
    questionnaire: MeasuredQuestionnaire,
    profile: Law,
) -> Classification:
    """Every class of one case, from its statistical content and that of its visit.

    The same content gives the same classes on the tablet and on the server. Unknown, refused
    and not answered are all unknown.
    """
    reading = Reading(content, visit_content, _questions(questionnaire))
    law = profile.in_area(_area(reading))
    flags: list[str] = []
    ages = reading.ages()
    if len(ages) > 1:
        flags.append("age_estimated" if reading.asked("age.band") else "age_unknown")
    worst = any_of(
        (
            reading.yes_no("worst.slavery"),
            reading.yes_no("worst.sexual"),
            reading.yes_no("worst.illicit"),
        )
    )
    sexual = reading.yes_no("forced.commercial_sexual")
    if sexual is Y and worst is not Y:
        # C182 art. 3(b); the Guidelines count all commercial sexual exploitation of children.
        worst = Y
        flags.append("worst_form_by_sexual_exploitation")
    forced = _forced_labour(reading, ages, worst, sexual, flags)
    trafficking = trafficking_flag(
        ages,
        reading.yes_no("trafficking.act"),
        reading.yes_no("trafficking.means"),
        reading.yes_no("trafficking.purpose"),
    )
    if not reading.asked(*_TRAFFICKING_MEASURES):
        flags.append("trafficking_not_assessed")
    if worst is not Y and forced.labour_class in IN_FORCED_LABOUR:
        # C182 art. 3(a) names forced labour among the worst forms.
        worst = Y
        flags.append("worst_form_by_forced_labour")
    if worst is not Y and trafficking is Y:
        # C182 art. 3(a) names the sale and trafficking of children.
        worst = Y
        flags.append("worst_form_by_trafficking")
    inputs = _child_labour_inputs(reading, ages, worst, law, flags)
    child = classify_child_labour(inputs, ChildLabourParameters(chore_strict=law.chore_strict))
    if child.sna is not ChildLabourClass.OUT_OF_SCOPE:
        if worst is U:
            flags.append("wfcl_not_assessed")
        if inputs.hazardous is U and child.sna is ChildLabourClass.BELOW_MIN_AGE:
            flags.append("hazard_unknown")
    national = classify_national(
        NationalInputs(
            ages,
            U if inputs.activity is None else inputs.activity,
            inputs.hours_economic,
            inputs.hazardous,
            worst,
            reading.asked_yes_no("school.affected"),
        ),
        law,
    )
    return Classification(child, forced, trafficking, national, tuple(flags), RULES_VERSION)


_KNOWN: dict[str, Mapping[str, tuple[str, ...]]] = {}


def _questions(questionnaire: MeasuredQuestionnaire) -> Mapping[str, tuple[str, ...]]:
    """The question names of every measure; remembered by the questionnaire's digest."""
    known = _KNOWN.get(questionnaire.digest)
    if known is None:
        known = {
            measure: tuple(question.name for question in questionnaire.measured(measure))
            for measure in MEASURES
        }
        if len(_KNOWN) >= 64:
            _KNOWN.clear()
        _KNOWN[questionnaire.digest] = known
    return known


def _area(reading: Reading) -> str | None:
    for value in reading.values("visit.area"):
        if isinstance(value, str):
            return value
    return None


def _activity(reading: Reading) -> Trilean:
    """Any economic activity; hours of work given say yes where the activities are not known."""
    activity = reading.yes_no("work.activity")
    if activity is U and reading.hours("work.hours")[0] > 0:
        return Y
    return activity


def _child_labour_inputs(
    reading: Reading, ages: PossibleAges, worst: Trilean, law: Law, flags: list[str]
) -> ChildLabourInputs:
    activity = _activity(reading)
    work_hours, work_known = reading.hours("work.hours")
    if activity is N and not work_known:
        work_hours, work_known = 0.0, True
    if activity is N and work_hours > 0:
        flags.append("hours_without_activity")
    if activity is N and reading.asked_yes_no("work.hazards") is Y:
        flags.append("hazard_without_work")

    water_hours, water_known = _part(reading, "water_firewood")
    chore_hours, chores_known = _part(reading, "chores")
    mics_hours = _mics_household_hours(reading)

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
    if house_hours > 0 and not reading.asked("chores.hazards"):
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
        mics_household_hours=mics_hours,
        mics_hazardous=conditions,
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
        if isinstance(value, str) and (value in industries or _section(value) in industries):
            return Y
    for value in reading.values("work.occupation"):
        if isinstance(value, str) and value.startswith(law.hazardous_occupations):
            return Y
    return N


_SECTIONS = (
    (3, "A"), (9, "B"), (33, "C"), (35, "D"), (39, "E"), (43, "F"), (47, "G"), (53, "H"),
    (56, "I"), (63, "J"), (66, "K"), (68, "L"), (75, "M"), (82, "N"), (84, "O"), (85, "P"),
    (88, "Q"), (93, "R"), (96, "S"), (98, "T"), (99, "U"),
)  # fmt: skip
"""The last division of each section of ISIC Rev.4."""


def _section(division: str) -> str:
    if not division[:2].isdigit():
        return division
    number = int(division[:2])
    return next((section for last, section in _SECTIONS if number <= last), "")


def _forced_labour(
    reading: Reading, ages: PossibleAges, worst: Trilean, sexual: Trilean, flags: list[str]
) -> ForcedLabour:
    menace, actor = reading.yes_no("forced.menace"), reading.actor()
    exception = reading.yes_no("forced.exception")
    who = reading.codes("forced.who_applies")
    third_party = reading.yes_no("forced.third_party")
    outsiders = who - _NOT_A_THIRD_PARTY
    if third_party is not Y and menace is Y and outsiders:
        third_party = Y
    worked = any_of(
        (
            _activity(reading),
            reading.asked_yes_no("chores.any"),
            reading.asked_yes_no("water_firewood.any"),
            Y if sexual is Y else N,
        )
    )
    found = classify_forced_labour(
        ForcedLabourInputs(
            ages=ages,
            worked=worked,
            involuntary=reading.yes_no("forced.involuntary"),
            menace=menace,
            actor=actor,
            commercial_sexual=sexual,
            exception=exception,
            third_party=third_party,
            parents=reading.yes_no("forced.parents"),
            worst_form=worst,
        )
    )
    if not reading.asked(*_FORCED_LABOUR_MEASURES):
        flags.append("forced_labour_not_assessed")
    if found.labour_class in IN_FORCED_LABOUR and actor is Actor.UNKNOWN:
        flags.append("form_actor_unknown")
    if found.labour_class is ForcedLabourClass.FL_STATE and exception is U:
        flags.append("exception_unknown")
    return found


_NOT_A_THIRD_PARTY = frozenset({"parents", "own_parents", "none", "unknown", "refused"})
_TRAFFICKING_MEASURES = ("trafficking.act", "trafficking.means", "trafficking.purpose")
_FORCED_LABOUR_MEASURES = (
    "forced.involuntary",
    "forced.menace",
    "forced.third_party",
    "forced.parents",
    "worst.slavery",
    "worst.sexual",
    "worst.illicit",
)
