"""An XLSX workbook that reads as a statistical publication: cover, notes, then a sheet a table.

After the checklists for accessible spreadsheets of the Government Analysis Function: everything
from column A, one header row, marked as a table, nothing merged, hidden, frozen or filtered, no
colour that carries a meaning, and a shorthand in square brackets wherever there is no number. The
bytes are the same for the same edition. Pure.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import xlsxwriter

from server.exports.codes import codes_of, period_code
from server.exports.edition import Cell, ExportedEdition, ExportedTable
from server.exports.words import (
    UNPUBLISHED,
    dimension_name,
    notes_of,
    published_at,
    state_explained,
    state_name,
    table_title,
    title_of,
)
from server.releases.files import NumberState
from shared.texts import is_right_to_left, text

SHORTHAND: Mapping[NumberState, str] = {
    NumberState.WITHHELD: "[c]",
    NumberState.NOT_COLLECTED: "[x]",
    NumberState.CANNOT_EXIST: "[z]",
    NumberState.NOT_YET_PUBLISHED: "[n]",
}
"""[c] confidential, [x] not available and [z] not applicable are those of the Government
Statistical Service's policy on symbols; it has none for what is yet to come."""
_LONGEST_SHEET_NAME = 31
_WIDEST = 40
_A4, _LINE_POINTS = 9, 15
_NOTE_WIDTH = 100


def workbook_files(edition: ExportedEdition, language: str) -> dict[str, bytes]:
    """One workbook in this language."""
    out = io.BytesIO()
    # No label becomes a formula, a link or a number by how it looks.
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties(
        {
            "title": title_of(edition, language),
            "company": edition.programme,
            "created": published_at(edition).replace(tzinfo=None),
        }
    )
    writing = _Writing(book, edition, language)
    writing.cover()
    writing.notes()
    for number, table in enumerate(edition.tables, 1):
        writing.table(number, table)
    book.close()
    return {f"tables.{language}.xlsx": out.getvalue()}


class _Writing:
    def __init__(self, book: Any, edition: ExportedEdition, language: str) -> None:
        self._book, self._edition, self._language = book, edition, language
        self._codes = codes_of(edition)
        # A line that begins with a bracket has no direction of its own.
        turned = {"align": "right", "reading_order": 2} if is_right_to_left(language) else {}
        self._title = book.add_format({"bold": True, "font_size": 14, **turned})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top", **turned})
        self._line = book.add_format(turned)
        self._heading = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        self._label = book.add_format({"text_wrap": True, "valign": "top"})
        beside = {"align": "right", "valign": "top"}
        self._number = book.add_format({"num_format": "#,##0", **beside})
        self._shorthand = book.add_format(beside)
        self._names = {
            table.code: f"{place} {table.code}"[:_LONGEST_SHEET_NAME]
            for place, table in enumerate(edition.tables, 1)
        }

    def cover(self) -> None:
        """What this is, and the tables in it."""
        sheet = self._sheet("exports.sheet.cover")
        sheet.set_column(0, 0, _NOTE_WIDTH)
        sheet.write_string(0, 0, title_of(self._edition, self._language), self._title)
        moment = published_at(self._edition).strftime("%Y-%m-%d %H:%M")
        lines = [
            self._text("releases.page.published", moment=moment),
            self._text("exports.tables_here", n=len(self._edition.tables)),
        ]
        for row, line in enumerate(lines, 1):
            sheet.write_string(row, 0, line, self._wrapped)
        for row, table in enumerate(self._edition.tables, len(lines) + 1):
            name = self._names[table.code]
            said = f"{name}: {table_title(table, self._language)}"
            sheet.write_url(row, 0, f"internal:'{name}'!A1", string=said)

    def notes(self) -> None:
        """What whoever uses a number has to know, and what the shorthands mean."""
        sheet = self._sheet("exports.sheet.notes")
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, 1, _NOTE_WIDTH)
        sheet.write_string(0, 0, self._text("exports.sheet.notes"), self._title)
        rows = [
            *((str(n), said) for n, said in enumerate(notes_of(self._edition, self._language), 1)),
            *((SHORTHAND[state], self._explained(state)) for state in UNPUBLISHED),
        ]
        for row, (mark, said) in enumerate(rows, 1):
            sheet.write_string(row, 0, mark, self._wrapped)
            sheet.write_string(row, 1, said, self._wrapped)
            # Not every program finds the height itself; a digest is one word and breaks early.
            sheet.set_row(row, _LINE_POINTS * (1 + len(said) // (_NOTE_WIDTH * 3 // 4)))

    def table(self, number: int, table: ExportedTable) -> None:
        """A table: one column for each code of what was found, a row for each line and period."""
        sheet = self._sheet("", self._names[table.code])
        down = [one for one in table.dimensions if one.name != table.sensitive]
        (across,) = [one for one in table.dimensions if one.name == table.sensitive]
        sheet.write_string(0, 0, table_title(table, self._language), self._title)
        sheet.write_string(1, 0, self._text("server.counts.not_sdg"), self._line)
        used = {cell.state for cell in table.cells.values()}
        at = 2
        for state in UNPUBLISHED:
            if state in used:
                said = f"{SHORTHAND[state]} {self._explained(state)}"
                sheet.write_string(at, 0, said, self._line)
                at += 1
        words = [text("exports.period", self._language)]
        for one in down:
            called = dimension_name(one.name, self._language)
            words += [text("exports.code_of", self._language, dimension=called), called]
        headings = _distinct([*words, *(one.label(self._language) for one in across.codes)])
        place = [one.name for one in table.dimensions].index(table.sensitive)
        lines = [
            (period, line)
            for period in table.periods
            for line in product(*([one.code for one in dimension.codes] for dimension in down))
            if any(
                (period, (*line[:place], one.code, *line[place:])) in table.cells
                for one in across.codes
            )
        ]
        labels = [{one.code: one.label(self._language) for one in d.codes} for d in down]
        for row, (period, line) in enumerate(lines, at + 1):
            beside = [period_code(period)]
            for dimension, code, names in zip(down, line, labels, strict=True):
                beside += [self._codes.of(dimension.name, code), names[code]]
            for column, words_of in enumerate(beside):
                sheet.write_string(row, column, words_of, self._label)
            if (height := _lines(beside, _WIDEST)) > 1:
                sheet.set_row(row, _LINE_POINTS * height)
            for column, found in enumerate(across.codes, len(words)):
                codes = (*line[:place], found.code, *line[place:])
                self._cell(sheet, row, column, table.cell(period, codes))
        sheet.add_table(
            at,
            0,
            at + len(lines),
            len(headings) - 1,
            {
                "name": f"table_{number}",
                "autofilter": False,
                "style": "Table Style Light 1",
                "banded_rows": False,
                "columns": [{"header": one, "header_format": self._heading} for one in headings],
            },
        )
        # Bold letters are wider, and not every program finds the height itself.
        sheet.set_row(at, _LINE_POINTS * _lines(headings, _WIDEST * 4 // 5))
        sheet.repeat_rows(at)
        widest = {2 + 2 * at: max(map(len, said.values())) for at, said in enumerate(labels)}
        widest[0] = max(len(period_code(period)) for period in table.periods)
        for place_down, dimension in enumerate(down):
            codes_down = [self._codes.of(dimension.name, one.code) for one in dimension.codes]
            widest[1 + 2 * place_down] = max(map(len, codes_down))
        for column, heading in enumerate(headings):
            needed = max(widest.get(column, 0), len(heading)) + 2
            sheet.set_column(column, column, min(needed, _WIDEST))

    def _cell(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        if cell.count is None:
            sheet.write_string(row, column, SHORTHAND[cell.state], self._shorthand)
        else:
            sheet.write_number(row, column, cell.count, self._number)

    def _sheet(self, message: str, name: str = "") -> Any:
        sheet = self._book.add_worksheet(name or self._text(message)[:_LONGEST_SHEET_NAME])
        sheet.hide_gridlines(2)
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)  # As wide as the page, as long as it takes.
        sheet.set_footer("&C&P / &N")
        if is_right_to_left(self._language):
            sheet.right_to_left()
        return sheet

    def _explained(self, state: NumberState) -> str:
        why = state_explained(state, self._edition, self._language)
        return f"{state_name(state, self._language)}: {why}"

    def _text(self, message: str, **values: object) -> str:
        return text(message, self._language, **values)


def _lines(said: Sequence[str], width: int) -> int:
    """Lines of the longest of these in a column of so many letters; a code of many codes in one
    word breaks anywhere."""
    return max(len(textwrap.wrap(one, width - 2)) or 1 for one in said)


def _distinct(headings: list[str]) -> list[str]:
    """Column headings as a table takes them: no two alike."""
    found: list[str] = []
    for heading in headings:
        called, number = heading, 2
        while called.casefold() in {one.casefold() for one in found}:
            called, number = f"{heading} ({number})", number + 1
        found.append(called)
    return found
