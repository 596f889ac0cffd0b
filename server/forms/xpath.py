"""Reads XPath as XLSForms write it, paths and predicates included, into a tree.

Wider than shared.questionnaire.syntax, which is what the tablet works out: here also ``../name``,
``/data/group/name``, ``instance('list')/root/item[name = ${q}]/label`` and ``current()/../name``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shared.questionnaire.ladder import Ladder


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


def read(source: str) -> Expr:
    """The tree. Raises QuestionnaireError with the place where reading stopped."""
    return _Reader(source).whole()


class _Reader(Ladder[Expr]):
    TOKEN = _TOKEN
    LONGEST = 20_000
    DEEPEST = 60
    MOST_OPERATORS = 2_000

    def _binary(self, operator: str, left: Expr, right: Expr) -> Expr:
        return Binary(operator, left, right)

    def _minus(self, operand: Expr) -> Expr:
        return Minus(operand)

    def _operand(self) -> Expr:
        return self._path(self._start())

    def _start(self) -> Expr:
        """What a path may begin with, or what stands alone."""
        match self._kind:
            case "number":
                return Constant(float(self._take()))
            case "text":
                return Constant(self._take()[1:-1])
            case "name":
                return Named(self._take())
            case "word":
                name = self._take()
                if self._is("("):
                    return Called(name, self._arguments())
                return Steps((self._step(name),))
        if self._is("("):
            return self._within_brackets()
        if self._is("."):
            self._take()
            return Self()
        if self._is(".."):
            self._take()
            return Steps((PathStep(".."),))
        if self._is("/") or self._is("//"):
            self._take()
            if self._kind != "word":
                raise self._stuck()
            return Steps((self._step(self._take()),), absolute=True)
        raise self._stuck()

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
            elif self._kind == "word" or self._kind == "name":
                steps.append(self._step(self._take()))
            else:
                raise self._stuck()
        return Steps(tuple(steps), origin, absolute)

    def _step(self, name: str) -> PathStep:
        predicates = []
        while self._is("["):
            self._take()
            predicates.append(self._level(0))
            self._expect("]")
        return PathStep(name, tuple(predicates))
