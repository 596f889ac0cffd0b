"""Checks on the server: a record's statistical content against the questionnaire it was made with.

No finding repeats an answer: what a broken or hostile tablet puts into a field may be a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple, Protocol

from shared.anonymise import stand_ins, visit_day
from shared.answers import NOT_SAID, Answers, Value
from shared.findings.catalogue import Finding, finding
from shared.findings.values import check_form
from shared.questionnaire.coarsening import COARSENINGS
from shared.questionnaire.expressions import Expression, Scope
from shared.questionnaire.flow import Flow, work_through
from shared.questionnaire.model import Level, Question, Questionnaire
from shared.reference import Reference
from shared.remembered import forgotten_on_locking

SLOW_CLOCK_DAYS = 2
"""A visit may lie that far ahead of the server: time zones, and a clock that is a little wrong."""
LONG_AGO_DAYS = 3 * 366


class CheckedRecord(Protocol):
    """What is read of a record (shared.wire.Record)."""

    @property
    def kind(self) -> Level: ...
    @property
    def questionnaire(self) -> str: ...
    @property
    def withdrawn(self) -> str | None: ...
    @property
    def content(self) -> Answers: ...


def check_content(
    reference: Reference,
    record: CheckedRecord,
    received_on: date,
    visit_content: Answers | None = None,
) -> list[Finding]:
    """Findings about one record; empty if it is as the tablet's own checks would have left it.

    received_on: the server's day, for dates in the future. visit_content: of the visit a case
    belongs to, where it is at hand; without it, what depends on the visit is not checked.
    """
    questionnaire = reference.questionnaire_by_digest(record.questionnaire)
    if questionnaire is None:
        return [finding("record.unknown_questionnaire")]
    if record.withdrawn is not None:
        return [finding("record.withdrawn_not_empty")] if record.content else []
    if questionnaire is not reference.questionnaire:
        reference = replace(reference, questionnaire=questionnaire)
    wrong = list(_fields(reference, record.kind, record.content))
    if wrong:
        # With a broken value anywhere the form logic would accuse innocent answers too.
        return wrong
    found = list(_flow(questionnaire, record.kind, record.content, visit_content))
    if record.kind is Level.VISIT:
        found += _visit_date(questionnaire, record.content, received_on)
    return found


def _fields(reference: Reference, level: Level, content: Answers) -> Iterator[Finding]:
    questions = reference.questionnaire.questions
    sound = _sound(_Together(reference), level)
    for name, value in content.items():
        if (name, value, type(value)) in sound:
            continue
        question = questions.get(name)
        if question is None or question.level is not level or not question.takes_answer:
            yield finding("record.unknown_field")
        elif question.is_identity:
            yield finding("record.identity_field", name)
        else:
            wrong = list(_form(reference, question, value))
            if not wrong and len(sound) < _MOST_SOUND:
                sound.add((name, value, type(value)))
            yield from wrong


_MOST_SOUND = 20_000
"""Answers remembered: choices are few, and what people type is not remembered without end."""


class _Together:
    """A questionnaire with its code lists as a cache key: the same objects, not equal ones."""

    def __init__(self, reference: Reference) -> None:
        self.parts = reference.questionnaire, reference.codelists

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Together) and all(
            one is another for one, another in zip(self.parts, other.parts, strict=True)
        )

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.parts)))


@forgotten_on_locking
@lru_cache(maxsize=32)
def _sound(together: _Together, level: Level) -> set[tuple[str, Value, type]]:
    """Answers of that level in which nothing was wrong, by question and type: 1 is not 1.0."""
    return set()


def _form(reference: Reference, question: Question, value: Value) -> Iterator[Finding]:
    how = question.privacy.how
    if how is None:
        yield from check_form(reference, question, value)
    elif value not in NOT_SAID and not COARSENINGS[how].fits(value):
        yield finding("answer.wrong_type", question.name)


def _flow(
    questionnaire: Questionnaire,
    level: Level,
    content: Answers,
    visit_content: Answers | None,
) -> Iterator[Finding]:
    answers, visit_answers = stand_ins(questionnaire, level, content, visit_content)
    flow = work_through(questionnaire, level, answers, visit_answers)
    blind = level is Level.CASE and visit_content is None
    for name, constraint, required, missing in _asked(_Same(questionnaire), level, blind):
        if name in content:
            if name not in flow.visible:
                yield finding("record.hidden_answered", name)
            elif constraint is not None:
                yield from _constraint(constraint, name, content[name], flow)
        elif required is not None and name in flow.visible and required.is_true(flow.scope):
            yield finding(missing, name)


def _constraint(constraint: Expression, name: str, value: Value, flow: Flow) -> Iterator[Finding]:
    if value in NOT_SAID:
        return
    if not constraint.is_true(Scope(flow.scope.values, current=value)):
        yield finding("answer.constraint", name)


class _Asked(NamedTuple):
    """A question whose answer leaves the tablet, with what can be checked of it here."""

    name: str
    constraint: Expression | None
    required: Expression | None
    missing: str


class _Same:
    """A questionnaire as a cache key: the same object, not an equal one (it is deep)."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.questionnaire is self.questionnaire

    def __hash__(self) -> int:
        return id(self.questionnaire)


@lru_cache(maxsize=32)
def _asked(same: _Same, level: Level, blind: bool) -> tuple[_Asked, ...]:
    """Worked out once for a questionnaire, not for each of its records."""
    questionnaire = same.questionnaire
    found = []
    for question in questionnaire.of_level(level):
        if not question.takes_answer or question.is_identity:
            continue
        if blind and question.name in questionnaire.reading_the_visit:
            continue
        constraint, required = question.constraint, question.required
        if constraint is not None and (
            question.privacy.how is not None
            or constraint.uses_today
            or not _can_be_read(questionnaire, constraint, blind)
        ):
            constraint = None
        if required is not None and not _can_be_read(questionnaire, required, blind):
            required = None
        missing = "visit_date" if question.measure == "visit.date" else "required"
        found.append(_Asked(question.name, constraint, required, f"record.{missing}_missing"))
    return tuple(found)


def _can_be_read(questionnaire: Questionnaire, expression: Expression, blind: bool) -> bool:
    """Whether nothing it reads stayed on the tablet, or stands in a visit that is not at hand."""
    sources = [questionnaire.questions[name] for name in questionnaire.sources_of(expression)]
    return not any(
        source.is_identity or (blind and source.level is Level.VISIT) for source in sources
    )


def _visit_date(
    questionnaire: Questionnaire, content: Answers, received_on: date
) -> Iterator[Finding]:
    """Dates are flagged, not refused: a tablet's clock may be years off and the visit real."""
    month = visit_day(questionnaire, content)
    for question in questionnaire.measured("visit.date"):
        if month is None:
            if question.name in content:
                yield finding("record.visit_date_missing", question.name)
            continue
        if month.replace(day=1) > received_on + timedelta(days=SLOW_CLOCK_DAYS):
            yield finding("record.visit_in_future", question.name)
        elif (received_on - month).days > LONG_AGO_DAYS:
            yield finding("record.visit_long_ago", question.name)
