"""A form of other people to question sheets that load, with a line for everything that changed.

The last word has the loader of shared.questionnaire: the sheets are read as a tablet will read
them, and what it refuses is taken out, named in the report, until they load.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from server.forms.beside import lists_beside
from server.forms.lists import ChoiceLists, OutList
from server.forms.missing import missing_measures, visit_group, visit_rows
from server.forms.model import FormChoice, WrittenForm
from server.forms.names import Names, plain
from server.forms.placing import Placement, place
from server.forms.questions import Planned, Planner, settings_in
from server.forms.reading import form_of
from server.forms.report import Report, ReportLine
from server.forms.rows import ASKED_ALWAYS, RowWriter
from server.forms.sheets import (
    DROPPABLE,
    PRIVACY,
    TEXTS,
    OutRow,
    as_csv,
    survey_table,
    without_names,
)
from server.forms.targets import Targets
from server.forms.unread import tell_unused
from server.forms.workbooks import SheetTable, read_form
from shared.errors import QuestionnaireError
from shared.places import FileInMemory
from shared.questionnaire.loading import STANDARD, problems_of, questionnaire_of
from shared.questionnaire.sheets import Sheets, read_sheets

MOST_ROUNDS = 200
"""Each takes out at least one cell; a form with more to take out is not converted."""
QUESTIONS = "questions"
NOT_QUESTIONS = frozenset(
    {
        *("", "calculate", "hidden", "note", "start", "end", "today", "audit", "include"),
        *("set form title", "set form id", "csv-external", "xml-external"),
        *("deviceid", "phonenumber", "simserial", "subscriberid", "username", "email"),
        *("start-geopoint", "background-geopoint", "background-audio"),
    }
)
"""Types that nobody answers: what a device notes by itself is among them."""
NOT_RECORDED = frozenset(
    {
        *("image", "audio", "video", "file", "osm"),
    }
)
"""Types whose answers are refused: pictures, voices, files, exact places."""


@dataclass(slots=True)
class Conversion:
    """What came of a form. files: by name, to be written into one folder.

    outcomes: per row of the form that is no block, its type, its row and what became of it:
    ``kept``, ``adapted`` or ``dropped``.
    """

    files: dict[str, str] = field(default_factory=dict)
    lines: list[ReportLine] = field(default_factory=list)
    outcomes: list[tuple[str, int, str]] = field(default_factory=list)
    questions: int = 0


def convert(path: Path, *, whole: bool = False, most_turns: int = 3) -> Conversion:
    """Converts a file (or a folder of CSV files).

    whole: the sheets stand alone, without the standard questionnaire. most_turns: copies of a
    repeat that says no number.
    Raises QuestionnaireError when nothing can be loaded, with the reason.
    """
    report = Report()
    form = form_of(read_form(path, report), report)
    lists_beside(form, path, report)
    return _Converter(form, report, whole, most_turns, path.stem).convert()


def convert_tables(
    tables: Sequence[SheetTable], name: str, *, whole: bool = False, most_turns: int = 3
) -> Conversion:
    """Converts tables already read. name: stands for the file's, where the form has no title."""
    report = Report()
    form = form_of(tables, report)
    lists_beside(form, None, report)
    return _Converter(form, report, whole, most_turns, name).convert()


class _Converter:
    def __init__(
        self, form: WrittenForm, report: Report, whole: bool, most_turns: int, file_name: str
    ) -> None:
        self._form, self._report, self._whole = form, report, whole
        self._most_turns = most_turns
        self._settings = {**settings_in(form.rows()), **form.settings}
        self._title = self._settings.get("form_title") or file_name.replace("_", " ")
        self._standard = read_sheets([STANDARD])
        prefix = plain(self._settings.get("form_id") or file_name)[:12].strip("_") or "form"
        self._names = Names(*self._taken(), prefix)
        self._languages = {"en": "English", **form.languages}

    def _taken(self) -> tuple[set[str], set[str]]:
        rows = [row for row in self._standard.survey if row["name"]]
        if self._whole:
            rows = visit_rows(self._standard)
        names = {row["name"] for row in rows} | {"case", "visit", "unknown", "refused"}
        lists = set() if self._whole else {row["list_name"] for row in self._standard.choices}
        return names, lists | {"areas", "yes_no"} if self._whole else lists

    def convert(self) -> Conversion:
        form = self._form
        placement = place(form, self._names, self._most_turns, self._title, self._report)
        lists = ChoiceLists(
            _all_lists(form, placement), self._names, list(form.languages), self._report
        )
        targets = Targets(
            counts=placement.repeats,
            copies=placement.copies,
            lists={},
            version=self._settings.get("version", ""),
        )
        planner = Planner(form, lists, self._names, targets, self._report)
        planned = [one for row in placement.rows if (one := planner.plan(row)) is not None]
        named: dict[str, OutList] = targets.lists  # type: ignore[assignment]
        for name in _lists_read(form):
            stem = name.removesuffix(".csv")
            choices = lists.get(f"{stem} (file)") or lists.get(stem)
            if choices is not None:
                named[name] = choices
        rows = RowWriter(targets, self._languages, self._report).rows(planned)
        for suffix, written in (("", form.choices), (" (external)", form.external)):
            used = lists.asked_for() | placement.looped | planner.searched
            tell_unused(written, suffix, used, self._report)
        made = lists.made() + [one for name, one in named.items() if name.endswith(" ")]
        kept = self._until_it_loads(rows, made)
        return self._conversion(kept, made, planned)

    # Sheets

    def _files(self, rows: Sequence[OutRow], lists: Sequence[OutList]) -> dict[str, str]:
        table, _ = survey_table(self._laid_out(rows), self._languages)
        used = {row.type.split()[-1] for row in rows if " " in row.type}
        used |= set(re.findall(r"pulldata\('([^']+)'", " ".join(_logic(rows))))
        files = {"survey.csv": as_csv(table)}
        choices = self._choices_table([one for one in lists if one.name in used])
        if len(choices) > 1:
            files["choices.csv"] = as_csv(choices)
        if self._whole:
            version = self._settings.get("version") or "1"
            form_id = plain(self._settings.get("form_id") or self._title) or "form"
            settings = [
                ["form_title", "form_id", "version", "default_language"],
                [self._title, form_id, version, "English (en)"],
            ]
            files["settings.csv"] = as_csv(settings)
        return files

    def _laid_out(self, rows: Sequence[OutRow]) -> list[OutRow]:
        found: list[OutRow] = []
        if self._whole:
            found += visit_group(self._standard)
        found.append(OutRow("begin_repeat", "case", {"label": {"en": "Person"}}))
        section = None
        for row in rows:
            if row.section is not section:
                if section is not None:
                    found.append(OutRow("end_group", "", {}))
                section = row.section
                assert section is not None
                cells = {"relevant": self._relevant.get(section.name, "")}
                labels = _with_english(section.labels, self._languages)
                found.append(
                    OutRow("begin_group", section.name, {"label": labels}, cells, section.row)
                )
            found.append(row)
        if section is not None:
            found.append(OutRow("end_group", "", {}))
        found.append(OutRow("end_repeat", "", {}))
        return found

    def _choices_table(self, lists: Sequence[OutList]) -> list[list[str]]:
        languages = [
            code
            for code in self._languages
            if any(code in choice.labels for one in lists for choice in one.choices)
        ]
        columns = list(
            dict.fromkeys(
                column for one in lists for choice in one.choices for column in choice.columns
            )
        )
        labels = [f"label::{self._languages[code]} ({code})" for code in languages]
        table = [["list_name", "name", *labels, *columns]]
        for one in lists:
            for choice in one.choices:
                words = [choice.labels.get(code, "") for code in languages]
                more = [choice.columns.get(column, "") for column in columns]
                table.append([one.name, choice.code, *words, *more])
        return table

    # Loading

    _relevant: dict[str, str]

    def _until_it_loads(self, rows: list[OutRow], lists: Sequence[OutList]) -> list[OutRow]:
        self._relevant = {
            row.section.name: row.section_relevant
            for row in rows
            if row.section is not None and row.section_relevant
        }
        for _ in range(MOST_ROUNDS):
            if not rows:
                raise QuestionnaireError("no question of the form can be asked on a tablet")
            problems = self._problems(rows, lists)
            if not problems:
                return rows
            rows = self._without(rows, lists, problems)
        raise QuestionnaireError("the form could not be made to load")

    def _sheets(self, rows: Sequence[OutRow], lists: Sequence[OutList]) -> Sheets:
        files = self._files(rows, lists)
        place = FileInMemory({f"form/{name}": text.encode() for name, text in files.items()})
        folder = place / "form"
        return read_sheets([folder] if self._whole else [STANDARD, folder])

    def _problems(
        self, rows: Sequence[OutRow], lists: Sequence[OutList]
    ) -> list[QuestionnaireError]:
        try:
            return problems_of(self._sheets(rows, lists))
        except QuestionnaireError as problem:
            return [problem]

    def _without(
        self,
        rows: list[OutRow],
        lists: Sequence[OutList],
        problems: Sequence[QuestionnaireError],
    ) -> list[OutRow]:
        laid = self._laid_out(rows)
        gone: set[int] = set()
        changed = False
        for problem in problems:
            index = (problem.row or 0) - 2
            if not problem.sheet.startswith("survey") or not 0 <= index < len(laid):
                continue
            row, column = laid[index], problem.column
            why = str(problem).partition(": ")[2] or str(problem)
            asked = f"{why}; {ASKED_ALWAYS}" if column == "relevant" else why
            if column.partition("::")[0] in TEXTS:
                changed |= without_names(row, rows)
                self._tell(row, "label", f"adapted: words of {row.name}", why)
            elif column == "relevant" and not row.cells.get(column) and self._around(row):
                assert row.section is not None
                changed |= self._relevant.pop(row.section.name, None) is not None
                group = OutRow("begin_group", row.section.name, {}, row=row.section.row or row.row)
                self._tell(group, "relevant", f"dropped: relevant of group {group.name}", asked)
            elif row.type == "begin_group":
                changed |= self._relevant.pop(row.name, None) is not None
                asked = f"{why}; {ASKED_ALWAYS}"
                self._tell(row, "relevant", f"dropped: relevant of group {row.name}", asked)
            elif column in DROPPABLE and row.cells.get(column) and column != "calculation":
                del row.cells[column]
                changed = True
                self._tell(row, column, f"dropped: {column} of {row.name}", asked)
            else:
                gone.add(id(row))
                self._tell(row, column or "type", f"dropped: {row.name}", why)
        if not gone and not changed:
            raise QuestionnaireError(f"cannot be made to load: {problems[0]}")
        return [row for row in rows if id(row) not in gone]

    def _tell_settings(self) -> None:
        """What of the form's own settings does not stay as it is."""
        given = self._form.settings
        if not self._whole:
            for column in sorted({"form_id", "version"} & set(given)):
                why = "the sheets add to the standard questionnaire, which has its own"
                what = f"dropped: {column} {given[column][:40]}"
                self._report.tell(self._form.settings_sheet, 2, column, what, why)
        elif (form_id := given.get("form_id", "")) and plain(form_id) != form_id:
            what = f"renamed: form_id {form_id[:40]} to {plain(form_id) or 'form'}"
            why = "names have small letters, digits and _"
            self._report.tell(self._form.settings_sheet, 2, "form_id", what, why)

    def _around(self, row: OutRow) -> str:
        """What must still hold for the section the row stands in."""
        return self._relevant.get(row.section.name, "") if row.section is not None else ""

    def _tell(self, row: OutRow, column: str, what: str, why: str) -> None:
        if row.row is not None:
            header = row.row.columns.get(column) or column
            self._report.tell(row.row.sheet, row.row.number, header, what, why)
        else:
            self._report.tell(self._form.survey_sheet, 0, column, what, why)

    # What came of it

    def _conversion(
        self, rows: list[OutRow], lists: Sequence[OutList], planned: Sequence[Planned]
    ) -> Conversion:
        for row in rows:
            if row.proposal is not None and row.row is not None and row.type != "calculate":
                self._report.tell(
                    row.row.sheet,
                    row.row.number,
                    PRIVACY,
                    f"proposed: {row.proposal.mark} for {row.name}",
                    f"{row.proposal.why}; stays on the tablet until a person confirms it",
                )
        self._tell_settings()
        if self._whole:
            known = questionnaire_of(self._sheets(rows, lists))
            for what, why in missing_measures(known):
                self._report.tell(self._form.survey_sheet, 0, "bind::tally:measure", what, why)
        lines = self._report.lines
        left = {row.row.number for row in rows if row.row is not None}
        touched = {
            line.row
            for line in lines
            if line.sheet == self._form.survey_sheet
            and line.what.startswith(("adapted", "dropped"))
        }
        outcomes = [
            (
                row.type_words.kind,
                row.number,
                "dropped"
                if row.number not in left
                else "adapted"
                if row.number in touched
                else "kept",
            )
            for row in self._form.rows()
        ]
        return Conversion(
            self._files(rows, lists),
            lines,
            outcomes,
            sum(1 for row in rows if row.type not in {"note", "calculate"}),
        )


def _all_lists(form: WrittenForm, placement: Placement) -> dict[str, list[FormChoice]]:
    found: dict[str, list[FormChoice]] = dict(form.choices)
    found |= {f"{name} (external)": rows for name, rows in form.external.items()}
    found |= form.files
    return {**placement.lists, **found}


def _lists_read(form: WrittenForm) -> list[str]:
    cells = " ".join(cell for row in form.rows() for cell in row.cells.values())
    return sorted(set(re.findall(r"(?:pulldata|instance)\s*\(\s*['\"]([^'\"]+)", cells)))


def _logic(rows: Sequence[OutRow]) -> list[str]:
    found = [cell for row in rows for cell in row.cells.values()]
    return found + [row.section_relevant for row in rows]


def _with_english(texts: Mapping[str, str], languages: Mapping[str, str]) -> dict[str, str]:
    if "en" in texts:
        return dict(texts)
    first = next((texts[code] for code in languages if code in texts), "")
    return {"en": first, **texts} if first else dict(texts)
