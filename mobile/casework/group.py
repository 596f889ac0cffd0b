"""A group or household written down first, one line a person, and interviewed afterwards in any
order. A line is a draft like any other, with names, sex and age as far as they are known."""

from __future__ import annotations

from collections.abc import Sequence

from mobile.casework.use_cases import Casework
from mobile.casework.views import CaseRow, Interview
from shared.answers import Value
from shared.identifiers import RecordId
from shared.lifecycle import CaseState
from shared.questionnaire import Question, Questionnaire

MEASURES = ("identity.given_name", "identity.family_name", "age.stated", "sex")
"""What a line asks, in this order, as far as the questionnaire has it."""


def columns(questionnaire: Questionnaire) -> tuple[Question, ...]:
    """The questions of a line."""
    return tuple(found for measure in MEASURES for found in questionnaire.measured(measure)[:1])


def still_waits(interview: Interview, asked: Sequence[Question]) -> bool:
    """Whether nobody has begun that interview: the first thing that must be answered, beside what
    the lines ask, is open, and it was never finalised."""
    names = {question.name for question in asked}
    if interview.state is not CaseState.DRAFT or interview.revision > 1:
        return False
    views = [view for section in interview.sections for view in section.questions]
    first = next((view for view in views if view.required and view.name not in names), None)
    return first is None or first.value is None


def waiting(casework: Casework, questionnaire: Questionnaire, visit_id: RecordId) -> list[CaseRow]:
    """The persons of the visit whose interview has not begun, in the order they were listed."""
    asked = columns(questionnaire)
    return [
        row
        for row in casework.cases_of(visit_id)
        if row.state is CaseState.DRAFT and still_waits(casework.interview(row.record_id), asked)
    ]


def write_down(
    casework: Casework, visit_id: RecordId, case_id: RecordId | None, name: str, value: Value | None
) -> RecordId | None:
    """Keeps one answer of a line; the first one begins the draft. Gives whose line it is, None as
    long as nothing was said."""
    if case_id is None:
        if value is None:
            return None
        case_id = casework.start_case(visit_id)
    casework.answer(case_id, name, value)
    return case_id
