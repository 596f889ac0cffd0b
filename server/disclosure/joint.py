"""Several tables of one release, protected as one. Pure.

Tables of one release share persons, so what one shows narrows what another withholds. Two things
tie them: cells that count the same persons, and sums that cannot be larger than others. Where the
shared cells are whole margins and the tables hang together like a tree (each shares its
margins with one before it: a decomposable set, Lauritzen 1996, Graphical Models, 4.4), equal
margins are all that a reader can use: counts that agree with them always belong to some register.
Nothing else is assumed: years are not sums of months, and several answers do not add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from server.disclosure.cube import (
    TOTAL,
    Bools,
    Codes,
    Cube,
    Ints,
    Sums,
    stacked,
    sums_from_signed,
    sums_over,
)
from server.disclosure.groups import is_known_to_who_recorded, zeros_with
from server.disclosure.protect import Policy, classes_withheld, prices
from server.disclosure.readings import Problem, ReaderBeside, TableReading
from server.disclosure.suppress import Unprotectable, suppressed

Place = tuple[str, Codes]
"""A cell of a release: the table's name, and the codes."""


@dataclass(frozen=True)
class TableTie:
    """What two tables have in common: parts add up to the whole, or to at most the whole.

    parts, wholes: cells whose sums are compared; equal: whether they are the same persons.
    """

    parts: tuple[Place, ...]
    wholes: tuple[Place, ...]
    equal: bool = True


class NotTied(ValueError):
    """A tie that the true counts contradict: a fault of who declared it."""


@dataclass(frozen=True)
class SharesShown:
    """How much of a table is shown. cells: of the non-zero ones; persons: of those in its finest
    cells; both shares from 0 to 1."""

    cells: float
    persons: float


@dataclass(frozen=True)
class JointKnowledge:
    """What readers know beside the tables of a release, by table, in the shape of each.

    own: for each organisation its own persons in every cell. kept: cells that stay withheld because
    an earlier edition withheld them. public: cells that an earlier edition of the same register
    published: withholding them is of no use. open_tables: published whole, however few are in a
    cell. zeros: that stay withheld because an edition of a register that only grew withheld them.
    learns_classes: whether organisations may learn the class of all others of a group (the first
    editions were made so).
    """

    own: Mapping[str, Mapping[str, Ints]] = field(default_factory=dict)
    kept: Mapping[str, Bools] = field(default_factory=dict)
    public: Mapping[str, Bools] = field(default_factory=dict)
    open_tables: frozenset[str] = frozenset()
    zeros: Mapping[str, Bools] = field(default_factory=dict)
    learns_classes: bool = False


def protect_jointly(
    tables: Mapping[str, Cube],
    ties: Sequence[TableTie],
    policy: Policy,
    knowledge: JointKnowledge | None = None,
    *,
    steps: int,
    go_on: Callable[[], None] = lambda: None,
    beside: Sequence[ReaderBeside] = (),
    falls: bool = True,
    within_first: bool = True,
) -> dict[str, Bools]:
    """For each table the cells to withhold, in its shape, so that all may be published together.

    beside: readers of more than these tables; the cells of all tables come first, end to end.
    falls: as moves.Moves.lowest takes it; within_first: as suppressed does. Raises NotTied;
    suppress.Unprotectable when zeros that one table must hide are told by another, or an earlier
    edition leaves too little open.
    """
    knowledge = knowledge or JointKnowledge()
    offsets, size = {}, 0
    for name, cube in tables.items():
        offsets[name] = size
        size += cube.counts.size

    def at(place: Place) -> int:
        return offsets[place[0]] + tables[place[0]].place(place[1])

    values = np.concatenate([cube.counts.ravel() for cube in tables.values()])
    own = [_flat(tables, theirs, values) for theirs in knowledge.own.values()]
    rows, slacks = _rows(ties, at, values)
    is_open = _open(tables, knowledge.open_tables, rows, len(slacks), values)
    small = _small(policy, values, own) & ~is_open
    held = small.copy()
    price = np.concatenate([prices(cube).ravel() for cube in tables.values()])
    for name, cube in tables.items():
        told_anyway = is_known_to_who_recorded(cube.dimensions[cube.sensitive].name)
        none_asks = knowledge.learns_classes or told_anyway
        insiders = [] if none_asks else [*knowledge.own.values()]
        hidden = zeros_with(cube, knowledge.zeros.get(name, np.zeros(cube.shape, dtype=bool)))
        for of in ({}, *insiders):
            own_of = of.get(name, np.zeros_like(cube.counts))
            hidden |= classes_withheld(cube, own_of, prices(cube))
        held[offsets[name] : offsets[name] + cube.counts.size] |= hidden.ravel()
    held |= _flat(tables, knowledge.kept, values).astype(bool) & (values > 0)
    held &= ~is_open
    _hide_alike(held, rows)
    sums = stacked(
        *(
            Sums(one.starts, one.cells + offsets[name], one.signs)
            for name, cube in tables.items()
            for one in [sums_over(cube.dimensions)]
        ),
        sums_from_signed(rows),
    )
    number = len(slacks)
    problem = Problem(
        np.concatenate([values, np.array(slacks, dtype=np.int64)]),
        sums,
        np.concatenate([held, np.ones(number, dtype=bool)]),
        np.concatenate([price, np.full(number, 1e-3)]),
        lambda cell: np.zeros(0, dtype=np.int64),
        size,
    )
    floor = np.maximum(1, np.max(own, axis=0, initial=1)) if own else np.ones(size, np.int64)
    nothing = np.zeros(number, dtype=bool)
    known = _flat(tables, knowledge.public, values).astype(bool) | is_open
    public = np.concatenate([known, nothing])
    anybody = TableReading(
        "anybody",
        np.concatenate([floor, np.zeros(number, np.int64)]),
        public & ~problem.withheld,
        np.concatenate([np.where(small, policy.interval, 1), np.zeros(number, np.int64)]),
    )
    readings = [anybody]
    for theirs in own:
        alone = np.concatenate([(theirs == values) & (values > 0), nothing])
        if alone.any():
            readings.append(anybody.beside("a single contributor", alone, problem.values))
    if public.any():
        readings.append(anybody.beside("a reader of the same table", public, problem.values))
    try:
        pattern = suppressed(
            problem,
            readings,
            steps=steps,
            go_on=go_on,
            beside=beside,
            falls=falls,
            within_first=within_first,
        )
    except ArithmeticError as error:
        raise Unprotectable("Zeros of these tables tell a class together.") from error
    return {
        name: pattern[offsets[name] : offsets[name] + cube.counts.size].reshape(cube.shape)
        for name, cube in tables.items()
    }


def _open(
    tables: Mapping[str, Cube],
    names: frozenset[str],
    rows: Sequence[Sequence[tuple[int, int]]],
    slacks: int,
    values: Ints,
) -> Bools:
    """Cells of the tables that are published whole, and those that count the same elsewhere."""
    found = _flat(tables, {n: np.ones_like(tables[n].counts) for n in names}, values).astype(bool)
    both = np.concatenate([found, np.zeros(slacks, dtype=bool)])
    _hide_alike(both, rows)
    mask: Bools = both[: len(values)]
    return mask


def _flat(tables: Mapping[str, Cube], by_table: Mapping[str, Ints | Bools], values: Ints) -> Ints:
    """Something of each table, end to end; nothing where it is left out."""
    found: Ints = np.concatenate(
        [by_table.get(n, np.zeros_like(c.counts)).ravel() for n, c in tables.items()]
    ).astype(np.int64)
    assert found.shape == values.shape
    return found


def _small(policy: Policy, values: Ints, own: Sequence[Ints]) -> Bools:
    """Few persons, or few beside the own ones of some organisation."""
    small: Bools = (values > 0) & (values < policy.threshold)
    for theirs in own:
        rest = values - theirs
        small = small | ((theirs > 0) & (rest > 0) & (rest < policy.threshold))
    return small


def _hide_alike(held: Bools, rows: Sequence[Sequence[tuple[int, int]]]) -> None:
    """Who is withheld in one table for their own sake is so in each table they stand in."""
    pairs = [(row[0][0], row[1][0]) for row in rows if len(row) == 2]
    again = True
    while again:
        again = False
        for one, other in pairs:
            if held[one] != held[other]:
                held[one] = held[other] = again = True


def shared(one: str, other: str, tables: Mapping[str, Cube]) -> list[TableTie]:
    """The margins that two tables of the same persons have in common."""
    a, b = tables[one], tables[other]
    common = [d.name for d in a.dimensions if d.name in {e.name for e in b.dimensions}]
    theirs = {d.name: d for d in b.dimensions}
    ways = [
        [code for code in d.codes if code in theirs[d.name].places]
        for d in a.dimensions
        if d.name in common
    ]
    ties = []
    for codes in product(*ways):
        chosen = dict(zip(common, codes, strict=True))
        ties.append(
            TableTie(
                ((one, tuple(chosen.get(d.name, TOTAL) for d in a.dimensions)),),
                ((other, tuple(chosen.get(d.name, TOTAL) for d in b.dimensions)),),
            )
        )
    return ties


def shown(cube: Cube, withheld: Bools) -> SharesShown:
    """The shares of non-zero cells (all margins counted) and of persons that are shown; of a table
    in which nobody is there is nothing to withhold."""
    some = cube.counts > 0
    finest = cube.finest()
    persons = int(cube.counts[finest].sum())
    if not some.any():
        return SharesShown(1.0, 1.0)
    return SharesShown(
        float((some & ~withheld).sum() / max(1, some.sum())),
        float(cube.counts[finest & ~withheld].sum() / max(1, persons)),
    )


def _rows(
    ties: Sequence[TableTie], at: Callable[[Place], int], values: Ints
) -> tuple[list[list[tuple[int, int]]], list[int]]:
    """Each tie as signed cells that add up to 0, an inequality with its slack; and the slacks."""
    rows: list[list[tuple[int, int]]] = []
    slacks: list[int] = []
    for tie in ties:
        row = [(at(place), 1) for place in tie.parts] + [(at(place), -1) for place in tie.wholes]
        slack = -sum(sign * int(values[cell]) for cell, sign in row)
        if slack < 0 or (tie.equal and slack):
            raise NotTied("The counts contradict what was declared about two tables.")
        if not tie.equal:
            row.append((len(values) + len(slacks), 1))
            slacks.append(slack)
        rows.append(row)
    return rows, slacks
