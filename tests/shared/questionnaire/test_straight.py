"""The function that is written out for a questionnaire does what its steps say, for any answers."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from shared.questionnaire import Level
from shared.questionnaire import flow as flows
from shared.questionnaire.expressions import Scope
from shared.questionnaire.flow import step_by_step, work_through
from shared.questionnaire.model import Questionnaire
from shared.questionnaire.straight import straight_pass
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


def test_it_is_written_out_once_a_questionnaire_was_worked_through_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Level] = []
    asked: Callable[..., Any] = flows.straight_pass

    def noting(questionnaire: Questionnaire, level: Level) -> Any:
        made.append(level)
        return asked(questionnaire, level)

    monkeypatch.setattr(flows, "straight_pass", noting)
    small = form(case=[{"type": "integer", "name": "n"}])

    seen = [work_through(small, Level.CASE, {"n": 1}).visible for _ in range(flows.OFTEN + 2)]

    assert 0 < len(made) < 10
    assert all(one == {"n"} for one in seen)
