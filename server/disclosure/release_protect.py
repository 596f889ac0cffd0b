"""All tables of a release protected together: what ties them is found from what they count. Pure.

Cells that count the same persons under the same codes are the same count, in whichever table they
stand; some persons of one population are among those of another. Earlier editions: what a register
that grew or was corrected withheld stays withheld; what one that did not change published is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations

import numpy as np

from server.disclosure.cube import TOTAL, Bools, Codes, Cube, Ints
from server.disclosure.inclusion import Inclusion
from server.disclosure.joint import JointKnowledge, Place, TableTie, protect_jointly
from server.disclosure.methods import CHOSEN_AGAIN, CLASSES_OF_OTHERS, METHOD, PARTS, WITHIN_FIRST
from server.disclosure.protect import Policy
from server.disclosure.readings import ReaderBeside

Conditions = frozenset[tuple[str, str]]
"""Who is counted: codes of dimensions, Total left out."""


@dataclass(frozen=True)
class CountedTable:
    """A table of a release with its true counts.

    population, where: as in release_book. own: by organisation, its own persons in every cell.
    covers: for each dimension which finest codes each code covers, itself where it is not named.
    is_open: published whole, however few are in a cell.
    """

    cube: Cube
    population: str
    where: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, Ints] = field(default_factory=dict)
    covers: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    is_open: bool = False


@dataclass(frozen=True)
class EditionBefore:
    """What an earlier edition says of each population: persons under conditions, None withheld."""

    cells: Mapping[str, Mapping[Conditions, int | None]]


def conditions_of(table: CountedTable, codes: Codes) -> Conditions:
    """Who is in a cell."""
    chosen = dict(table.where)
    chosen |= dict(zip((d.name for d in table.cube.dimensions), codes, strict=True))
    return frozenset((name, code) for name, code in chosen.items() if code != TOTAL)


def protect_release(
    tables: Mapping[str, CountedTable],
    inclusions: Sequence[Inclusion],
    earlier: Sequence[EditionBefore],
    policy: Policy,
    *,
    steps: int,
    go_on: Callable[[], None] = lambda: None,
    method: int = METHOD,
    chosen: Mapping[str, Bools] | None = None,
    beside: Sequence[ReaderBeside] = (),
) -> dict[str, Bools]:
    """For each table the cells to withhold, in its shape.

    chosen: by a first choice, which stay withheld; beside: who found too much in it.
    method: the number of the way, for editions that are made again: they come out bit for bit only
    by theirs (server.disclosure.methods). Raises joint.NotTied, suppress.Unprotectable.
    """
    organisations = sorted({who for table in tables.values() for who in table.own})
    kept, public = _of_editions(tables, earlier)
    zeros = kept if method >= CLASSES_OF_OTHERS else {}
    zeros = {n: of & (tables[n].cube.counts == 0) for n, of in zeros.items()}
    kept = {name: of | (chosen or {}).get(name, of) for name, of in kept.items()}
    knowledge = JointKnowledge(
        {
            who: {name: table.own[who] for name, table in tables.items() if who in table.own}
            for who in organisations
        },
        kept,
        public,
        frozenset(name for name, table in tables.items() if table.is_open),
        zeros,
        learns_classes=method < CLASSES_OF_OTHERS,
    )
    return protect_jointly(
        {name: table.cube for name, table in tables.items()},
        [
            *same_persons(tables),
            *_parts_of(tables, inclusions),
            *(_some_among_all(tables) if method >= PARTS else ()),
        ],
        policy,
        knowledge,
        steps=steps,
        go_on=go_on,
        beside=beside,
        falls=method >= CHOSEN_AGAIN,
        within_first=method >= WITHIN_FIRST,
    )


def same_persons(tables: Mapping[str, CountedTable]) -> list[TableTie]:
    """Cells of different tables that count the same persons."""
    first: dict[tuple[str, Conditions], Place] = {}
    ties: list[TableTie] = []
    for name, table in tables.items():
        for codes in table.cube.keys():  # noqa: SIM118 - a table is no mapping
            who = (table.population, conditions_of(table, codes))
            place = first.setdefault(who, (name, codes))
            if place[0] != name:
                ties.append(TableTie(((name, codes),), (place,)))
    return ties


def _parts_of(
    tables: Mapping[str, CountedTable], inclusions: Sequence[Inclusion]
) -> list[TableTie]:
    """Cells that cannot hold more persons than another, where the counts allow it."""
    places: dict[tuple[str, Conditions], Place] = {}
    counts: dict[Place, int] = {}
    for name, table in tables.items():
        for codes, count in zip(table.cube.keys(), table.cube.counts.ravel(), strict=True):
            places.setdefault((table.population, conditions_of(table, codes)), (name, codes))
            counts[name, codes] = int(count)
    ties = []
    for one in inclusions:
        asked, there = frozenset(one.inner_where.items()), frozenset(one.outer_where.items())
        for (population, conditions), place in places.items():
            if population != one.inner or not asked <= conditions:
                continue
            rest = conditions - asked
            if any(name not in one.along for name, _ in rest):
                continue
            wholes = [places.get((one.outer, rest | there))]
            wholes += [places.get((who, rest | {*these.items()})) for who, these in one.outer_also]
            beside = [places.get((who, rest | {*these.items()})) for who, these in one.inner_also]
            parts = (place, *(other for other in beside if other is not None))
            known = tuple(whole for whole in wholes if whole is not None)
            if len(known) == len(wholes) and _fit(parts, known, counts):
                ties.append(TableTie(parts, known, equal=False))
    return ties


def _fit(parts: Sequence[Place], wholes: Sequence[Place], counts: Mapping[Place, int]) -> bool:
    return sum(counts[one] for one in parts) <= sum(counts[one] for one in wholes)


def _some_among_all(tables: Mapping[str, CountedTable]) -> list[TableTie]:
    """Cells of a table of some persons, and cells of tables of more that hold all of them: those
    in hazardous work, by sex, are at most those in child labour of that sex."""
    ties = []
    for (name, table), (other, wider) in permutations(tables.items(), 2):
        if table.population != wider.population or table.where == wider.where:
            continue
        theirs = {d.name: d for d in wider.cube.dimensions}
        for codes, count in zip(table.cube.keys(), table.cube.counts.ravel(), strict=True):
            who = dict(conditions_of(table, codes))
            if any(n not in theirs and n not in table.where for n in who):
                continue
            if not all(_covers(wider, n, code, who.get(n)) for n, code in wider.where.items()):
                continue
            place = tuple(_narrowest(wider, n, [*d.codes], who.get(n)) for n, d in theirs.items())
            if conditions_of(wider, place) == frozenset(who.items()):
                continue
            if count <= wider.cube.counts.ravel()[wider.cube.place(place)]:
                ties.append(TableTie(((name, codes),), ((other, place),), equal=False))
    return ties


def _covers(table: CountedTable, dimension: str, code: str, inner: str | None) -> bool:
    covers = table.covers.get(dimension, {})
    one = frozenset({inner or ""})
    return inner == code or covers.get(inner or "", one) <= covers.get(code, frozenset({code}))


def _narrowest(table: CountedTable, dimension: str, codes: Sequence[str], inner: str | None) -> str:
    """The code of a table with the fewest others in it that holds all of this one."""
    if inner is None:
        return TOTAL
    wider = [c for c in codes if c != TOTAL and _covers(table, dimension, c, inner)]
    sizes = table.covers.get(dimension, {})
    return min(wider, key=lambda c: (len(sizes.get(c, (c,))), c != inner), default=TOTAL)


def _of_editions(
    tables: Mapping[str, CountedTable], earlier: Sequence[EditionBefore]
) -> tuple[dict[str, Bools], dict[str, Bools]]:
    """For each table what stays withheld, and what is known for having been published."""
    kept = {name: np.zeros(table.cube.shape, dtype=bool) for name, table in tables.items()}
    public = {name: np.zeros(table.cube.shape, dtype=bool) for name, table in tables.items()}
    now: dict[tuple[str, Conditions], int] = {}
    places: list[tuple[str, int, str, Conditions]] = []
    for name, table in tables.items():
        flat = table.cube.counts.ravel()
        for at, codes in enumerate(table.cube.keys()):
            conditions = conditions_of(table, codes)
            now[table.population, conditions] = int(flat[at])
            places.append((name, at, table.population, conditions))
    for edition in earlier:
        for population, cells in edition.cells.items():
            pairs = [
                (count, now[population, who])
                for who, count in cells.items()
                if count is not None and (population, who) in now
            ]
            unchanged = bool(pairs) and all(before == after for before, after in pairs)
            for name, at, of, who in places:
                if of == population and who in cells:
                    if cells[who] is not None and unchanged:
                        public[name].ravel()[at] = True
                    elif cells[who] is None and not unchanged:
                        kept[name].ravel()[at] = True
    return kept, public
