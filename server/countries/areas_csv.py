"""Cells put into an areas.csv: its notes, columns and rows stay as they are, in their order."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from itertools import takewhile


def columns_of_file(text: str) -> tuple[str, ...]:
    """The columns its header names; none for a file that has none."""
    return tuple(_read(text)[1].fieldnames or ())


def with_cells(text: str, cells: Mapping[str, Mapping[str, str]]) -> str:
    """The text with these cells, by code and column: in the row of the code, else in a new row at
    the end, which has nothing but them; columns that were not there come last.

    text: as shared.codelists.load_codelist reads it, lines that begin with # before the header;
    "" for no file yet. cells: none empty.
    """
    notes, reader = _read(text)
    rows = list(reader)
    columns = list(reader.fieldnames or ("code",))
    columns += dict.fromkeys(
        name for given in cells.values() for name in given if name not in columns
    )
    written = io.StringIO()
    written.writelines(notes)
    writer = csv.DictWriter(written, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, **cells.get((row["code"] or "").strip(), {})} for row in rows)
    there = {(row["code"] or "").strip() for row in rows}
    writer.writerows({"code": code, **cells[code]} for code in cells if code not in there)
    return written.getvalue()


def _read(text: str) -> tuple[list[str], csv.DictReader[str]]:
    # At its line ends alone: a name may have other signs that Python would take for one.
    lines = io.StringIO(text, newline="").readlines()
    notes = [*takewhile(lambda line: line.startswith("#"), lines)]
    reader = csv.DictReader(lines[len(notes) :])
    return [note.rstrip("\r\n") + "\n" for note in notes], reader
