"""A file as tables of texts: workbooks (.xlsx, .xlsm, .xls), CSV, and folders of CSV.

Reads row by row and keeps what is filled, so that a small file with vast empty areas stays small
in memory. What a cell shows but its value does not say is told: a formula nobody worked out, a cell
of an error, one joined over others, a note laid on it.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL, ReadOnlyCell
from openpyxl.utils import get_column_letter

from server.forms.cell_notes import on_one_line, tell_each, tell_notes
from server.forms.letters import letters_of
from server.forms.report import Report
from shared.errors import QuestionnaireError

MOST_CELLS = 2_000_000
"""Filled cells of a file. A form of a thousand questions in ten languages has some 30,000."""
MOST_PLACES = 20_000_000
"""The same with the empty cells before the last filled one of each row."""
MOST_COLUMNS = 1_000
"""Of a sheet: thirty columns in thirty languages. A stray cell in column XFD would make every row
16,384 wide."""
MOST_UNPACKED_BYTES = 300_000_000
"""What a workbook may unpack to: a few kilobytes can hold gigabytes (a zip bomb)."""
MOST_CSV_BYTES = 50_000_000
_ZEROS = re.compile(r"0+")
_MERGED = re.compile(rb'<mergeCell [^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


@dataclass(slots=True)
class SheetTable:
    """A sheet: rows that hold something, each with its number (1 is the first of the sheet)."""

    title: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


def read_form(path: Path, report: Report) -> list[SheetTable]:
    """Every sheet of a file or folder, in order, empty ones included.

    Raises QuestionnaireError for what cannot be read as a form.
    """
    if path.is_dir():
        files = sorted(path.glob("*.csv"))
        if not files:
            raise QuestionnaireError(f"there is no CSV file in the folder {path.name}")
        return [table for file in files for table in _csv_tables(file, report)]
    reader = {
        ".xlsx": _xlsx_tables,
        ".xlsm": _xlsx_tables,
        ".xls": _xls_tables,
        ".csv": _csv_tables,
        ".tsv": _csv_tables,
        ".txt": _csv_tables,
    }.get(path.suffix.lower())
    if reader is None:
        raise QuestionnaireError(f"{path.name}: a form is a file .xlsx, .xls or .csv")
    try:
        return reader(path, report)
    except QuestionnaireError:
        raise
    except Exception as error:  # whatever the readers of damaged files raise
        kind = path.suffix.lower()
        word = "as a file" if kind in {".csv", ".tsv", ".txt"} else "as a workbook"
        raise QuestionnaireError(f"{path.name} cannot be read {word} ({kind})") from error


def _keep(table: SheetTable, number: int, cells: list[str], left: list[int]) -> None:
    while cells and not cells[-1]:
        cells.pop()
    if cells:
        left[0] -= sum(1 for cell in cells if cell)
        left[1] -= len(cells)
        if left[0] < 0 or left[1] < 0:
            raise QuestionnaireError(f"more than {MOST_CELLS} filled cells: this is no form")
        table.rows.append((number, cells))


# Workbooks of today


def _xlsx_tables(path: Path, report: Report) -> list[SheetTable]:
    with zipfile.ZipFile(path) as packed:
        if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED_BYTES:
            raise QuestionnaireError(f"{path.name} unpacks to more than a form can need")
    left = [MOST_CELLS, MOST_PLACES]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles of other programs; the texts are read here
        shown = load_workbook(path, read_only=True, data_only=True)
        written = load_workbook(path, read_only=True, data_only=False)
        try:
            tables = []
            for name in shown.sheetnames:
                sheet, formulas = shown[name], written[name]
                if not hasattr(sheet, "reset_dimensions"):
                    report.tell(name, 0, "", "dropped: chart", "a sheet of a chart has no cells")
                    continue
                sheet.reset_dimensions()
                formulas.reset_dimensions()
                table = SheetTable(name)
                beyond: set[int] = set()
                pairs = zip(_filled(sheet), _filled(formulas), strict=False)
                for number, (row, row_as_written) in enumerate(pairs, start=1):
                    if row_as_written:
                        cells = _cells(name, number, row, row_as_written, beyond, report)
                        _keep(table, number, cells, left)
                _tell_beyond(name, beyond, report)
                _tell_merged(path, sheet, table, report)
                with zipfile.ZipFile(path) as packed:
                    tell_notes(packed, getattr(sheet, "_worksheet_path", ""), name, report)
                tables.append(table)
            return tables
        finally:
            shown.close()
            written.close()


def _filled(sheet: Any) -> Iterator[Mapping[int, Any]]:
    """The cells of each row by column. openpyxl would fill every row up to its last cell."""
    sheet._get_row = lambda row, *_: {cell["column"]: ReadOnlyCell(sheet, **cell) for cell in row}
    rows: Iterable[Mapping[int, Any]] = sheet.iter_rows()
    return (row or {} for row in rows)


def _tell_beyond(sheet: str, beyond: Collection[int], report: Report) -> None:
    if beyond:
        letters = [get_column_letter(column) for column in sorted(beyond)]
        more = f" and {len(letters) - 3} more" if len(letters) > 3 else ""
        report.tell(
            sheet,
            0,
            letters[0],
            f"dropped: columns {', '.join(letters[:3])}{more}",
            f"a form has at most {MOST_COLUMNS} columns",
        )


def _cells(
    sheet: str,
    number: int,
    row: Mapping[int, Any],
    as_written: Mapping[int, Any],
    beyond: set[int],
    report: Report,
) -> list[str]:
    """beyond: takes the columns that are filled further right than a form goes."""
    found: list[str] = []
    for column, formula in sorted(as_written.items()):
        if column > MOST_COLUMNS:
            beyond.update({column} if formula.value is not None else ())
            continue
        found += [""] * (column - 1 - len(found))
        cell = row.get(column, EMPTY_CELL)
        value = cell.value
        if value is None:
            if formula.value is not None:
                place = formula.coordinate
                report.tell(
                    sheet,
                    number,
                    place,
                    f"dropped: formula in {place}",
                    "the formula has no stored value; save the file once with a spreadsheet "
                    "program, or write the value",
                )
            found.append("")
            continue
        if cell.data_type == "e":
            report.tell(
                sheet, number, cell.coordinate, f"dropped: {value}", "the cell shows an error"
            )
            found.append("")
            continue
        found.append(text_of(value, str(getattr(cell, "number_format", "") or "")))
    return found


def _tell_merged(path: Path, sheet: Any, table: SheetTable, report: Report) -> None:
    """Joined cells hold their text in the first; the others are empty, whatever they show."""
    filled = {number for number, _ in table.rows}
    part = getattr(sheet, "_worksheet_path", "")
    with zipfile.ZipFile(path) as packed:
        if part not in packed.namelist():
            return
        with packed.open(part) as stream:
            tail = b""
            while chunk := stream.read(1 << 16):
                text = tail + chunk
                for left, top, right, bottom in _MERGED.findall(text):
                    if int(top) in filled:
                        cells = f"{left.decode()}{top.decode()}:{right.decode()}{bottom.decode()}"
                        _tell_one_merged(table.title, int(top), cells, report)
                end = text.rfind(b"<")
                tail = text[end:] if end >= 0 else b""


def _tell_one_merged(sheet: str, row: int, cells: str, report: Report) -> None:
    report.tell(
        sheet,
        row,
        cells,
        f"read once: joined cells {cells}",
        "the text of joined cells stands in the first of them only; the others are empty",
    )


def text_of(value: object, number_format: str = "") -> str:
    """A cell's value as an XLSForm reads it: 3.0 is 3, a day is ISO 8601, 1 shown as 01 is 01."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        width = len(number_format) if _ZEROS.fullmatch(number_format) else 0
        return str(value).zfill(width)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("_x000D_", "").strip()


# Workbooks of before 2007


def _xls_tables(path: Path, report: Report) -> list[SheetTable]:
    import xlrd  # few files are of before 2007

    with open(path, "rb") as stream:
        data = stream.read(MOST_CSV_BYTES + 1)
    if len(data) > MOST_CSV_BYTES:
        raise QuestionnaireError(f"{path.name} is larger than a form can be")
    book = xlrd.open_workbook(
        file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
    )
    left = [MOST_CELLS, MOST_PLACES]
    tables = []
    for sheet in book.sheets():
        table = SheetTable(sheet.name)
        for index in range(sheet.nrows):
            cells = [
                _xls_text(book, cell, sheet.name, index + 1, report) for cell in sheet.row(index)
            ]
            _keep(table, index + 1, cells, left)
        filled = {number for number, _ in table.rows}
        for top, bottom, start, end in sheet.merged_cells:
            if top + 1 in filled:
                cells_named = f"{xlrd.cellname(top, start)}:{xlrd.cellname(bottom - 1, end - 1)}"
                _tell_one_merged(sheet.name, top + 1, cells_named, report)
        notes = {
            xlrd.cellname(*place): on_one_line(note.text)
            for place, note in sorted(sheet.cell_note_map.items())
        }
        tell_each({cell: words for cell, words in notes.items() if words}, sheet.name, report)
        tables.append(table)
    return tables


def _xls_text(book: Any, cell: Any, sheet: str, number: int, report: Report) -> str:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return text_of(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment = xlrd.xldate_as_datetime(cell.value, book.datemode)
        except xlrd.XLDateError:
            return text_of(cell.value)
        return text_of(moment.time() if cell.value < 1 else moment)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        report.tell(sheet, number, "", "dropped: cell", "the cell shows an error")
        return ""
    if cell.ctype == xlrd.XL_CELL_NUMBER and cell.xf_index is not None:
        style = book.format_map.get(book.xf_list[cell.xf_index].format_key)
        return text_of(cell.value, style.format_str if style else "")
    return text_of(cell.value)


# CSV


def _csv_tables(path: Path, report: Report) -> list[SheetTable]:
    if path.stat().st_size > MOST_CSV_BYTES:
        raise QuestionnaireError(f"{path.name} is larger than a form can be")
    text = _decoded(path, report)
    comma = _separator(text)
    if comma != ",":
        word = {";": "semicolons", "\t": "tabs"}[comma]
        report.tell(path.stem, 0, "", f"read with {word}", "the file separates its cells so")
    left = [MOST_CELLS, MOST_PLACES]
    rows: Iterator[list[str]] = csv.reader(io.StringIO(text, newline=""), delimiter=comma)
    plain = SheetTable(path.stem)
    try:
        for number, row in enumerate(rows, start=1):
            _keep(plain, number, [text_of(cell) for cell in row], left)
    except csv.Error as error:
        raise QuestionnaireError(f"cannot be read as CSV: {error}", sheet=path.stem) from error
    return _sheets_in(plain)


def _decoded(path: Path, report: Report) -> str:
    found = letters_of(path.read_bytes())
    if found.encoding:
        report.tell(
            path.stem,
            0,
            "",
            f"read as {found.encoding}",
            "the file is not in UTF-8; look whether its letters came out right",
        )
    return found.text


def _separator(text: str) -> str:
    """The sign between cells: the commonest, outside quotes, of the first line that has any. The
    name of a sheet may stand alone above."""
    lines = re.sub(r'"[^"]*"', "", text).splitlines()
    first = next((line for line in lines if any(sign in line for sign in ",;\t")), "")
    return max((",", ";", "\t"), key=first.count)


def _sheets_in(plain: SheetTable) -> list[SheetTable]:
    """pyxform's own CSV holds all sheets: a sheet's name alone in the first column, rows below."""
    first = plain.rows[0][1] if plain.rows else []
    if not (len(first) == 1 and first[0].lower() in {"survey", "choices", "settings"}):
        return [plain]
    tables: list[SheetTable] = []
    for number, cells in plain.rows:
        if cells[0]:
            tables.append(SheetTable(cells[0]))
        if len(cells) > 1:
            tables[-1].rows.append((number, cells[1:]))
    return tables
