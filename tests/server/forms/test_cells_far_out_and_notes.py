"""Nothing of a workbook is passed over in silence: notes on cells, cells far to the right."""

from __future__ import annotations

import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from server.forms import workbooks
from server.forms.cell_notes import MOST_NOTES
from server.forms.report import Report
from server.forms.workbooks import read_form
from shared.errors import QuestionnaireError

FORM = [["type", "name", "label"], ["integer", "age", "Age"], ["text", "town", "Town"]]


def saved(folder: Path, book: Workbook) -> Path:
    file = folder / "form.xlsx"
    book.save(file)
    return file


def form() -> Workbook:
    book = Workbook()
    book.active.title = "survey"
    for row in FORM:
        book.active.append(row)
    return book


def told(file: Path) -> list[tuple[str, int, str, str, str]]:
    report = Report()
    (table,) = read_form(file, report)
    assert [cells for _, cells in table.rows] == FORM
    return [(one.sheet, one.row, one.column, one.what, one.why) for one in report.lines]


def test_a_note_on_a_cell_is_told_with_its_words(tmp_path: Path) -> None:
    book = form()
    book.active["C2"].comment = Comment("Ask the mother\nwhen the child is small.", "A. Khan")
    book.active["Z90"].comment = Comment("x" * 500, "")

    first, second = told(saved(tmp_path, book))

    assert first[:4] == ("survey", 2, "C2", "dropped: note on C2")
    assert first[4].endswith("it says: Ask the mother when the child is small.")
    assert second[1:4] == (90, "Z90", "dropped: note on Z90")
    assert len(second[4]) < 200


def test_a_discussion_on_a_cell_is_told_once_and_in_its_own_words(tmp_path: Path) -> None:
    """What later programs write beside it says only that one needs a later program."""
    book = form()
    book.active["C2"].comment = Comment("[Threaded comment] Your version of Excel allows ...", "")
    file = saved(tmp_path, book)
    threads = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        '<threadedComment ref="C2" id="{1}"><text>Is this the age at last birthday?</text>'
        "</threadedComment></ThreadedComments>"
    )
    relation = (
        '<Relationship Id="t" Type="http://schemas.microsoft.com/office/2017/10/relationships/'
        'threadedComment" Target="../threadedComments/one.xml"/></Relationships>'
    )
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    (rels,) = (name for name in parts if name.startswith("xl/worksheets/_rels/"))
    parts[rels] = parts[rels].replace(b"</Relationships>", relation.encode())
    parts["xl/threadedComments/one.xml"] = threads.encode()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)

    ((*_, why),) = told(file)

    assert why.endswith("it says: Is this the age at last birthday?")


def test_many_notes_are_counted(tmp_path: Path) -> None:
    book = form()
    for row in range(10, 10 + MOST_NOTES + 7):
        book.active.cell(row, 1).comment = Comment("look", "")

    lines = told(saved(tmp_path, book))

    assert len(lines) == MOST_NOTES + 1
    assert lines[-1][3] == "dropped: 7 more notes on cells"


def test_notes_made_to_hurt_are_said_to_be_unreadable(tmp_path: Path) -> None:
    book = form()
    book.active["C2"].comment = Comment("look", "")
    file = saved(tmp_path, book)
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    (notes,) = (name for name in parts if "comments" in name and name.endswith(".xml"))
    parts[notes] = (
        b'<!DOCTYPE x [<!ENTITY a "aa">]><comments><comment ref="A1">&a;</comment></comments>'
    )
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)

    ((*_, what, why),) = told(file)

    assert (what, why) == ("dropped: notes on cells", "they cannot be read")


def test_cells_in_the_last_column_cost_no_more_than_others(tmp_path: Path) -> None:
    book = form()
    for row in range(1, 1500):
        book.active.cell(row, 16_384, "stray")
    file = saved(tmp_path, book)
    report = Report()
    load_workbook(file, read_only=True).close()
    tracemalloc.start()
    began = time.monotonic()

    (table,) = read_form(file, report)

    took, (_, most) = time.monotonic() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [cells for _, cells in table.rows] == FORM
    assert [(one.column, one.what) for one in report.lines] == [("XFD", "dropped: columns XFD")]
    assert most < 30_000_000
    assert took < 20  # it took minutes, and a gigabyte, when every row was filled up to its end


def test_wide_and_empty_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MOST_PLACES", 5_000)
    book = form()
    for row in range(4, 20):
        book.active.cell(row, 900, "stray")

    with pytest.raises(QuestionnaireError, match="this is no form"):
        read_form(saved(tmp_path, book), Report())
