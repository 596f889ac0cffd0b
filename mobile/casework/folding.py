"""What of an interview is not to be read over the shoulder.

The officer's own judgement stays folded until the officer has said which signs there are. A child
that looks at the tablet reads no question on prostitution or trafficking before somebody has seen a
sign of it; the officer's "none of these" leaves it folded for good. Questions on coercion, violence
and exploitation stand covered but for the one that is asked now.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.answers import Value
from shared.questionnaire import Questionnaire
from shared.questionnaire.flow import Flow

_COERCION = ("forced.", "worst.", "trafficking.", "officer.signs")
"""Measures whose sections are about coercion and exploitation."""
_HARM = ("danger.kind", "work.abuse", "work.confined", "case.settings", "report.state")
"""Measures of harm done, and of what the officer makes of it, on pages about something else."""


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


def covered(questionnaire: Questionnaire) -> frozenset[str]:
    """The questions of which a page shows one at a time: those of sections on coercion and
    exploitation, those of harm done, and other sensitive ones."""
    questions = [each for each in questionnaire.questions.values() if each.takes_answer]
    pages = {each.section for each in questions if (each.measure or "").startswith(_COERCION)}
    return frozenset(
        each.name
        for each in questions
        if each.section in pages
        or each.measure in _HARM
        or (each.asked is not None and each.asked.is_sensitive)
    )
