"""Answers of an interview in a file as the form logic reads them, and as they leave the tablet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from shared.answers import NOT_SAID, Trilean, Value
from shared.classification.reading import meaning
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
    questionnaire: Questionnaire,
    answers: Mapping[str, Value],
    day: date | None,
    visible: Collection[str],
) -> dict[str, Value]:
    """What would leave the tablet, and what is grave of answers to questions that are not asked.

    visible: the questions that are asked. A file has no later answer that made another void:
    leaving out a hidden yes could make a grave case harmless, and so could keeping a hidden no (of
    somebody who refused the interview).
    """
    content: dict[str, Value] = {}
    for name, value in answers.items():
        question = questionnaire.questions[name]
        how = question.privacy.how
        if question.is_identity or (name not in visible and _says_no(value)):
            continue
        if how is None or value in NOT_SAID or COARSENINGS[how].fits(value):
            content[name] = value
        else:
            coarse = coarsened(how, value, day)
            if coarse is not None:
                content[name] = coarse
    return content


def _says_no(value: Value) -> bool:
    """Whether an answer says no, none, or no hours at all."""
    return value == 0 if isinstance(value, int | float) else meaning(value) is Trilean.NO
