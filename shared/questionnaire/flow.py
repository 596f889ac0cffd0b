"""Which questions are asked, what is calculated, which choices are offered: for any answers.

A question that is not asked reads as unanswered in every expression, so an answer given before
the path changed has no further effect. Unknown and refused read as unanswered in texts, numbers
and dates, and as the codes ``unknown`` and ``refused`` in choices.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from shared.answers import NOT_SAID, Answers, Value
from shared.questionnaire.expressions import Scope
from shared.questionnaire.model import Choice, Kind, Level, Question, Questionnaire
from shared.questionnaire.straight import Pass, straight_pass
from shared.questionnaire.values import XValue
from shared.remembered import forgotten_on_locking

NOTHING: Mapping[str, Value] = {}


class Flow:
    """One case or visit, worked through once.

    visible: names of the questions asked, notes and calculations whose condition holds included.
    scope: what expressions see: answers to visible questions, and calculations.
    """

    __slots__ = ("scope", "visible")

    def __init__(self, visible: set[str], scope: Scope) -> None:
        self.visible, self.scope = visible, scope


def work_through(
    questionnaire: Questionnaire,
    level: Level,
    answers: Answers,
    visit_answers: Answers = NOTHING,
    today: date | None = None,
) -> Flow:
    """Relevance and calculations of all questions of that level.

    visit_answers: of the visit a case belongs to; ignored at visit level.
    today: what ``today()`` means; the day of the visit when none is handed in.
    """
    values: dict[str, XValue] = {}
    day = today.isoformat() if today is not None else _visit_day(level, answers, visit_answers)
    scope = Scope(values, today=day)
    visible: set[str] = set()
    if level is Level.CASE:
        said = tuple([(name, value, type(value)) for name, value in visit_answers.items()])
        values.update(_of_visit(_Same(questionnaire), day, said))
    _pass(questionnaire, level, answers, scope, visible)
    return Flow(visible, scope)


class _Same:
    """A questionnaire as a cache key: the same object, not an equal one (it is deep)."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.questionnaire is self.questionnaire

    def __hash__(self) -> int:
        return id(self.questionnaire)


@forgotten_on_locking
@lru_cache(maxsize=64)
def _of_visit(
    same: _Same, day: str, said: tuple[tuple[str, Value, type], ...]
) -> Mapping[str, XValue]:
    """What expressions of a case see of its visit: the same for every case found in it."""
    values: dict[str, XValue] = {}
    answers = {name: value for name, value, _ in said}
    _pass(same.questionnaire, Level.VISIT, answers, Scope(values, today=day), set())
    return values


def visible_questions(
    questionnaire: Questionnaire,
    level: Level,
    answers: Answers,
    visit_answers: Answers = NOTHING,
    today: date | None = None,
) -> list[Question]:
    """The questions to be asked, in document order; notes included, calculations not."""
    visible = work_through(questionnaire, level, answers, visit_answers, today).visible
    return [
        question
        for question in questionnaire.of_level(level)
        if question.name in visible and question.kind is not Kind.CALCULATE
    ]


def calculated(
    questionnaire: Questionnaire,
    level: Level,
    answers: Answers,
    visit_answers: Answers = NOTHING,
    today: date | None = None,
) -> dict[str, Value]:
    """What the calculations of that level give; those without a result are left out."""
    flow = work_through(questionnaire, level, answers, visit_answers, today)
    return {
        question.name: value
        for question in questionnaire.of_level(level)
        if question.kind is Kind.CALCULATE and question.name in flow.visible
        for value in [_as_answer(flow.scope.values.get(question.name, ""))]
        if value is not None
    }


def without_hidden(
    questionnaire: Questionnaire,
    level: Level,
    answers: Answers,
    visit_answers: Answers = NOTHING,
    today: date | None = None,
) -> dict[str, Value]:
    """The answers to questions that are asked, in document order; the others are dropped."""
    visible = work_through(questionnaire, level, answers, visit_answers, today).visible
    return {
        question.name: answers[question.name]
        for question in questionnaire.of_level(level)
        if question.takes_answer and question.name in visible and question.name in answers
    }


def choices_for(
    questionnaire: Questionnaire,
    question: Question,
    answers: Answers,
    visit_answers: Answers = NOTHING,
    today: date | None = None,
) -> tuple[Choice, ...]:
    """The choices of an inline list that the choice filter lets through; else none."""
    if question.from_file:
        return ()
    choices = questionnaire.choices.get(question.choice_list or "", ())
    if question.choice_filter is None:
        return choices
    flow = work_through(questionnaire, question.level, answers, visit_answers, today)
    return offered(question, choices, flow.scope)


def offered(question: Question, choices: tuple[Choice, ...], scope: Scope) -> tuple[Choice, ...]:
    """The choices the choice filter lets through."""
    if question.choice_filter is None:
        return choices
    evaluate = question.choice_filter.evaluate
    found = []
    for choice in choices:
        columns = {**choice.columns, "name": choice.code}
        looked_at = Scope(scope.values, scope.today, columns=columns)
        if evaluate(looked_at):
            found.append(choice)
    return tuple(found)


def defaults(
    questionnaire: Questionnaire,
    level: Level,
    visit_answers: Answers = NOTHING,
    today: date | None = None,
) -> dict[str, Value]:
    """What a new case or visit begins with: the column ``default``; empty ones are left out."""
    scope = work_through(questionnaire, level, NOTHING, visit_answers, today).scope
    found: dict[str, Value] = {}
    for question in questionnaire.of_level(level):
        if question.default is not None:
            value = _as_answer(question.default.evaluate(scope))
            if value is not None:
                found[question.name] = value
    return found


OFTEN = 200
"""Times a questionnaire is worked through step by step before a function is written out for it:
that takes as long as some hundred, so that it is soon made up for, and a form opened once or twice
never pays for it."""


def _pass(
    questionnaire: Questionnaire,
    level: Level,
    answers: Answers,
    scope: Scope,
    visible: set[str],
) -> None:
    use = _use(_Same(questionnaire))
    written = use.written.get(level)
    if written is None and use.times >= OFTEN:
        written = use.written[level] = straight_pass(questionnaire, level)
    if written is not None:
        written(scope, answers, visible)
        return
    use.times += 1
    step_by_step(questionnaire, level, answers, scope, visible)


class _Use:
    """How often a questionnaire was worked through, and what was written out for it: forgotten
    together, so that more questionnaires than are kept are worked through step by step, and none
    is written out again and again."""

    __slots__ = ("times", "written")

    def __init__(self) -> None:
        self.times = 0
        self.written: dict[Level, Pass] = {}


@lru_cache(maxsize=32)
def _use(same: _Same) -> _Use:
    return _Use()


def step_by_step(
    questionnaire: Questionnaire,
    level: Level,
    answers: Answers,
    scope: Scope,
    visible: set[str],
) -> None:
    """Puts what is seen into the scope, and the names of what is asked into the set."""
    values = scope.values
    shown: dict[str, bool] = {}
    for step in questionnaire.steps[level]:
        if step.section_relevant is not None:
            shows = shown.get(step.section)
            if shows is None:
                shows = shown[step.section] = bool(step.section_relevant(scope))
            if not shows:
                continue
        if step.relevant is not None and not step.relevant(scope):
            continue
        name = step.name
        visible.add(name)
        if step.calculate is not None:
            values[name] = step.calculate(scope)
        elif step.takes_answer:
            value = answers.get(name)
            if value is not None and (step.is_coded or value not in NOT_SAID):
                values[name] = value


def _visit_day(level: Level, answers: Answers, visit_answers: Answers) -> str:
    value = (visit_answers if level is Level.CASE else answers).get("visit_date")
    return value if isinstance(value, str) and value not in NOT_SAID else ""


def _as_answer(value: XValue) -> Value | None:
    """A result as an answer: truths as yes and no, whole numbers as int; empty is none."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() else round(value, 2)
    return None if value in ("", ()) else value
