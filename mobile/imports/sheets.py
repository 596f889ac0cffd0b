"""Files of case lists as they are: sheets of rows, each with its line. Read where they lie.

Nothing is copied, unpacked or written: the original has names in it.
"""

from __future__ import annotations

import csv
import io
import lzma
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from shared.errors import TallyError

MOST_BYTES = 200_000_000
MOST_CELLS = 4_000_000
"""Of a file, empty ones between filled ones too: what a cheap computer holds in memory."""
MOST_LINES = 1_048_576
"""Of a sheet, as every spreadsheet has it."""
FEWEST_COUNTED = 5
"""Cells a line counts as at least: it takes room of its own."""
_MOJIBAKE = ("Ã©", "Ã¨", "Ã±", "Ã¼", "Ø§Ù", "à¤", "â€™")
"""What UTF-8 looks like that was read as Latin-1 and saved again."""


_OTHER_DAMAGE = (EOFError, RuntimeError, NotImplementedError, OSError, ValueError)
_FORMULA = re.compile(rb"<(\w+:)?f[ />]")
_WRONG = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
"""What a formula gives that cannot be worked out (ECMA-376, 18.17.3)."""


class SourceUnreadable(TallyError):
    """A file that cannot be read as it is; says what to do. Nothing was imported."""


@dataclass(frozen=True)
class SourceRow:
    """A row. line: as a spreadsheet or editor counts it. values: by column, "" where empty."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class SourceSheet:
    """A sheet of a workbook, or a CSV file of a zip. columns: in order."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[SourceRow, ...]


def read_sheets_of(path: Path) -> tuple[SourceSheet, ...]:
    """The sheets of a CSV, XLSX or zipped CSV file. Raises SourceUnreadable."""
    if path.stat().st_size > MOST_BYTES:
        raise SourceUnreadable(f"{path.name} is larger than any case list. Nothing was imported.")
    ending = path.suffix.lower()
    if ending == ".csv":
        return (_of_csv(path.stem, path.read_bytes(), [MOST_CELLS]),)
    if ending == ".zip":
        return tuple(_of_zip(path))
    if ending == ".xlsx":
        return tuple(_of_workbook(path))
    raise SourceUnreadable(
        f"{path.name}: files end in .csv, .xlsx or .zip (CSV of ODK Central). Nothing was imported."
    )


def _of_zip(path: Path) -> Iterator[SourceSheet]:
    try:
        with zipfile.ZipFile(path) as opened:
            names = [one for one in opened.infolist() if one.filename.lower().endswith(".csv")]
            if sum(one.file_size for one in names) > MOST_BYTES or not names:
                raise SourceUnreadable("There is no CSV in it, or too much. Nothing was imported.")
            left = [MOST_CELLS]
            for one in names:
                yield _of_csv(Path(one.filename).stem, opened.read(one), left)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, *_OTHER_DAMAGE) as error:
        raise SourceUnreadable(
            f"{path.name} is damaged or has a password. Export it again. Nothing was imported."
        ) from error


def _of_csv(name: str, content: bytes, left: list[int]) -> SourceSheet:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceUnreadable(
            f"{name} is not UTF-8: letters would be wrong in names, and names would not be found "
            "again. Export it again, not through a spreadsheet. Nothing was imported."
        ) from None
    if any(sign in text for sign in _MOJIBAKE):
        raise SourceUnreadable(
            f"{name} has letters that a spreadsheet broke (such as Ã©). Export it again and do not "
            "open it with a spreadsheet before. Nothing was imported."
        )
    first = text.partition("\n")[0]
    separator = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    rows, line = [], 1
    try:
        for values in reader:
            left[0] -= max(len(values), FEWEST_COUNTED)
            _must_fit(name, left)
            rows.append((line, values))
            line = reader.line_num + 1
    except csv.Error:
        raise SourceUnreadable(
            f"{name} is no CSV from line {line} on. Nothing was imported."
        ) from None
    return _sheet(name, rows)


def _of_workbook(path: Path) -> Iterator[SourceSheet]:
    import openpyxl  # Takes longer to load than any other verb to run.

    try:
        has_formulas = _has_formulas(path)
        left = [MOST_CELLS]
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        for sheet in book.worksheets:
            # Files of some programs say of themselves that they end before their last row.
            sheet.reset_dimensions()
            rows = _bounded(sheet.title, sheet.iter_rows(values_only=True), left)
            if has_formulas:
                written = openpyxl.load_workbook(path, read_only=True)
                written[sheet.title].reset_dimensions()
                rows = _worked_out(sheet.title, rows, written[sheet.title].iter_rows())
            filled = [
                (number, [_as_text(one) for one in row])
                for number, row in rows
                if any(one is not None for one in row)
            ]
            if has_formulas:
                written.close()
            yield _sheet(sheet.title, filled)
        book.close()
    except SourceUnreadable:
        raise
    except Exception as error:  # whatever openpyxl stumbles over in a damaged file
        raise SourceUnreadable(
            f"{path.name} is no workbook that can be read: save it as XLSX without a password. "
            "Nothing was imported."
        ) from error


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as opened:
        if sum(one.file_size for one in opened.infolist()) > MOST_BYTES:
            raise SourceUnreadable(
                f"{path.name} is larger than any case list. Nothing was imported."
            )
        sheets = [name for name in opened.namelist() if name.startswith("xl/worksheets/")]
        return any(_FORMULA.search(opened.read(name)) for name in sheets)


def _bounded(
    name: str, rows: Iterable[tuple[Any, ...]], left: list[int]
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The rows with their numbers. A small file may say that it has more cells than fit anywhere:
    left is how many may still come."""
    for number, row in enumerate(rows, 1):
        if number > MOST_LINES:
            raise SourceUnreadable(
                f"{name} has more lines than a spreadsheet can. Export it again. Nothing was "
                "imported."
            )
        if any(one is not None for one in row):
            left[0] -= max(len(row), FEWEST_COUNTED)
            _must_fit(name, left)
        yield number, row


def _must_fit(name: str, left: list[int]) -> None:
    if left[0] < 0:
        raise SourceUnreadable(
            f"{name} has more than {MOST_CELLS:,} cells. Export it in parts, by year or by area. "
            "Nothing was imported."
        )


def _worked_out(
    name: str, rows: Iterable[tuple[int, tuple[Any, ...]]], written: Iterable[Any]
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """A formula nobody worked out reads as an empty cell, and an answer would be lost unseen."""
    for (number, values), cells in zip(rows, written, strict=False):
        for value, cell in zip(values, cells, strict=False):
            if cell.data_type == "f" and (value is None or value in _WRONG):
                raise SourceUnreadable(
                    f"{name} line {number} has a formula without a result. Open it with a "
                    "spreadsheet, put values in the place of formulas and save it. Nothing was "
                    "imported."
                )
        yield number, values


def _sheet(name: str, rows: Iterable[tuple[int, list[str]]]) -> SourceSheet:
    filled = [(line, row) for line, row in rows if any(value.strip() for value in row)]
    if not filled:
        return SourceSheet(name, (), ())
    header = [value.strip() for value in filled[0][1]]
    while header and not header[-1]:
        header.pop()
    twice = sorted(column for column, times in Counter(header).items() if times > 1)
    if twice:
        raise SourceUnreadable(
            f"{name} has a column twice: {', '.join(filter(None, twice[:9])) or 'without a name'}. "
            "Export it with the names of its groups. Nothing was imported."
        )
    found = []
    for line, row in filled[1:]:
        padded = [*row, *[""] * (len(header) - len(row))]
        # A value beyond the last column means that every value may stand in the wrong one.
        values = dict(zip(header, (value.strip() for value in padded), strict=False))
        if any(value.strip() for value in row[len(header) :]):
            values = {}
        found.append(SourceRow(line, values))
    return SourceSheet(name, tuple(header), tuple(found))


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
