"""The parts of an expression while it is made: what each gives, and what fits where.

Knows types only; the tree is for shared.questionnaire.syntax, what functions do for functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from shared.answers import NOT_SAID
from shared.errors import QuestionnaireError
from shared.questionnaire import syntax
from shared.questionnaire.functions import Type
from shared.questionnaire.values import XValue, to_number, to_truth


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
    """What is known of a question when expressions are checked. codes: None if not known here.

    choice_list: the inline list its codes are from. meant: for codes of a country's own, the code
        each stands for: what is asked where that one is chosen is asked where they are.
    """

    type: Type
    codes: frozenset[str] | None = None
    choice_list: str | None = None
    meant: Mapping[str, str] = field(default_factory=dict, hash=False)


Evaluate = Callable[[Scope], XValue]


CONDITIONS = frozenset({Type.TRUTH, Type.ANY})
COUNTABLE = frozenset({Type.NUMBER, Type.DATE, Type.ANY})
SORTABLE = COUNTABLE


@dataclass(frozen=True, slots=True)
class Made:
    evaluate: Evaluate
    type: Type
    codes: frozenset[str] | None = None
    literal: str | float | None = None
    free_text: bool = False
    """An answer in the person's own words: nothing to calculate or to sort with."""
    reads: str | None = None
    """The question whose answer it is, as it stands."""
    is_bool: bool = False
    """Whether ``evaluate`` gives True or False and nothing else."""
    meant: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Of Declared."""

    def that_mean(self, code: str) -> frozenset[str]:
        """The code with those that stand for it. What stands for ``none`` stands beside others:
        it rules out nothing."""
        own = () if code == "none" else self.meant.items()
        return frozenset({code, *(one for one, other in own if other == code)})

    def truth(self) -> Callable[[Scope], bool]:
        """Its truth value."""
        evaluate = self.evaluate
        if self.is_bool:
            return cast(Callable[[Scope], bool], evaluate)
        return lambda scope: to_truth(evaluate(scope))


def check_count(
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


def check_argument(name: str, index: int, part: Made, wanted: Type) -> None:
    fits = {
        Type.NUMBER: part.type in COUNTABLE or is_sortable_text(part),
        Type.DATE: part.type in {Type.DATE, Type.ANY, Type.NUMBER} or part.literal is not None,
        Type.TRUTH: part.type in CONDITIONS,
        Type.CODES: part.type in {Type.CODE, Type.CODES, Type.ANY}
        or (part.type is Type.TEXT and not part.free_text),
    }
    if not fits.get(wanted, True):
        word = {
            Type.NUMBER: "a number",
            Type.DATE: "a date",
            Type.TRUTH: "a condition",
            Type.CODES: "a question with choices",
        }[wanted]
        raise QuestionnaireError(f"argument {index + 1} of {name}() must be {word}")


def is_sortable_text(made: Made) -> bool:
    """A text literal that is a number or a date, or a text made by a function such as substr."""
    if made.literal is not None:
        number = to_number(str(made.literal))
        return number == number
    return made.type is Type.TEXT and not made.free_text


def answer(evaluate: Evaluate, declared: Declared, reads: str | None = None) -> Made:
    free_text = declared.type is Type.TEXT
    return Made(
        evaluate, declared.type, declared.codes, free_text=free_text, reads=reads,
        meant=declared.meant,
    )  # fmt: skip


def truth(evaluate: Callable[[Scope], bool]) -> Made:
    """What gives True or False."""
    return Made(evaluate, Type.TRUTH, is_bool=True)


def check_against_codes(select: Made, other: Made) -> None:
    if select.type is Type.CODES and other.literal not in {"", *NOT_SAID}:
        raise QuestionnaireError("several choices are asked for with selected(${question}, 'code')")
    if other.type in {Type.NUMBER, Type.TRUTH, Type.DATE}:
        raise QuestionnaireError("a choice is compared with something that is not a code in quotes")
    if other.literal != "":
        check_code(select, other)


def check_code(select: Made, code: Made) -> None:
    if select.codes is None or not isinstance(code.literal, str):
        return
    if code.literal not in select.codes and code.literal not in NOT_SAID:
        raise QuestionnaireError(f"the choice list has no code {code.literal!r}")
