"""Cells put into an areas.csv an office has written in: nothing it says is lost."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.countries.areas_csv import columns_of_file, with_cells
from shared.codelists import load_codelist

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=6)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_notes_columns_and_rows_stay_and_cells_come_to_their_row(ends: str) -> None:
    text = ends.join(
        [
            *("# version: 2026-01-01", "# of the census", "code,own,lat"),
            *("X,kept,", "# X-1 was here,,", 'X-2,"a, ""b""",1.0', ""),
        ]
    )

    assert with_cells(text, {"X-2": {"lat": "2.5", "lon": "7.1"}, "X-3": {"parent": "X"}}) == (
        "# version: 2026-01-01\n# of the census\ncode,own,lat,lon,parent\n"
        'X,kept,,,\n# X-1 was here,,,,\nX-2,"a, ""b""",2.5,7.1,\nX-3,,,,X\n'
    )
    assert columns_of_file(text) == ("code", "own", "lat")


def test_file_that_is_not_there_yet_begins_with_the_code() -> None:
    assert with_cells("", {"X": {"lat": "1.0"}}) == "code,lat\nX,1.0\n"
    assert columns_of_file("") == ()


@given(st.lists(st.tuples(CELL, CELL), max_size=6), st.booleans())
def test_whatever_a_row_holds_it_is_read_again_as_it_was(
    rows: list[tuple[str, str]], has_note: bool
) -> None:
    written = io.StringIO()
    csv.writer(written).writerows(
        [("code", "own"), *((f"X-{at}", "x".join(row)) for at, row in enumerate(rows))]
    )
    text = ("# note\n" if has_note else "") + written.getvalue()

    after = with_cells(text, {"Y": {"lat": "1.0"}})

    read = list(csv.DictReader(io.StringIO(after.removeprefix("# note\n"), newline="")))
    assert [(row["code"], row["own"]) for row in read[:-1]] == [
        (f"X-{at}", "x".join(row)) for at, row in enumerate(rows)
    ]
    assert read[-1] == {"code": "Y", "own": "", "lat": "1.0"}
    assert with_cells(after, {}) == after


def test_list_with_cells_put_in_loads_as_before(tmp_path: Path) -> None:
    (tmp_path / "areas.csv").write_text(
        with_cells("# version: 7\ncode,label::English (en)\nX,Ex\n", {"X": {"lat": "1.0"}})
    )
    areas = load_codelist("areas", [tmp_path])
    assert (areas.label("X", "en"), areas.entries["X"].columns["lat"]) == ("Ex", "1.0")
