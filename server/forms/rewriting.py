"""Expressions of a form in the words of the tablet's engine.

The engine refuses what cannot be meant (a choice compared with a number, a text where a condition
is needed); XPath converts without a word. So each conversion is written out: what the sheets then
say is what the form did. What cannot be said at all is refused with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from server.forms import xpath
from server.forms.calls import CALLS
from server.forms.lists import AS_WRITTEN, OutList
from server.forms.placing import Scope
from server.forms.said import (
    CONDITIONS,
    NUMBERS,
    Said,
    Turn,
    as_number,
    as_sortable,
    as_text,
    as_time,
    as_truth,
    column_of,
    name_in,
)
from server.forms.targets import Target, Targets
from server.forms.writing import written
from shared.answers import NOT_SAID
from shared.errors import QuestionnaireError
from shared.questionnaire.functions import FUNCTIONS, Type
from shared.questionnaire.syntax import (
    AnswerReference,
    Call,
    Column,
    Current,
    Literal,
    Negative,
    Node,
    Operation,
)
from shared.questionnaire.values import to_number, to_text

_OF_ALL_TURNS = frozenset({"sum", "min", "max", "concat", "join", "count-non-empty"})
_TIME_OF_DAY = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?")
SEVERAL = "there are more of that name as seen from here: in a repeat, one for each turn"
_PLACES = frozenset({"area", "distance", "geofence", "intersects"})
_CHANCE = frozenset({"random", "uuid", "randomize"})


class Rewriter:
    """Rewrites the expressions of one cell.

    current: the question ``.`` means. columns: of the choice list, in a choice filter.
    tell: is told of what was changed in meaning or looks wrong. blocks: names of the groups and
    repeats around, outermost first; the repeats of the scope if not given.
    """

    def __init__(
        self,
        targets: Targets,
        scope: Scope,
        column: str,
        tell: Callable[[str, str], None],
        current: Target | None = None,
        filtered: OutList | None = None,
        calculating: frozenset[int] = frozenset(),
        blocks: Sequence[str] | None = None,
    ) -> None:
        self.targets, self.scope, self.column = targets, scope, column
        self.tell, self._current, self._filtered = tell, current, filtered
        self._calculating = calculating
        self.blocks: Sequence[str] = [name for name, _ in scope] if blocks is None else blocks

    def condition(self, source: str) -> str:
        """The cell, true or false. Raises QuestionnaireError when it cannot be said."""
        return written(self.truth(xpath.read(source)).node)

    def value(self, source: str) -> tuple[str, Type]:
        """The cell, and what it gives. Raises QuestionnaireError when it cannot be said."""
        said = self.say(xpath.read(source))
        return written(said.node), said.type

    # Wanted types

    def truth(self, expr: xpath.Expr) -> Said:
        """The part as something true or false: XPath boolean()."""
        said = self.say(expr)
        if said.type in CONDITIONS:
            return said
        if said.type is Type.NUMBER:
            return Said(Call("boolean", (said.node,)), Type.TRUTH)
        if said.type is Type.CODES:
            counted = Call("count-selected", (said.node,))
            return Said(Operation(">", counted, Literal(0.0)), Type.TRUTH)
        return Said(Operation("!=", said.node, Literal("")), Type.TRUTH)

    def number(self, expr: xpath.Expr) -> Said:
        """The part as a number: XPath number()."""
        return as_number(self.say(expr))

    # Parts

    def say(self, expr: xpath.Expr) -> Said:
        """The part, whatever it gives."""
        match expr:
            case xpath.Constant(value):
                if isinstance(value, str) and "${" in value:
                    self.tell(f"holds the text {value!r}", "in quotes it is a text, no answer")
                return Said(Literal(value), Type.TEXT if isinstance(value, str) else Type.NUMBER)
            case xpath.Named(name):
                return self._named(name)
            case xpath.Self():
                return self._self()
            case xpath.Steps():
                return self._path(expr)
            case xpath.Minus(operand):
                return Said(Negative(self.number(operand).node), Type.NUMBER)
            case xpath.Binary(operator, left, right):
                return self._binary(operator, left, right)
            case xpath.Called(name, arguments):
                return self._called(name, arguments)

    def _self(self) -> Said:
        if self._current is None:
            raise QuestionnaireError("'.' has no meaning here")
        if self.column == "constraint":
            return self._original(Current(), self._current)
        return self.answer(self._current)

    def _named(self, name: str) -> Said:
        if "#" in name:
            raise QuestionnaireError("what was answered in another form is not known here")
        found = self.targets.seen_from(name, self.scope)
        if found:
            if len(found) > 1:
                self.tell(f"reads the first ${{{name}}}", SEVERAL)
            return self.answer(found[0])
        if name in self.targets.counts:
            return self.count(name)
        raise QuestionnaireError(f"there is no question ${{{name}}}")

    def answer(self, target: Target) -> Said:
        """What is answered to a question; what stands for it where it was dropped."""
        if target.stands_for is not None:
            if isinstance(target.stands_for, AnswerReference):
                return Said(target.stands_for, Type.DATE)
            self.tell("reads an answer that was dropped", "it reads as not answered")
            return Said(target.stands_for, target.type)
        return self._original(AnswerReference(target.name), target)

    def _original(self, node: Node, target: Target) -> Said:
        kind = target.type
        if target.calculation:
            kind = self._type_of_calculation(target)
        elif target.choices is not None and target.choices.mapped and kind is Type.CODE:
            return Said(self.as_written(target.choices, node), Type.TEXT)
        return Said(node, kind, target.choices)

    def as_written(self, choices: OutList, node: Node) -> Node:
        """The code of the form that a code of the new list stands for."""
        names = (Literal(choices.name), Literal(AS_WRITTEN), Literal("name"))
        return Call("string", (Call("pulldata", (*names, node)),))

    def _type_of_calculation(self, target: Target) -> Type:
        if id(target) in self._calculating:
            return Type.ANY
        inner = Rewriter(
            self.targets,
            target.scope,
            "calculation",
            lambda what, why: None,
            calculating=self._calculating | {id(target)},
        )
        try:
            return inner.say(xpath.read(target.calculation)).type
        except QuestionnaireError:
            return Type.ANY

    def _path(self, path: xpath.Steps) -> Said:
        names = [step.name for step in path.steps]
        if isinstance(path.start, xpath.Called) and path.start.name == "instance":
            return self._instance(path)
        if any(step.predicates for step in path.steps):
            raise QuestionnaireError("choosing among repeats with [...] is not known here")
        if names == [".."]:
            raise QuestionnaireError("'..' has no value")
        if len(names) == 1 and path.start is None and not path.absolute:
            return self._word(names[0])
        return self._named(names[-1])

    def _word(self, name: str) -> Said:
        if self._filtered is not None:
            column = self._filtered.filters.get(name)
            if name == "name" and column is None:
                column = AS_WRITTEN if self._filtered.mapped else "name"
            folded = {key.casefold(): out for key, out in self._filtered.filters.items()}
            column = column or folded.get(name.casefold().replace(" ", "_"))
            if column is None:
                raise QuestionnaireError(f"the choice list has no column {name!r}")
            return Said(Column(column), Type.TEXT)
        if self.targets.by_name.get(name):
            self.tell(f"reads {name} as ${{{name}}}", "a question is written so")
            return self._named(name)
        raise QuestionnaireError(
            f"{name!r} is not in quotes; a question is written ${{{name}}}, a text '{name}'"
        )

    def _instance(self, path: xpath.Steps) -> Said:
        """``instance('list')/root/item[key = value]/column`` is pulldata()."""
        called = path.start
        names = [step.name for step in path.steps]
        assert isinstance(called, xpath.Called)
        name = called.arguments[0] if called.arguments else None
        item = path.steps[1] if len(path.steps) == 3 else None
        if (
            not isinstance(name, xpath.Constant)
            or item is None
            or names[:2] != ["root", "item"]
            or len(item.predicates) != 1
            or not isinstance(item.predicates[0], xpath.Binary)
            or item.predicates[0].operator != "="
        ):
            raise QuestionnaireError("only instance('list')/root/item[key = value]/column is known")
        key, value = item.predicates[0].left, item.predicates[0].right
        if not isinstance(key, xpath.Steps) or len(key.steps) != 1:
            key, value = value, key
        if not isinstance(key, xpath.Steps) or len(key.steps) != 1:
            raise QuestionnaireError("only instance('list')/root/item[key = value]/column is known")
        return self.pulled(str(name.value), names[2], key.steps[0].name, value)

    def pulled(self, listed: str, column: str, key: str, value: xpath.Expr) -> Said:
        """A cell looked up: ``pulldata()``."""
        choices = self.targets.lists.get(listed)
        if choices is None:
            raise QuestionnaireError(f"the list {listed!r} is not beside the form")
        out = [column_of(choices, one, listed) for one in (column, key)]
        names = (Literal(choices.name), Literal(out[0]), Literal(out[1]))
        looked_up = as_text(self.say(value))
        return Said(Call("pulldata", (*names, looked_up.node)), Type.ANY)

    # Operators

    def _binary(self, operator: str, left: xpath.Expr, right: xpath.Expr) -> Said:
        if operator in {"and", "or"}:
            sides = self.truth(left).node, self.truth(right).node
            return Said(Operation(operator, *sides), Type.TRUTH)
        if operator in {"=", "!="}:
            return self._equal(operator, self.say(left), self.say(right))
        if operator in {"<", "<=", ">", ">="}:
            one, other = self._sortable(self.say(left), self.say(right))
            return Said(Operation(operator, one.node, other.node), Type.TRUTH)
        return Said(
            Operation(operator, self.number(left).node, self.number(right).node), Type.NUMBER
        )

    def _sortable(self, left: Said, right: Said) -> tuple[Said, Said]:
        """Both sides as what has a size: numbers, days, times of day."""
        for literal in (left.literal, right.literal):
            if isinstance(literal, str) and _TIME_OF_DAY.fullmatch(literal):
                self.tell(f"compares with {literal}", "as a time of day")
                return as_time(left), as_time(right)
            if isinstance(literal, str) and literal and to_number(literal) != to_number(literal):
                self.tell(f"compares the size of {literal!r}", "it is no number: it never holds")
        return as_sortable(left), as_sortable(right)

    def _equal(self, operator: str, left: Said, right: Said) -> Said:
        if left.literal is not None and right.literal is None:
            left, right = right, left
        one, other = left.node, right.node
        literal = right.literal
        coded = {left.type, right.type} & {Type.CODE, Type.CODES}
        if Type.TRUTH in (left.type, right.type):
            one, other = as_truth(left), as_truth(right)
        elif literal == "":
            pass
        elif left.type is Type.CODE and isinstance(literal, str | float):
            return self._is_code(operator, left, literal)
        elif coded and not (left.type is right.type is Type.CODE):
            if Type.NUMBER in (left.type, right.type) or Type.DATE in (left.type, right.type):
                one, other = Call("number", (one,)), Call("number", (other,))
            else:
                one, other = as_text(left).node, as_text(right).node
        elif Type.NUMBER in (left.type, right.type) and isinstance(literal, str):
            number = to_number(literal)
            if number != number:
                one = as_text(left).node
        elif left.type is Type.ANY and isinstance(literal, str):
            one = as_text(left).node
        return Said(Operation(operator, one, other), Type.TRUTH)

    def _is_code(self, operator: str, left: Said, literal: str | float) -> Said:
        text = to_text(literal)
        choices = left.choices
        if choices is None or choices.codes_of(text) or text in NOT_SAID:
            return Said(Operation(operator, left.node, Literal(text)), Type.TRUTH)
        self.tell(f"compares with {text!r}", f"the choice list has no code {text!r}")
        return Said(Operation(operator, as_text(left).node, Literal(text)), Type.TRUTH)

    # Functions

    def _called(self, name: str, arguments: Sequence[xpath.Expr]) -> Said:
        special = CALLS.get(name)
        if special is not None:
            return special(self, arguments)
        if name in _CHANCE:
            raise QuestionnaireError(
                f"{name}() gives another result each time; an interview must come out the same"
            )
        if name in _PLACES:
            raise QuestionnaireError(f"{name}() needs exact places, which are not recorded")
        if name in _OF_ALL_TURNS:
            turns = [one for given in arguments for one in self._all_turns(given)]
            if name == "join" and len(turns) > len(arguments):
                self.tell("joins all turns", "a turn that is not there leaves its separator")
            arguments = turns
        function = FUNCTIONS.get(name)
        if function is None:
            raise QuestionnaireError(f"there is no function {name}()")
        parts = []
        for index, argument in enumerate(arguments):
            wanted = function.arguments[min(index, len(function.arguments) - 1)]
            parts.append(self._fitting(argument, wanted).node)
        return Said(Call(name, tuple(parts)), function.result)

    def _all_turns(self, expr: xpath.Expr) -> list[xpath.Expr]:
        name = name_in(expr)
        found = self.targets.seen_from(name, self.scope) if name else ()
        if len(found) < 2:
            return [expr]
        return [Turn(name, target) for target in found]  # type: ignore[misc]

    def _fitting(self, expr: xpath.Expr, wanted: Type) -> Said:
        if isinstance(expr, Turn):
            said = self.answer(expr.target)
        elif wanted is Type.TRUTH:
            return self.truth(expr)
        else:
            said = self.say(expr)
        if wanted is Type.NUMBER:
            return as_sortable(said)
        if wanted is Type.DATE and said.type not in NUMBERS and said.literal is None:
            return Said(Call("date", (said.node,)), Type.DATE)
        return said

    def within(self, scope: Scope) -> Rewriter:
        """The same for a place in those turns."""
        return Rewriter(self.targets, scope, self.column, self.tell)

    def count(self, repeat: str) -> Said:
        """How often a repeat is there, as seen from this place."""
        here = dict(self.scope)
        counted = [
            (scope, source)
            for scope, source in self.targets.counts[repeat]
            if all(here.get(name, turn) == turn for name, turn in scope)
        ]
        total: Node | None = None
        for scope, source in counted:
            inner = Rewriter(self.targets, scope, self.column, self.tell)
            one = as_number(inner.say(xpath.read(source))).node
            total = one if total is None else Operation("+", total, one)
        return Said(total or Literal(0.0), Type.NUMBER)

    def selection(self, expr: xpath.Expr) -> Said:
        """A question with choices, its codes as they are in the new list."""
        target = self.target_of(expr)
        if target is not None and target.choices is not None and target.stands_for is None:
            at = Current() if isinstance(expr, xpath.Self) else AnswerReference(target.name)
            here = at if self.column == "constraint" else AnswerReference(target.name)
            return Said(here, target.type, target.choices)
        said = self.say(expr)
        if said.type in {Type.CODE, Type.CODES, Type.ANY, Type.TEXT}:
            return Said(said.node, said.type, said.choices)
        return as_text(said)

    def target_of(self, expr: xpath.Expr) -> Target | None:
        """The question an expression is nothing but a reference to."""
        if isinstance(expr, xpath.Self):
            return self._current
        name = name_in(expr)
        found = self.targets.seen_from(name, self.scope) if name else ()
        return found[0] if found else None
