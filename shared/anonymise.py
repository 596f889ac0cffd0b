"""What leaves the tablet of a case or visit, and what stays.

Owns the cut between the identity part and the statistical part. Nothing here decides by itself
what points to a person: every question carries its mark, and one without a mark does not load.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from shared.answers import NOT_SAID, Answers, Value
from shared.questionnaire.coarsening import A_VISIT_DAY, COARSENINGS, coarsened, day_of
from shared.questionnaire.flow import NOTHING, without_hidden
from shared.questionnaire.model import Level, PrivacyKind, Question, Questionnaire


def anonymise(
    questionnaire: Questionnaire,
    level: Level,
    answers: Answers,
    visit_answers: Answers = NOTHING,
) -> dict[str, Value]:
    """The statistical content: what leaves the tablet, in document order.

    Answers to hidden questions, identity and calculations are dropped; the others are kept or
    coarsened by their mark. What cannot be coarsened (no such day, a birth after the visit, no
    visit date to count years from) is dropped, never kept as it is.
    """
    own = answers if level is Level.VISIT else visit_answers
    day = visit_day(questionnaire, own)
    content: dict[str, Value] = {}
    for name, answer in without_hidden(questionnaire, level, answers, visit_answers).items():
        leaves = _what_leaves(questionnaire.questions[name], answer, day)
        if leaves is not None:
            content[name] = leaves
    return content


def _what_leaves(question: Question, answer: Value, day: date | None) -> Value | None:
    match question.privacy.kind:
        case PrivacyKind.KEEP:
            return answer
        case PrivacyKind.COARSEN if question.privacy.how is not None:
            return coarsened(question.privacy.how, answer, day)
    return None


def identity_part(
    questionnaire: Questionnaire,
    level: Level,
    answers: Answers,
    visit_answers: Answers = NOTHING,
) -> dict[str, Value]:
    """What stays: the full answers that do not leave, or leave in a coarser form only.

    With the statistical content it makes the whole: every answer to a question that is asked is
    in one of the two, and a coarsened one is here in full and there coarsely.
    """
    content = anonymise(questionnaire, level, answers, visit_answers)
    asked = without_hidden(questionnaire, level, answers, visit_answers)
    return {name: answer for name, answer in asked.items() if content.get(name) != answer}


def visit_day(questionnaire: Questionnaire, visit_answers: Answers) -> date | None:
    """The day of the visit; of a month, its middle; ``None`` when it is not said."""
    for question in questionnaire.measured("visit.date"):
        value = visit_answers.get(question.name)
        if value is not None and value not in NOT_SAID:
            return day_of(value)
    return None


def stand_ins(
    questionnaire: Questionnaire,
    level: Level,
    content: Answers,
    visit_content: Answers | None = None,
) -> tuple[dict[str, Value], dict[str, Value]]:
    """Full answers that would have left as this content, for a case also those of its visit.

    With them the form logic gives on the server what it gave on the tablet, from the coarse
    content alone. Without the visit's content a day is put in its place: ages come out the same.
    """
    own = content if level is Level.VISIT else visit_content or NOTHING
    day = visit_day(questionnaire, own) or A_VISIT_DAY
    full_visit = _stand_in(questionnaire, visit_content or NOTHING, day)
    if level is Level.CASE:
        for question in questionnaire.measured("visit.date"):
            full_visit.setdefault(question.name, day.isoformat())
    return _stand_in(questionnaire, content, day), full_visit


def _stand_in(
    questionnaire: Questionnaire, content: Mapping[str, Value], day: date
) -> dict[str, Value]:
    full: dict[str, Value] = {}
    for name, value in content.items():
        question = questionnaire.questions.get(name)
        if question is None:
            continue
        how = question.privacy.how
        full[name] = (
            value if how is None or value in NOT_SAID else COARSENINGS[how].stand_in(value, day)
        )
    return full
