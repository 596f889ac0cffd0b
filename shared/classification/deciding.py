"""The answers that decided a class, so that its explanation can name them.

Owns which answers belong to which decision. Knows no wording: a label is found by whoever has the
questionnaire (explanation.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import floor

from shared.answers import NOT_SAID, Trilean
from shared.classification.child_labour import ChildLabour, ChildLabourClass
from shared.classification.forced_labour import IN_FORCED_LABOUR, ForcedLabour, ForcedLabourClass
from shared.classification.hours import WeekHours, week_hours
from shared.classification.inputs import (
    ADULT_FROM,
    FORMS_BY_NAME,
    NO_SIGN,
    UNPAID,
    trafficking_act,
)
from shared.classification.national import NationalClass, NationalLegal
from shared.classification.reading import Reading
from shared.classification.signs import said_whole
from shared.classification.work import MAY_KILL, HazardLaw

_SILENT = NOT_SAID | frozenset({"none", "no", "yes", "not_applicable"})

_MEASURE_OF_HAZARD = {
    "conditions": ("work.hazards",),
    "economic_chores": ("household.hazards", "water_firewood.hazards", "chores.hazards"),
    "industry": ("work.industry", "visit.activity"),
    "occupation": ("work.occupation",),
    "danger": ("danger.kind",),
}
AGE, ECONOMIC_HOURS, HOUSEHOLD_HOURS = "age", "hours.economic", "hours.household"
"""Numbers that were worked out of answers, told like a measure with the number as its code."""
_AGE_AND_HOURS_UNDER = {"R4": "below_min_age", "R5": "below_min_age"}
_BY_HOURS = frozenset({"R2", "R6a", "R6b", "R7"})


@dataclass(frozen=True, slots=True)
class Deciding:
    """Answers that decided one thing.

    about: 'hazardous', 'worst_form', 'household', 'below_min_age', 'involuntary', 'menace',
        'forced', 'imposed', 'excepted', 'trafficking', 'signs'; 'decided' for the age and hours
        of any other class.
    measure: of the answers, one of the numbers above, or a question that measures nothing.
    codes: those that count, empty where a yes alone says it.
    """

    about: str
    measure: str
    codes: tuple[str, ...] = ()


def deciding_answers(
    reading: Reading,
    law: HazardLaw,
    child: ChildLabour,
    forced: ForcedLabour,
    trafficking: Trilean,
    hazardous_by: tuple[str, ...],
    signs: Mapping[str, tuple[str, ...]],
    national: NationalLegal,
) -> tuple[Deciding, ...]:
    """What decided, in the order it is told.

    signs: of coercion that were named while none was found, by measure.
    """
    found: list[Deciding] = []
    week = week_hours(reading, law)
    worst = national.legal_class is NationalClass.WORST_FORM  # also below the age that is counted
    if worst or child.sna is ChildLabourClass.WFCL_OTHER:
        found += _worst(reading, "worst_form")
    if child.sna_rule == "R3":
        found += _economic(reading, week, "hazardous")
    if child.sna is ChildLabourClass.HAZARDOUS:
        found += _hazards(reading, law, hazardous_by)
    if child.general is ChildLabourClass.HAZ_HOUSEHOLD_SERVICES:
        found += _household(reading, week, child.household_by)
    if child.sna_rule in _AGE_AND_HOURS_UNDER:
        about = _AGE_AND_HOURS_UNDER[child.sna_rule]
        found += [*_age(reading, about), *_economic(reading, week, about)]
    if forced.labour_class in IN_FORCED_LABOUR:
        found += _forced(reading, forced)
    if forced.rule == "F1":
        found += _told(reading, "excepted", "forced.exception", "forced.who_applies")
    if trafficking is Trilean.YES:
        found += _trafficking(reading, "trafficking", "act", "means", "purpose")
    for measure, codes in signs.items():
        found.append(Deciding("signs", measure, () if said_whole(measure, codes) else codes))
    if child.sna_rule not in _AGE_AND_HOURS_UNDER and not child.sna_rule.startswith("R8"):
        found += _age(reading, "decided")
    if child.sna_rule in _BY_HOURS:
        found += _economic(reading, week, "decided")
    elif forced.labour_class in IN_FORCED_LABOUR:
        found += _work(reading, week)
    return tuple(dict.fromkeys(found))


def _age(reading: Reading, about: str) -> list[Deciding]:
    ages = reading.ages()
    if len(ages) == 1:
        return [Deciding(about, AGE, (str(ages[0]),))]
    return _told(reading, about, "age.band")


def _economic(reading: Reading, week: WeekHours, about: str) -> list[Deciding]:
    """The hours of work, or that there is some where they are not known; whose chores are among
    them."""
    hours = week.economic_shown
    if hours is None:
        hours = week.economic_at_least or None
    found = [Deciding(about, ECONOMIC_HOURS, (_number(hours),))] if hours is not None else []
    if hours is None:
        found.append(Deciding(about, "work.activity"))
    if week.house.for_others is Trilean.YES:
        found.append(Deciding(about, "chores.for"))
    return found


def _work(reading: Reading, week: WeekHours) -> list[Deciding]:
    """Work of the general production boundary, in the week or the year: without any, nobody is in
    forced labour, a child in a worst form apart."""
    if week.activity is Trilean.YES:
        return _economic(reading, week, "decided")
    for measure in ("work.last_year", "work.household"):
        if found := _yes(reading, "decided", measure):
            return found
    found = _told(reading, "decided", "chores.any")
    return found + _yes(reading, "decided", "water_firewood.any")


def _household(reading: Reading, week: WeekHours, by: frozenset[str]) -> list[Deciding]:
    found = _age(reading, "household")
    if "hours" in by:
        found.append(Deciding("household", HOUSEHOLD_HOURS, (_number(week.house.hours),)))
    found += _told(reading, "household", "chores.for")
    if "hazards" in by:
        measures = ("household.hazards", "water_firewood.hazards", "chores.hazards")
        found += _told(reading, "household", *measures)
    return found


def _hazards(reading: Reading, law: HazardLaw, by: Iterable[str]) -> list[Deciding]:
    found: list[Deciding] = []
    for name in by:
        measures = _MEASURE_OF_HAZARD.get(name)
        if name == "abuse":
            found += _abuse(reading, law)
        elif measures is None:
            found.append(Deciding("hazardous", f"work.{name}"))
            if name == "night":
                found += _told(reading, "hazardous", "work.night_often")
        else:
            found += _told(reading, "hazardous", *measures)
    return found


def _worst(reading: Reading, about: str) -> list[Deciding]:
    found = []
    for kind in ("slavery", "sexual", "illicit"):
        measure = f"worst.{kind}"
        if reading.answered_yes_no(measure) is Trilean.YES:
            found.append(Deciding(about, measure))
            found += _told(reading, about, f"worst.{kind}_form")
            name = FORMS_BY_NAME.get(measure)
            codes = reading.codes_of_question(name) if name else ()
            if told := tuple(code for code in codes if code not in _SILENT):
                found.append(Deciding(about, name or "", told))
    sexual = reading.answered_yes_no("forced.commercial_sexual") is Trilean.YES
    if sexual and reading.ages()[0] < ADULT_FROM:
        found.append(Deciding(about, "forced.commercial_sexual"))
    return found


def _forced(reading: Reading, forced: ForcedLabour) -> list[Deciding]:
    """What forced the person, and who: both elements of C29, and of a child every situation of the
    Guidelines that is there."""
    found = _told(reading, "involuntary", "forced.involuntary")
    found += _told(reading, "menace", "forced.menace")
    signs = (reading.codes("forced.involuntary") | reading.codes("forced.menace")) - NO_SIGN
    held = reading.answered_yes_no("forced.free_to_leave") is Trilean.NO
    if held and signs <= UNPAID and reading.asked("forced.free_to_leave"):
        found.append(Deciding("menace", "forced.free_to_leave"))
    if reading.ages()[0] < ADULT_FROM:
        found += _of_a_child(reading)
    found += _told(reading, "imposed", "forced.who_applies")
    if forced.labour_class is ForcedLabourClass.FL_CSE:
        found += _yes(reading, "imposed", "forced.commercial_sexual")
    return found


def _of_a_child(reading: Reading) -> list[Deciding]:
    """Rules F3, F3b, F4 and F5."""
    found = _worst(reading, "forced")
    if trafficking_act(reading) is Trilean.YES:
        found += _trafficking(reading, "forced", "act", "purpose")
    found += _yes(reading, "forced", "forced.third_party")
    parents = _yes(reading, "forced", "forced.parents")
    if parents:
        found += [*parents, *_yes(reading, "forced", "work.with_parents")]
    return found


def _yes(reading: Reading, about: str, measure: str) -> list[Deciding]:
    yes = reading.answered_yes_no(measure) is Trilean.YES
    return [Deciding(about, measure)] if yes else []


def _trafficking(reading: Reading, about: str, *parts: str) -> list[Deciding]:
    return [one for part in parts for one in _told(reading, about, f"trafficking.{part}")]


def _abuse(reading: Reading, law: HazardLaw) -> list[Deciding]:
    hazardous = frozenset(law.hazardous_abuse)
    named = {*hazardous, *reading.that_mean("work.abuse", hazardous)}
    codes = tuple(code for code in reading.codes_in_order("work.abuse") if code in named)
    return [Deciding("hazardous", "work.abuse", codes)] if codes else []


def _told(reading: Reading, about: str, *measures: str) -> list[Deciding]:
    found = []
    for measure in measures:
        said = reading.codes(measure) - _SILENT
        codes = tuple(code for code in reading.that_mean(measure, said) if code not in _SILENT)
        if about == "hazardous" and measure == "danger.kind":
            codes = (MAY_KILL,)
        if codes:
            found.append(Deciding(about, measure, codes))
            if about == "hazardous" and measure == "work.industry":
                break
    return found


def _number(hours: float) -> str:
    """Hours as they are told: to the hundredth below, so that none is told above a limit it did
    not reach."""
    return f"{floor(hours * 100 + 1e-6) / 100:g}"
