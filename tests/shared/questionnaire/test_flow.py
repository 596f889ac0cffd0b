"""The path through an interview: what is asked, calculated and offered, for any answers."""

import sys
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.answers import REFUSED, UNKNOWN
from shared.findings import check_draft
from shared.questionnaire import (
    Kind,
    Level,
    calculated,
    choices_for,
    defaults,
    load_questionnaire,
    visible_questions,
    without_hidden,
)
from shared.reference import load_reference
from tests.shared.questionnaire.answering import answers_of, interviews
from tests.shared.questionnaire.small_forms import form

STANDARD = load_questionnaire()
YES_NO = "select_one yes_no"


def names(questionnaire, answers, visit=None, level=Level.CASE):
    return [q.name for q in visible_questions(questionnaire, level, answers, visit or {})]


@pytest.fixture(scope="module")
def chain():
    """b is asked after a yes, c after b's yes, and the total counts both."""
    return form(
        visit=[{"type": YES_NO, "name": "open"}],
        case=[
            {"type": YES_NO, "name": "a"},
            {"type": YES_NO, "name": "b", "relevant": "${a} = 'yes'"},
            {"type": YES_NO, "name": "c", "relevant": "${b} = 'yes' and ${open} != 'no'"},
            {"type": "integer", "name": "n"},
            {
                "type": "calculate",
                "name": "total",
                "calculation": "if(${a} = 'yes', 1, 0) + if(${b} = 'yes', 1, 0) + ${n}",
            },
            {"type": "select_one fruit", "name": "fruit", "choice_filter": "kind = ${kind}"},
            {"type": "calculate", "name": "kind", "calculation": "if(${n} > 1, 'tree', 'field')"},
        ],
    )


def test_a_question_appears_with_the_answer_that_calls_for_it(chain):
    assert "b" not in names(chain, {})
    assert "b" in names(chain, {"a": "yes"})
    assert "c" in names(chain, {"a": "yes", "b": "yes"})


def test_an_answer_to_a_hidden_question_has_no_effect(chain):
    changed_mind = {"a": "no", "b": "yes", "c": "yes", "n": 2}

    assert names(chain, changed_mind) == ["a", "n", "fruit"]
    assert without_hidden(chain, Level.CASE, changed_mind) == {"a": "no", "n": 2}
    assert calculated(chain, Level.CASE, changed_mind) == {"total": 2, "kind": "tree"}


def test_a_case_reads_the_answers_of_its_visit(chain):
    assert "c" not in names(chain, {"a": "yes", "b": "yes"}, {"open": "no"})


@pytest.mark.parametrize("not_said", [UNKNOWN, REFUSED])
def test_not_known_reads_as_not_answered_in_numbers_and_as_a_code_in_choices(chain, not_said):
    assert "total" not in calculated(chain, Level.CASE, {"n": not_said})
    questionnaire = form(
        case=[
            {"type": YES_NO, "name": "a"},
            {"type": "integer", "name": "n", "relevant": f"${{a}} = '{not_said}'"},
        ]
    )
    assert names(questionnaire, {"a": not_said}) == ["a", "n"]


def test_choices_are_those_the_filter_lets_through(chain):
    fruit = chain.questions["fruit"]

    assert [c.code for c in choices_for(chain, fruit, {"n": 5})] == ["apple"]
    assert [c.code for c in choices_for(chain, fruit, {"n": 0})] == ["melon"]


def test_a_new_record_begins_with_the_defaults():
    today = date(2026, 5, 4)

    assert defaults(STANDARD, Level.VISIT, {}, today) == {"visit_date": "2026-05-04"}
    visit = {"place_kind": "farm", "activity": "01"}
    assert defaults(STANDARD, Level.CASE, visit, today) == {
        "interview_form": "full",
        "who_answered": "self",
        "industry": "01",
    }


def test_age_is_in_completed_years_on_the_day_of_the_visit():
    def age(born, visit):
        answers = {"birth_date": born}
        return calculated(STANDARD, Level.CASE, answers, {"visit_date": visit}).get("age_years")

    assert age("2014-05-04", "2026-05-03") == 11
    assert age("2014-05-04", "2026-05-04") == 12
    assert age("2012-02-29", "2026-02-28") == 13
    assert age("2012-02-29", "2026-03-01") == 14


def test_nobody_is_asked_about_age_bands_who_knows_the_birth_date():
    visit = {"visit_date": "2026-05-03"}

    assert "age_stated" in names(STANDARD, {"birth_date": UNKNOWN}, visit)
    assert "age_band" in names(STANDARD, {"birth_date": UNKNOWN, "age_stated": UNKNOWN}, visit)
    assert "age_band" not in names(STANDARD, {"birth_date": "2014-05-04"}, visit)


@pytest.mark.parametrize(
    "said",
    [
        {"birth_date": "2014-05-04"},
        {"age_stated": 12},
        {"birth_date": UNKNOWN, "age_stated": 12},
        {"age_band": "12_14", "age_source": "events"},
        {"birth_date": REFUSED, "age_stated": UNKNOWN, "age_band": UNKNOWN},
    ],
)
def test_any_one_way_to_say_the_age_is_enough(said):
    reference = load_reference("PAK")
    visit = {"visit_date": "2026-05-03"}
    found = check_draft(reference, Level.CASE, said, visit, date(2026, 5, 4))
    about = {q.name for q in STANDARD.section_questions("about")} - {"sex"}

    assert [f for f in found if f.question in about] == []


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(answers_of(STANDARD, Level.CASE), interviews(STANDARD, Level.CASE)),
    answers_of(STANDARD, Level.VISIT),
)
def test_a_hidden_question_never_has_an_answer_and_the_path_is_stable(answers, visit):
    """Dropping hidden answers changes nothing of what is asked, calculated or dropped."""
    shown = without_hidden(STANDARD, Level.CASE, answers, visit)
    asked = set(names(STANDARD, answers, visit))

    assert set(shown) <= asked
    assert set(names(STANDARD, shown, visit)) == asked
    assert without_hidden(STANDARD, Level.CASE, shown, visit) == shown
    assert calculated(STANDARD, Level.CASE, shown, visit) == calculated(
        STANDARD, Level.CASE, answers, visit
    )


@settings(max_examples=150, deadline=None)
@given(answers_of(STANDARD, Level.CASE, anything=True), answers_of(STANDARD, Level.VISIT, True))
def test_the_flow_never_raises_whatever_the_answers(answers, visit):
    visible_questions(STANDARD, Level.CASE, answers, visit)
    visible_questions(STANDARD, Level.VISIT, visit)
    calculated(STANDARD, Level.CASE, answers, visit)


def test_a_whole_case_is_worked_through_in_about_a_millisecond():
    """Counted in calls of functions, nine for each question: the same on every machine."""
    answers = {q.name: "yes" for q in STANDARD.of_level(Level.CASE) if q.kind is Kind.SELECT_ONE}
    visible_questions(STANDARD, Level.CASE, answers, {})  # what is worked out once
    calls = 0

    def count(_frame, event, _argument):
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        visible_questions(STANDARD, Level.CASE, answers, {})
    finally:
        sys.setprofile(before)

    questions = len(STANDARD.of_level(Level.CASE))
    assert questions < calls < 20 * questions
