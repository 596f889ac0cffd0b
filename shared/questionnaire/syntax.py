"""Reads the XLSForm expression language into a tree.

The language is XPath 1.0 as XLSForm writes it (https://getodk.github.io/xforms-spec/#xpath):
``${name}``, ``.``, literals, ``or and = != < <= > >= + - * div mod``, calls. Paths are left out:
a questionnaire refers to its questions by ``${name}`` only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shared.questionnaire.ladder import Ladder

MAX_DEPTH = 40
"""Nesting a person can still read; also keeps evaluation far from Python's recursion limit."""
MAX_LENGTH = 4000
"""Characters in one cell; the longest of the standard questionnaire has some 250."""

MAX_OPERATORS = 200
"""In one expression: enough for every choice of a long list."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A number or a text written in the expression."""

    value: float | str


@dataclass(frozen=True, slots=True)
class AnswerReference:
    """``${name}``: the answer to that question."""

    name: str


@dataclass(frozen=True, slots=True)
class Current:
    """``.``: the answer being checked; in a choice filter, nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """A bare word: in a choice filter, that column of the choice."""

    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """Two sides and an operator."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus something."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    name: str
    arguments: tuple[Node, ...]


Node = Literal | AnswerReference | Current | Column | Operation | Negative | Call

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<text>"[^"]*"|'[^']*'|\u2018[^\u2019]*\u2019|\u201c[^\u201d]*\u201d)
    | \$\{\s*(?P<reference>[A-Za-z_][A-Za-z0-9_.-]*)\s*\}
    | (?P<word>[A-Za-z_][A-Za-z0-9_-]*(?::[A-Za-z_][A-Za-z0-9_-]*)?)
    | (?P<sign><=|>=|!=|[=<>+*(),.-])
    )""",
    re.VERBOSE,
)


def parse(source: str) -> Node:
    """The tree of an expression.

    Raises QuestionnaireError with the place in the text where reading stopped.
    """
    return _Reader(source).whole()


class _Reader(Ladder[Node]):
    TOKEN = _TOKEN
    LONGEST = MAX_LENGTH
    DEEPEST = MAX_DEPTH
    MOST_OPERATORS = MAX_OPERATORS

    def _binary(self, operator: str, left: Node, right: Node) -> Node:
        return Operation(operator, left, right)

    def _minus(self, operand: Node) -> Node:
        return Negative(operand)

    def _operand(self) -> Node:
        match self._kind:
            case "number":
                return Literal(float(self._take()))
            case "text":
                return Literal(self._take()[1:-1])
            case "reference":
                return AnswerReference(self._take())
            case "word":
                name = self._take()
                return Call(name, self._arguments()) if self._is("(") else Column(name)
        if self._is("."):
            self._take()
            return Current()
        if self._is("("):
            return self._within_brackets()
        raise self._stuck()
