"""Questions that a country's sheets ask less of than the standard, where rules rest on the answer.

A question that may be left out, is asked of fewer people, measures something else or stays on the
tablet leaves classes undetermined that the standard decides. It is allowed, and told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from shared.questionnaire.expressions import Expression
from shared.questionnaire.model import Question, Questionnaire

ALWAYS = "true()"
"""A condition that asks no less than any other."""


class Loosened(NamedTuple):
    """One question. column: where the sheets say less."""

    name: str
    column: str
    what: str

    @property
    def sentence(self) -> str:
        """What is less than in the standard, and what comes of it."""
        return (
            f"{self.name} {self.what}, unlike in the standard: where it is not answered, what the "
            "rules decide by it stays open"
        )


def loosened_questions(standard: Questionnaire, own: Questionnaire) -> Iterator[Loosened]:
    """Every question of the standard that measures something and of which these ask less; questions
    they do not have at all are told by their measures."""
    for name, ours in standard.questions.items():
        theirs = own.questions.get(name)
        if theirs is not None and ours.measure and ours.takes_answer:
            yield from _less(ours, theirs)


def _less(ours: Question, theirs: Question) -> Iterator[Loosened]:
    if _source(theirs.required) not in (_source(ours.required), ALWAYS):
        yield Loosened(ours.name, "required", "may be left out")
    if theirs.relevant is not None and _source(theirs.relevant) != _source(ours.relevant):
        yield Loosened(ours.name, "relevant", "is asked of others")
    if theirs.measure != ours.measure:
        yield Loosened(ours.name, "bind::tally:measure", "measures something else")
    if theirs.is_identity and not ours.is_identity:
        yield Loosened(ours.name, "bind::tally:privacy", "stays on the tablet")


def _source(expression: Expression | None) -> str:
    return "" if expression is None else expression.source
