"""Answers of an interview in a file as the form logic reads them, and as they leave the tablet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from shared.answers import NOT_SAID, Value
from shared.questionnaire import Questionnaire
from shared.questionnaire.coarsening import COARSENINGS, coarsened


def in_full(
    questionnaire: Questionnaire, answers: Mapping[str, Value], day: date | None
) -> dict[str, Value]:
    """Full answers that leave as what was given coarsely, for the form logic."""
    full: dict[str, Value] = {}
    for name, value in answers.items():
        how = questionnaire.questions[name].privacy.how
        if how is not None and value not in NOT_SAID and COARSENINGS[how].fits(value):
            value = COARSENINGS[how].stand_in(value, day or date(2024, 6, 15))
        full[name] = value
    return full


def content_of(
    questionnaire: Questionnaire, answers: Mapping[str, Value], day: date | None
) -> dict[str, Value]:
    """What would leave the tablet. Hidden answers stay in: a file has no later answer that made
    them void, and leaving one out could make a grave case harmless."""
    content: dict[str, Value] = {}
    for name, value in answers.items():
        question = questionnaire.questions[name]
        how = question.privacy.how
        if question.is_identity:
            continue
        if how is None or value in NOT_SAID or COARSENINGS[how].fits(value):
            content[name] = value
        else:
            coarse = coarsened(how, value, day)
            if coarse is not None:
                content[name] = coarse
    return content
