"""Lists a form names and does not hold: CSV files beside it, or further sheets of its workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from server.forms.columns import CHOICES, header_of
from server.forms.model import FormChoice, FormRow, WrittenForm
from server.forms.parameters import pairs_of
from server.forms.report import Report
from server.forms.workbooks import SheetTable, read_form

_ENDING = re.compile(r"\.(csv|xml|geojson)$", re.IGNORECASE)
_LOOKED_UP = re.compile(r"(?:pulldata|instance)\s*\(\s*['\"]([^'\"]+)")
_SEARCHED = re.compile(
    r"search\(\s*(?P<q>['\"])(?P<file>[^'\"]+)(?P=q)\s*(?P<more>.*)\)", re.DOTALL
)
_ARGUMENT = re.compile(r"\s*,\s*(?P<given>'[^']*'|\"[^\"]*\"|[^,'\"]+)")
_SIGNS = {"contains": "contains", "startswith": "starts-with", "endswith": "ends-with"}


@dataclass(frozen=True, slots=True)
class FileList:
    """A list in a file. code: its column, where the form says which; labels: the columns of its
    words, by language."""

    file: str
    code: str = ""
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """What its choices are kept under: no list of the form is called so."""
        columns = [self.code or "name", *(column for _, column in self.labels or (("", "label"),))]
        by = f" by {' and '.join(columns)}" if self.code or self.labels else ""
        return f"{self.file}{by} (file)"


@dataclass(frozen=True, slots=True)
class Search:
    """``search()`` of an appearance. filter: what it asks of a row, as a choice filter."""

    listed: FileList
    filter: str
    left: str
    """The appearance without it."""


def list_of_row(row: FormRow) -> FileList | None:
    """The list a ``select_one_from_file`` names, with its parameters ``value`` and ``label``."""
    if not row.type_words.kind.endswith("_from_file"):
        return None
    pairs, _ = pairs_of(row.cells.get("parameters", ""))
    name = _ENDING.sub("", row.type_words.choice_list)
    label = pairs.get("label", "")
    return FileList(name, pairs.get("value", ""), (("en", label),) if label else ())


def search_of_row(row: FormRow, choices: Mapping[str, list[FormChoice]]) -> Search | None:
    """``search('file', ...)`` of SurveyCTO: a choice of the list names the columns to read.

    Source: https://docs.surveycto.com, "Loading multiple-choice options from pre-loaded data".
    """
    appearance = row.cells.get("appearance", "")
    match = _SEARCHED.search(appearance)
    columns = next(
        (one for one in choices.get(row.type_words.choice_list, ()) if not _is_number(one.code)),
        None,
    )
    if match is None or columns is None:
        return None
    labels = {code: words.split(",")[0].strip() for code, words in columns.labels.items()}
    given = [one["given"].strip() for one in _ARGUMENT.finditer(match["more"])]
    left = appearance.replace(match[0], "").strip()
    listed = FileList(_ENDING.sub("", match["file"]), columns.code, tuple(labels.items()))
    return Search(listed, _filter_of(given), left)


def _filter_of(given: list[str]) -> str:
    words = [one.strip("'\"") for one in given]
    found = []
    if len(given) >= 3 and words[0] == "matches":
        found.append(" or ".join(f"{one.strip()} = {given[2]}" for one in words[1].split(",")))
    elif len(given) >= 3 and words[0] in _SIGNS:
        named = _SIGNS[words[0]]
        found.append(
            " or ".join(f"{named}({one.strip()}, {given[2]})" for one in words[1].split(","))
        )
    rest = given[3:]
    if len(rest) == 3 and words[3] == "filter":
        rest = rest[1:]
    if len(rest) == 2:
        column = rest[0].strip("'\"")
        found.append(f"{column} = {rest[1]}")
    return " and ".join(f"({one})" for one in found)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text))


def lists_beside(form: WrittenForm, path: Path | None, report: Report) -> None:
    """Puts the lists that questions and expressions name into ``form.files``: files beside the form
    at ``path`` first, then sheets of its own. Tells of every sheet that nothing reads."""
    read: dict[str, SheetTable] = {}
    for wanted in _wanted(form):
        if wanted.file not in read:
            table = _beside(wanted.file, path, report) or _sheet(wanted.file, form)
            if table is None:
                continue
            read[wanted.file] = table
        form.files[wanted.key] = _choices_of(read[wanted.file], wanted, report)
    for table in form.others:
        if not any(table is one for one in read.values()):
            what = f"dropped: sheet {table.title}"
            report.tell(table.title, 0, "", what, form.others_why[table.title])


def _wanted(form: WrittenForm) -> list[FileList]:
    found: list[FileList] = []
    for row in form.rows():
        listed, searched = list_of_row(row), search_of_row(row, form.choices)
        found += [listed] if listed else []
        found += [searched.listed] if searched else []
        for cell in row.cells.values():
            found += [FileList(_ENDING.sub("", name)) for name in _LOOKED_UP.findall(cell)]
    return list(dict.fromkeys(found))


def _beside(name: str, path: Path | None, report: Report) -> SheetTable | None:
    if path is None or path.is_dir() or "/" in name or "\\" in name:
        return None  # the files of a folder are its sheets
    file = path.parent / f"{name}.csv"
    if not file.is_file() or file == path:
        return None
    tables = read_form(file, report)
    return tables[0] if tables else SheetTable(name)


def _sheet(name: str, form: WrittenForm) -> SheetTable | None:
    return next((one for one in form.others if one.title.casefold() == name.casefold()), None)


def _choices_of(table: SheetTable, wanted: FileList, report: Report) -> list[FormChoice]:
    if not table.rows:
        return []
    first, cells = table.rows[0]
    header = [cell.strip() for cell in cells]
    key = wanted.code or next(
        (one for one in ("name", "value", "code") if one in header), header[0]
    )
    for column in (wanted.code, *(column for _, column in wanted.labels)):
        if column and column not in header:
            why = f"the file has no column {column}; it has {', '.join(filter(None, header))}"
            report.tell(table.title, first, column, f"dropped: column {column}", why)
    labelled = dict(wanted.labels) or _labels_in(header)
    hidden = {key} & {"name", "value"} | (
        {"label", *labelled.values()} if not wanted.labels else set()
    )
    found = []
    for number, row in table.rows[1:]:
        values = {name: cell for name, cell in zip(header, row, strict=False) if name and cell}
        code = values.get(key, "")
        if not code:
            report.tell(table.title, number, key, "dropped: row", f"a choice needs a {key}")
            continue
        labels = {code: values[name] for code, name in labelled.items() if name in values}
        columns = {name: cell for name, cell in values.items() if name not in hidden}
        found.append(FormChoice(table.title, number, values[key], labels, columns))
    return found


def _labels_in(header: list[str]) -> dict[str, str]:
    """The columns of words by language: ``label``, ``label::Urdu (ur)``."""
    found = {"en": "label"} if "label" in header else {}
    for name in header:
        read = header_of(name, CHOICES)
        if read.column == "label" and read.language:
            found[read.language[0]] = name
    return found
