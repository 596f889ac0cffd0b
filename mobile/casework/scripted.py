"""Recording visits and cases from a JSON script, without a screen.

The script is read whole before anything is recorded: one that is refused leaves nothing behind.

    {"visits": [{"answers": {"area": "PK-PB-05"}, "cases": [{"answers": {"sex": "male"}}]}]}
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mobile.casework import Casework, FinaliseResult
from shared.answers import Value
from shared.errors import TallyError
from shared.identifiers import RecordId
from shared.questionnaire import Level, Questionnaire

Said = Mapping[str, Value | None]


class ScriptRefused(TallyError):
    """The script cannot be recorded; the message says where and why. Nothing was recorded."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why} Nothing was recorded.")


@dataclass(frozen=True, slots=True)
class ScriptedVisit:
    """The answers of one visit and of each of its cases, in order."""

    answers: Said
    cases: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class ScriptedRecord:
    """What became of one case or visit: its number on this tablet, and what was found."""

    number: int
    result: FinaliseResult


def read_script(text: str, questionnaire: Questionnaire) -> list[ScriptedVisit]:
    """The visits of a script. Raises ScriptRefused.

    Whether an answer is allowed is found when it is given; here every question must be one of the
    questionnaire, at its level, and every value of a kind an answer can have.
    """
    try:
        script = json.loads(text)
    except ValueError as wrong:
        raise ScriptRefused("The script", f"is not JSON: {wrong}.") from wrong
    visits = _part(script, "The script", {"visits"}).get("visits")
    if visits is None:
        raise ScriptRefused("The script", 'needs a list "visits".')
    planned = []
    for at, visit in enumerate(_list(visits, "visits")):
        where = f"visits[{at}]"
        found = _part(visit, where, {"answers", "cases"})
        cases = tuple(
            _answers(
                _part(case, f"{where}.cases[{number}]", {"answers"}),
                f"{where}.cases[{number}]",
                Level.CASE,
                questionnaire,
            )
            for number, case in enumerate(_list(found.get("cases", []), f"{where}.cases"))
        )
        planned.append(ScriptedVisit(_answers(found, where, Level.VISIT, questionnaire), cases))
    return planned


def record(casework: Casework, planned: ScriptedVisit) -> Iterator[ScriptedRecord]:
    """Records one visit with its cases and finalises them; what cannot be stays a draft."""
    visit_id = casework.start_visit()
    _answer_all(casework, visit_id, planned.answers)
    for answers in planned.cases:
        case_id = casework.start_case(visit_id)
        _answer_all(casework, case_id, answers)
        yield ScriptedRecord(casework.row(case_id).number, casework.finalise(case_id))
    if casework.row(visit_id).state == "draft":
        yield ScriptedRecord(casework.row(visit_id).number, casework.finalise_visit(visit_id))


def _answer_all(casework: Casework, record_id: RecordId, answers: Said) -> None:
    for question, value in answers.items():
        casework.answer(record_id, question, value)


def _part(found: Any, where: str, known: set[str]) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise ScriptRefused(where, f"is {_kind(found)}, not an object in braces.")
    for key in found:
        if key not in known:
            expected = " and ".join(f'"{each}"' for each in sorted(known))
            raise ScriptRefused(where, f'has "{key}"; there can be {expected}.')
    return found


def _list(found: Any, where: str) -> list[Any]:
    if not isinstance(found, list):
        raise ScriptRefused(where, f"is {_kind(found)}, not a list in brackets.")
    return found


def _answers(part: dict[str, Any], where: str, level: Level, questionnaire: Questionnaire) -> Said:
    answers = part.get("answers", {})
    where = f"{where}.answers"
    if not isinstance(answers, dict):
        raise ScriptRefused(where, f"is {_kind(answers)}, not an object in braces.")
    said: dict[str, Value | None] = {}
    for name, value in answers.items():
        question = questionnaire.questions.get(name)
        if question is None or question.level is not level or not question.takes_answer:
            raise ScriptRefused(where, f"there is no question {name} of a {level.value}.")
        said[name] = _value(value, f"{where}.{name}")
    return said


def _value(value: Any, where: str) -> Value | None:
    if isinstance(value, list) and all(isinstance(code, str) for code in value):
        return tuple(value)
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)):
        return value
    raise ScriptRefused(
        where, f"is {_kind(value)}; an answer is text, a number or a list of codes."
    )


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    kinds = {dict: "an object", list: "a list", str: "text", type(None): "null"}
    return kinds.get(type(value), "a number")
