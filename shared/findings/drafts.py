"""Checks on the tablet: of a draft after each answer, and before it is finalised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from shared.answers import NOT_SAID, Answers, Value
from shared.findings.catalogue import Finding, finding
from shared.findings.crosschecks import cross_checks
from shared.findings.values import check_form
from shared.questionnaire.expressions import Scope
from shared.questionnaire.filled import filled
from shared.questionnaire.flow import Flow, offered, work_through
from shared.questionnaire.model import Kind, Level, Question
from shared.reference import Reference


def check_draft(
    reference: Reference,
    level: Level,
    answers: Answers,
    visit_answers: Answers,
    today: date,
    flow: Flow | None = None,
) -> list[Finding]:
    """Findings about a whole case or visit, in document order, then those about no one question.

    Finalising needs a draft without an error. flow: of these very answers, where it is at hand.
    """
    questionnaire = reference.questionnaire
    flow = flow or work_through(questionnaire, level, answers, visit_answers)
    found: dict[str | None, list[Finding]] = {}
    for question in questionnaire.of_level(level):
        if question.name not in flow.visible or not question.takes_answer:
            continue
        value = answers.get(question.name)
        if _is_missing(value):
            if question.required is not None and question.required.is_true(flow.scope):
                found[question.name] = [finding("answer.required", question.name)]
        elif value is not None:
            found[question.name] = list(_about(reference, question, value, flow, today))
    wrong = {name for name, findings in found.items() if findings}
    for crossed in cross_checks(reference, level, flow, answers, visit_answers, today):
        if crossed.question not in wrong:
            found.setdefault(crossed.question, []).append(crossed)
    alone = found.pop(None, [])
    ordered = [one for name in questionnaire.questions for one in found.get(name, ())]
    return ordered + alone


LIES_AHEAD = frozenset({"visit.deadline", "visit.revisit", "report.deadline"})
"""Measures of days that have not come yet: by when, and when again."""


def _is_past(question: Question) -> bool:
    """Whether it asks for a day that has come. Of a question that measures nothing its form alone
    says which days are possible."""
    return question.measure is not None and question.measure not in LIES_AHEAD


def _is_missing(value: Value | None) -> bool:
    """Blanks are no answer; nor is a list of no choices."""
    return value is None or value == () or (isinstance(value, str) and not value.strip())


def _about(
    reference: Reference, question: Question, value: Value, flow: Flow, today: date
) -> Iterator[Finding]:
    wrong = list(check_form(reference, question, value))
    if wrong or value in NOT_SAID:
        yield from wrong
        return
    if question.choice_filter is not None and not question.from_file:
        choices = reference.questionnaire.choices.get(question.choice_list or "", ())
        codes = {choice.code for choice in offered(question, choices, flow.scope)}
        given = value if isinstance(value, tuple) else (value,)
        if not set(given) <= codes:
            yield finding("answer.not_offered", question.name)
            return
    if question.kind is Kind.DATE and _is_past(question) and str(value) > today.isoformat():
        # A tablet that was carried west, or whose time zone was, is a day behind its own answers.
        today += timedelta(days=1)
        if str(value) > today.isoformat():
            yield finding("answer.in_the_future", question.name)
            return
        yield finding("answer.a_day_ahead", question.name)
    if question.constraint is not None:
        scope = Scope(flow.scope.values, today.isoformat(), current=value)
        if not question.constraint.is_true(scope):
            messages = {
                language: filled(words, reference.questionnaire, scope, language)
                for language, words in question.constraint_messages.items()
            }
            yield finding("answer.constraint", question.name, messages=messages)
