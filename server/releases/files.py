"""The files of a release: written once, read back by whoever audits them. Pure.

A table is a CSV file: a column for each dimension, then ``count``, ``status`` and ``nearest`` (and
``made_up``, where nobody was met: such a row says so wherever it is copied to). The
states of a number stay apart: a number, zero, withheld, cannot exist (the rules exclude it), not
collected (nobody looked there). A withheld number is an empty count, whatever the reason; beside it
stands the nearest coarser cell of the same table that is published.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from server.disclosure.cube import TOTAL, Bools, Codes, Cube
from server.disclosure.table_file import TableUnreadable

COUNT, STATUS, NEAREST = "count", "status", "nearest"
MADE_UP = "made_up"
"""The last column of every file whose records are not from the field: what they are instead."""
BETWEEN = " / "
SUMS = "SHA256SUMS"


class NumberState(StrEnum):
    """What a number is. One word for all that is not published, whatever the reason."""

    PUBLISHED = "published"
    ZERO = "zero"
    WITHHELD = "withheld"
    NOT_COLLECTED = "not_collected"
    CANNOT_EXIST = "cannot_exist"
    NOT_YET_PUBLISHED = "not_yet_published"
    """Of a period or table of which no edition is out."""


StatedNumber = tuple[NumberState, int | None]
"""A state, and the count of a number or zero."""


def table_text(
    cube: Cube,
    withheld: Bools,
    impossible: frozenset[Codes] = frozenset(),
    not_collected: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """The file of a table. withheld: in its shape. impossible: finest cells the rules exclude.

    not_collected: for each dimension codes that nobody collected anything for.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*(d.name for d in cube.dimensions), COUNT, STATUS, NEAREST])
    flat, counts = withheld.ravel(), cube.counts.ravel()
    for at, codes in enumerate(cube.keys()):
        if codes in impossible:
            writer.writerow([*codes, "", NumberState.CANNOT_EXIST, ""])
        elif flat[at]:
            near = nearest_published(cube, withheld, codes)
            writer.writerow([*codes, "", NumberState.WITHHELD, BETWEEN.join(near or ())])
        else:
            state = NumberState.PUBLISHED if counts[at] else NumberState.ZERO
            writer.writerow([*codes, int(counts[at]), state, ""])
    for axis, dimension in enumerate(cube.dimensions):
        for code in (not_collected or {}).get(dimension.name, ()):
            if code not in dimension.places:
                codes = tuple(code if a == axis else TOTAL for a in range(len(cube.dimensions)))
                writer.writerow([*codes, "", NumberState.NOT_COLLECTED, ""])
    return out.getvalue()


def nearest_published(cube: Cube, withheld: Bools, codes: Codes) -> Codes | None:
    """The cell fewest steps up the hierarchies that is published; None when not even the total is.

    Looks at what is published only: whoever has the file can work it out.
    """
    flat = withheld.ravel()
    seen, turn = {codes}, [codes]
    while turn:
        following: list[Codes] = []
        for one in turn:
            for axis, dimension in enumerate(cube.dimensions):
                parent = dimension.parents[dimension.places[one[axis]]]
                if parent < 0:
                    continue
                wider = (*one[:axis], dimension.codes[parent], *one[axis + 1 :])
                if not flat[cube.place(wider)]:
                    return wider
                if wider not in seen:
                    seen.add(wider)
                    following.append(wider)
        turn = following
    return None


def read_states(text: str, what: str) -> tuple[tuple[str, ...], dict[Codes, StatedNumber]]:
    """Every row of a table's file: its state, and the count where it has one.

    Raises TableUnreadable when a row contradicts itself or another.
    """
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = next(reader)
    except StopIteration:
        raise TableUnreadable(f"{what} is empty.") from None
    more = header[-1:] == [MADE_UP]
    header = header[: len(header) - more]
    if header[-3:] != [COUNT, STATUS, NEAREST] or len(header) < 4:
        raise TableUnreadable(f"{what} is no table of a release.")
    cells: dict[Codes, StatedNumber] = {}
    for row in reader:
        *codes, count, status, _ = row[: len(row) - more]
        key = tuple(codes)
        number = int(count) if count.isascii() and count.isdigit() else None
        fits = {
            NumberState.PUBLISHED: number is not None and number > 0,
            NumberState.ZERO: number == 0,
        }
        if key in cells or len(key) != len(header) - 3 or status not in tuple(NumberState):
            raise TableUnreadable(f"{what}: a row contradicts another.")
        state = NumberState(status)
        if not fits.get(state, count == ""):
            raise TableUnreadable(f"{what}: the status of a row does not fit its count.")
        cells[key] = state, number
    return tuple(header[:-3]), cells


def read_counts(text: str, what: str) -> tuple[tuple[str, ...], dict[Codes, int | None]]:
    """The cells of a table's file as a reader takes them: None where withheld; what cannot exist
    is nobody; what was not collected is no cell."""
    names, rows = read_states(text, what)
    return names, {
        codes: 0 if state is NumberState.CANNOT_EXIST else count
        for codes, (state, count) in rows.items()
        if state is not NumberState.NOT_COLLECTED
    }


def coverage_text(rows: Sequence[tuple[str, str, int, int]]) -> str:
    """Where people looked: visits by period and area, also those in which nobody was found."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["period", "area", "visits", "nobody_found"])
    writer.writerows(rows)
    return out.getvalue()


def changes_text(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """What an edition changes of the one it corrects, cell by cell, from what both publish.

    before, now: text of the tables' files by name.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["table", "cell", "status_before", "before", "status_now", "now", "change"])
    for row in _changes(before, now):
        writer.writerow(row)
    return out.getvalue()


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[list[object]]:
    for name in sorted(before.keys() | now.keys()):
        was = read_states(before[name], name)[1] if name in before else {}
        is_now = read_states(now[name], name)[1] if name in now else {}
        for codes in [*was, *(codes for codes in is_now if codes not in was)]:
            old, new = was.get(codes), is_now.get(codes)
            if old == new:
                continue
            what = "added" if old is None else "dropped" if new is None else "amended"
            yield [
                name,
                BETWEEN.join(codes),
                old[0].value if old else "",
                _number(old),
                new[0].value if new else "",
                _number(new),
                what,
            ]


def _number(cell: StatedNumber | None) -> object:
    return "" if cell is None or cell[1] is None else cell[1]


def marked(text: str, made_up: str) -> str:
    """A CSV file each of whose rows says that its records are made up; as it is where none are."""
    if not made_up:
        return text
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    header, *rows = csv.reader(io.StringIO(text), strict=True)
    writer.writerow([*header, MADE_UP])
    writer.writerows([*row, made_up] for row in rows)
    return out.getvalue()


def digest_of(content: bytes) -> str:
    """SHA-256, as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def sums_text(files: Mapping[str, bytes]) -> str:
    """The file that `sha256sum --check` reads."""
    return "".join(f"{digest_of(content)}  {name}\n" for name, content in sorted(files.items()))


def digest_of_all(files: Mapping[str, bytes]) -> str:
    """One digest over all files and their names."""
    return digest_of(sums_text(files).encode())
