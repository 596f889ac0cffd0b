"""Fuzz targets of the questionnaire: expressions, and sheets somebody has edited."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache

from shared.errors import QuestionnaireError
from shared.questionnaire import STANDARD, Level, problems_of, questionnaire_of, visible_questions
from shared.questionnaire.expressions import Declared, Scope, compile_expression
from shared.questionnaire.functions import Type
from shared.questionnaire.sheets import Sheets, read_sheets, sheets_of_tables
from tests.fuzz.bytes_as_choices import Choices
from tests.fuzz.known import Target

_DECLARED = {
    "age": Declared(Type.NUMBER),
    "born": Declared(Type.DATE),
    "name": Declared(Type.TEXT),
    "works": Declared(Type.CODE, frozenset({"yes", "no"})),
    "hazards": Declared(Type.CODES, frozenset({"heights", "none"})),
}
_ANSWERS = {
    "age": 12.0,
    "born": "2014-02-28",
    "name": "a" * 600,
    "works": "yes",
    "hazards": ("heights", "none"),
}


def _expression(data: bytes) -> None:
    try:
        expression = compile_expression(
            data.decode("utf-8", "replace"), _DECLARED, current=_DECLARED["age"]
        )
    except QuestionnaireError:
        return
    for scope in (Scope(dict(_ANSWERS), today="2026-11-22", current=7.0), Scope({})):
        value = expression.evaluate(scope)
        assert isinstance(value, str | float | int | bool | tuple)
        expression.is_true(scope)


def _expression_seeds() -> Iterator[bytes]:
    for row in _standard().survey:
        for column in ("relevant", "constraint", "calculation"):
            if row[column]:
                yield row[column].encode()
    for text in (
        "${age} > 5 and not(${works} = 'no')",
        "if(selected(${hazards}, 'none'), 1, 2) div 3 mod 2",
        "regex(${name}, '^(a+)+$')",
        "substr(${name}, 1, 3) = concat('a', string-length(.))",
        "format-date(${born}, '%Y-%m') >= '2026-01' or today() > ${born}",
        "count-selected(${hazards}) * round(2.5, 1) - int('7') + max(1, 2)",
    ):
        yield text.encode()


@cache
def _standard() -> Sheets:
    return read_sheets([STANDARD])


_SHEET_NAMES = ("survey", "choices", "settings")


def _sheets(data: bytes) -> None:
    """Edits the standard questionnaire's tables as a hand would, and worse."""
    choices = Choices(data)
    tables = {name: copy.deepcopy(_tables()[name]) for name in _SHEET_NAMES}
    while choices.left:
        table = tables[choices.one_of(_SHEET_NAMES)]
        if not table:
            continue
        row = choices.below(len(table))
        match choices.below(8):
            case 0:
                del table[row]
            case 1:
                table.insert(row, list(table[choices.below(len(table))]))
            case 2:
                table[row].append(choices.text(8))
            case 3 if table[row]:
                del table[row][choices.below(len(table[row]))]
            case 4 if table[row]:
                other = table[choices.below(len(table))]
                if other:
                    table[row][choices.below(len(table[row]))] = other[choices.below(len(other))]
            case _ if table[row]:
                table[row][choices.below(len(table[row]))] = choices.text(choices.below(64))
    try:
        sheets = sheets_of_tables(tables)
    except QuestionnaireError:
        return
    problems = problems_of(sheets)
    assert all(isinstance(problem, QuestionnaireError) for problem in problems)
    if not problems:
        questionnaire = questionnaire_of(sheets)
        visible_questions(questionnaire, Level.CASE, {"worked_own_farm": "yes"}, {})


@cache
def _tables() -> dict[str, list[list[str]]]:
    """A dozen rows of every kind: small enough to be edited to pieces."""
    whole = {name: _standard().rows(name) for name in _SHEET_NAMES}
    survey = [
        ["type", "name", "label", "relevant", "constraint", "bind::tally:privacy", "calculation"],
        ["begin_group", "place", "Place", "", "", "", ""],
        ["date", "visit_date", "Day", "", ". <= today()", "coarsen:month", ""],
        ["select_one yes_no", "nobody_found", "Nobody?", "", "", "keep", ""],
        ["end_group", "", "", "", "", "", ""],
        ["begin_repeat", "case", "Person", "", "", "", ""],
        ["begin_group", "person", "Person", "", "", "", ""],
        ["text", "given_name", "Name", "", "", "identity", ""],
        ["select_one yes_no", "works", "Works?", "", "", "keep", ""],
        ["integer", "hours", "Hours", "${works} = 'yes'", ". < 100", "keep", ""],
        ["select_multiple hazards", "dangers", "Dangers", "${hours} > 3", "", "keep", ""],
        ["calculate", "much", "", "", "", "keep", "${hours} * 2"],
        ["end_group", "", "", "", "", "", ""],
        ["end_repeat", "", "", "", "", "", ""],
    ]
    choices = [
        ["list_name", "name", "label"],
        *([name, code, code] for name in ("yes_no", "hazards") for code in ("yes", "no", "none")),
    ]
    return {"survey": survey, "choices": choices, "settings": whole["settings"][:2]}


def _sheet_seeds() -> Iterator[bytes]:
    yield b""
    for row in range(14):
        for cell, text in enumerate((b"integer", b"name", b"", b"${works} = 'no'", b". > 3")):
            yield bytes((0, row, 7, cell, len(text))) + text


TARGETS = (
    Target("expression", _expression, _expression_seeds),
    Target("sheets", _sheets, _sheet_seeds),
)
