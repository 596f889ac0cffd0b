"""Reads the part of XPath 1.0 that every reader of expressions shares: its ladder of operators.

The ladder is that of https://www.w3.org/TR/1999/REC-xpath-19991116/#booleans, without unions. What
stands between operators (``${name}``, paths, columns) is for each reader to say.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import ClassVar, Generic, TypeVar

from shared.errors import QuestionnaireError

Tree = TypeVar("Tree")

LEVELS: tuple[tuple[str, ...], ...] = (
    ("or",),
    ("and",),
    ("=", "!="),
    ("<", "<=", ">", ">="),
    ("+", "-"),
    ("*", "div", "mod"),
)
"""What binds least comes first."""


class Ladder(ABC, Generic[Tree]):
    """One expression, read from left to right."""

    TOKEN: ClassVar[re.Pattern[str]]
    """One named group for each kind of token; spaces before it are passed over."""
    LONGEST: ClassVar[int]
    """Characters in one expression."""
    DEEPEST: ClassVar[int]
    """Nesting, far from where Python's recursion ends."""
    MOST_OPERATORS: ClassVar[int]
    """In one expression: a chain of them is as deep a tree as nesting is."""

    def __init__(self, source: str) -> None:
        """Raises QuestionnaireError when a character begins no token."""
        if len(source) > self.LONGEST:
            raise QuestionnaireError(f"an expression may have {self.LONGEST} characters at most")
        self._source = source
        self._tokens = self._split()
        self._at = 0
        self._depth = 0
        self._operators = 0

    def whole(self) -> Tree:
        """The tree. Raises QuestionnaireError with the place in the text where reading stopped."""
        tree = self._level(0)
        if self._kind != "end":
            raise self._stuck()
        return tree

    @abstractmethod
    def _binary(self, operator: str, left: Tree, right: Tree) -> Tree:
        """Two sides and what stands between them."""

    @abstractmethod
    def _minus(self, operand: Tree) -> Tree:
        """Minus something."""

    @abstractmethod
    def _operand(self) -> Tree:
        """What stands between operators."""

    def _split(self) -> list[tuple[str, str, int]]:
        """Kind, text and place of every token, and the end behind them."""
        found: list[tuple[str, str, int]] = []
        position, end = 0, len(self._source.rstrip())
        while position < end:
            match = self.TOKEN.match(self._source, position)
            if match is None or match.lastgroup is None:
                rest = self._source[position:].lstrip()
                raise QuestionnaireError(f"cannot read the expression from here: {rest[:30]!r}")
            kind = match.lastgroup
            found.append((kind, match[kind], match.start(kind)))
            position = match.end()
        return [*found, ("end", "", end)]

    @property
    def _kind(self) -> str:
        return self._tokens[self._at][0]

    @property
    def _text(self) -> str:
        return self._tokens[self._at][1]

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _is(self, sign: str) -> bool:
        return self._kind == "sign" and self._text == sign

    def _expect(self, sign: str) -> None:
        if not self._is(sign):
            raise self._stuck()
        self._take()

    def _stuck(self) -> QuestionnaireError:
        if self._kind == "end":
            return QuestionnaireError("the expression ends too early")
        rest = self._source[self._tokens[self._at][2] :]
        return QuestionnaireError(f"this does not belong here: {rest[:30]!r}")

    def _level(self, level: int) -> Tree:
        if level == len(LEVELS):
            return self._unary()
        tree = self._level(level + 1)
        while self._kind in {"sign", "word"} and self._text in LEVELS[level]:
            operator = self._take()
            self._operators += 1
            if self._operators > self.MOST_OPERATORS:
                most = self.MOST_OPERATORS
                raise QuestionnaireError(f"more than {most} operators in one expression")
            tree = self._binary(operator, tree, self._level(level + 1))
        return tree

    def _unary(self) -> Tree:
        self._depth += 1
        if self._depth > self.DEEPEST:
            raise QuestionnaireError(f"the expression is nested more than {self.DEEPEST} deep")
        try:
            if self._is("-"):
                self._take()
                return self._minus(self._unary())
            return self._operand()
        finally:
            self._depth -= 1

    def _within_brackets(self) -> Tree:
        self._expect("(")
        tree = self._level(0)
        self._expect(")")
        return tree

    def _arguments(self) -> tuple[Tree, ...]:
        self._expect("(")
        found: list[Tree] = []
        if not self._is(")"):
            found.append(self._level(0))
            while self._is(","):
                self._take()
                found.append(self._level(0))
        self._expect(")")
        return tuple(found)
