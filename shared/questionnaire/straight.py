"""One level of a questionnaire worked through by one Python function, written out for it.

Conditions are closures (shared.questionnaire.expressions), one call within the other; where a
server works through thousands of records, the calls cost more than what they do. Here the forms
nearly all conditions have are written out as Python, step after step; any other is called as it is.
Names and texts of a questionnaire stand in it as quoted literals only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeGuard

from shared.answers import NOT_SAID, Answers
from shared.questionnaire import syntax
from shared.questionnaire.expressions import Expression, Scope, same_number
from shared.questionnaire.functions import FUNCTIONS, Type
from shared.questionnaire.model import Kind, Level, Questionnaire, meanings_of
from shared.questionnaire.values import equal, to_codes, to_number, to_text

Pass = Callable[[Scope, Answers, set[str]], None]
"""Puts what is seen into the scope, and the names of what is asked into the set."""

_CODED = {Kind.SELECT_ONE: Type.CODE, Kind.SELECT_MULTIPLE: Type.CODES}
_ORDER = {"<", "<=", ">", ">="}
_MOST_PARENTHESES = 150
"""In one condition that is written out, however they nest: Python takes no 200 within each other.
A longer one is called as it is."""


def straight_pass(questionnaire: Questionnaire, level: Level) -> Pass:
    """What ``flow`` does step by step, as one function. Made anew each time: ``flow`` keeps it."""
    writer = _Writer(questionnaire)
    for question in map(questionnaire.questions.__getitem__, questionnaire.order):
        if question.level is level:
            writer.step(question.name)
    return writer.function()


class _Writer:
    def __init__(self, questionnaire: Questionnaire) -> None:
        self._questionnaire = questionnaire
        self._lines = [
            "def work(scope, answers, visible):",
            "    values = scope.values",
            "    get, said, ask = values.get, answers.get, visible.add",
        ]
        self._shown: dict[str, str] = {}
        self._known: dict[str, object] = {
            "NOT_SAID": NOT_SAID,
            "codes": to_codes,
            "number": to_number,
            "same": same_number,
            "equal": equal,
            "text": to_text,
            "count": FUNCTIONS["count-selected"].apply,
        }

    def step(self, name: str) -> None:
        """Writes what has to be done for one question."""
        question = self._questionnaire.questions[name]
        section = self._questionnaire.section(question.section).relevant
        when = []
        if section is not None:
            if question.section not in self._shown:
                self._shown[question.section] = f"shown{len(self._shown)}"
                self._lines.append(f"    {self._shown[question.section]} = {self._truth(section)}")
            when.append(self._shown[question.section])
        if question.relevant is not None:
            when.append(self._truth(question.relevant))
        indent = "    "
        if when:
            self._lines.append(f"    if {' and '.join(when)}:")
            indent *= 2
        self._lines.append(f"{indent}ask({name!r})")
        if question.calculation is not None:
            self._lines.append(f"{indent}values[{name!r}] = {self._value(question.calculation)}")
        elif question.takes_answer:
            test = "" if question.kind in _CODED else " and value not in NOT_SAID"
            self._lines.append(f"{indent}value = said({name!r})")
            self._lines.append(f"{indent}if value is not None{test}: values[{name!r}] = value")

    def function(self) -> Pass:
        """The function that was written."""
        found: dict[str, Pass] = {}
        # Of forms this module wrote itself; what a questionnaire gives is in quotes (repr).
        exec(compile("\n".join(self._lines), "<questionnaire>", "exec"), self._known, found)  # noqa: S102
        return found["work"]

    def _truth(self, expression: Expression) -> str:
        written = self._short(syntax.parse(expression.source))
        return written or f"{self._called(expression.is_true)}(scope)"

    def _value(self, expression: Expression) -> str:
        node = syntax.parse(expression.source)
        if isinstance(node, syntax.Call) and node.name == "if" and len(node.arguments) == 3:
            test, yes, no = node.arguments
            written = self._short(test)
            if written and _is_constant(yes) and _is_constant(no):
                return f"{yes.value!r} if {written} else {no.value!r}"
        return f"{self._called(expression.evaluate)}(scope)"

    def _called(self, what: object) -> str:
        name = f"called{len(self._known)}"
        self._known[name] = what
        return name

    def _short(self, node: syntax.Node) -> str | None:
        """The same as ``_condition``, None for a longer one, too."""
        written = self._condition(node)
        return written if written and written.count("(") <= _MOST_PARENTHESES else None

    def _condition(self, node: syntax.Node) -> str | None:
        """A truth value as Python, or None for a form that is not written out."""
        match node:
            case syntax.Operation("and" | "or" as operator, left, right):
                sides = self._condition(left), self._condition(right)
                if None in sides:
                    return None
                return f"({sides[0]} {operator} {sides[1]})"
            case syntax.Operation(
                "=" | "!=" as operator, syntax.AnswerReference(name), syntax.Literal(str(text))
            ) if text != "" and self._type(name) is Type.CODE:
                return f"get({name!r}) {'==' if operator == '=' else '!='} {text!r}"
            case syntax.Operation(
                "=" | "!=" as operator, syntax.AnswerReference(name), syntax.Literal(str(text))
            ) if self._is_known(name):
                if operator == "=":
                    return f"equal(get({name!r}, ''), {text!r})"
                if text == "":
                    return f"text(get({name!r}, '')) != ''"
                return f"(not equal(get({name!r}, ''), {text!r}))"
            case syntax.Operation(
                "=", syntax.AnswerReference(name), syntax.Literal(float(limit))
            ) if self._is_known(name) and _is_plain(limit):
                return f"same(get({name!r}, ''), {limit!r})"
            case syntax.Operation(
                operator, syntax.AnswerReference(name), syntax.Literal(float(limit))
            ) if operator in _ORDER and self._is_known(name) and _is_plain(limit):
                return f"number(get({name!r}, '')) {operator} {limit!r}"
            case syntax.Call(
                "selected", (syntax.AnswerReference(name), syntax.Literal(str(text)))
            ) if self._is_known(name):
                return f"{text.strip()!r} in codes(get({name!r}, ''))"
            case syntax.Call(
                "selected", (syntax.Literal(str(text)), syntax.AnswerReference(name))
            ) if self._is_known(name):
                several = self._called(frozenset(to_codes(text)))
                return f"text(get({name!r}, '')).strip() in {several}"
            case syntax.Operation(
                operator,
                syntax.Call("count-selected", (syntax.AnswerReference(name),)),
                syntax.Literal(float(limit)),
            ) if operator in _ORDER and self._is_known(name) and _is_plain(limit):
                return f"number(count(get({name!r}, ''))) {operator} {limit!r}"
            case syntax.Call("not", (inner,)):
                written = self._condition(inner)
                return None if written is None else f"(not {written})"
        return None

    def _is_known(self, name: str) -> bool:
        """Whether it is a question whose codes stand for themselves."""
        question = self._questionnaire.questions.get(name)
        choices = self._questionnaire.choices.get((question and question.choice_list) or "", ())
        return question is not None and not meanings_of(choices)

    def _type(self, name: str) -> Type | None:
        question = self._questionnaire.questions.get(name)
        return _CODED.get(question.kind) if question is not None and self._is_known(name) else None


def _is_constant(node: syntax.Node) -> TypeGuard[syntax.Literal]:
    return isinstance(node, syntax.Literal) and _is_plain(node.value)


def _is_plain(value: str | float) -> bool:
    return isinstance(value, str) or math.isfinite(value)
