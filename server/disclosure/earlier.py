"""Earlier editions as part of what readers know. Pure.

What ties an edition to the present table is assumed only where its published counts prove it
possible: nothing changed (all counts in both agree), or the table only grew (no count fell), as a
period's table does while records arrive. Then both are protected together: the present table may
not narrow the edition's withheld cells either. Where corrections went both ways nothing is tied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import product

import numpy as np

from server.disclosure.cube import (
    TOTAL,
    Bools,
    Codes,
    Cube,
    Dimension,
    Ints,
    Sums,
    stacked,
    sums_over,
)
from server.disclosure.groups import zeros_with
from server.disclosure.readings import Problem, TableReading, is_possible
from server.disclosure.whole import between

_READER = "a reader of earlier editions"
_ANY = 10**8
"""Persons; more than any cell grows or shrinks by."""


@dataclass(frozen=True)
class EarlierEdition:
    """A protected table published before: None where its count is withheld.

    names: its dimensions, all or some of the present table's; of its codes those that are not in
    the present table are nobody's any more.
    """

    names: tuple[str, ...]
    cells: Mapping[Codes, int | None]


def at_codes_of(
    cube: Cube, edition: EarlierEdition, parents: Mapping[str, Mapping[str, str]]
) -> EarlierEdition:
    """The edition at the codes of the table, where it is finer: what its parts add up to, None
    where one of them is withheld. Codes that the table has, and those that are part of none of
    its codes, stay as they are. parents: for each dimension code to parent.
    """
    found = dict(edition.cells)
    for axis, name in enumerate(edition.names):
        known = next(d for d in cube.dimensions if d.name == name).places
        used = dict.fromkeys(codes[axis] for codes in found)
        finer: dict[str, list[str]] = {}
        gone = set()
        for code in used:
            above, stops = code, False
            while above not in known:
                above = parents.get(name, {}).get(above, TOTAL)
                stops = stops or (above in used and above != TOTAL)
            if above not in (code, TOTAL):
                gone.add(code)
                if not stops:
                    finer.setdefault(above, []).append(code)
        sums: dict[Codes, int | None] = {}
        for codes in found:
            for above, parts in finer.items():
                if codes[axis] == parts[0] and above not in used:
                    cells = [found.get((*codes[:axis], p, *codes[axis + 1 :])) for p in parts]
                    known_parts = [n for n in cells if n is not None]
                    whole = sum(known_parts) if len(known_parts) == len(cells) else None
                    sums[*codes[:axis], above, *codes[axis + 1 :]] = whole
        found = {codes: n for codes, n in found.items() if codes[axis] not in gone} | sums
    return EarlierEdition(edition.names, found)


class Tie(Enum):
    """What is proved possible between an edition and the present table."""

    SAME = "same"
    GROWN = "grown"
    NONE = "none"


@dataclass(frozen=True)
class _Laid:
    """An edition laid over the present table. wholes: for each cell its place in the table."""

    dimensions: tuple[Dimension, ...]
    counts: Ints
    withheld: Bools
    wholes: Ints
    tie: Tie


def kept_withheld(cube: Cube, earlier: Sequence[EarlierEdition]) -> Bools:
    """Cells to keep withheld: withheld in an edition that nothing ties to the present table, and
    zeros that an edition withheld: of a table that only grew they would say that nobody was there
    then either."""
    kept, zeros = np.zeros((2, cube.counts.size), dtype=bool)
    for edition in earlier:
        places, tie = _places(cube, edition), _tie(cube, edition)
        hidden = [places[c] for c, n in edition.cells.items() if n is None and c in places]
        kept[hidden] |= tie is Tie.NONE
        zeros[hidden] |= tie is Tie.GROWN
    none = zeros_with(cube, zeros.reshape(cube.shape) & (cube.counts == 0))
    return (kept.reshape(cube.shape) & (cube.counts > 0)) | none


def joined(
    cube: Cube,
    problem: Problem,
    readings: Sequence[TableReading],
    earlier: Sequence[EarlierEdition],
    interval: int,
) -> tuple[Problem, list[TableReading]]:
    """The problem with what the editions add to it. Its first cells are the present table's."""
    found = list(readings)
    same = np.zeros(cube.counts.size, dtype=bool)
    for edition in earlier:
        if _tie(cube, edition) is Tie.SAME:
            places = _places(cube, edition)
            same[[places[c] for c, n in edition.cells.items() if n is not None]] = True
    if same.any():
        # What is public already is of no use withheld.
        public = same & ~problem.withheld
        found = [replace(reading, known=reading.known | public) for reading in found]
        anybody, who = found[0], "a reader of the same table"
        strict = replace(anybody, name=who, known=anybody.known | same)
        if not is_possible(problem, strict):
            strict = anybody.beside(who, same, problem.values)
        found.append(strict)
    for edition in earlier:
        if _tie(cube, edition) is Tie.GROWN:
            laid = _lay(cube, edition)
            if laid is not None:
                problem, found = _with_grown(problem, found, laid, interval)
    return problem, found


def _tie(cube: Cube, edition: EarlierEdition) -> Tie:
    places, values = _places(cube, edition), cube.counts.ravel()
    pairs = [
        (count, int(values[places[codes]]) if codes in places else 0)
        for codes, count in edition.cells.items()
        if count is not None
    ]
    lost = any(n is None and c not in places for c, n in edition.cells.items())
    if all(before == now for before, now in pairs) and not lost:
        return Tie.SAME
    if all(before <= now for before, now in pairs) and not lost:
        return Tie.GROWN
    return Tie.NONE


def _places(cube: Cube, edition: EarlierEdition) -> dict[Codes, int]:
    """Where the edition's cells stand in the present table, those that do."""
    at = {name: place for place, name in enumerate(edition.names)}
    found = {}
    for codes in edition.cells:
        full = tuple(codes[at[d.name]] if d.name in at else TOTAL for d in cube.dimensions)
        if all(code in d.places for d, code in zip(cube.dimensions, full, strict=True)):
            found[codes] = cube.place(full)
    return found


def _lay(cube: Cube, edition: EarlierEdition) -> _Laid | None:
    """None when the edition's withheld counts cannot be reconciled with the present ones."""
    places = _places(cube, edition)
    dimensions = []
    by_name = {d.name: d for d in cube.dimensions}
    for axis, name in enumerate(edition.names):
        present = by_name[name]
        used = {codes[axis] for codes in edition.cells if codes in places} | {TOTAL}
        order = [place for place, code in enumerate(present.codes) if code in used]
        parents = [
            next((order.index(p) for p in present.above[place][1:] if p in order), -1)
            for place in order
        ]
        dimensions.append(
            Dimension(name, tuple(present.codes[place] for place in order), tuple(parents))
        )
    keys = list(product(*(d.codes for d in dimensions)))
    if any(codes not in edition.cells for codes in keys):
        return None
    counts = np.array([edition.cells[codes] or 0 for codes in keys], dtype=np.int64)
    withheld = np.array([edition.cells[codes] is None for codes in keys])
    wholes = np.array([places[codes] for codes in keys])
    most = cube.counts.ravel()[wholes]
    sums = sums_over(dimensions)
    for floor in (1, 0):
        low = np.where(withheld, np.minimum(floor, most), counts)
        found = between(low, np.where(withheld, most, counts), sums)
        if found is not None:
            return _Laid(tuple(dimensions), found, withheld, wholes, Tie.GROWN)
    return None


def _with_grown(
    problem: Problem, readings: Sequence[TableReading], laid: _Laid, interval: int
) -> tuple[Problem, list[TableReading]]:
    """Adds the edition's cells and, for its finest ones, by how many persons they grew since."""
    before, number = len(problem.values), len(laid.counts)
    shape = tuple(len(d.codes) for d in laid.dimensions)
    finest = np.flatnonzero(
        Cube(laid.dimensions, np.zeros(shape, dtype=np.int64), 0).finest().ravel()
    )
    grown = problem.values[laid.wholes[finest]] - laid.counts[finest]
    values = np.concatenate([problem.values, laid.counts, grown])
    own = sums_over(laid.dimensions)
    growth = Sums(
        np.arange(len(finest) + 1) * 3,
        np.column_stack(
            [laid.wholes[finest], before + finest, before + number + np.arange(len(finest))]
        ).ravel(),
        np.tile(np.array([-1, 1, 1]), len(finest)),
    )
    sums = stacked(problem.sums, Sums(own.starts, own.cells + before, own.signs), growth)
    free = np.concatenate([laid.withheld, np.ones(len(finest), dtype=bool)])
    # Where so many were withheld that it cannot have been a small count, it must just not be known.
    least = problem.values[laid.wholes] - _most_growth(problem.values, laid)
    needed = np.where(least > interval, 1, interval)
    width = np.concatenate(
        [
            np.where(laid.withheld & (laid.counts > 0), needed, 0),
            np.zeros(len(finest), np.int64),
        ]
    )
    floor = np.concatenate([np.ones(number, np.int64), np.zeros(len(finest), np.int64)])
    wider = Problem(
        values,
        sums,
        np.concatenate([problem.withheld, free]),
        np.concatenate([problem.price, np.full(number + len(finest), 1e-3)]),
        _above(problem.above, laid, finest, before),
        problem.number,
    )
    # Whoever does not read the edition holds any growth possible.
    unbounded = np.concatenate([np.ones(number, np.int64), np.full(len(finest), -_ANY)])
    unread = np.concatenate([np.ones(number, dtype=bool), np.zeros(len(finest), dtype=bool)])
    found = [
        TableReading(
            reading.name,
            np.concatenate([reading.floor, unbounded]),
            np.concatenate([reading.known, unread]),
            np.concatenate([reading.width, np.zeros(number + len(finest), np.int64)]),
        )
        for reading in readings
    ]
    # Whoever reads this edition reads those before it, too.
    nothing = np.zeros(before, dtype=bool)
    so_far = readings[-1] if readings[-1].name == _READER else replace(readings[0], name=_READER)

    def reader(so_far: TableReading, there: Bools) -> TableReading:
        closed = np.concatenate([~(laid.withheld & there), np.zeros(len(finest), dtype=bool)])
        return TableReading(
            _READER,
            np.concatenate([so_far.floor, floor]),
            np.concatenate([so_far.known, closed]),
            np.concatenate([so_far.width, width]),
        )

    # Somebody to whom every withheld count is at least 1, then and now; where that contradicts what
    # is published, hidden zeros are held possible.
    strict = reader(so_far, np.ones(number, dtype=bool))
    if not is_possible(wider, strict):
        strict = reader(so_far.beside(_READER, nothing, problem.values), laid.counts > 0)
    found.append(strict)
    return wider, found


def _most_growth(values: Ints, laid: _Laid) -> Ints:
    """By how many persons each cell can have grown, as published sums say."""
    shape = [len(d.codes) for d in laid.dimensions]
    unbounded = np.iinfo(np.int64).max // 4
    growth = np.where(laid.withheld, unbounded, values[laid.wholes] - laid.counts).reshape(shape)
    for axis, dimension in enumerate(laid.dimensions):
        by_code = np.moveaxis(growth, axis, 0)
        for place, parts in enumerate(dimension.children):
            for part in parts:
                by_code[part] = np.minimum(by_code[part], by_code[place])
    return growth.ravel()


def _above(
    present: Callable[[int], Ints], laid: _Laid, finest: Ints, before: int
) -> Callable[[int], Ints]:
    """For a present cell: it and everything it is in grow, and so does the growth."""
    growth_of = {int(laid.wholes[cell]): at for at, cell in enumerate(finest)}
    number = len(laid.counts)

    def above(cell: int) -> Ints:
        if cell >= before:
            return np.zeros(0, dtype=np.int64)
        cells = present(cell)
        grown = [before + number + growth_of[int(one)] for one in cells if int(one) in growth_of]
        return np.concatenate([cells, np.array(grown, dtype=np.int64)])

    return above
