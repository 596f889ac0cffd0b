"""A part of an expression in the tablet's words, and turned into what is wanted."""

from __future__ import annotations

from dataclasses import dataclass

from server.forms import xpath
from server.forms.lists import AS_WRITTEN, OutList
from server.forms.targets import Target
from shared.errors import QuestionnaireError
from shared.questionnaire.functions import Type
from shared.questionnaire.syntax import Call, Literal, Node
from shared.questionnaire.values import to_number, to_text

VISIT_DATE = "visit_date"
"""The question that stands for the day of an interview."""
CONDITIONS = frozenset({Type.TRUTH, Type.ANY})
NUMBERS = frozenset({Type.NUMBER, Type.DATE, Type.ANY})


@dataclass(frozen=True, slots=True)
class Said:
    """A part rewritten. choices: the list its value is a code of."""

    node: Node
    type: Type
    choices: OutList | None = None

    @property
    def literal(self) -> float | str | None:
        """The text or number itself, where it is one."""
        return self.node.value if isinstance(self.node, Literal) else None


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer of one turn of a repeat, put into the place of all."""

    name: str
    target: Target


def name_in(expr: xpath.Expr | None) -> str:
    """The name of the question an expression is nothing but a reference to; else nothing."""
    if isinstance(expr, xpath.Named):
        return expr.name
    if isinstance(expr, xpath.Steps) and not any(step.predicates for step in expr.steps):
        last = expr.steps[-1].name if expr.steps else ""
        return "" if last in {"..", "."} else last
    return ""


def column_of(choices: OutList, column: str, listed: str) -> str:
    if column == "label" and column not in choices.filters:
        return "label"
    if column in {"name", "value"} and column not in choices.filters:
        return AS_WRITTEN if choices.mapped else "name"
    found = choices.filters.get(column) or choices.filters.get(column.casefold())
    if found is None:
        raise QuestionnaireError(f"the list {listed!r} has no column {column!r}")
    return found


def as_number(said: Said) -> Said:
    if said.type in NUMBERS:
        return said
    return Said(Call("number", (said.node,)), Type.NUMBER)


def as_sortable(said: Said) -> Said:
    if isinstance(said.literal, str):
        number = to_number(said.literal)
        return said if number == number else as_number(said)
    return as_number(said)


def as_text(said: Said) -> Said:
    if said.literal is not None:
        return Said(Literal(to_text(said.literal)), Type.TEXT)
    return said if said.type is Type.TEXT else Said(Call("string", (said.node,)), Type.TEXT)


def as_time(said: Said) -> Said:
    return Said(Call("decimal-time", (said.node,)), Type.NUMBER)


def as_truth(said: Said) -> Node:
    return said.node if said.type in CONDITIONS else Call("boolean", (said.node,))
