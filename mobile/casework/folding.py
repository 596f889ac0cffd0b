"""The officer's own judgement stays folded until the officer has said which signs there are.

A child that looks at the tablet reads no question on prostitution or trafficking before somebody
has seen a sign of it; the officer's "none of these" leaves it folded for good.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.answers import Value
from shared.questionnaire import Questionnaire
from shared.questionnaire.flow import Flow


def folded(
    questionnaire: Questionnaire, flow: Flow, answers: Mapping[str, Value]
) -> frozenset[str]:
    """The questions of the page of the officer's signs that are asked and not shown yet: all
    without an answer, while the signs have none."""
    pages = {
        question.section
        for question in questionnaire.measured("officer.signs")
        if question.name in flow.visible and question.name not in answers
    }
    signs = {question.name for question in questionnaire.measured("officer.signs")}
    return frozenset(
        question.name
        for page in pages
        for question in questionnaire.section_questions(page)
        if question.takes_answer and question.name not in answers and question.name not in signs
    )
