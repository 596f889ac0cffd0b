"""Editions of a register that grew, at other levels or by other areas: the groups both cut. Pure.

One edition has three areas together, the next has one of them apart, or another area has taken it
in. Neither tells of the others by itself. Who was counted then is counted now, so that together
they may place the small group that lies in both (differencing of unlike geographies: Duke-Williams
and Rees 1998, Int. J. Geographical Information Science 12). So each dimension is cut into the
pieces that no edition tells apart, and every table is given them as unknowns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from server.disclosure.release_book import Codes, CodesOverlap, Extent, ReleasedTable

_TOTAL = "Total"
_PIECE = "\0"
"""Begins the code of a piece: no table has such a code."""
MOST_CELLS = 40_000
"""Of a table with its pieces; more are refused."""

Pieces = Mapping[tuple[str, str], Sequence[Extent]]
"""By population and dimension groups of finest codes."""


@dataclass(frozen=True)
class FinestCounts:
    """The counts behind a table, by its finest codes."""

    names: tuple[str, ...]
    cells: Mapping[Codes, int]


def pieces_of(tables: Iterable[ReleasedTable]) -> Pieces:
    """What no code of these tables tells apart."""
    cut: dict[tuple[str, str], set[Extent]] = {}
    for table in tables:
        for at, name in enumerate(table.names):
            cut.setdefault((table.population, name), set()).update(_used(table, at).values())
    found: dict[tuple[str, str], list[Extent]] = {}
    for key, extents in cut.items():
        within: dict[str, set[Extent]] = {}
        for extent in extents:
            for code in extent:
                within.setdefault(code, set()).add(extent)
        groups: dict[frozenset[Extent], set[str]] = {}
        for code, some in within.items():
            groups.setdefault(frozenset(some), set()).add(code)
        found[key] = sorted((frozenset(one) for one in groups.values()), key=sorted)
    return found


def cut_up(table: ReleasedTable, pieces: Pieces) -> ReleasedTable:
    """The table with the pieces of its codes beside them, each withheld; itself where its codes are
    the pieces. Raises CodesOverlap when there would be too many."""
    axes: list[list[str]] = []
    extents = dict(table.extents)
    is_other = False
    number = 1
    for at, name in enumerate(table.names):
        used = _used(table, at)
        whole = frozenset[str]().union(*used.values()) if used else frozenset[str]()
        there = {*used.values()}
        new = {
            _PIECE + "|".join(sorted(piece)): piece
            for piece in pieces.get((table.population, name), ())
            if piece <= whole and piece not in there
        }
        is_other = is_other or bool(new)
        extents[name] = {**table.extents.get(name, {}), **new}
        axes.append([_TOTAL, *used, *new])
        number *= len(axes[-1])
    if not is_other:
        return table
    if number > MOST_CELLS:
        raise CodesOverlap(
            f"An edition of the same register has {', '.join(table.names)} at other levels, and "
            f"the two cut the table into {number} cells: what a reader of both can conclude cannot "
            "be worked out. Take the levels of that edition."
        )
    cells = {codes: table.cells.get(codes) for codes in product(*axes)}
    return replace(table, cells=cells, extents=extents)


def new_cells(table: ReleasedTable) -> list[Codes]:
    """The cells of pieces of a table that was cut up."""
    return [codes for codes in table.cells if any(code.startswith(_PIECE) for code in codes)]


def counts_of(table: ReleasedTable, finest: FinestCounts) -> dict[Codes, int]:
    """How many there are in every cell of a table that was cut up."""
    above: list[dict[str, list[str]]] = []
    for at in range(len(table.names)):
        mine: dict[str, list[str]] = {}
        for code, extent in _used(table, at).items():
            for one in extent:
                mine.setdefault(one, [_TOTAL]).append(code)
        above.append(mine)
    order = [finest.names.index(name) for name in table.names]
    found: Counter[Codes] = Counter()
    for codes, count in finest.cells.items():
        ways = [mine.get(codes[place], [_TOTAL]) for mine, place in zip(above, order, strict=True)]
        for cell in product(*ways) if count else ():
            found[cell] += count
    return dict(found)


def _used(table: ReleasedTable, at: int) -> dict[str, Extent]:
    """The codes of one dimension that the table has, with what they cover."""
    covered = table.extents.get(table.names[at], {})
    codes = dict.fromkeys(codes[at] for codes in table.cells)
    return {code: covered.get(code, frozenset({code})) for code in codes if code != _TOTAL}
