"""An XLSForm expression: parsed and type-checked once, evaluated often.

Every expression becomes a Python closure over a Scope, so that a whole case is worked through in
well under a millisecond. Evaluation gives a value for any answers and never raises.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.errors import QuestionnaireError
from shared.questionnaire import lookups, syntax
from shared.questionnaire.functions import FUNCTIONS, Type
from shared.questionnaire.patterns import matcher
from shared.questionnaire.typed import (
    CONDITIONS,
    COUNTABLE,
    SORTABLE,
    Declared,
    Evaluate,
    Made,
    Scope,
    answer,
    check_against_codes,
    check_argument,
    check_code,
    check_count,
    is_sortable_text,
    truth,
)
from shared.questionnaire.values import (
    NAN,
    SMALLEST,
    XValue,
    equal,
    to_codes,
    to_number,
    to_text,
)

__all__ = ["Declared", "Evaluate", "Expression", "Scope", "compile_expression"]


@dataclass(frozen=True, slots=True)
class Expression:
    """One cell of logic. references: the questions it reads, without ``.``."""

    source: str
    references: frozenset[str]
    type: Type = field(compare=False)
    evaluate: Evaluate = field(compare=False, repr=False)
    is_true: Callable[[Scope], bool] = field(compare=False, repr=False)
    """Its truth value."""
    uses_today: bool = False


def compile_expression(
    source: str,
    names: Mapping[str, Declared],
    *,
    current: Declared | None = None,
    columns: frozenset[str] | None = None,
    wanted: Type | None = None,
    lists: lookups.Lists = lookups.NO_LISTS,
) -> Expression:
    """The expression of a cell.

    names: every question it may read. current: of the question it belongs to, where ``.`` has a
    meaning. columns: of the choice list, in a choice filter. wanted: TRUTH for conditions.
    lists: what pulldata() and jr:choice-name() look things up in.
    Raises QuestionnaireError for what cannot be read, unknown names and types that do not fit.
    """
    compiler = _Compiler(names, current, columns, lists)
    made = compiler.compile(syntax.parse(source))
    if wanted is Type.TRUTH and made.type not in CONDITIONS:
        raise QuestionnaireError("a condition is needed here: something that is true or false")
    references = frozenset(compiler.references)
    return Expression(
        source, references, made.type, made.evaluate, made.truth(), compiler.uses_today
    )


class _Compiler:
    def __init__(
        self,
        names: Mapping[str, Declared],
        current: Declared | None,
        columns: frozenset[str] | None,
        lists: lookups.Lists,
    ) -> None:
        self._names, self._current, self._columns = names, current, columns
        self._lists = lists
        self.references: set[str] = set()
        self.uses_today = False

    def compile(self, node: syntax.Node) -> Made:
        match node:
            case syntax.Literal(value):
                kind = Type.TEXT if isinstance(value, str) else Type.NUMBER
                return Made(lambda scope: value, kind, literal=value)
            case syntax.AnswerReference(name):
                return self._reference(name)
            case syntax.Current():
                if self._current is None:
                    raise QuestionnaireError("'.' has no meaning here; name the question")
                return answer(lambda scope: scope.current, self._current)
            case syntax.Column(name):
                return self._column(name)
            case syntax.Negative(operand):
                made = self._countable(operand, "-")
                inner = made.evaluate
                return Made(lambda scope: -to_number(inner(scope)), Type.NUMBER)
            case syntax.Operation(operator, left, right):
                return self._operation(operator, left, right)
            case syntax.Call(name, arguments):
                return self._call(name, arguments)

    def _reference(self, name: str) -> Made:
        declared = self._names.get(name)
        if declared is None:
            raise QuestionnaireError(f"there is no question ${{{name}}} that can be read here")
        self.references.add(name)
        return answer(lambda scope: scope.values.get(name, ""), declared, reads=name)

    def _column(self, name: str) -> Made:
        if self._columns is None:
            raise QuestionnaireError(
                f"{name!r} is not in quotes; a question is written ${{{name}}}"
            )
        if name not in self._columns:
            raise QuestionnaireError(f"the choice list has no column {name!r}")
        return Made(lambda scope: scope.columns.get(name, ""), Type.TEXT)

    # Operators

    def _operation(self, operator: str, left: syntax.Node, right: syntax.Node) -> Made:
        if operator in {"and", "or"}:
            sides = [self._condition(node) for node in _sides(operator, left, right)]
            return self._logic(operator, [side.truth() for side in sides])
        if operator in {"=", "!="}:
            return self._equality(operator, self.compile(left), self.compile(right))
        if operator in _ORDER:
            return self._order(operator, self.compile(left), self.compile(right))
        first, second = self._countable(left, operator), self._countable(right, operator)
        a, b, work = first.evaluate, second.evaluate, _ARITHMETIC[operator]
        return Made(lambda scope: work(to_number(a(scope)), to_number(b(scope))), Type.NUMBER)

    def _condition(self, node: syntax.Node) -> Made:
        made = self.compile(node)
        if made.type not in CONDITIONS:
            raise QuestionnaireError("and, or, not() and if() need conditions: true or false")
        return made

    def _logic(self, operator: str, sides: list[Callable[[Scope], bool]]) -> Made:
        if len(sides) == 2:
            a, b = sides
            if operator == "and":
                return truth(lambda scope: a(scope) and b(scope))
            return truth(lambda scope: a(scope) or b(scope))
        decides = operator == "or"

        def any_or_all(scope: Scope) -> bool:
            for side in sides:
                if side(scope) is decides:
                    return decides
            return not decides

        return truth(any_or_all)

    def _equality(self, operator: str, left: Made, right: Made) -> Made:
        for one, other in ((left, right), (right, left)):
            if one.type in {Type.CODE, Type.CODES}:
                check_against_codes(one, other)
            if one.type is Type.NUMBER and other.type is Type.TEXT and other.literal is not None:
                text = str(other.literal)
                if text != "" and to_number(text) != to_number(text):
                    raise QuestionnaireError(f"a number is compared with the text {text!r}")
            if one.type is Type.TRUTH and other.type not in CONDITIONS:
                raise QuestionnaireError("a condition is compared with something that is not one")
        a, b = left.evaluate, right.evaluate
        literal = right.literal
        if isinstance(literal, str) and left.type is Type.CODE:
            # By far the commonest form, ${question} = 'code': two texts, no conversion needed.
            name, several = left.reads, left.that_mean(literal)
            if len(several) > 1:
                if operator == "=":
                    return truth(lambda scope: a(scope) in several)
                return truth(lambda scope: a(scope) not in several)
            if name is not None and literal != "":
                if operator == "=":
                    return truth(lambda scope: scope.values.get(name) == literal)
                return truth(lambda scope: scope.values.get(name) != literal)
            if operator == "=":
                return truth(lambda scope: a(scope) == literal)
            return truth(lambda scope: a(scope) != literal)
        if isinstance(literal, float) and operator == "=":
            # Next commonest, ${calculation} = 1: two numbers, or the slow way.
            number = left.reads
            if number is not None:
                return truth(lambda scope: same_number(scope.values.get(number, ""), literal))
            return truth(lambda scope: same_number(a(scope), literal))
        # Declared numbers and dates that are not answered are the empty text: emptiness is
        # asked for with = '' and must compare as text there.
        if operator == "=":
            return truth(lambda scope: equal(a(scope), b(scope)))
        if literal == "" or left.literal == "":
            return truth(lambda scope: to_text(a(scope)) != to_text(b(scope)))
        return truth(lambda scope: not equal(a(scope), b(scope)))

    def _order(self, operator: str, left: Made, right: Made) -> Made:
        for made in (left, right):
            if made.type not in SORTABLE and not is_sortable_text(made):
                raise QuestionnaireError(f"{operator} compares numbers or dates only")
        a, b, holds = left.evaluate, right.evaluate, _ORDER[operator]
        limit = right.literal
        if isinstance(limit, float):
            return truth(lambda scope: holds(to_number(a(scope)), limit))
        return truth(lambda scope: holds(to_number(a(scope)), to_number(b(scope))))

    def _countable(self, node: syntax.Node, operator: str) -> Made:
        made = self.compile(node)
        if made.type not in COUNTABLE:
            raise QuestionnaireError(f"{operator} needs numbers or dates; use number() or int()")
        return made

    # Calls

    def _call(self, name: str, arguments: tuple[syntax.Node, ...]) -> Made:
        special = getattr(self, f"_call_{name.replace('-', '_').replace(':', '_')}", None)
        if special is not None:
            made: Made = special(arguments)
            return made
        function = FUNCTIONS.get(name)
        if function is None:
            raise QuestionnaireError(f"there is no function {name}()")
        check_count(name, arguments, function.least, function.most)
        parts = [self.compile(argument) for argument in arguments]
        for index, part in enumerate(parts):
            wanted = function.arguments[min(index, len(function.arguments) - 1)]
            check_argument(name, index, part, wanted)
        apply = function.apply
        if not parts:
            constant = apply()
            return Made(lambda scope: constant, function.result)
        if len(parts) == 1:
            only = parts[0].evaluate
            return Made(lambda scope: apply(only(scope)), function.result)
        all_of_them = tuple(part.evaluate for part in parts)
        return Made(lambda scope: apply(*[e(scope) for e in all_of_them]), function.result)

    def _call_selected(self, arguments: tuple[syntax.Node, ...]) -> Made:
        check_count("selected", arguments, 2, 2)
        value, code = (self.compile(argument) for argument in arguments)
        if value.type not in {Type.CODE, Type.CODES, Type.ANY, Type.TEXT}:
            raise QuestionnaireError("selected() needs a question with choices")
        check_code(value, code)
        a, b, literal = value.evaluate, code.evaluate, code.literal
        if isinstance(literal, str):
            wanted, name = literal.strip(), value.reads
            these = value.that_mean(wanted)
            if len(these) > 1:
                return truth(lambda scope: not these.isdisjoint(to_codes(a(scope))))
            if name is not None:
                return truth(lambda scope: wanted in to_codes(scope.values.get(name, "")))
            return truth(lambda scope: wanted in to_codes(a(scope)))
        if isinstance(value.literal, str):
            several = frozenset[str]().union(*map(code.that_mean, to_codes(value.literal)))
            return truth(lambda scope: to_text(b(scope)).strip() in several)
        return truth(lambda scope: to_text(b(scope)).strip() in to_codes(a(scope)))

    def _call_not(self, arguments: tuple[syntax.Node, ...]) -> Made:
        check_count("not", arguments, 1, 1)
        condition = self.compile(arguments[0])
        check_argument("not", 0, condition, Type.TRUTH)
        holds = condition.truth()
        return truth(lambda scope: not holds(scope))

    def _call_if(self, arguments: tuple[syntax.Node, ...]) -> Made:
        check_count("if", arguments, 3, 3)
        test = self._condition(arguments[0]).truth()
        yes, no = self.compile(arguments[1]), self.compile(arguments[2])
        a, b = yes.evaluate, no.evaluate
        empty = {id(made) for made in (yes, no) if made.literal == ""}
        kinds = {made.type for made in (yes, no) if id(made) not in empty}
        kind = kinds.pop() if len(kinds) == 1 else Type.ANY
        if yes.literal is not None and no.literal is not None:
            this, that = yes.literal, no.literal
            return Made(lambda scope: this if test(scope) else that, kind)
        return Made(lambda scope: a(scope) if test(scope) else b(scope), kind)

    def _call_coalesce(self, arguments: tuple[syntax.Node, ...]) -> Made:
        check_count("coalesce", arguments, 1, None)
        parts = [self.compile(argument) for argument in arguments]
        kinds = {part.type for part in parts if part.literal != ""}
        evaluates = tuple(part.evaluate for part in parts)

        def first_filled(scope: Scope) -> XValue:
            for evaluate in evaluates:
                value = evaluate(scope)
                if to_text(value) != "":
                    return value
            return ""

        return Made(first_filled, kinds.pop() if len(kinds) == 1 else Type.ANY)

    def _call_regex(self, arguments: tuple[syntax.Node, ...]) -> Made:
        check_count("regex", arguments, 2, 2)
        value, pattern = (self.compile(argument) for argument in arguments)
        if not isinstance(pattern.literal, str):
            raise QuestionnaireError("the pattern of regex() must be written in quotes")
        matches, a = matcher(pattern.literal), value.evaluate
        return Made(lambda scope: matches(to_text(a(scope))), Type.TRUTH)

    def _call_pulldata(self, arguments: tuple[syntax.Node, ...]) -> Made:
        check_count("pulldata", arguments, 4, 4)
        return lookups.pulled([self.compile(argument) for argument in arguments], self._lists)

    def _call_jr_choice_name(self, arguments: tuple[syntax.Node, ...]) -> Made:
        check_count("jr:choice-name", arguments, 2, 2)
        code, asked = (self.compile(argument) for argument in arguments)
        return lookups.choice_name(code, asked, self._names, self._lists)

    def _call_today(self, arguments: tuple[syntax.Node, ...]) -> Made:
        check_count("today", arguments, 0, 0)
        self.uses_today = True
        return Made(lambda scope: scope.today, Type.DATE)


def _sides(operator: str, *nodes: syntax.Node) -> Iterator[syntax.Node]:
    """What stands between the same operators, in its order: ``a and b and c`` are three."""
    for node in nodes:
        if isinstance(node, syntax.Operation) and node.operator == operator:
            yield from _sides(operator, node.left, node.right)
        else:
            yield node


def same_number(value: XValue, number: float) -> bool:
    """Whether a value equals that number, as ``=`` has it."""
    if type(value) is float:
        return value == number or abs(value - number) < SMALLEST
    return equal(value, number)


def _divide(left: float, right: float) -> float:
    """XPath's ``div`` (IEEE 754): by zero it is infinite, 0 div 0 is not a number."""
    if right != 0:
        return left / right
    return NAN if left == 0 or left != left else math.copysign(math.inf, left)


def _remainder(left: float, right: float) -> float:
    # XPath: the sign of the first; Python's % has the sign of the second.
    if right == 0 or right != right or left != left or left in _INFINITE:
        return NAN
    if right in _INFINITE:
        return left
    return math.fmod(left, right)


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
