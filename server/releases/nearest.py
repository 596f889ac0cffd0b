"""For a withheld number the nearest coarser one that is published, in whichever table. Pure.

Coarser is a number that counts everybody whom the withheld one counts, and perhaps others: of the
same population and period whatever gives up codes or conditions; of a longer period what is proven
to hold them, too (server.tables.ties). Near is what gives up few steps of the hierarchies. Looks at
published files only: whoever has them can work it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from server.disclosure.cube import TOTAL, Codes
from server.intake.attributes import periods_of
from server.releases.files import NumberState, StatedNumber
from server.releases.known_facts import IN_IT
from server.releases.structure import ReleaseStructure, TableLayout
from server.tables.declaration import Population

Rows = Mapping[Codes, StatedNumber]
_Extent = frozenset[str]
_SHOWN = (NumberState.PUBLISHED, NumberState.ZERO)
_ANOTHER_PERIOD = 100
"""Steps; any number of the same period is nearer."""


@dataclass(frozen=True)
class NearestNumber:
    """A published number beside a withheld one. table: its name in its edition; code: of the table
    as it is declared. edition: an earlier one's number; None for the edition that withholds."""

    table: str
    code: str
    period: str
    dimensions: tuple[str, ...]
    codes: Codes
    edition: int | None = None


class PublishedNumbers:
    """The numbers of one edition, to look for coarser ones of cells of this or another edition.

    rows: of each table of the structure, by its name. edition: goes into what is found.
    """

    def __init__(
        self, structure: ReleaseStructure, rows: Mapping[str, Rows], edition: int | None = None
    ) -> None:
        self._structure, self._rows, self._edition = structure, rows, edition
        self._used = {
            name: [
                list(dict.fromkeys(codes[at] for codes, (state, _) in cells.items() if _is(state)))
                for at in range(len(structure.tables[name].dimensions))
            ]
            for name, cells in rows.items()
        }
        self._wider: dict[tuple[str, int, str, _Extent], list[tuple[str, int]]] = {}
        self._extents: dict[str, set[_Extent]] = {
            name: {frozenset(said["covers"]) for code, said in codes.items() if code != TOTAL}
            for name, codes in structure.dimensions.items()
        }

    def nearest(
        self, layout: TableLayout, structure: ReleaseStructure, codes: Codes
    ) -> NearestNumber | None:
        """The nearest coarser published number of a cell; None when there is none.

        layout, structure: of the table that withholds it, which may be of another edition. Of
        numbers as near as one another its own table's comes first, then the first table's.
        """
        chosen = dict(layout.where) | {
            name: code for name, code in zip(layout.dimensions, codes, strict=True) if code != TOTAL
        }
        who = {name: extent_of(structure, name, code) for name, code in chosen.items()}
        best: tuple[int, bool, int, Codes] | None = None
        names = list(self._structure.tables)
        for place, (name, table) in enumerate(self._structure.tables.items()):
            apart = _apart(layout, table)
            if apart is None:
                continue
            is_other = (table.code, table.period) != (layout.code, layout.period)
            for steps, found in self._wider_cells(name, table, who):
                if apart and not _is_proven(table, found):
                    continue
                if self._rows[name].get(found, (NumberState.WITHHELD, None))[0] not in _SHOWN:
                    continue
                this = (apart + steps, is_other, place, found)
                if best is None or this < best:
                    best = this
        if best is None:
            return None
        _, _, place, found = best
        table = self._structure.tables[names[place]]
        return NearestNumber(
            names[place], table.code, table.period, table.dimensions, found, self._edition
        )

    def _wider_cells(
        self, name: str, table: TableLayout, who: Mapping[str, _Extent]
    ) -> Iterator[tuple[int, Codes]]:
        """The cells of a table that count everybody who meets these conditions, by the steps."""
        fixed = 0
        for dimension, code in table.where.items():
            extent = extent_of(self._structure, dimension, code)
            if dimension not in who or not who[dimension] <= extent:
                return
            fixed += self._steps(dimension, who[dimension], extent)
        given_up = sum(
            self._steps(dimension, extent, None)
            for dimension, extent in who.items()
            if dimension not in table.dimensions and dimension not in table.where
        )
        ways = [
            self._codes_above(name, at, dimension, who[dimension])
            if dimension in who
            else [(TOTAL, 0)]
            for at, dimension in enumerate(table.dimensions)
        ]
        for way in product(*ways):
            steps = fixed + given_up + sum(by for _, by in way)
            yield steps, tuple(code for code, _ in way)

    def _codes_above(
        self, name: str, at: int, dimension: str, extent: _Extent
    ) -> list[tuple[str, int]]:
        key = (name, at, dimension, extent)
        found = self._wider.get(key)
        if found is None:
            # A condition of the table holds for all of its codes: Total gives up no more than it.
            within = self._structure.tables[name].where.get(dimension)
            found = []
            for code in self._used[name][at]:
                if code == TOTAL:
                    whole = extent_of(self._structure, dimension, within) if within else None
                    found.append((code, self._steps(dimension, extent, whole)))
                elif extent <= (theirs := extent_of(self._structure, dimension, code)):
                    found.append((code, self._steps(dimension, extent, theirs)))
            self._wider[key] = found
        return found

    def _steps(self, dimension: str, from_: _Extent, to: _Extent | None) -> int:
        """How many codes lie above one up to another (None: everybody)."""
        known = self._extents.get(dimension, set())
        above = sum(from_ < one and (to is None or one <= to) for one in known)
        return above + (to is None)


def extent_of(structure: ReleaseStructure, dimension: str, code: str) -> _Extent:
    """The finest codes that a code covers."""
    said = structure.dimensions.get(dimension, {}).get(code)
    return frozenset(said["covers"]) if said else frozenset({code})


def nearest_of_all(
    structure: ReleaseStructure, rows: Mapping[str, Rows]
) -> dict[str, dict[Codes, NearestNumber]]:
    """For each table of an edition, by name, the nearest coarser number of each withheld one."""
    numbers = PublishedNumbers(structure, rows)
    return {
        name: {
            codes: found
            for codes, (state, _) in rows[name].items()
            if state is NumberState.WITHHELD
            and (found := numbers.nearest(layout, structure, codes)) is not None
        }
        for name, layout in structure.tables.items()
    }


def among_earlier(
    structure: ReleaseStructure,
    name: str,
    withheld: Sequence[Codes],
    earlier: Sequence[PublishedNumbers],
) -> dict[Codes, NearestNumber]:
    """The same for cells that no number of their own edition is coarser than. earlier: editions
    that hold, newest first."""
    found: dict[Codes, NearestNumber] = {}
    for codes in withheld:
        for numbers in earlier:
            near = numbers.nearest(structure.tables[name], structure, codes)
            if near is not None:
                found[codes] = near
                break
    return found


def _is(state: NumberState) -> bool:
    return state is not NumberState.NOT_COLLECTED


def _apart(layout: TableLayout, other: TableLayout) -> int | None:
    """How far apart the periods of two tables are, in steps; None where nothing is comparable."""
    if _of(layout) != _of(other):
        return None
    if layout.period == other.period:
        return 0
    longer = _longer(layout.period)
    if other.period not in longer:
        return None
    return _ANOTHER_PERIOD * (1 + longer.index(other.period))


def _of(table: TableLayout) -> str:
    return table.population.partition("@")[0]


def _longer(period: str) -> list[str]:
    """The periods that hold this one, the shortest first."""
    year, _, rest = period.partition("-")
    if not rest:
        return []
    if rest.startswith("Q"):
        return [year]
    return sorted(set(periods_of(period)) - {period}, key=len, reverse=True)


def _is_proven(table: TableLayout, codes: Codes) -> bool:
    """Whether a number of a longer period surely counts everybody of a shorter one: a record or
    visit has one month. A person's class gets no milder, as the most severe record decides; area,
    sex and the rest may come from another record."""
    if _of(table) in (Population.CASES, Population.VISITS):
        return True
    chosen = dict(table.where) | {
        name: code for name, code in zip(table.dimensions, codes, strict=True) if code != TOTAL
    }
    return chosen in ({}, IN_IT[_of(table)])
