"""Who records what: spreads interviews over the simulated tablets, the same way every time.

Every tablet works out the whole plan from the same seed and takes its own part, so that nothing
about people has to be handed from the demonstration to a tablet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from random import Random

from demo.officers.interviews import SurveyInterview
from demo.officers.names import SimulatedPerson, made_up_person, spelt_by_another_officer

PEOPLE_PER_VISIT = 4
"""At most; neighbours found on one walk through a hamlet or a workshop."""
RECORDED_TWICE = 0.05
"""Share of persons that another organisation meets too. Chosen, so that merging can be seen."""
BIRTH_DATE_UNKNOWN = 0.1
"""Share of persons whose birth date nobody knows; their age is asked instead. Chosen."""


@dataclass(frozen=True)
class PlannedCase:
    """One person to be found in a visit, with what they answer.

    person_number: the same for one made-up person wherever they are recorded.
    """

    person_number: int
    person: SimulatedPerson
    interview: SurveyInterview


@dataclass(frozen=True)
class PlannedVisit:
    """One visit of one simulated officer. place_name is made up and unique in the whole plan."""

    number: int
    visit_date: date
    division: str
    urban_rural: str
    place_name: str
    cases: tuple[PlannedCase, ...]


@dataclass(frozen=True)
class Shift:
    """All that one tablet records. tablet: from 0; organisation: from 0."""

    tablet: int
    organisation: int
    visits: tuple[PlannedVisit, ...]

    @property
    def case_count(self) -> int:
        """How many persons will be recorded."""
        return sum(len(visit.cases) for visit in self.visits)


def plan_shifts(
    interviews: Sequence[SurveyInterview], tablets_per_organisation: Sequence[int], random: Random
) -> list[Shift]:
    """One shift for every tablet, tablets numbered through the organisations in order.

    Every interview is in exactly one shift; a share of RECORDED_TWICE of the persons found is in a
    second one, of another organisation, under another spelling.
    """
    organisation_of = [
        organisation
        for organisation, count in enumerate(tablets_per_organisation)
        for _ in range(count)
    ]
    visits = list(_visits(interviews, random))
    random.shuffle(visits)
    shifts: list[list[PlannedVisit]] = [
        visits[n :: len(organisation_of)] for n in range(len(organisation_of))
    ]
    numbers = iter(range(len(visits) + 1, 10 * len(visits) + 10))
    for tablet, visit, case in _met_again(shifts, random):
        others = [
            n
            for n, organisation in enumerate(organisation_of)
            if organisation != organisation_of[tablet]
        ]
        if others:
            shifts[random.choice(others)].append(
                _second_meeting(next(numbers), visit, case, random)
            )
    return [Shift(n, organisation_of[n], tuple(shift)) for n, shift in enumerate(shifts)]


def _visits(interviews: Sequence[SurveyInterview], random: Random) -> Iterator[PlannedVisit]:
    def where_and_when(interview: SurveyInterview) -> tuple[int, int, str, str]:
        return interview.year, interview.month, interview.division, interview.urban_rural

    number = 0
    for (year, month, division, urban_rural), group in groupby(
        sorted(interviews, key=where_and_when), key=where_and_when
    ):
        together = list(group)
        found = [interview for interview in together if interview.found]
        walks: list[Sequence[SurveyInterview]] = [
            [] for interview in together if not interview.found
        ] + list(_walks(found, random))
        for walk in walks:
            number += 1
            day = date(year, month, random.randint(1, 28))
            yield PlannedVisit(
                number=number,
                visit_date=day,
                division=division,
                urban_rural=urban_rural,
                place_name=f"Simulated place {number:05d}",
                cases=tuple(_case(interview, day, random) for interview in walk),
            )


def _walks(found: Sequence[SurveyInterview], random: Random) -> Iterator[Sequence[SurveyInterview]]:
    at = 0
    while at < len(found):
        step = random.randint(1, PEOPLE_PER_VISIT)
        yield found[at : at + step]
        at += step


def _case(interview: SurveyInterview, day: date, random: Random) -> PlannedCase:
    known = random.random() >= BIRTH_DATE_UNKNOWN
    person = made_up_person(interview.sex, interview.age, day, random, birth_date_known=known)
    return PlannedCase(interview.number, person, interview)


def _met_again(
    shifts: Sequence[Sequence[PlannedVisit]], random: Random
) -> list[tuple[int, PlannedVisit, PlannedCase]]:
    everybody = [
        (tablet, visit, case)
        for tablet, shift in enumerate(shifts)
        for visit in shift
        for case in visit.cases
    ]
    return random.sample(everybody, round(len(everybody) * RECORDED_TWICE))


def _second_meeting(
    number: int, visit: PlannedVisit, case: PlannedCase, random: Random
) -> PlannedVisit:
    """Another organisation's visit, up to a week later in the same month, to the same person."""
    person = spelt_by_another_officer(case.person, random)
    later = min(
        visit.visit_date + timedelta(days=random.randint(1, 7)), _month_end(visit.visit_date)
    )
    return replace(
        visit,
        number=number,
        visit_date=later,
        place_name=f"Simulated place {number:05d}",
        cases=(replace(case, person=person),),
    )


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
