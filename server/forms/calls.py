"""The functions of a form that need more than their arguments rewritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from server.forms import xpath
from server.forms.lists import OutList
from server.forms.placing import Scope
from server.forms.said import VISIT_DATE, Said, as_number, name_in
from server.forms.targets import Target, Targets
from shared.answers import NOT_SAID
from shared.errors import QuestionnaireError
from shared.questionnaire.functions import Type
from shared.questionnaire.syntax import AnswerReference, Call, Literal, Node, Operation
from shared.questionnaire.values import to_text


class Rewriting(Protocol):
    """What rewrites the rest of the expression."""

    targets: Targets
    scope: Scope
    column: str
    blocks: Sequence[str]
    """Names of all groups and repeats around, outermost first."""

    @property
    def tell(self) -> Callable[[str, str], None]:
        """Is told of what was changed in meaning."""

    def say(self, expr: xpath.Expr) -> Said:
        """A part, whatever it gives."""

    def truth(self, expr: xpath.Expr) -> Said:
        """A part, as something true or false."""

    def number(self, expr: xpath.Expr) -> Said:
        """A part, as a number."""

    def answer(self, target: Target) -> Said:
        """What is answered to a question."""

    def within(self, scope: Scope) -> Rewriting:
        """The same for a place in those turns of repeats."""

    def count(self, repeat: str) -> Said:
        """How often a repeat is there."""

    def selection(self, expr: xpath.Expr) -> Said:
        """A question with choices, its codes as they are in the new list."""

    def target_of(self, expr: xpath.Expr) -> Target | None:
        """The question an expression is nothing but a reference to."""

    def as_written(self, choices: OutList, node: Node) -> Node:
        """The code of the form that a code of the new list stands for."""

    def pulled(self, listed: str, column: str, key: str, value: xpath.Expr) -> Said:
        """A cell looked up in a list."""


def _count(r: Rewriting, arguments: Sequence[xpath.Expr]) -> Said:
    only = arguments[0] if len(arguments) == 1 else None
    if isinstance(only, xpath.Steps) and isinstance(only.start, xpath.Named):
        return _count_where(r, only.start.name, only.steps)
    name = name_in(only)
    if not name:
        raise QuestionnaireError("count() counts the turns of a repeat: count(${repeat})")
    if name in r.targets.counts:
        return r.count(name)
    found = r.targets.seen_from(name, r.scope)
    repeats = {target.scope[-1][0] for target in found if target.scope}
    known = [repeat for repeat in repeats if repeat in r.targets.counts]
    if len(known) == 1:
        return r.count(known[0])
    if found:
        return Said(Literal(float(len(found))), Type.NUMBER)
    raise QuestionnaireError(f"there is no repeat ${{{name}}}")


def _count_where(r: Rewriting, name: str, steps: Sequence[xpath.PathStep]) -> Said:
    """``count(${repeat}[condition])``: the turns that are there and in which it holds."""
    tests = steps[0].predicates if len(steps) == 1 and steps[0].name == "." else ()
    if len(tests) != 1 or name not in r.targets.counts:
        raise QuestionnaireError("of a choice among repeats count(${repeat}[condition]) is known")
    here = dict(r.scope)
    found = []
    for scope, _ in r.targets.counts[name]:
        if any(here.get(repeat, turn) != turn for repeat, turn in scope):
            continue
        count = r.within(scope).count(name).node
        for turn in range(1, r.targets.copies[name] + 1):
            there = Operation(">=", count, Literal(float(turn)))
            holds = r.within((*scope, (name, turn))).truth(tests[0]).node
            found.append((Literal(1.0), Operation("and", there, holds)))
    return _summed(found)


def _position(r: Rewriting, arguments: Sequence[xpath.Expr]) -> Said:
    if not r.scope:
        raise QuestionnaireError("position() has a meaning inside a repeat only")
    up = arguments[0] if arguments else None
    steps = up.steps if isinstance(up, xpath.Steps) else ()
    name = name_in(up) if up is not None else ""
    turns = dict(r.scope)
    levels = sum(1 for step in steps if step.name == "..")
    if not name and levels > len(r.blocks):
        raise QuestionnaireError("position() goes up further than there are groups")
    block = name if name or not levels else r.blocks[-levels]
    if block in turns:
        return Said(Literal(float(turns[block])), Type.NUMBER)
    if block:
        r.tell(f"reads the position of {block}", "it is no repeat around this: it is 1")
        return Said(Literal(1.0), Type.NUMBER)
    return Said(Literal(float(r.scope[-1][1])), Type.NUMBER)


def _indexed_repeat(r: Rewriting, arguments: Sequence[xpath.Expr]) -> Said:
    if len(arguments) < 3 or len(arguments) % 2 == 0:
        raise QuestionnaireError("indexed-repeat() takes a question, then repeats and numbers")
    name = name_in(arguments[0])
    pairs = list(zip(arguments[1::2], arguments[2::2], strict=True))
    made: Node = Literal("")
    found = r.targets.by_name.get(name, [])
    if not found:
        raise QuestionnaireError(f"there is no question ${{{name}}}")
    kind = found[0].type
    for target in reversed(found):
        said = r.answer(target)
        turns = dict(target.scope)
        tests = [
            Operation("=", r.number(index).node, Literal(float(turns[name_in(repeat)])))
            for repeat, index in pairs
            if name_in(repeat) in turns
        ]
        if not tests:
            raise QuestionnaireError("indexed-repeat() names no repeat around the question")
        test: Node = tests[0]
        for more in tests[1:]:
            test = Operation("and", test, more)
        made, kind = Call("if", (test, said.node, made)), said.type
    return Said(made, kind if len(found) else Type.ANY)


def _selected(r: Rewriting, arguments: Sequence[xpath.Expr]) -> Said:
    if len(arguments) != 2:
        raise QuestionnaireError(f"selected() takes 2 arguments, not {len(arguments)}")
    listed = r.selection(arguments[0])
    code = r.say(arguments[1])
    if code.literal is None or listed.choices is None:
        text = Literal(to_text(code.literal)) if code.literal is not None else code.node
        return Said(Call("selected", (listed.node, text)), Type.TRUTH)
    text_of_code = to_text(code.literal)
    codes = listed.choices.codes_of(text_of_code)
    if not codes and text_of_code in NOT_SAID:
        codes = [text_of_code]
    if not codes:
        r.tell(f"asks for {text_of_code!r}", f"the choice list has no code {text_of_code!r}")
        return Said(Call("false", ()), Type.TRUTH)
    made: Node | None = None
    for one in codes:
        call = Call("selected", (listed.node, Literal(one)))
        made = call if made is None else Operation("or", made, call)
    return Said(made or Call("false", ()), Type.TRUTH)


def _count_selected(r: Rewriting, arguments: Sequence[xpath.Expr]) -> Said:
    if len(arguments) != 1:
        raise QuestionnaireError("count-selected() takes 1 argument")
    return Said(Call("count-selected", (r.selection(arguments[0]).node,)), Type.NUMBER)


def _selected_at(r: Rewriting, arguments: Sequence[xpath.Expr]) -> Said:
    if len(arguments) != 2:
        raise QuestionnaireError("selected-at() takes 2 arguments")
    listed = r.selection(arguments[0])
    call = Call("selected-at", (listed.node, r.number(arguments[1]).node))
    if listed.choices is not None and listed.choices.mapped:
        return Said(r.as_written(listed.choices, call), Type.TEXT)
    return Said(call, Type.TEXT)


def _choice_name(r: Rewriting, arguments: Sequence[xpath.Expr]) -> Said:
    question = arguments[1] if len(arguments) == 2 else None
    quoted = question.value if isinstance(question, xpath.Constant) else ""
    inner = xpath.read(quoted) if isinstance(quoted, str) and quoted else question
    target = r.target_of(inner) if inner is not None else None
    if target is None or target.choices is None:
        raise QuestionnaireError("jr:choice-name() needs a question with choices of this form")
    code = arguments[0]
    if isinstance(code, xpath.Called) and code.name == "selected-at":
        index = r.number(code.arguments[1]).node
        node: Node = Call("selected-at", (r.selection(code.arguments[0]).node, index))
    else:
        node = r.selection(code).node
    return Said(Call("jr:choice-name", (node, Literal(f"${{{target.name}}}"))), Type.TEXT)


def _if(r: Rewriting, arguments: Sequence[xpath.Expr]) -> Said:
    if len(arguments) != 3:
        raise QuestionnaireError(f"if() takes 3 arguments, not {len(arguments)}")
    test = r.truth(arguments[0]).node
    sides = [r.say(one) for one in arguments[1:]]
    kinds = {side.type for side in sides if side.literal != ""}
    kind = kinds.pop() if len(kinds) == 1 else Type.ANY
    return Said(Call("if", (test, sides[0].node, sides[1].node)), kind)


def _coalesce(r: Rewriting, arguments: Sequence[xpath.Expr]) -> Said:
    sides = [r.say(one) for one in arguments]
    kinds = {side.type for side in sides if side.literal != ""}
    kind = kinds.pop() if len(kinds) == 1 else Type.ANY
    return Said(Call("coalesce", tuple(side.node for side in sides)), kind)


def _today(r: Rewriting, arguments: Sequence[xpath.Expr]) -> Said:
    if r.column in {"constraint", "default"}:
        return Said(Call("today", ()), Type.DATE)
    r.tell(
        "today() reads the date of the visit",
        "an interview must come out the same tomorrow and at the office",
    )
    return Said(AnswerReference(VISIT_DATE), Type.DATE)


def _once(r: Rewriting, arguments: Sequence[xpath.Expr]) -> Said:
    if len(arguments) != 1:
        raise QuestionnaireError("once() takes 1 argument")
    r.tell("once() is left out", "it is worked out from the answers each time")
    return r.say(arguments[0])


def _choice_label(r: Rewriting, arguments: Sequence[xpath.Expr]) -> Said:
    """``choice-label(question, code)`` of SurveyCTO: the other way round than jr:choice-name()."""
    if len(arguments) != 2:
        raise QuestionnaireError("choice-label() takes a question and a code")
    return _choice_name(r, (arguments[1], arguments[0]))


def _count_if(r: Rewriting, arguments: Sequence[xpath.Expr]) -> Said:
    """``count-if(question, condition)`` of SurveyCTO, over the turns of the question's repeat."""
    tests = [(Literal(1.0), test) for _, test in _turns_that(r, "count-if", arguments)]
    return _summed(tests)


def _sum_if(r: Rewriting, arguments: Sequence[xpath.Expr]) -> Said:
    """``sum-if(question, condition)`` of SurveyCTO; what is not answered counts nothing."""
    found: list[tuple[Node, Node]] = []
    for target, test in _turns_that(r, "sum-if", arguments):
        answer = as_number(r.answer(target)).node
        found.append((answer, Operation("and", test, Operation("=", answer, answer))))
    return _summed(found)


def _turns_that(
    r: Rewriting, name: str, arguments: Sequence[xpath.Expr]
) -> list[tuple[Target, Node]]:
    """The question in each turn of its repeat, and whether the turn is there and the condition
    holds in it."""
    asked = name_in(arguments[0]) if len(arguments) == 2 else ""
    found = [one for one in r.targets.seen_from(asked, r.scope) if one.scope]
    if not found:
        raise QuestionnaireError(f"{name}() takes a question of a repeat, and a condition")
    turns: list[tuple[Target, Node]] = []
    for target in found:
        repeat, turn = target.scope[-1]
        around = r.within(target.scope[:-1])
        there = Operation(">=", around.count(repeat).node, Literal(float(turn)))
        holds = r.within(target.scope).truth(arguments[1]).node
        turns.append((target, Operation("and", there, holds)))
    return turns


def _summed(parts: Sequence[tuple[Node, Node]]) -> Said:
    made: Node | None = None
    for value, test in parts:
        one = Call("if", (test, value, Literal(0.0)))
        made = one if made is None else Operation("+", made, one)
    return Said(made or Literal(0.0), Type.NUMBER)


def _pulldata(r: Rewriting, arguments: Sequence[xpath.Expr]) -> Said:
    texts = [one.value for one in arguments[:3] if isinstance(one, xpath.Constant)]
    if len(arguments) != 4 or len(texts) != 3:
        raise QuestionnaireError("pulldata() takes a list and two columns in quotes, and a key")
    return r.pulled(str(texts[0]), str(texts[1]), str(texts[2]), arguments[3])


def _version(r: Rewriting, arguments: Sequence[xpath.Expr]) -> Said:
    return Said(Literal(r.targets.version), Type.TEXT)


def _regex(r: Rewriting, arguments: Sequence[xpath.Expr]) -> Said:
    if len(arguments) != 2:
        raise QuestionnaireError(f"regex() takes 2 arguments, not {len(arguments)}")
    value, pattern = (r.say(one) for one in arguments)
    return Said(Call("regex", (value.node, pattern.node)), Type.TRUTH)


CALLS: Mapping[str, Callable[[Rewriting, Sequence[xpath.Expr]], Said]] = {
    "count": _count,
    "count-if": _count_if,
    "sum-if": _sum_if,
    "choice-label": _choice_label,
    "position": _position,
    "index": _position,
    "indexed-repeat": _indexed_repeat,
    "selected": _selected,
    "count-selected": _count_selected,
    "selected-at": _selected_at,
    "jr:choice-name": _choice_name,
    "if": _if,
    "coalesce": _coalesce,
    "today": _today,
    "now": _today,
    "once": _once,
    "pulldata": _pulldata,
    "version": _version,
    "regex": _regex,
}
