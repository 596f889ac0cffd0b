"""None of the rest: which questions one act may answer, and which are asked one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile.casework.batteries import none_of, rests
from mobile.casework.views import QuestionView
from shared.questionnaire import Kind, Level
from shared.reference import load_reference

QUESTIONNAIRE = load_reference("PAK").questionnaire
ASKED = [each for each in QUESTIONNAIRE.of_level(Level.CASE) if each.takes_answer]
HARMFUL = ("danger", "hazard", "forced", "worst", "abuse", "confined", "trafficking", "signs")


def view(question: Any, value: Any = None) -> QuestionView:
    choices = QUESTIONNAIRE.choices.get(question.choice_list or "", ())
    return QuestionView(
        question.name, question, question.name, "", None, value, True, choices, None, ()
    )


@pytest.mark.parametrize("question", ASKED, ids=lambda each: each.name)
def test_no_question_about_danger_harm_or_force_is_answered_with_others(question: Any) -> None:
    measure = question.measure or ""
    sensitive = question.asked is not None and question.asked.is_sensitive

    if sensitive or any(word in measure for word in HARMFUL):
        assert none_of(view(question)) is None


def test_kinds_of_work_and_chores_are_lists() -> None:
    answered = {each.name: none_of(view(each)) for each in ASKED}

    assert answered["worked_own_farm"] == "no"
    assert answered["chores"] == ("none",)
    assert answered["sex"] is None


@given(st.lists(st.tuples(st.sampled_from(ASKED), st.booleans()), max_size=12))
def test_what_is_left_is_unanswered_in_order_and_in_one_run(asked: Any) -> None:
    page, names = [], set()
    for question, is_answered in asked:
        if question.name not in names:
            names.add(question.name)
            page.append(view(question, "unknown" if is_answered else None))
    by_name = {each.name: each for each in page}
    order = [each.name for each in page]

    for last, left in rests(page).items():
        assert len(left) >= 2
        assert all(by_name[name].value is None for name in left)
        span = order[order.index(left[0]) : order.index(last) + 1]
        assert list(left) == [name for name in span if by_name[name].value is None]
        assert all(none_of(by_name[name]) is not None for name in span)


def test_a_question_that_knows_no_no_is_never_given_one() -> None:
    question = next(each for each in ASKED if each.kind is Kind.SELECT_MULTIPLE)
    without = replace(view(question), choices=())

    assert none_of(without) is None
