"""The XLSForm sheets of a questionnaire: read from CSV folders, a country's laid over the standard.

A folder holds ``survey.csv``, ``choices.csv`` and ``settings.csv``; a country's folder needs only
those it adds to. How a country's rows are taken:

- a survey row whose name is already there fills or replaces cells (a label in one more language,
  a narrower ``relevant``); it may not change the type;
- a new question goes to the end of the group it is written in, or after the question named in its
  column ``tally:after``;
- a new group goes to the end of its level;
- a choice whose list and code are already there fills cells; a new one is appended, or put after
  the choice named in ``tally:after``.

Knows the form of the sheets, not what they mean.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from shared.errors import QuestionnaireError
from shared.places import Place

SURVEY, CHOICES, SETTINGS = SHEETS = ("survey", "choices", "settings")
AFTER = "tally:after"
STATUS = "translation_status"
CASE_REPEAT = "case"
_LANGUAGE = re.compile(r"(?P<what>[a-z_]+)::(?P<name>[^()]+)\((?P<code>[a-z]{2,3})\)\s*")


@lru_cache(maxsize=256)
def _language(column: str) -> re.Match[str] | None:
    """What, language and code of a column like ``label::French (fr)``."""
    return _LANGUAGE.fullmatch(column)


@dataclass(slots=True)
class Row:
    """One row. places: per column, the sheet and row number (1 = header) it was written in."""

    sheet: str
    number: int
    cells: dict[str, str]
    places: dict[str, tuple[str, int]] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def type_words(self) -> list[str]:
        """The words of the column ``type``: ``select_one yes_no`` has two."""
        return self["type"].split()

    @property
    def kind(self) -> str:
        """The first word of the type, with ``begin group`` and ``begin_group`` made the same."""
        words = self.type_words
        if len(words) > 1 and words[0] in {"begin", "end"}:
            return f"{words[0]}_{words[1]}"
        return words[0] if words else ""

    def texts(self, what: str) -> dict[str, str]:
        """The filled texts of ``label``, ``hint``... by language code; no language is English."""
        found = {"en": self.cells[what]} if self.cells.get(what) else {}
        for column, text in self.cells.items():
            match = _language(column)
            if match and match["what"] == what and text:
                found[match["code"]] = text
        return found

    def error(self, message: str, column: str = "") -> QuestionnaireError:
        """A finding about this row, ready to be raised."""
        sheet, number = self.places.get(column, (self.sheet, self.number))
        return QuestionnaireError(message, sheet=sheet, row=number, column=column)

    def overlay(self, other: Row, but: str = "") -> None:
        """Takes over the filled cells of another row; but: a column that keeps its own."""
        for column, text in other.cells.items():
            if text and column != but:
                self.cells[column] = text
                self.places[column] = (other.sheet, other.number)


@dataclass(slots=True)
class Sheets:
    """The three sheets. columns: header per sheet, in order."""

    survey: list[Row] = field(default_factory=list)
    choices: list[Row] = field(default_factory=list)
    settings: Row = field(default_factory=lambda: Row(SETTINGS, 2, {}))
    columns: dict[str, list[str]] = field(default_factory=dict)

    def languages(self) -> dict[str, str]:
        """Language name by code, English first, in the order of the columns."""
        found = {"en": "English"}
        for columns in self.columns.values():
            for column in columns:
                match = _language(column)
                if match:
                    found.setdefault(match["code"], match["name"].strip())
        return found

    def rows(self, sheet: str) -> list[list[str]]:
        """The sheet as a table: header, then rows; for writing it out."""
        rows = {SURVEY: self.survey, CHOICES: self.choices, SETTINGS: [self.settings]}[sheet]
        header = [column for column in self.columns.get(sheet, []) if column != AFTER]
        return [header, *([row[column] for column in header] for row in rows)]


def read_sheets(folders: Sequence[Place], translations: Sequence[Place] = ()) -> Sheets:
    """The sheets of the first folder with those of the others laid over them, in order.

    translations: folders with further languages for the first; a country's own words win.
    Raises QuestionnaireError naming sheet and row.
    """
    if not folders:
        raise QuestionnaireError("no questionnaire folder was given")
    sheets = _read_folder(folders[0], "")
    if not sheets.survey:
        raise QuestionnaireError(f"there is no survey.csv in {folders[0].name}", sheet=SURVEY)
    for folder in translations:
        _translate(sheets, _read_folder(folder, folder.parent.name))
    for folder in folders[1:]:
        _lay_over(sheets, _read_folder(folder, folder.parent.name or folder.name))
    return sheets


def sheets_of_tables(tables: Mapping[str, Sequence[Sequence[str]]]) -> Sheets:
    """Sheets from tables already in memory (a workbook): header first, then rows."""
    sheets = Sheets()
    for name in SHEETS:
        _take_table(sheets, name, name, tables.get(name, ()))
    return sheets


def write_sheets(sheets: Sheets, folder: Path) -> None:
    """Writes the three sheets as CSV: what an office keeps of a version before it changes it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHEETS:
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(sheets.rows(name))


def _read_folder(folder: Place, origin: str) -> Sheets:
    sheets = Sheets()
    for name in SHEETS:
        path = folder / f"{name}.csv"
        if not path.is_file():
            continue
        title = f"{name} ({origin})" if origin else name
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                table = list(csv.reader(stream, strict=True))
        except (csv.Error, UnicodeDecodeError) as error:
            raise QuestionnaireError(
                f"cannot be read as CSV in UTF-8: {error}", sheet=title
            ) from error
        _take_table(sheets, name, title, table)
    return sheets


# Other spellings of columns that XLSForm allows (https://xlsform.org, pyxform aliases).
_ALIASES = {
    (CHOICES, "list name"): "list_name",
    (CHOICES, "value"): "name",
    (SURVEY, "relevance"): "relevant",
    (SURVEY, "read only"): "readonly",
}


def _take_table(sheets: Sheets, name: str, title: str, table: Sequence[Sequence[str]]) -> None:
    if not table:
        return
    header = [_ALIASES.get((name, cell.strip()), cell.strip()) for cell in table[0]]
    repeated = {column for column in header if column and header.count(column) > 1}
    if repeated:
        raise QuestionnaireError(
            "the column is there twice", sheet=title, row=1, column=min(repeated)
        )
    sheets.columns[name] = [column for column in header if column]
    rows = []
    for number, cells in enumerate(table[1:], start=2):
        if any(cell.strip() for cell in cells[len(header) :]):
            raise QuestionnaireError("has more cells than the header", sheet=title, row=number)
        filled = {
            column: cell.strip() for column, cell in zip(header, cells, strict=False) if column
        }
        if any(filled.values()):
            places = dict.fromkeys(filled, (title, number))
            rows.append(Row(title, number, filled, places))
    if name == SURVEY:
        sheets.survey = rows
    elif name == CHOICES:
        sheets.choices = rows
    elif rows:
        sheets.settings = rows[0]


def _lay_over(sheets: Sheets, extension: Sheets) -> None:
    for name, columns in extension.columns.items():
        known = sheets.columns.setdefault(name, [])
        known.extend(column for column in columns if column not in known)
    statuses = (sheets.settings[STATUS], extension.settings[STATUS])
    _merge_statuses(sheets.settings, extension.settings)
    sheets.settings.overlay(extension.settings, but=STATUS)
    if any(statuses):
        # Each language says its own: the next must not take the place of those before.
        sheets.settings.cells[STATUS] = " ".join(word for word in statuses if word)
    _lay_over_survey(sheets.survey, extension.survey)
    _lay_over_choices(sheets.choices, extension.choices)


def _translate(sheets: Sheets, words: Sheets) -> None:
    """Fills label, hint and message columns. Words for what is no longer there are left out: a
    translation may lag behind the questionnaire and must not stop it."""
    for name, columns in words.columns.items():
        known = sheets.columns.setdefault(name, [])
        known.extend(c for c in columns if _language(c) and c not in known)
    _merge_statuses(sheets.settings, words.settings)
    questions = {row["name"]: row for row in sheets.survey if row["name"]}
    choices = {(row["list_name"], row["name"]): row for row in sheets.choices}
    for row in words.survey:
        _fill_words(questions.get(row["name"]), row)
    for row in words.choices:
        _fill_words(choices.get((row["list_name"], row["name"])), row)


def _fill_words(known: Row | None, row: Row) -> None:
    if known is not None:
        words = {column: t for column, t in row.cells.items() if _language(column)}
        known.overlay(Row(row.sheet, row.number, words))


STATUS = "translation_status"


def _merge_statuses(settings: Row, other: Row) -> None:
    """``fr=draft`` of one folder stands beside ``es=draft`` of another."""
    words = dict(
        part.split("=", 1)
        for row in (settings, other)
        for part in row[STATUS].split()
        if "=" in part
    )
    if words:
        settings.cells[STATUS] = " ".join(f"{language}={word}" for language, word in words.items())


def _lay_over_survey(survey: list[Row], extension: list[Row]) -> None:
    inside_case, group = False, ""
    for row in extension:
        match row.kind:
            case "begin_repeat":
                if row["name"] != CASE_REPEAT:
                    raise row.error(f"the only repeat is called {CASE_REPEAT!r}", "name")
                inside_case = True
            case "end_repeat":
                inside_case = False
            case "begin_group":
                group = row["name"]
                _open_group(survey, row, inside_case)
            case "end_group":
                group = ""
            case _:
                _place_question(survey, row, group)


def _open_group(survey: list[Row], row: Row, inside_case: bool) -> None:
    for known in survey:
        if known.kind == "begin_group" and known["name"] == row["name"]:
            known.overlay(row)
            return
    mark = "end_repeat" if inside_case else "begin_repeat"
    index = next((i for i, r in enumerate(survey) if r.kind == mark), len(survey))
    survey[index:index] = [row, Row(row.sheet, row.number, {"type": "end_group", "name": ""})]


def _place_question(survey: list[Row], row: Row, group: str) -> None:
    known = next((r for r in survey if r["name"] == row["name"] and row["name"]), None)
    if known is not None:
        if row["type"] and row["type"] != known["type"]:
            raise row.error(f"{row['name']} is already there with the type {known['type']}", "type")
        known.overlay(row)
        return
    if not group:
        raise row.error("a new question must stand in a group", "name")
    start = next(i for i, r in enumerate(survey) if r.kind == "begin_group" and r["name"] == group)
    end = next(i for i, r in enumerate(survey) if i > start and r.kind == "end_group")
    index = end
    if row[AFTER]:
        index = 1 + next(
            (i for i, r in enumerate(survey) if start < i < end and r["name"] == row[AFTER]), -1
        )
        if index == 0:
            raise row.error(f"the group has no question {row[AFTER]!r}", AFTER)
    survey.insert(index, row)


def _lay_over_choices(choices: list[Row], extension: list[Row]) -> None:
    for row in extension:
        same_list = [i for i, r in enumerate(choices) if r["list_name"] == row["list_name"]]
        known = next((i for i in same_list if choices[i]["name"] == row["name"]), None)
        if known is not None:
            choices[known].overlay(row)
            continue
        before = same_list[-1] if same_list else len(choices) - 1
        if row[AFTER]:
            after = next((i for i in same_list if choices[i]["name"] == row[AFTER]), None)
            if after is None:
                raise row.error(f"the list has no choice {row[AFTER]!r}", AFTER)
            before = after
        choices.insert(before + 1, row)


def each_question(sheets: Sheets) -> Iterator[tuple[Row, bool, str]]:
    """Every question row with whether it stands in the case repeat, and its group.

    Raises QuestionnaireError where groups and the repeat do not close properly.
    """
    inside_case, group = False, ""
    row = Row(SURVEY, 1, {})
    for row in sheets.survey:
        match row.kind:
            case "begin_repeat":
                if row["name"] != CASE_REPEAT or inside_case or group:
                    raise row.error("one repeat, called 'case', outside any group", "type")
                inside_case = True
            case "end_repeat":
                if not inside_case or group:
                    raise row.error("ends a repeat that is not open", "type")
                inside_case = False
            case "begin_group":
                if group:
                    raise row.error("groups do not stand inside groups", "type")
                if not row["name"]:
                    raise row.error("a group needs a name", "name")
                group = row["name"]
            case "end_group":
                if not group:
                    raise row.error("ends a group that is not open", "type")
                group = ""
            case _:
                if not group:
                    raise row.error("a question must stand in a group", "type")
                yield row, inside_case, group
    if group or inside_case:
        raise row.error("a group or repeat is not closed", "type")


def statuses(cell: str) -> dict[str, str]:
    """``fr=draft es=reviewed`` as a mapping."""
    return dict(part.split("=", 1) for part in cell.split() if "=" in part)
