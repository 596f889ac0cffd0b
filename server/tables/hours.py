"""The hours a table shows of a case: those that its class of child labour was decided by. Pure.

Not the answer to one question: hours are of every job together, chores for another household among
them, and household services are what is left (shared.classification.hours).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from server.tables.case_words import (
    NOT_ASKED,
    CaseAsKept,
    Read,
    band,
    measured,
    values_of,
)
from server.tables.declaration import DeclaredDimension
from shared.answers import Trilean, Value
from shared.classification.child_labour import IN_CHILD_LABOUR
from shared.classification.hours import WeekHours, week_hours
from shared.classification.inputs import Law
from shared.classification.measured import reading_of
from shared.counting import NOT_KNOWN, Subject, contradicts
from shared.questionnaire import Questionnaire

_READ = (
    *("work.activity", "work.unpaid", "work.own_use", "work.absent", "work.hours"),
    *("chores.any", "chores.hours", "water_firewood.any", "water_firewood.hours"),
    *("chores.for", "chores.hours_other", "lodging"),
)
"""All the hours of a week rest on."""
_BANDS = ((0, 0), (1, 13), (14, 27), (28, 42), (43, None))
"""In which the rules differ, whatever bands a table has."""
_MOST_REMEMBERED = 2_000
"""Ways to answer these questions."""

_Week = Callable[[CaseAsKept], WeekHours]


def _weeks(questionnaire: Questionnaire, law: Law) -> _Week:
    """The hours of a case's week; looks once at what many records say alike."""
    names = measured(questionnaire, *_READ)
    known: dict[tuple[Value | None, ...], WeekHours] = {}

    def week(case: CaseAsKept) -> WeekHours:
        # Where the visit was may decide what is work: whether water is fetched as goods.
        there = law.in_area(case.area)
        said = (there.water_firewood, *map(case.answers.get, names))
        found = known.get(said)
        if found is None:
            told = {name: value for name in names if (value := case.answers.get(name)) is not None}
            found = week_hours(reading_of(told, {}, questionnaire), there)
            if len(known) < _MOST_REMEMBERED:
                known[said] = found
        return found

    return week


def _economic(dimension: DeclaredDimension, questionnaire: Questionnaire, law: Law) -> Read:
    """Hours of economic activity. Hours with which the case would have another class (the rules or
    the law were others when it was classified) are not known."""
    week, asked = _weeks(questionnaire, law), measured(questionnaire, "work.hours")

    def read(case: CaseAsKept) -> str:
        found = week(case)
        if found.house.economic is Trilean.NO and not values_of(case, asked):
            return NOT_ASKED
        hours = found.economic_shown
        if found.economic is None and case.classes.get("cl_sna") not in IN_CHILD_LABOUR:
            # Not all are known: what is known decides child labour, and nothing else.
            hours = 0.0 if found.activity is Trilean.NO else None
        if hours is None:
            return NOT_KNOWN
        class_ = case.standings[Subject.CHILD_LABOUR].class_
        beside = {"age_band": case.age_band}
        decides = band(hours, _BANDS)
        if contradicts(Subject.CHILD_LABOUR, class_, "hours_band", decides, beside):
            return NOT_KNOWN
        return band(hours, dimension.bands)

    return read


def _household(dimension: DeclaredDimension, questionnaire: Questionnaire, law: Law) -> Read:
    """Household services, and fetching water and firewood where the country counts it so, hours a
    week together."""
    week = _weeks(questionnaire, law)
    asked = measured(questionnaire, "chores.hours", "water_firewood.hours")

    def read(case: CaseAsKept) -> str:
        if not values_of(case, asked):
            return NOT_ASKED
        hours = week(case).household_shown
        return NOT_KNOWN if hours is None else band(hours, dimension.bands)

    return read


HOURS_READERS: Mapping[str, Callable[[DeclaredDimension, Questionnaire, Law], Read]] = {
    "work.hours": _economic,
    "chore_hours": _household,
}
"""By the source of a dimension in bands what reads it."""
