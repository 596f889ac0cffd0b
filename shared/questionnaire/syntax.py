"""Reads the XLSForm expression language into a tree.

The language is XPath 1.0 as XLSForm writes it (https://getodk.github.io/xforms-spec/#xpath):
``${name}``, ``.``, literals, ``or and = != < <= > >= + - * div mod``, calls. Paths are left out:
a questionnaire refers to its questions by ``${name}`` only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shared.errors import QuestionnaireError

MAX_DEPTH = 40
"""Nesting a person can still read; also keeps evaluation far from Python's recursion limit."""
MAX_LENGTH = 4000
"""Characters in one cell; the longest of the standard questionnaire has some 250."""

MAX_OPERATORS = 200
"""In one expression: a chain of them is as deep a tree as nesting is."""


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
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("or",),
    ("and",),
    ("=", "!="),
    ("<", "<=", ">", ">="),
    ("+", "-"),
    ("*", "div", "mod"),
)


def parse(source: str) -> Node:
    """The tree of an expression.

    Raises QuestionnaireError with the place in the text where reading stopped.
    """
    if len(source) > MAX_LENGTH:
        raise QuestionnaireError(f"an expression may have {MAX_LENGTH} characters at most")
    return _Parser(source).whole()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def _tokens(source: str) -> list[_Token]:
    found: list[_Token] = []
    position = 0
    end = len(source.rstrip())
    while position < end:
        match = _TOKEN.match(source, position)
        if match is None or match.lastgroup is None:
            rest = source[position:].lstrip()
            raise QuestionnaireError(f"cannot read the expression from here: {rest[:30]!r}")
        kind = match.lastgroup
        found.append(_Token(kind, match.group(kind), match.start(kind)))
        position = match.end()
    found.append(_Token("end", "", end))
    return found


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens = _tokens(source)
        self._at = 0
        self._depth = 0
        self._operators = 0

    def whole(self) -> Node:
        node = self._level(0)
        if self._next.kind != "end":
            raise self._stuck()
        return node

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at += 1
        return token

    def _stuck(self) -> QuestionnaireError:
        token = self._next
        if token.kind == "end":
            return QuestionnaireError("the expression ends too early")
        rest = self._source[token.position :]
        return QuestionnaireError(f"this does not belong here: {rest[:30]!r}")

    def _expect(self, sign: str) -> None:
        if self._next.kind != "sign" or self._next.text != sign:
            raise self._stuck()
        self._take()

    def _level(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        node = self._level(level + 1)
        while self._next.kind in {"sign", "word"} and self._next.text in _LEVELS[level]:
            operator = self._take().text
            self._operators += 1
            if self._operators > MAX_OPERATORS:
                raise QuestionnaireError(f"more than {MAX_OPERATORS} operators in one expression")
            node = Operation(operator, node, self._level(level + 1))
        return node

    def _unary(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QuestionnaireError(f"the expression is nested more than {MAX_DEPTH} deep")
        try:
            if self._next.kind == "sign" and self._next.text == "-":
                self._take()
                return Negative(self._unary())
            return self._primary()
        finally:
            self._depth -= 1

    def _primary(self) -> Node:
        token = self._next
        match token.kind:
            case "number":
                self._take()
                return Literal(float(token.text))
            case "text":
                self._take()
                return Literal(token.text[1:-1])
            case "reference":
                self._take()
                return AnswerReference(token.text)
            case "word":
                self._take()
                if self._next.kind == "sign" and self._next.text == "(":
                    return Call(token.text, self._arguments())
                return Column(token.text)
            case "sign" if token.text == ".":
                self._take()
                return Current()
            case "sign" if token.text == "(":
                self._take()
                node = self._level(0)
                self._expect(")")
                return node
        raise self._stuck()

    def _arguments(self) -> tuple[Node, ...]:
        self._expect("(")
        if self._next.kind == "sign" and self._next.text == ")":
            self._take()
            return ()
        found = [self._level(0)]
        while self._next.kind == "sign" and self._next.text == ",":
            self._take()
            found.append(self._level(0))
        self._expect(")")
        return tuple(found)
