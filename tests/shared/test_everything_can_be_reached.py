"""No question, no choice and no code is beyond every interview."""

from datetime import date
from random import Random

import pytest

from shared.findings import Severity, check_draft
from shared.questionnaire import Kind, Level
from shared.questionnaire.flow import work_through
from shared.reference import load_reference
from tests.shared.classification.random_interviews import an_answer, asked_only, completed

REFERENCE = load_reference("PAK")
QUESTIONNAIRE = REFERENCE.questionnaire
TODAY = date(2026, 10, 20)
VISIT = {
    "visit_date": "2026-10-15",
    "area": "PK-PB-05",
    "place_kind": "farm",
    "visit_outcomes": (
        *("violations_found", "fine", "removal", "notice", "revisit"),
        *("wages_recovered", "fees_recovered"),
    ),
}
ENOUGH = 1_500


def in_full(answers):
    years = answers.get("birth_date")
    return {**answers, "birth_date": f"{2026 - years}-04-01"} if isinstance(years, int) else answers


@pytest.fixture(scope="module")
def reached():
    """For every case question an interview that comes to it."""
    wanted = {q.name for q in QUESTIONNAIRE.of_level(Level.CASE) if q.takes_answer}
    found = {}
    for number in range(ENOUGH):
        random = Random(number)
        # Ages nobody knows are rare draws: every fifth interview is of somebody without one.
        begun = {"birth_date": "unknown", "age_stated": "unknown"} if number % 5 == 0 else {}
        answers = completed(begun, VISIT, random, quiet=random.choice((0.1, 0.3)))
        for question in QUESTIONNAIRE.of_level(Level.CASE):  # what is asked and not required
            if question.required is None and question.takes_answer and random.random() < 0.5:
                answers[question.name] = an_answer(question, random, unknown=0, quiet=0.2)
        answers = in_full(asked_only(answers, VISIT))
        for name in work_through(QUESTIONNAIRE, Level.CASE, answers, VISIT).visible & wanted:
            found.setdefault(name, answers)
        if set(found) == wanted:
            break
    return found


def codes_of(question):
    if question.from_file:
        return list(REFERENCE.codelists[question.choice_list].entries)
    return [choice.code for choice in QUESTIONNAIRE.choices[question.choice_list]]


def test_every_question_about_a_person_is_asked_in_some_interview(reached):
    asked = {q.name for q in QUESTIONNAIRE.of_level(Level.CASE) if q.takes_answer}

    assert set(reached) == asked


def test_every_question_about_a_visit_is_asked_in_some_visit():
    asked = work_through(QUESTIONNAIRE, Level.VISIT, VISIT).visible

    assert {q.name for q in QUESTIONNAIRE.of_level(Level.VISIT) if q.takes_answer} <= asked


def test_every_choice_of_every_list_can_be_given_somewhere(reached):
    """Status in employment 60 and 90, for unpaid trainees and other unpaid workers, among them."""
    for question in QUESTIONNAIRE.of_level(Level.CASE):
        if question.kind not in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE):
            continue
        codes = codes_of(question)
        for code in codes if len(codes) < 200 else codes[:20]:
            value = code if question.kind is Kind.SELECT_ONE else (code,)
            answers = {**reached[question.name], question.name: value}
            wrong = check_draft(REFERENCE, Level.CASE, answers, VISIT, TODAY)
            severe = [
                one.code
                for one in wrong
                if one.question == question.name and one.severity is Severity.ERROR
            ]
            allowed = ("consent.", "judgement.")  # said about other answers of that interview
            assert all(one.startswith(allowed) for one in severe), (question.name, code)


def test_every_section_opens_in_some_interview_and_closes_in_another(reached):
    for section in QUESTIONNAIRE.sections_of(Level.CASE):
        names = {q.name for q in QUESTIONNAIRE.section_questions(section.name) if q.takes_answer}
        assert names <= set(reached), section.name
        if section.relevant is not None:
            shut = asked_only({"consent_given_by": "nobody"}, VISIT)
            flow = work_through(QUESTIONNAIRE, Level.CASE, shut, VISIT)
            assert not names & flow.visible, section.name
