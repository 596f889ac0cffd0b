"""Every kind of cell of a questionnaire, changed: nothing that is changed passes in silence.

A mutant passes in silence when the questionnaire it makes is the one from before and nobody is told
of the cell. The kinds are made by generation: every column, in every type of row, filled and empty.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from server.forms.checking import check_sheets
from server.forms.workbooks import SheetTable
from shared.errors import QuestionnaireError
from shared.questionnaire.check import remarks_on
from shared.questionnaire.loading import problems_of, questionnaire_of
from shared.questionnaire.model import Questionnaire
from shared.questionnaire.sheets import CHOICES, SETTINGS, SURVEY, sheets_of_tables

Tables = dict[str, list[list[str]]]
SEED = 16
REPEATED = ("appearance", "parameters", "translation_status", "namespaces", "type")
HARMLESS = {
    *(
        f"survey label::{language} in begin_repeat: {what}"
        for language in ("English (en)", "French (fr)")
        for what in ("misspelt", "with more")
    ),
    "settings form_id in a row: misspelt",
    "settings namespaces in a row: misspelt",
}
"""Words for ODK and Kobo, which read them from the workbook: any word is right there."""


HEADER = (
    *("type", "name", "label::English (en)", "hint::English (en)", "say::English (en)", "required"),
    *("relevant", "constraint", "constraint_message::English (en)", "calculation"),
    *("choice_filter", "default", "appearance", "parameters", "bind::tally:privacy"),
    *("bind::tally:measure", "bind::tally:since", "bind::tally:asked", "label::French (fr)"),
)
ROWS: tuple[dict[str, str], ...] = (
    {"type": "begin_group", "name": "visit"},
    {"type": "date", "name": "day", "constraint": ". <= today()", "default": "today()",
     "appearance": "future", "privacy": "coarsen:month", "measure": "visit.date"},
    {"type": "select_one_from_file isic.csv", "name": "trade", "appearance": "search",
     "default": "01", "measure": "work.activity"},
    {"type": "end_group"},
    {"type": "begin_repeat", "name": "case"},
    {"type": "begin_group", "name": "person", "relevant": "${day} != ''"},
    {"type": "integer", "name": "age", "constraint": ". >= 0 and . <= 120",
     "measure": "age.stated"},
    {"type": "decimal", "name": "hours", "parameters": "unit=hours_per_week",
     "relevant": "${age} < 18", "measure": "work.hours"},
    {"type": "select_one places", "name": "place", "choice_filter": "kind = 'a'",
     "appearance": "horizontal", "default": "field"},
    {"type": "select_multiple places", "name": "others", "required": "${adult} = 0"},
    {"type": "text", "name": "words", "appearance": "multiline", "privacy": "identity"},
    {"type": "calculate", "name": "adult", "calculation": "if(${age} >= 18, 1, 0)"},
    {"type": "note", "name": "thanks", "relevant": "${adult} = 0"},
    {"type": "end_group"},
    {"type": "end_repeat"},
)  # fmt: skip
CHOICE_ROWS = [
    ["list_name", "name", "label::English (en)", "label::French (fr)", "kind"],
    ["places", "field", "Field", "Champ", "a"],
    ["places", "kiln", "Kiln", "Four", "a"],
]
SETTING_ROWS = [
    ["form_title", "form_id", "version", "default_language", "namespaces", "translation_status"],
    ["Small", "small", "1.0", "English (en)", 'tally="https://tally87.org/xlsform"', "fr=draft"],
]
USUAL = {"required": "yes", "privacy": "keep", "since": "1.0", "asked": "person"}


def whole() -> Tables:
    """Sheets with a row of every type, and every column filled where it is heeded."""
    survey = [list(HEADER)]
    for row in ROWS:
        is_question = row["type"].split("_")[0] not in ("begin", "end")
        is_asked = is_question and row["type"] not in ("note", "calculate")
        cells = dict(row)
        if is_question:
            cells = {"privacy": "keep", "since": "1.0", **cells}
        if is_asked:
            cells = {**USUAL, "hint": "A hint", "say": "Say this", **cells}
        if "constraint" in row:
            cells["constraint_message"] = "It must fit."
        if not row["type"].startswith("end"):
            cells |= {"label::English (en)": row["name"], "label::French (fr)": row["name"]}
        survey.append([cells.get(name, cells.get(_short(name), "")) for name in HEADER])
    return {
        SURVEY: survey,
        CHOICES: [list(row) for row in CHOICE_ROWS],
        SETTINGS: [list(row) for row in SETTING_ROWS],
    }


def _short(name: str) -> str:
    if name.startswith("label"):
        return name
    return name.removeprefix("bind::tally:").partition("::")[0]


def told(tables: Tables) -> tuple[str, ...]:
    """What `questionnaire check` says of a folder with these sheets, and what it makes of them."""
    written = [SheetTable(name, list(enumerate(rows, 1))) for name, rows in tables.items()]
    _, errors, unread = check_sheets(written, as_written=True)
    try:
        sheets = sheets_of_tables(tables)
        problems = problems_of(sheets)
    except QuestionnaireError as wrong:
        return ("error", str(wrong))
    if errors or problems:
        return ("error", *map(str, (*errors, *problems)))
    said = questionnaire_of(sheets)
    return (_all_of(said), *(line.what for line in unread), *map(str, remarks_on(sheets)))


def _all_of(said: Questionnaire) -> str:
    questions = [
        [getattr(value, "source", value) for value in (getattr(q, name) for name in q.__slots__)]
        for q in said.questions.values()
    ]
    for one in questions:
        one.pop()  # the row it stands in
    sections = [(s.name, dict(s.labels), getattr(s.relevant, "source", "")) for s in said.sections]
    choices = {
        name: [(one.code, dict(one.labels), dict(one.columns)) for one in listed]
        for name, listed in said.choices.items()
    }
    return repr((said.version, said.title, said.translation_status, sections, questions, choices))


def misspelt(cell: str) -> str:
    """Two letters the wrong way round, else one more."""
    for at in range(len(cell) // 2, len(cell) - 1):
        if cell[at].isalpha() and cell[at + 1].isalpha() and cell[at] != cell[at + 1]:
            return f"{cell[:at]}{cell[at + 1]}{cell[at]}{cell[at + 2 :]}"
    return f"{cell}q"


def mutants(tables: Tables) -> Iterator[tuple[str, str, str, str, Tables]]:
    """Sheet, column, type of row, what was done, and the sheets: one of each."""
    choose = random.Random(SEED)
    for sheet, rows in tables.items():
        kinds: dict[tuple[str, str, bool], list[tuple[int, int]]] = {}
        for at, row in enumerate(rows):
            kind = "header" if at == 0 else row[0].split(" ")[0] if sheet == SURVEY else ""
            for column, cell in enumerate(row):
                kinds.setdefault((rows[0][column], kind, bool(cell)), []).append((at, column))
        for (name, kind, is_filled), places in sorted(kinds.items()):
            at, column = choose.choice(places)
            cell = rows[at][column]
            changes = {"filled": "zzz"}
            if is_filled:
                changes = {"misspelt": misspelt(cell), "with more": f"{cell} zzz"}
                if name in REPEATED:
                    changes["twice"] = f"{cell} {cell}"
            for what, new in changes.items():
                changed = [list(row) for row in rows]
                changed[at][column] = new
                yield sheet, name, kind, what, {**tables, sheet: changed}


def test_no_changed_cell_passes_in_silence() -> None:
    before = whole()
    right = told(before)
    assert right[0] != "error"
    assert not [one for one in right[1:] if "not heeded" in one or "not read" in one]

    silent, tried = [], 0
    for sheet, column, kind, what, changed in mutants(before):
        tried += 1
        if told(changed) == right:
            silent.append(f"{sheet} {column} in {kind or 'a row'}: {what}")

    assert tried > 300
    assert sorted(set(silent) - HARMLESS) == []


@pytest.mark.parametrize("kind", ["note", "calculate", "begin_group", "end_group", "end_repeat"])
def test_what_nothing_heeds_is_named_with_its_row(kind: str) -> None:
    tables = whole()
    header = tables[SURVEY][0]
    at = next(n for n, row in enumerate(tables[SURVEY]) if row[0] == kind)
    tables[SURVEY][at][header.index("constraint")] = ". > 1"

    said = told(tables)

    assert any("constraint" in one and f"row {at + 1}" in one for one in said[1:]), said[1:]
