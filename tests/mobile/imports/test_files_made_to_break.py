"""Files of any bytes: rows beyond what a file says of itself, and more than fits anywhere."""

from __future__ import annotations

import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mobile.imports import sheets
from mobile.imports.sheets import SourceUnreadable, read_sheets_of
from tests.mobile.imports.files import workbook

SHEET = "xl/worksheets/sheet1.xml"


def changed(path: Path, change: Callable[[bytes], bytes]) -> Path:
    """A workbook of two lines whose sheet's XML was changed."""
    workbook(path, {"s": [{"name": "Zorblax", "age": 12}]})
    with zipfile.ZipFile(path) as opened:
        parts = {one: opened.read(one) for one in opened.namelist()}
    assert change(parts[SHEET]) != parts[SHEET]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in parts.items():
            opened.writestr(name, change(data) if name == SHEET else data)
    return path


def added(rows: bytes) -> Callable[[bytes], bytes]:
    """Rows behind the last one; what the sheet says of its size stays as it was."""
    return lambda sheet: sheet.replace(b"</sheetData>", rows + b"</sheetData>")


def test_rows_behind_the_end_a_workbook_says_it_has_are_read(tmp_path: Path) -> None:
    path = changed(
        tmp_path / "a.xlsx",
        added(b'<row r="3"><c r="A3" t="inlineStr"><is><t>Xylo</t></is></c></row>'),
    )

    (sheet,) = read_sheets_of(path)
    assert [row.values["name"] for row in sheet.rows] == ["Zorblax", "Xylo"]


def test_formula_behind_that_end_is_no_empty_cell(tmp_path: Path) -> None:
    path = changed(tmp_path / "a.xlsx", added(b'<row r="3"><c r="A3"><f>NOW()</f></c></row>'))

    with pytest.raises(SourceUnreadable, match="line 3 has a formula without a result"):
        read_sheets_of(path)


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>',
        b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(3, 999)),
        b"".join(b"<row>" + b"<c><v>1</v></c>" * 400 + b"</row>" for _ in range(300)),
    ],
    ids=["a line beyond all", "one cell at the far end of each line", "cells without end"],
)
def test_small_workbook_that_opens_into_more_than_fits_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: bytes
) -> None:
    monkeypatch.setattr(sheets, "MOST_CELLS", 100_000)
    path = changed(tmp_path / "a.xlsx", added(rows))
    tracemalloc.start()
    with pytest.raises(SourceUnreadable, match="Nothing was imported"):
        read_sheets_of(path)
    assert tracemalloc.get_traced_memory()[1] < 60_000_000
    tracemalloc.stop()


def test_empty_lines_up_to_the_last_of_a_sheet_are_passed_over(tmp_path: Path) -> None:
    path = changed(
        tmp_path / "a.xlsx",
        added(b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>far</t></is></c></row>'),
    )
    tracemalloc.start()
    (sheet,) = read_sheets_of(path)
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()

    assert [row.line for row in sheet.rows] == [2, 1048576]


@pytest.mark.parametrize("name", ["a.csv", "a.zip"])
def test_lists_of_more_cells_than_fit_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(sheets, "MOST_CELLS", 1_000)
    if name == "a.csv":
        (tmp_path / name).write_text("a,b\n" + "1,2\n" * 300)
    else:
        with zipfile.ZipFile(tmp_path / name, "w") as opened:
            for number in range(3):
                opened.writestr(f"{number}.csv", "a,b\n" + "1,2\n" * 100)

    with pytest.raises(SourceUnreadable, match="more than 1,000 cells"):
        read_sheets_of(tmp_path / name)


@pytest.mark.parametrize("header", ["a,", "c%d,"], ids=["one name", "many names"])
def test_a_line_of_columns_without_end_takes_no_time(tmp_path: Path, header: str) -> None:
    columns = "".join(header % n if "%" in header else header for n in range(200_000))
    (tmp_path / "a.csv").write_text(f"{columns}last\n1\n")
    started = time.process_time()
    if "%" in header:
        read_sheets_of(tmp_path / "a.csv")
    else:
        with pytest.raises(SourceUnreadable, match="has a column twice: a"):
            read_sheets_of(tmp_path / "a.csv")
    assert time.process_time() - started < 5
