"""What was seen at a workplace: offered, taken by an act, marked, and never a no."""

from __future__ import annotations

from typing import Any

import pytest

from mobile.casework.observed import is_observed, observed_with, take_over_work
from mobile.casework.written import Body


@pytest.mark.parametrize("nothing", [None, "no", "none", "unknown", "refused", ("none",), ()])
def test_nothing_seen_is_no_observation(nothing: Any) -> None:
    assert not is_observed(nothing)


def test_a_body_written_before_there_were_observations_has_none() -> None:
    import json
    import zlib

    kept = json.loads(
        zlib.decompress(Body({"sex": "male"}, observed=frozenset({"sex"})).to_bytes())
    )
    assert kept.pop("observed") == ["sex"]

    old = Body.from_bytes(zlib.compress(json.dumps(kept).encode()))

    assert (old.answers, old.observed) == ({"sex": "male"}, frozenset())


@pytest.fixture
def two(session: Any) -> Any:
    casework = session.casework
    visit = casework.start_visit()
    first, second = casework.start_case(visit), casework.start_case(visit)
    said = {
        **{"consent_given_by": "inspection", "worked_family_business": "yes"},
        **{"worked_own_farm": "no", "occupation": "931", "hazards": ("heavy_loads",)},
        **{"night_work": "no", "work_hours": 40, "attends_school": "no"},
    }
    for name, value in said.items():
        casework.answer(first, name, value)
    casework.answer(second, "consent_given_by", "inspection")
    return session, first, second


def test_only_what_was_seen_of_the_work_is_taken_over_and_it_is_marked(two: Any) -> None:
    session, first, second = two
    casework = session.casework

    take_over_work(casework, session.reference.questionnaire, second, first)

    answers = dict(casework.found_with(first)[0][1])
    assert (answers["worked_family_business"], answers["occupation"]) == ("yes", "931")
    for name in ("worked_own_farm", "hazards", "night_work", "work_hours", "attends_school"):
        assert name not in answers
    view = casework.interview(second).find("occupation")
    assert view is not None
    assert view.is_observed


def test_an_answer_given_anew_is_the_persons_own(two: Any) -> None:
    session, first, second = two
    casework = session.casework
    take_over_work(casework, session.reference.questionnaire, second, first)

    casework.answer(second, "occupation", "931")

    view = casework.interview(second).find("occupation")
    assert view is not None
    assert not view.is_observed


def test_hazards_seen_with_another_are_offered_while_they_are_open(two: Any) -> None:
    session, first, second = two
    casework = session.casework
    casework.answer(second, "worked_family_business", "yes")
    others = casework.found_with(second)
    page = casework.interview(second).section("conditions").questions

    offered = observed_with(page, others)
    assert offered is not None
    assert offered.row.record_id == first
    assert offered.answers == {"hazards": ("heavy_loads",)}

    casework.answer(second, "hazards", ("none",))
    page = casework.interview(second).section("conditions").questions
    assert observed_with(page, others) is None


def test_a_withdrawn_person_is_no_example(two: Any) -> None:
    session, first, second = two
    session.casework.finalise(first)
    session.casework.withdraw(first, "recorded_by_mistake")

    assert session.casework.found_with(second) == []
