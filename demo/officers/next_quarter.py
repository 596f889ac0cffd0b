"""The quarter after the survey: made up, by drawing lots among the survey's own interviews.

A survey is in the field once; an office publishes quarter after quarter. So that a reader can ask
what changed, the officers go out again from October to December, when cotton is picked in Punjab
and visits are asked for on farms and at other places of work. Who they meet is drawn from those
found before, with other people around the answers. It is no information about anybody, and every
page says that it is made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from random import Random

from demo.officers.interviews import SurveyInterview

AGES = ((5, 11), (12, 14), (15, 17))
ON_FARMS, AT_OTHER_WORK, AT_HOME = 32, 28, 22
"""Persons of each sex and each of these ages whom the quarter meets. Chosen: enough of each that a
number of them can be published, and a third of the time the survey takes."""
MONTHS = (10, 12)
FIRST_NUMBER = 10_001
"""Of the drawn interviews: beyond every row of the survey, so that they are other people."""


def draw_next_quarter(
    interviews: Sequence[SurveyInterview], random: Random
) -> Iterator[SurveyInterview]:
    """The interviews of the last quarter of the year, all with somebody found."""
    number = FIRST_NUMBER
    for sex, (first, last) in product(("female", "male"), AGES):
        known = [
            one for one in interviews if one.found and one.sex == sex and first <= one.age <= last
        ]
        farms = [one for one in known if _is_hazardous(one) and _works_on_farm(one)]
        other = [
            one for one in known if _is_hazardous(one) and _works(one) and not _works_on_farm(one)
        ]
        home = [one for one in known if not _works(one)]
        for some, met in ((farms, ON_FARMS), (other, AT_OTHER_WORK), (home, AT_HOME)):
            for one in random.choices(some, k=met) if some else ():
                yield replace(one, number=number, month=random.randint(*MONTHS))
                number += 1


def _works_on_farm(one: SurveyInterview) -> bool:
    return one.answers.get("worked_own_farm") == "yes"


def _works(one: SurveyInterview) -> bool:
    return any(value == "yes" for name, value in one.answers.items() if name.startswith("worked_"))


def _is_hazardous(one: SurveyInterview) -> bool:
    return one.answers.get("hazards") not in (None, ("none",))
