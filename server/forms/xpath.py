"""Reads XPath as XLSForms write it, paths and predicates included, into a tree.

Wider than shared.questionnaire.syntax, which is what the tablet works out: here also ``../name``,
``/data/group/name``, ``instance('list')/root/item[name = ${q}]/label`` and ``current()/../name``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shared.errors import QuestionnaireError

MOST_CHARACTERS = 20_000
DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Constant:
    """A text or a number that is written in the expression."""

    value: str | float


@dataclass(frozen=True, slots=True)
class Named:
    """``${name}``; last: ``${last-saved#name}``."""

    name: str


@dataclass(frozen=True, slots=True)
class Self:
    """``.``"""


@dataclass(frozen=True, slots=True)
class PathStep:
    """One step of a path, with its predicates."""

    name: str
    predicates: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Steps:
    """A path. start: what it begins from, if that is an expression. absolute: begins with ``/``."""

    steps: tuple[PathStep, ...]
    start: Expr | None = None
    absolute: bool = False


@dataclass(frozen=True, slots=True)
class Binary:
    """Two sides and an operator."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Minus:
    """Minus something."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Called:
    """A function and its arguments."""

    name: str
    arguments: tuple[Expr, ...]


Expr = Constant | Named | Self | Steps | Binary | Minus | Called

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<text>"[^"]*"|'[^']*'
      |\u2018[^\u2018\u2019]*[\u2018\u2019]|\u201c[^\u201c\u201d]*[\u201c\u201d])
    | \$\{\s*(?P<name>[^{}]+?)\s*\}
    | (?P<word>[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?)
    | (?P<sign>\.\.|::|//|<=|>=|!=|[=<>+*(),./\[\]@|-])
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


def read(source: str) -> Expr:
    """The tree. Raises QuestionnaireError with the place where reading stopped."""
    if len(source) > MOST_CHARACTERS:
        raise QuestionnaireError(f"the expression has more than {MOST_CHARACTERS} characters")
    parser = _Parser(source)
    tree = parser.level(0)
    if parser.kind != "end":
        raise parser.stuck()
    return tree


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens: list[tuple[str, str, int]] = []
        position, end = 0, len(source.rstrip())
        while position < end:
            match = _TOKEN.match(source, position)
            if match is None or match.lastgroup is None:
                rest = source[position:].strip()[:30]
                raise QuestionnaireError(f"the expression cannot be read from here: {rest!r}")
            kind = match.lastgroup
            self._tokens.append((kind, match[kind], match.start(kind)))
            position = match.end()
        self._tokens.append(("end", "", end))
        self._at = 0
        self._depth = 0

    @property
    def kind(self) -> str:
        return self._tokens[self._at][0]

    @property
    def text(self) -> str:
        return self._tokens[self._at][1]

    def stuck(self) -> QuestionnaireError:
        if self.kind == "end":
            return QuestionnaireError("the expression ends too early")
        rest = self._source[self._tokens[self._at][2] :][:30]
        return QuestionnaireError(f"this does not belong into an expression: {rest!r}")

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _is(self, sign: str) -> bool:
        return self.kind == "sign" and self.text == sign

    def _expect(self, sign: str) -> None:
        if not self._is(sign):
            raise self.stuck()
        self._take()

    def level(self, level: int) -> Expr:
        if level == len(_LEVELS):
            return self._unary()
        node = self.level(level + 1)
        while self.kind in {"sign", "word"} and self.text in _LEVELS[level]:
            operator = self._take()
            node = Binary(operator, node, self.level(level + 1))
        return node

    def _unary(self) -> Expr:
        self._depth += 1
        if self._depth > DEEPEST:
            raise QuestionnaireError(f"the expression is nested more than {DEEPEST} deep")
        try:
            if self._is("-"):
                self._take()
                return Minus(self._unary())
            return self._path(self._primary())
        finally:
            self._depth -= 1

    def _primary(self) -> Expr:
        kind, text = self.kind, self.text
        if kind == "number":
            self._take()
            return Constant(float(text))
        if kind == "text":
            self._take()
            return Constant(text[1:-1])
        if kind == "name":
            self._take()
            return Named(text)
        if kind == "word":
            self._take()
            if self._is("("):
                return Called(text, self._arguments())
            return Steps((self._step(text),))
        if self._is("("):
            self._take()
            node = self.level(0)
            self._expect(")")
            return node
        if self._is("."):
            self._take()
            return Self()
        if self._is(".."):
            self._take()
            return Steps((PathStep(".."),))
        if self._is("/") or self._is("//"):
            self._take()
            if self.kind != "word":
                raise self.stuck()
            return Steps((self._step(self._take()),), absolute=True)
        raise self.stuck()

    def _path(self, start: Expr) -> Expr:
        """What follows a beginning: ``/step`` and ``[predicate]``."""
        if isinstance(start, Steps):
            steps, origin, absolute = list(start.steps), start.start, start.absolute
        elif isinstance(start, Self | Called | Named) and (self._is("/") or self._is("[")):
            steps, origin, absolute = [], start, False
            if self._is("["):
                steps.append(self._step("."))
        else:
            return start
        while self._is("/") or self._is("//"):
            self._take()
            if self._is("..") or self._is(".") or self._is("*"):
                steps.append(PathStep(self._take()))
            elif self.kind == "word" or self.kind == "name":
                steps.append(self._step(self._take()))
            else:
                raise self.stuck()
        return Steps(tuple(steps), origin, absolute)

    def _step(self, name: str) -> PathStep:
        predicates = []
        while self._is("["):
            self._take()
            predicates.append(self.level(0))
            self._expect("]")
        return PathStep(name, tuple(predicates))

    def _arguments(self) -> tuple[Expr, ...]:
        self._expect("(")
        found: list[Expr] = []
        if not self._is(")"):
            found.append(self.level(0))
            while self._is(","):
                self._take()
                found.append(self.level(0))
        self._expect(")")
        return tuple(found)
