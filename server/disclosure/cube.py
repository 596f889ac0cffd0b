"""A table of persons with every margin, and the sums that tie its cells together. Pure.

A dimension is a tree of codes below ``Total``; a cell is one code of every dimension. Every cell
above the finest ones is the sum of its parts along each dimension.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

TOTAL = "Total"
"""The code of a dimension's root: the margin over all of it."""
Codes = tuple[str, ...]
"""A cell: one code for each dimension."""
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Dimension:
    """A tree of codes. codes: parents before their children, ``Total`` first.

    parents: for each code the place of its parent, -1 for ``Total``.
    """

    name: str
    codes: tuple[str, ...]
    parents: tuple[int, ...]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each code stands."""
        return {code: place for place, code in enumerate(self.codes)}

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """For each code the places of its parts, none for a finest one."""
        found: list[list[int]] = [[] for _ in self.codes]
        for place, parent in enumerate(self.parents):
            if parent >= 0:
                found[parent].append(place)
        return tuple(tuple(places) for places in found)

    @cached_property
    def leaves(self) -> tuple[int, ...]:
        """Places of the finest codes. ``Total`` itself when the dimension has no other."""
        return tuple(place for place, parts in enumerate(self.children) if not parts)

    @cached_property
    def above(self) -> tuple[tuple[int, ...], ...]:
        """For each code the places of everything it is part of, itself first, ``Total`` last."""
        found: list[tuple[int, ...]] = []
        for place, parent in enumerate(self.parents):
            found.append((place, *(found[parent] if parent >= 0 else ())))
        return tuple(found)


def tree(name: str, codes: Iterable[str], parent_of: Mapping[str, str]) -> Dimension:
    """The dimension that has these codes and everything above them, in the order given.

    parent_of: code to parent; a code that is not in it stands directly below ``Total``. Raises
    ValueError when somebody is their own ancestor.
    """
    children: dict[str, dict[str, None]] = {TOTAL: {}}
    for code in codes:
        below, seen = code, {code}
        while below != TOTAL:
            above = parent_of.get(below, TOTAL)
            if above in seen:
                raise ValueError(f"{above} is part of itself.")
            seen.add(above)
            children.setdefault(above, {})[below] = None
            children.setdefault(below, {})
            below = above
    ordered, parents = [TOTAL], [-1]
    for place, code in enumerate(ordered):  # grows while it is walked: breadth first
        ordered.extend(children[code])
        parents.extend([place] * len(children[code]))
    return Dimension(name, tuple(ordered), tuple(parents))


@dataclass(frozen=True)
class Cube:
    """Counts of persons. counts: one axis a dimension, in the order of its codes; all margins in.

    sensitive: which dimension says what happened to somebody (a class); the others say who.
    """

    dimensions: tuple[Dimension, ...]
    counts: Ints
    sensitive: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Codes of each dimension."""
        return tuple(len(dimension.codes) for dimension in self.dimensions)

    def keys(self) -> Iterator[Codes]:
        """Every cell in the order of the flattened counts: the last dimension runs fastest."""
        for places in np.ndindex(*self.shape):
            yield tuple(
                dimension.codes[place]
                for dimension, place in zip(self.dimensions, places, strict=True)
            )

    def place(self, codes: Sequence[str]) -> int:
        """Where a cell stands in the flattened counts. Raises KeyError for an unknown code."""
        places = tuple(
            dimension.places[code] for dimension, code in zip(self.dimensions, codes, strict=True)
        )
        return int(np.ravel_multi_index(places, self.shape))

    def finest(self) -> Bools:
        """Which cells have no parts, in the shape of the table."""
        mask = np.ones(self.shape, dtype=bool)
        for axis, dimension in enumerate(self.dimensions):
            leaf = np.zeros(len(dimension.codes), dtype=bool)
            leaf[list(dimension.leaves)] = True
            mask &= leaf.reshape([-1 if at == axis else 1 for at in range(mask.ndim)])
        return mask


def cube_of(
    dimensions: Sequence[Dimension], finest: Mapping[Codes, int], sensitive: int = -1
) -> Cube:
    """The table with all its margins. finest: persons of the finest cells; none is nobody."""
    counts = np.zeros([len(dimension.codes) for dimension in dimensions], dtype=np.int64)
    for codes, persons in finest.items():
        places = tuple(d.places[code] for d, code in zip(dimensions, codes, strict=True))
        counts[places] += persons
    return Cube(tuple(dimensions), summed(dimensions, counts), sensitive % len(dimensions))


def summed(dimensions: Sequence[Dimension], counts: Ints) -> Ints:
    """The counts with every margin worked out from the finest cells."""
    counts = counts.copy()
    for axis, dimension in enumerate(dimensions):
        by_code = np.moveaxis(counts, axis, 0)
        for place in reversed(range(len(dimension.codes))):
            parts = dimension.children[place]
            if parts:
                by_code[place] = by_code[list(parts)].sum(axis=0)
    return counts


@dataclass(frozen=True)
class Sums:
    """What ties cells together: in each row the signed cells add up to 0 (parts minus whole).

    Row r has cells[starts[r]:starts[r + 1]] and their signs.
    """

    starts: Ints
    cells: Ints
    signs: Ints

    @property
    def number(self) -> int:
        """How many rows."""
        return len(self.starts) - 1


def sums_over(dimensions: Sequence[Dimension]) -> Sums:
    """One row for each cell that has parts: along its first dimension that has any.

    The other dimensions' sums follow from these.
    """
    shape = tuple(len(dimension.codes) for dimension in dimensions)
    finest_before = np.ones(shape, dtype=bool)
    grid = np.arange(finest_before.size).reshape(shape)
    rows: list[Ints] = []
    for axis, dimension in enumerate(dimensions):
        by_code = np.moveaxis(grid, axis, 0)
        may = np.moveaxis(finest_before, axis, 0)
        for place, parts in enumerate(dimension.children):
            if parts:
                chosen = may[place]
                wholes, members = by_code[place][chosen], by_code[list(parts)][:, chosen]
                rows.extend(np.vstack([wholes, members]).T)
        leaf = np.zeros(len(dimension.codes), dtype=bool)
        leaf[list(dimension.leaves)] = True
        finest_before &= leaf.reshape([-1 if at == axis else 1 for at in range(grid.ndim)])
    return sums_from_rows(rows)


def sums_from_rows(rows: Sequence[Ints]) -> Sums:
    """From rows of cells, the whole first, then its parts."""
    lengths = [len(row) for row in rows]
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    cells = np.concatenate(rows).astype(np.int64) if rows else np.zeros(0, dtype=np.int64)
    signs = np.ones(len(cells), dtype=np.int64)
    signs[starts[:-1]] = -1
    return Sums(starts, cells, signs)


def sums_from_signed(rows: Sequence[Sequence[tuple[int, int]]]) -> Sums:
    """From rows of cells with their signs."""
    lengths = [len(row) for row in rows]
    pairs = np.array([pair for row in rows for pair in row], dtype=np.int64).reshape(-1, 2)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return Sums(starts, pairs[:, 0], pairs[:, 1])


def stacked(*parts: Sums) -> Sums:
    """All these rows."""
    starts, offset = [np.zeros(1, dtype=np.int64)], 0
    for part in parts:
        starts.append(part.starts[1:] + offset)
        offset += int(part.starts[-1])
    return Sums(
        np.concatenate(starts),
        np.concatenate([part.cells for part in parts]),
        np.concatenate([part.signs for part in parts]),
    )
