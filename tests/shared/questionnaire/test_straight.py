"""The function that is written out for a questionnaire does what its steps say, for any answers."""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable
from dataclasses import replace
from random import Random
from types import CodeType, FunctionType
from typing import Any

import pytest

from shared.questionnaire import Level
from shared.questionnaire import flow as flows
from shared.questionnaire.expressions import Scope, compile_expression
from shared.questionnaire.flow import step_by_step, work_through
from shared.questionnaire.model import Questionnaire
from shared.questionnaire.straight import straight_pass
from shared.questionnaire.typed import Declared, Type
from shared.reference import load_reference
from tests.shared.questionnaire.small_forms import form

QUESTIONNAIRES = {country: load_reference(country).questionnaire for country in ("PAK", "KEN")}
ODD: tuple[Any, ...] = (
    *("", "yes", "no", "unknown", "refused", "none", " yes ", "1", "1.0", "2020-05", "it's"),
    *(0, 1, 2, 3, -1, 17, 18, 130, 0.0, 1.0, 2.5, True, False, (), ("apple",), ("apple", "melon")),
)


def somebody(random: Random, questionnaire: Questionnaire, level: Level) -> dict[str, Any]:
    """Mostly what somebody could answer, among it what fits no question."""
    found: dict[str, Any] = {}
    for question in questionnaire.of_level(level):
        if not question.takes_answer or random.random() < 0.2:
            continue
        listed = questionnaire.choices.get(question.choice_list or "", ())
        codes = [choice.code for choice in listed] or ["11", "unknown", "14"]
        some = tuple(random.sample(codes, min(2, len(codes))))
        found[question.name] = random.choice((*codes, some, 14, 30.0, random.choice(ODD)))
    return found


def both(
    questionnaire: Questionnaire, level: Level, said: dict[str, Any]
) -> list[tuple[dict[str, Any], set[str]]]:
    """What each way sees and asks."""
    found = []
    for way in (step_by_step, _straight):
        values: dict[str, Any] = {}
        visible: set[str] = set()
        way(questionnaire, level, said, Scope(values, today="2026-11-29"), visible)
        found.append((values, visible))
    return found


def _straight(
    questionnaire: Questionnaire, level: Level, said: Any, scope: Scope, visible: set[str]
) -> None:
    straight_pass(questionnaire, level)(scope, said, visible)


@pytest.mark.parametrize("country", sorted(QUESTIONNAIRES))
@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("seed", range(25))
def test_every_questionnaire_is_worked_through_alike(country: str, level: Level, seed: int) -> None:
    questionnaire = QUESTIONNAIRES[country]
    said = somebody(Random(seed), questionnaire, level)

    steps, straight = both(questionnaire, level, said)

    # By repr, too: not a number is not equal to itself, and True is 1 to Python.
    assert repr(sorted(steps[0].items())) == repr(sorted(straight[0].items()))
    assert steps[1] == straight[1]


@pytest.mark.parametrize(
    "condition",
    [
        "${a} = 'yes'",
        "${a} != 'yes' and ${n} > 3",
        "${n} = 2 or ${n} <= 0",
        "${n} = '' or not(${several} = 'unknown')",
        "${several} != ''",
        "selected(${several}, 'melon')",
        "selected('yes maybe', ${a})",
        "count-selected(${several}) >= 2",
        "string-length(${a}) > 2 and ${n} != 5",
        "${n} + 1 > 3",
    ],
)
def test_every_form_of_condition_is_worked_out_alike(condition: str) -> None:
    random, names = Random(87), ("a", "n", "several")
    for _ in range(60):
        said = {name: random.choice(ODD) for name in names if random.random() < 0.8}
        assert_alike(condition, said)


HOSTILE = (
    "'); import builtins; builtins.taken = 1; ('",
    '"); import builtins; builtins.taken = 1; ("',
    "\\'); import builtins; builtins.taken = 1 #",
    "\\",
    "\\x27) or taken() #",
    "a\n    import builtins; builtins.taken = 1\n",
    "a\r\nb\u2028\u2029\x0b\x0cc\x00",
    "{values!r} %s \\N{APOSTROPHE}",
    "'''" + '"""',
    "\u0646\u0639\u0645\u202e\U0001f600\ud800",
)
NAMES = re.compile(
    "values|get|add|NOT_SAID|codes|number|same|equal|text|count|strip|scope|answers|visible|said"
    "|ask|value|called[0-9]+|shown[0-9]+"
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_of_a_questionnaire_becomes_code(hostile: str) -> None:
    quotes = [quote for quote in ("''", '""', "\u2018\u2019") if not {*quote} & {*hostile}]
    plain = {"a": hostile, "n": 4, "several": (hostile,)}
    for condition in (
        "${a} = TEXT",
        "${a} != TEXT or not(${n} = 4 and ${a} = TEXT)",
        "selected(${several}, TEXT) and ${n} > 3",
        "selected(TEXT, ${a})",
        "if(${a} = TEXT, TEXT, 'no') = TEXT",
    ):
        asked = condition.replace("TEXT", quotes[0][0] + hostile + quotes[0][1])
        small = _asked_when(asked)

        steps, straight = both(small, Level.CASE, plain)

        assert repr(steps) == repr(straight)
        assert_names_are_ours(small)
    named = _named(hostile)

    steps, straight = both(named, Level.CASE, {**plain, "a": "yes", hostile: hostile})

    assert repr(steps[0]) == repr(straight[0])
    assert hostile in steps[1]
    assert steps[1] == straight[1]
    assert_names_are_ours(named)
    assert not hasattr(builtins, "taken")


def assert_names_are_ours(questionnaire: Questionnaire) -> None:
    """Every name the function looks up is one of the module's own, and nothing is defined in it."""
    made = straight_pass(questionnaire, Level.CASE)
    assert isinstance(made, FunctionType)
    code = made.__code__
    for name in (*code.co_names, *code.co_varnames):
        assert NAMES.fullmatch(name), name
    assert not any(isinstance(one, CodeType) for one in code.co_consts)


def _asked_when(condition: str) -> Questionnaire:
    """One that no loader lets in: the texts of its condition are in no list of choices."""
    small = _small("${a} = 'yes'")
    names = {"a": Type.CODE, "n": Type.NUMBER, "several": Type.CODES}
    made = compile_expression(condition, {name: Declared(one) for name, one in names.items()})
    asked = replace(small.questions["asked"], relevant=made)
    counted = replace(small.questions["c"], calculation=made)
    return replace(small, questions={**small.questions, "asked": asked, "c": counted})


def _named(hostile: str) -> Questionnaire:
    """The same: a question and its choice list are named so."""
    small = _small("${a} = 'yes'")
    asked = replace(
        small.questions["asked"], name=hostile, choice_list=hostile, labels={"en": hostile}
    )
    return replace(
        small, questions={**small.questions, hostile: asked}, order=(*small.order, hostile)
    )


@pytest.mark.parametrize(
    "condition",
    [
        "${a}='yes'" + " or ${a}='no'" * 99,
        "not(" * 37 + "selected(${a},'yes')" + "or selected(${a},'no')" * 169 + ")" * 37,
        "(" * 36 + "${a}='yes'" + ")and ${a}='no'" * 36 + " or ${n}=1" * 60,
    ],
)
def test_the_longest_conditions_are_worked_out_alike(condition: str) -> None:
    for said in ({}, {"a": "yes", "n": 1}, {"a": "no", "n": 2}, {"a": "b"}):
        assert_alike(condition, said)


def assert_alike(condition: str, said: dict[str, Any]) -> None:
    """Both ways, with that condition."""
    small = _small(condition)

    steps, straight = both(small, Level.CASE, said)

    assert repr(steps[0]) == repr(straight[0])
    assert steps[1] == straight[1]


_MADE: dict[str, Questionnaire] = {}


def _small(condition: str) -> Questionnaire:
    if condition not in _MADE:
        _MADE[condition] = form(
            case=[
                {"type": "select_one yes_no", "name": "a"},
                {"type": "integer", "name": "n"},
                {"type": "select_multiple fruit", "name": "several"},
                {"type": "integer", "name": "asked", "relevant": condition},
                {"type": "calculate", "name": "c", "calculation": f"if({condition}, 1, 0)"},
            ]
        )
    return _MADE[condition]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Level]:
    """The levels functions were written out for."""
    found: list[Level] = []
    asked: Callable[..., Any] = flows.straight_pass

    def noting(questionnaire: Questionnaire, level: Level) -> Any:
        found.append(level)
        return asked(questionnaire, level)

    monkeypatch.setattr(flows, "straight_pass", noting)
    return found


def test_it_is_written_out_once_a_questionnaire_was_worked_through_often(
    made: list[Level],
) -> None:
    small = form(case=[{"type": "integer", "name": "n"}])

    seen = [work_through(small, Level.CASE, {"n": 1}).visible for _ in range(flows.OFTEN + 2)]

    assert made.count(Level.CASE) == 1
    assert len(made) <= 2
    assert all(one == {"n"} for one in seen)


def test_more_questionnaires_than_are_kept_are_not_written_out_again_and_again(
    made: list[Level], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows, "OFTEN", 2)
    many = [form(case=[{"type": "integer", "name": "n"}])]
    many += [replace(many[0]) for _ in range(40)]

    for each in many * 4:
        assert work_through(each, Level.CASE, {"n": 1}).visible == {"n"}

    assert made == []
