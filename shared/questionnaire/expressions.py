"""An XLSForm expression: parsed and type-checked once, evaluated often.

Every expression becomes a Python closure over a Scope, so that a whole case is worked through in
well under a millisecond. Evaluation gives a value for any answers and never raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.answers import NOT_SAID
from shared.errors import QuestionnaireError
from shared.questionnaire import syntax
from shared.questionnaire.functions import FUNCTIONS, Type, int_or_nan
from shared.questionnaire.patterns import matcher
from shared.questionnaire.values import NAN, XValue, equal, to_codes, to_number, to_text, to_truth


@dataclass(slots=True)
class Scope:
    """What an expression can see.

    values: by question name; an absent name reads as the empty text.
    today: ISO date, or empty when no day is handed in.
    current: what ``.`` means.
    columns: in a choice filter, the columns of the choice being looked at.
    """

    values: dict[str, XValue]
    today: str = ""
    current: XValue = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Declared:
    """What is known of a question when expressions are checked. codes: None if not known here."""

    type: Type
    codes: frozenset[str] | None = None


Evaluate = Callable[[Scope], XValue]


@dataclass(frozen=True, slots=True)
class Expression:
    """One cell of logic. references: the questions it reads, without ``.``."""

    source: str
    references: frozenset[str]
    type: Type = field(compare=False)
    evaluate: Evaluate = field(compare=False, repr=False)
    uses_today: bool = False

    def is_true(self, scope: Scope) -> bool:
        """Its truth value."""
        return to_truth(self.evaluate(scope))


def compile_expression(
    source: str,
    names: Mapping[str, Declared],
    *,
    current: Declared | None = None,
    columns: frozenset[str] | None = None,
    wanted: Type | None = None,
) -> Expression:
    """The expression of a cell.

    names: every question it may read. current: of the question it belongs to, where ``.`` has a
    meaning. columns: of the choice list, in a choice filter. wanted: TRUTH for conditions.
    Raises QuestionnaireError for what cannot be read, unknown names and types that do not fit.
    """
    compiler = _Compiler(names, current, columns)
    made = compiler.compile(syntax.parse(source))
    if wanted is Type.TRUTH and made.type not in _CONDITIONS:
        raise QuestionnaireError("a condition is needed here: something that is true or false")
    references = frozenset(compiler.references)
    return Expression(source, references, made.type, made.evaluate, compiler.uses_today)


_CONDITIONS = frozenset({Type.TRUTH, Type.ANY})
_COUNTABLE = frozenset({Type.NUMBER, Type.DATE, Type.ANY})
_SORTABLE = _COUNTABLE


@dataclass(frozen=True, slots=True)
class _Made:
    evaluate: Evaluate
    type: Type
    codes: frozenset[str] | None = None
    literal: str | float | None = None
    free_text: bool = False
    """An answer in the person's own words: nothing to calculate or to sort with."""


class _Compiler:
    def __init__(
        self,
        names: Mapping[str, Declared],
        current: Declared | None,
        columns: frozenset[str] | None,
    ) -> None:
        self._names, self._current, self._columns = names, current, columns
        self.references: set[str] = set()
        self.uses_today = False

    def compile(self, node: syntax.Node) -> _Made:
        match node:
            case syntax.Literal(value):
                kind = Type.TEXT if isinstance(value, str) else Type.NUMBER
                return _Made(lambda scope: value, kind, literal=value)
            case syntax.AnswerReference(name):
                return self._reference(name)
            case syntax.Current():
                if self._current is None:
                    raise QuestionnaireError("'.' has no meaning here; name the question")
                return _answer(lambda scope: scope.current, self._current)
            case syntax.Column(name):
                return self._column(name)
            case syntax.Negative(operand):
                made = self._countable(operand, "-")
                inner = made.evaluate
                return _Made(lambda scope: -to_number(inner(scope)), Type.NUMBER)
            case syntax.Operation(operator, left, right):
                return self._operation(operator, left, right)
            case syntax.Call(name, arguments):
                return self._call(name, arguments)

    def _reference(self, name: str) -> _Made:
        declared = self._names.get(name)
        if declared is None:
            raise QuestionnaireError(f"there is no question ${{{name}}} that can be read here")
        self.references.add(name)
        return _answer(lambda scope: scope.values.get(name, ""), declared)

    def _column(self, name: str) -> _Made:
        if self._columns is None:
            raise QuestionnaireError(
                f"{name!r} is not in quotes; a question is written ${{{name}}}"
            )
        if name not in self._columns:
            raise QuestionnaireError(f"the choice list has no column {name!r}")
        return _Made(lambda scope: scope.columns.get(name, ""), Type.TEXT)

    # Operators

    def _operation(self, operator: str, left: syntax.Node, right: syntax.Node) -> _Made:
        if operator in {"and", "or"}:
            return self._logic(operator, self._condition(left), self._condition(right))
        if operator in {"=", "!="}:
            return self._equality(operator, self.compile(left), self.compile(right))
        if operator in _ORDER:
            return self._order(operator, self.compile(left), self.compile(right))
        first, second = self._countable(left, operator), self._countable(right, operator)
        a, b, work = first.evaluate, second.evaluate, _ARITHMETIC[operator]
        return _Made(lambda scope: work(to_number(a(scope)), to_number(b(scope))), Type.NUMBER)

    def _condition(self, node: syntax.Node) -> _Made:
        made = self.compile(node)
        if made.type not in _CONDITIONS:
            raise QuestionnaireError("and, or, not() and if() need conditions: true or false")
        return made

    def _logic(self, operator: str, left: _Made, right: _Made) -> _Made:
        a, b = left.evaluate, right.evaluate
        if operator == "and":
            return _Made(lambda scope: to_truth(a(scope)) and to_truth(b(scope)), Type.TRUTH)
        return _Made(lambda scope: to_truth(a(scope)) or to_truth(b(scope)), Type.TRUTH)

    def _equality(self, operator: str, left: _Made, right: _Made) -> _Made:
        for one, other in ((left, right), (right, left)):
            if one.type in {Type.CODE, Type.CODES}:
                _check_against_codes(one, other)
            if one.type is Type.NUMBER and other.type is Type.TEXT and other.literal is not None:
                text = str(other.literal)
                if text != "" and to_number(text) != to_number(text):
                    raise QuestionnaireError(f"a number is compared with the text {text!r}")
            if one.type is Type.TRUTH and other.type not in _CONDITIONS:
                raise QuestionnaireError("a condition is compared with something that is not one")
        a, b = left.evaluate, right.evaluate
        literal = right.literal
        if isinstance(literal, str) and left.type is Type.CODE:
            # By far the commonest form, ${question} = 'code': two texts, no conversion needed.
            if operator == "=":
                return _Made(lambda scope: a(scope) == literal, Type.TRUTH)
            return _Made(lambda scope: a(scope) != literal, Type.TRUTH)
        if isinstance(literal, float) and operator == "=":
            # Next commonest, ${calculation} = 1: two numbers, or the slow way.
            def same_number(scope: Scope) -> bool:
                value = a(scope)
                return value == literal if type(value) is float else equal(value, literal)

            return _Made(same_number, Type.TRUTH)
        # Declared numbers and dates that are not answered are the empty text: emptiness is
        # asked for with = '' and must compare as text there.
        if operator == "=":
            return _Made(lambda scope: equal(a(scope), b(scope)), Type.TRUTH)
        if literal == "" or left.literal == "":
            return _Made(lambda scope: to_text(a(scope)) != to_text(b(scope)), Type.TRUTH)
        return _Made(lambda scope: not equal(a(scope), b(scope)), Type.TRUTH)

    def _order(self, operator: str, left: _Made, right: _Made) -> _Made:
        for made in (left, right):
            if made.type not in _SORTABLE and not _is_sortable_text(made):
                raise QuestionnaireError(f"{operator} compares numbers or dates only")
        a, b, holds = left.evaluate, right.evaluate, _ORDER[operator]
        return _Made(lambda scope: holds(to_number(a(scope)), to_number(b(scope))), Type.TRUTH)

    def _countable(self, node: syntax.Node, operator: str) -> _Made:
        made = self.compile(node)
        if made.type not in _COUNTABLE:
            raise QuestionnaireError(f"{operator} needs numbers or dates; use number() or int()")
        return made

    # Calls

    def _call(self, name: str, arguments: tuple[syntax.Node, ...]) -> _Made:
        special = getattr(self, f"_call_{name.replace('-', '_')}", None)
        if special is not None:
            made: _Made = special(arguments)
            return made
        function = FUNCTIONS.get(name)
        if function is None:
            raise QuestionnaireError(f"there is no function {name}()")
        _check_count(name, arguments, function.least, function.most)
        parts = [self.compile(argument) for argument in arguments]
        for index, part in enumerate(parts):
            wanted = function.arguments[min(index, len(function.arguments) - 1)]
            _check_argument(name, index, part, wanted)
        apply = function.apply
        if not parts:
            constant = apply()
            return _Made(lambda scope: constant, function.result)
        if len(parts) == 1:
            only = parts[0].evaluate
            return _Made(lambda scope: apply(only(scope)), function.result)
        all_of_them = tuple(part.evaluate for part in parts)
        return _Made(lambda scope: apply(*[e(scope) for e in all_of_them]), function.result)

    def _call_selected(self, arguments: tuple[syntax.Node, ...]) -> _Made:
        _check_count("selected", arguments, 2, 2)
        value, code = (self.compile(argument) for argument in arguments)
        if value.type not in {Type.CODE, Type.CODES, Type.ANY, Type.TEXT}:
            raise QuestionnaireError("selected() needs a question with choices")
        _check_code(value, code)
        a, b, literal = value.evaluate, code.evaluate, code.literal
        if isinstance(literal, str):
            return _Made(lambda scope: literal in to_codes(a(scope)), Type.TRUTH)
        return _Made(lambda scope: to_text(b(scope)) in to_codes(a(scope)), Type.TRUTH)

    def _call_if(self, arguments: tuple[syntax.Node, ...]) -> _Made:
        _check_count("if", arguments, 3, 3)
        test = self._condition(arguments[0]).evaluate
        yes, no = self.compile(arguments[1]), self.compile(arguments[2])
        a, b = yes.evaluate, no.evaluate
        empty = {id(made) for made in (yes, no) if made.literal == ""}
        kinds = {made.type for made in (yes, no) if id(made) not in empty}
        kind = kinds.pop() if len(kinds) == 1 else Type.ANY
        return _Made(lambda scope: a(scope) if to_truth(test(scope)) else b(scope), kind)

    def _call_coalesce(self, arguments: tuple[syntax.Node, ...]) -> _Made:
        _check_count("coalesce", arguments, 1, None)
        parts = [self.compile(argument) for argument in arguments]
        kinds = {part.type for part in parts if part.literal != ""}
        evaluates = tuple(part.evaluate for part in parts)

        def first_filled(scope: Scope) -> XValue:
            for evaluate in evaluates:
                value = evaluate(scope)
                if to_text(value) != "":
                    return value
            return ""

        return _Made(first_filled, kinds.pop() if len(kinds) == 1 else Type.ANY)

    def _call_regex(self, arguments: tuple[syntax.Node, ...]) -> _Made:
        _check_count("regex", arguments, 2, 2)
        value, pattern = (self.compile(argument) for argument in arguments)
        if not isinstance(pattern.literal, str):
            raise QuestionnaireError("the pattern of regex() must be written in quotes")
        matches, a = matcher(pattern.literal), value.evaluate
        return _Made(lambda scope: matches(to_text(a(scope))), Type.TRUTH)

    def _call_today(self, arguments: tuple[syntax.Node, ...]) -> _Made:
        _check_count("today", arguments, 0, 0)
        self.uses_today = True
        return _Made(lambda scope: scope.today, Type.DATE)


def _check_count(
    name: str, arguments: tuple[syntax.Node, ...], least: int, most: int | None
) -> None:
    if len(arguments) < least or (most is not None and len(arguments) > most):
        wanted = (
            str(least)
            if most == least
            else f"{least} or more"
            if most is None
            else (f"{least} to {most}")
        )
        raise QuestionnaireError(f"{name}() takes {wanted} arguments, not {len(arguments)}")


def _check_argument(name: str, index: int, part: _Made, wanted: Type) -> None:
    fits = {
        Type.NUMBER: part.type in _COUNTABLE or _is_sortable_text(part),
        Type.DATE: part.type in {Type.DATE, Type.ANY, Type.NUMBER} or part.literal is not None,
        Type.TRUTH: part.type in _CONDITIONS,
        Type.CODES: part.type in {Type.CODE, Type.CODES, Type.ANY},
    }
    if not fits.get(wanted, True):
        word = {
            Type.NUMBER: "a number",
            Type.DATE: "a date",
            Type.TRUTH: "a condition",
            Type.CODES: "a question with choices",
        }[wanted]
        raise QuestionnaireError(f"argument {index + 1} of {name}() must be {word}")


def _is_sortable_text(made: _Made) -> bool:
    """A text literal that is a number or a date, or a text made by a function such as substr."""
    if made.literal is not None:
        number = to_number(str(made.literal))
        return number == number
    return made.type is Type.TEXT and not made.free_text


def _answer(evaluate: Evaluate, declared: Declared) -> _Made:
    free_text = declared.type is Type.TEXT
    return _Made(evaluate, declared.type, declared.codes, free_text=free_text)


def _check_against_codes(select: _Made, other: _Made) -> None:
    if select.type is Type.CODES and other.literal not in {"", *NOT_SAID}:
        raise QuestionnaireError("several choices are asked for with selected(${question}, 'code')")
    if other.type in {Type.NUMBER, Type.TRUTH, Type.DATE}:
        raise QuestionnaireError("a choice is compared with something that is not a code in quotes")
    if other.literal != "":
        _check_code(select, other)


def _check_code(select: _Made, code: _Made) -> None:
    if select.codes is None or not isinstance(code.literal, str):
        return
    if code.literal not in select.codes and code.literal not in NOT_SAID:
        raise QuestionnaireError(f"the choice list has no code {code.literal!r}")


def _divide(left: float, right: float) -> float:
    return left / right if right != 0 else NAN


def _remainder(left: float, right: float) -> float:
    # XPath: the sign of the first; Python's % has the sign of the second.
    if right == 0 or right != right or left != left or left in _INFINITE:
        return NAN
    if right in _INFINITE:
        return left
    return left - right * int_or_nan(_divide(left, right))


_INFINITE = (float("inf"), float("-inf"))
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "div": _divide,
    "mod": _remainder,
}
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
