"""What the sheets of a questionnaire hold that nothing reads: told as errors and remarks.

The tablet's loader takes the columns it knows and passes over the others. A column whose name looks
like one it knows is therefore an error (``relevent`` would ask everybody), any other a remark.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from server.forms.columns import CHOICES, COLUMNS, SETTINGS, SURVEY, TRANSLATED, header_of
from server.forms.languages import language_of, named_otherwise
from server.forms.parameters import pairs_of
from server.forms.report import ReportLine
from server.forms.sheets import ASKED, BECAUSE, CONFIRMED, MEASURE, PRIVACY, PROPOSED
from server.forms.styling import without_styling
from server.forms.workbooks import SheetTable
from shared.questionnaire.model import MEANS
from shared.questionnaire.sheets import AFTER

READ = {
    SURVEY: (
        *("type", "name", "label", "hint", "say", "constraint_message", "reviewed"),
        *("required", "relevant", "constraint", "calculation", "choice_filter", "default"),
        *("appearance", "parameters", PRIVACY, MEASURE, ASKED, "bind::tally:since"),
        *("tally:after", PROPOSED, BECAUSE, CONFIRMED),
    ),
    CHOICES: ("list_name", "name", "label", "say", "reviewed", AFTER, MEANS),
    SETTINGS: (
        *("form_title", "form_id", "version", "default_language", "namespaces"),
        "translation_status",
    ),
}
"""Columns the loader reads, as it reads them; see docs/questionnaire.md."""
_IN_A_LANGUAGE = re.compile(r"([a-z_]+)::[^()]+\(([a-z]{2,3})\)\s*")
_SPACED = {"list name": "list_name", "value": "name", "relevance": "relevant"}
"""Other spellings the loader takes (shared.questionnaire.sheets)."""
_DRAWN = ("label", "hint", "constraint_message")
_WORDS = ("label", "hint", "say", "constraint_message", "reviewed")


def check_sheets(
    tables: Sequence[SheetTable], *, as_written: bool
) -> tuple[dict[str, list[list[str]]], list[ReportLine], list[ReportLine]]:
    """Tables for the loader, errors, remarks.

    as_written: the loader will read the headers as they are, so that a known one in another
    spelling is an error; otherwise (a workbook) it is put right on the way.
    """
    found: dict[str, list[list[str]]] = {}
    errors: list[ReportLine] = []
    remarks: list[ReportLine] = []
    for table in tables:
        sheet = re.sub(r"\s+", "_", table.title.strip().casefold())
        if sheet not in READ or sheet in found:
            if table.rows and not as_written:
                what = f"dropped: sheet {table.title}"
                remarks.append(ReportLine(table.title, 0, "", what, "no such sheet is read"))
            continue
        rows = _with_gaps(table)
        if rows:
            _check_header(sheet, table, rows, errors, remarks, as_written)
            _check_cells(sheet, table, remarks)
        found[sheet] = rows
    return found, errors, remarks


def _with_gaps(table: SheetTable) -> list[list[str]]:
    """The rows with empty ones between, so that their numbers are those of the sheet."""
    rows: list[list[str]] = []
    for number, cells in table.rows:
        rows.extend([] for _ in range(number - 1 - len(rows)))
        rows.append(cells)
    return rows


def _check_header(
    sheet: str,
    table: SheetTable,
    rows: list[list[str]],
    errors: list[ReportLine],
    remarks: list[ReportLine],
    as_written: bool,
) -> None:
    header = next(index for index, cells in enumerate(rows) if cells)
    width = max(map(len, rows))
    cells = rows[header] + [""] * (width - len(rows[header]))
    for index, cell in enumerate(cells):
        if not cell:
            first = next(
                (n for n, row in enumerate(rows) if n > header and index < len(row) and row[index]),
                None,
            )
            if first is not None:
                why = "the column has no header"
                what = f"dropped: column {index + 1}"
                remarks.append(ReportLine(table.title, first + 1, "", what, why))
                for row in rows[header + 1 :]:
                    row[index : index + 1] = [""] if index < len(row) else []
            continue
        right = right_header(cell, sheet)
        if why := named_otherwise(cell):
            what = f"not as its code: column {cell}"
            remarks.append(ReportLine(table.title, header + 1, cell, what, why))
        if right == cell or (right and _SPACED.get(cell.strip()) == right):
            continue
        place = (table.title, header + 1, cell)
        if right and not as_written:
            cells[index] = right
        elif right:
            errors.append(ReportLine(*place, f"not read: column {cell}", f"write {right}"))
        else:
            _unread(sheet, place, cell, errors, remarks)
    rows[header] = cells


def _unread(
    sheet: str,
    place: tuple[str, int, str],
    cell: str,
    errors: list[ReportLine],
    remarks: list[ReportLine],
) -> None:
    read = header_of(cell, sheet)
    near = read.near or next(iter(difflib.get_close_matches(cell, READ[sheet], 1, 0.75)), "")
    if read.unknown_language:
        why = f"no language called {read.unknown_language} is known; write 'Name (code)'"
        errors.append(ReportLine(*place, f"not read: column {cell}", why))
    elif near and not read.known:
        errors.append(ReportLine(*place, f"not read: column {cell}", f"did you mean {near}?"))
    elif sheet == CHOICES:
        return  # choice filters and pulldata() may read any column
    else:
        why = COLUMNS[sheet].get(read.column, "") if read.known else ""
        remarks.append(ReportLine(*place, f"not read: column {cell}", why or "nothing reads it"))


def right_header(cell: str, sheet: str) -> str:
    """The header as the loader reads it; "" where it reads none of that meaning."""
    text = cell.strip()
    if text in READ[sheet]:
        return text
    match = _IN_A_LANGUAGE.fullmatch(text)
    if match and match[1] in _WORDS and _code_of(text.partition("::")[2]) == match[2]:
        return text
    read = header_of(text, sheet)
    column = f"bind::{read.column}" if read.column.startswith("tally:") else read.column
    if not read.known or column not in READ[sheet]:
        return ""
    if read.language is not None and column in TRANSLATED:
        code, name = read.language
        language = language_of(name)
        return f"{column}::{name if language else code} ({code})"
    return "" if read.unknown_language else column


def _code_of(words: str) -> str:
    """The code of a language as it is written in a header."""
    language = language_of(words)
    return language[0] if language else ""


def _check_cells(sheet: str, table: SheetTable, remarks: list[ReportLine]) -> None:
    header = [cell.strip() for cell in table.rows[0][1]]
    if sheet == SETTINGS:
        for number, _ in table.rows[2:]:
            remarks.append(
                ReportLine(table.title, number, "", "dropped: row", "settings have one row")
            )
    if sheet == SURVEY and "parameters" in header:
        column = header.index("parameters")
        for number, cells in table.rows[1:]:
            rest = pairs_of(cells[column])[1] if column < len(cells) else ""
            if rest:
                what = f"dropped: parameter {rest[:30]}"
                why = "a parameter is written name=value"
                remarks.append(ReportLine(table.title, number, "parameters", what, why))
    worded = [index for index, cell in enumerate(header) if cell.partition("::")[0] in _DRAWN]
    for number, cells in table.rows[1:] if sheet != SETTINGS else ():
        for index in (one for one in worded if one < len(cells)):
            if sheet == CHOICES and "${" in cells[index]:
                why = "the words of a choice hold no answer; those of a question may"
            elif without_styling(cells[index]) != cells[index]:
                why = "a tablet draws all words alike: leave signs of styling out"
            else:
                continue
            what = f"shows as it is written: {cells[index][:40]}"
            remarks.append(ReportLine(table.title, number, header[index], what, why))
