"""Activities proposed for a kind of place."""

from __future__ import annotations

from typing import Any

import pytest

from mobile.casework.proposals import ACTIVITIES, KIND_OF_PLACE, proposed
from shared.reference import load_reference

REFERENCE = load_reference("PAK")


@pytest.mark.parametrize("kind", ACTIVITIES)
def test_what_is_proposed_exists(kind: str) -> None:
    question = REFERENCE.questionnaire.questions[KIND_OF_PLACE]
    kinds = {choice.code for choice in REFERENCE.questionnaire.choices[question.choice_list]}

    assert kind in kinds
    assert all(code in REFERENCE.codelists["isic"] for code in ACTIVITIES[kind])


def test_a_brick_kiln_proposes_its_activity_and_answers_nothing(session: Any) -> None:
    casework = session.casework
    visit = casework.start_visit()
    assert casework.answer_of(visit, "activity") is None
    casework.answer(visit, "place_kind", "brick_kiln")
    interview = casework.interview(visit)

    kind, codes = proposed(interview, interview.find("activity"))

    assert (kind.label("en"), codes) == ("Brick kiln", ("23",))
    assert casework.answer_of(visit, "activity") is None
    assert proposed(interview, interview.find("area")) is None


def test_a_factory_proposes_nothing(session: Any) -> None:
    visit = session.casework.start_visit()
    session.casework.answer(visit, "place_kind", "factory")
    interview = session.casework.interview(visit)

    assert proposed(interview, interview.find("activity")) is None
