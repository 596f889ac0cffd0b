"""Replayed and drawn interviews, made-up people and who records them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.officers.mics_replay import replay_mics
from demo.officers.names import (
    BOYS,
    FAMILIES,
    GIRLS,
    birth_date_for,
    made_up_person,
    spelt_by_another_officer,
    with_typing_error,
)
from demo.officers.plan import PEOPLE_PER_VISIT, RECORDED_TWICE, plan_shifts
from demo.officers.published_shares import ADULTS, NOBODY_FOUND, draw_interviews

SURVEY = Path(__file__).parents[3] / "shared/data/microdata/mics5_punjab_2014_child_labour.csv"
TEAMS = (3, 2, 2)


def completed_years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@given(
    age=st.integers(0, 60),
    day=st.dates(date(2000, 1, 1), date(2030, 12, 31)),
    seed=st.integers(0, 2**32),
)
def test_made_up_birth_date_gives_the_age_it_was_made_for(age: int, day: date, seed: int) -> None:
    assert completed_years(birth_date_for(age, day, Random(seed)), day) == age


def test_every_name_has_another_spelling_and_an_urdu_one() -> None:
    for name in (*BOYS, *GIRLS, *FAMILIES):
        assert len(set(name.latin)) >= 2
        assert all("\u0600" <= letter <= "\u06ff" for letter in name.urdu)


@given(seed=st.integers(0, 2**32))
def test_another_officer_writes_the_same_sex_and_birth_date(seed: int) -> None:
    random = Random(seed)
    person = made_up_person("female", 9, date(2014, 7, 1), random)

    again = spelt_by_another_officer(person, random)

    assert (again.sex, again.birth_date) == (person.sex, person.birth_date)


@given(word=st.sampled_from([name.latin[0] for name in FAMILIES]), seed=st.integers(0, 2**32))
def test_typing_error_keeps_the_first_letter_and_changes_at_most_one(word: str, seed: int) -> None:
    typed = with_typing_error(word, Random(seed))

    assert typed[0] == word[0]
    assert abs(len(typed) - len(word)) <= 1


def test_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    interviews = draw_interviews(200, Random(1))

    assert plan_shifts(interviews, TEAMS, Random(5)) == plan_shifts(interviews, TEAMS, Random(5))
    assert plan_shifts(interviews, TEAMS, Random(5)) != plan_shifts(interviews, TEAMS, Random(6))


@given(count=st.integers(1, 300), seed=st.integers(0, 2**32))
def test_every_person_found_is_recorded_once_or_by_two_organisations(count: int, seed: int) -> None:
    random = Random(seed)
    interviews = draw_interviews(count, random)
    found = [interview for interview in interviews if interview.found]

    shifts = plan_shifts(interviews, TEAMS, random)

    meetings = Counter(
        case.person_number for shift in shifts for visit in shift.visits for case in visit.cases
    )
    assert set(meetings) == {interview.number for interview in found}
    assert sum(times == 2 for times in meetings.values()) == round(len(found) * RECORDED_TWICE)
    assert set(meetings.values()) <= {1, 2}
    for number, times in meetings.items():
        organisations = [
            shift.organisation
            for shift in shifts
            for visit in shift.visits
            for case in visit.cases
            if case.person_number == number
        ]
        assert len(set(organisations)) == times


@given(seed=st.integers(0, 2**32))
def test_every_interview_without_anybody_is_a_visit_with_nobody_found(seed: int) -> None:
    random = Random(seed)
    interviews = draw_interviews(120, random)

    shifts = plan_shifts(interviews, TEAMS, random)

    visits = [visit for shift in shifts for visit in shift.visits]
    assert sum(not visit.cases for visit in visits) == sum(not one.found for one in interviews)
    assert max(len(visit.cases) for visit in visits) <= PEOPLE_PER_VISIT
    assert len({visit.place_name for visit in visits}) == len(visits)


def test_drawn_interviews_keep_to_the_published_shares() -> None:
    drawn = draw_interviews(20_000, Random(87))
    children = [one for one in drawn if one.found and one.age < 18]

    def share(condition: object) -> float:
        return sum(map(condition, children)) / len(children)  # type: ignore[arg-type]

    assert abs(share(lambda one: one.sex == "male") - 78.2 / 137.6) < 0.02
    assert abs(share(lambda one: one.age <= 11) - 78.9 / 136.9) < 0.02
    assert abs(share(lambda one: one.answers["industry"] in ("01", "03")) - 61 / 101) < 0.02
    assert (
        abs(sum(not one.found for one in drawn) / len(drawn) - NOBODY_FOUND * (1 - ADULTS)) < 0.02
    )


@pytest.mark.skipif(not SURVEY.exists(), reason="the survey file is not beside the project")
def test_replay_has_every_interview_and_finds_who_works() -> None:
    interviews = replay_mics(SURVEY)

    assert len(interviews) == 1431
    worked = [
        one
        for one in interviews
        if "yes" in [value for name, value in one.answers.items() if name.startswith("worked_")]
    ]
    assert len(worked) == 210
    assert all(one.found for one in worked)
    assert sum(one.found for one in interviews) == 1061
    assert all("hazards" not in one.answers or one.found for one in interviews)
