"""One table of an edition looked at from the side a reader asks for: two dimensions of it, the
others held at one code. Pure; knows the published states of numbers only."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from server.disclosure.cube import TOTAL, Codes
from server.disclosure.recode import REST
from server.releases.files import StatedNumber
from server.releases.nearest import NearestNumber
from server.releases.published import EditionTable

OF_INTEREST = "IN_CHILD_LABOUR"
"""The class that a reader comes for, where a table has it."""


class NoSuchSelection(ValueError):
    """Dimensions or codes that the table does not have."""


@dataclass(frozen=True)
class Selection:
    """What is looked at. columns: "" for a table of one dimension; held: the code of every other
    dimension."""

    rows: str
    columns: str
    held: Mapping[str, str]


@dataclass(frozen=True)
class Grid:
    """The numbers of a selection. cells: by row and column; missing: codes of a dimension nobody
    collected anything for, by dimension."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], tuple[StatedNumber, NearestNumber | None]]
    missing: Mapping[str, tuple[str, ...]]


def codes_of(table: EditionTable) -> dict[str, tuple[str, ...]]:
    """The codes of each dimension of which there are numbers, in the order of the file."""
    return table.codes


def select(
    table: EditionTable, sensitive: str, rows: str, columns: str, asked: Mapping[str, str]
) -> Selection:
    """The selection an address asks for; "" where it says nothing: the sensitive dimension across,
    the first other one down, the rest at their total, or at their first code when they have none.

    Raises NoSuchSelection.
    """
    known = codes_of(table)
    several = len(table.dimensions) > 1
    across = columns or (sensitive if several and rows != sensitive else "")
    if several and not across:
        across = next(name for name in table.dimensions if name != rows)
    down = rows or next(name for name in table.dimensions if name != across)
    if down not in known or (across and across not in known) or down == across:
        raise NoSuchSelection
    held = {}
    for name, codes in known.items():
        if name in (down, across):
            continue
        usual = TOTAL if TOTAL in codes else codes[0]
        held[name] = asked.get(name) or usual
        if held[name] not in codes:
            raise NoSuchSelection
    return Selection(down, across if several else "", held)


def grid(table: EditionTable, selection: Selection) -> Grid:
    """The numbers of this selection; of a withheld one also the nearest coarser cell."""
    known = codes_of(table)
    place = {name: at for at, name in enumerate(table.dimensions)}
    across = known[selection.columns] if selection.columns else ("",)
    cells: dict[tuple[str, str], tuple[StatedNumber, NearestNumber | None]] = {}
    for row in known[selection.rows]:
        for column in across:
            chosen = {**selection.held, selection.rows: row, selection.columns: column}
            codes: Codes = tuple(chosen[name] for name in place)
            stated = table.rows.get(codes)
            if stated is not None:
                cells[row, column] = stated, table.nearest.get(codes)
    return Grid(
        known[selection.rows],
        across,
        cells,
        table.missing,
    )


def usual_column(columns: Sequence[str]) -> str:
    """The column a page draws when its address says nothing: children in child labour where they
    are told, else everybody, else the last class."""
    usual = TOTAL if TOTAL in columns else columns[-1]
    return OF_INTEREST if OF_INTEREST in columns else usual


def series_of(table: EditionTable) -> str:
    """The name of a table without its period: the same in every edition."""
    return table.name.removesuffix(f"_{table.period}")


def largest_shown(grid_: Grid, column: str, sums: Container[str] = ()) -> tuple[str, int] | None:
    """Of the rows that are no totals, the one whose number in this column is the largest of those
    shown, when it is alone and not zero. sums: rows that others are parts of. Codes that were put
    together because they are small are no finding.

    What is withheld may be larger: whoever says it says so.
    """
    found = [
        (stated[1], row)
        for row in grid_.rows
        if row != TOTAL
        and row not in sums
        and not row.startswith(REST)
        and (cell := grid_.cells.get((row, column))) is not None
        and (stated := cell[0])[1]
    ]
    ordered = sorted(found, key=lambda one: -(one[0] or 0))
    if len(ordered) < 2 or ordered[0][0] == ordered[1][0]:
        return None
    return ordered[0][1], ordered[0][0] or 0
