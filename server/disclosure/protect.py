"""A table of persons in, which of its cells to withhold out. Pure.

The policy (threshold on persons; Hundepool et al. 2012, Statistical Disclosure Control, ch. 5):
a cell of 1 to threshold-1 persons is withheld, and so are further cells until nobody can place
one of them within fewer than threshold-1 persons, or know any withheld cell at all. Assumed are
readers who know every published count and that a withheld one is at least 1; organisations that
subtract their own records; readers of earlier editions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from server.disclosure.cube import Bools, Cube, Ints, sums_over
from server.disclosure.earlier import EarlierEdition, joined, kept_withheld
from server.disclosure.groups import hidden_zeros
from server.disclosure.moves import Floats
from server.disclosure.readings import Problem, TableReading
from server.disclosure.suppress import suppressed


@dataclass(frozen=True)
class Policy:
    """What counts as small, and how uncertain it must stay.

    threshold: persons below which a cell is withheld, at least 2. width: persons between the least
    and the greatest value that must remain possible, threshold - 1 when left out.
    """

    threshold: int = 10
    width: int = 0

    @property
    def interval(self) -> int:
        """Persons that must lie between the ends of a small cell's interval."""
        return self.width or self.threshold - 1


@dataclass(frozen=True)
class Pattern:
    """Masks in the shape of the table. small: withheld for their own sake; withheld: all."""

    small: Bools
    withheld: Bools


@dataclass(frozen=True)
class Knowledge:
    """What some readers know beside the table.

    own: counts of an organisation that subtracts its own records, in the shape of the table.
    earlier: editions published before this one.
    """

    own: Ints | None = None
    earlier: Sequence[EarlierEdition] = field(default=())


def protect(
    cube: Cube,
    policy: Policy,
    knowledge: Knowledge | None = None,
    *,
    steps: int,
    go_on: Callable[[], None] = lambda: None,
) -> Pattern:
    """The cells to withhold; the same input gives the same result.

    steps: of the solver to be spent on withholding less. go_on: called often; may raise to end it.
    """
    knowledge = knowledge or Knowledge()
    own = np.zeros_like(cube.counts) if knowledge.own is None else knowledge.own
    small = small_cells(cube, policy, own)
    price = prices(cube)
    held = small | classes_withheld(cube, own, price) | kept_withheld(cube, knowledge.earlier)
    width = np.where(small, policy.interval, 1)
    values, flat_own = cube.counts.ravel(), own.ravel()
    floor = np.maximum(flat_own, 1)
    above = _above(cube, (cube.counts > 0) | held)
    problem = Problem(
        values, sums_over(cube.dimensions), held.ravel(), price.ravel(), above, values.size
    )
    readings = [TableReading("anybody", floor, np.zeros(values.size, dtype=bool), width.ravel())]
    sole = (flat_own == values) & (values > 0)
    if sole.any():
        readings.append(readings[0].beside("a single contributor", sole, values))
    problem, readings = joined(cube, problem, readings, knowledge.earlier, policy.interval)
    # A single table comes out as soon without, and shows a little more.
    pattern = suppressed(problem, readings, steps=steps, go_on=go_on, within_first=False)
    return Pattern(small, pattern[: values.size].reshape(cube.shape))


def small_cells(cube: Cube, policy: Policy, own: Ints) -> Bools:
    """Cells withheld for their own sake: few persons, or few beside an organisation's own."""
    rest = cube.counts - own
    few = (cube.counts > 0) & (cube.counts < policy.threshold)
    few_others: Bools = (own > 0) & (rest > 0) & (rest < policy.threshold)
    return few | few_others


def classes_withheld(cube: Cube, own: Ints, price: Floats) -> Bools:
    """Cells withheld so that nobody learns a class: neither of a group whose persons all have one,
    nor an organisation of all the others of a group beside its own."""
    found: Bools = np.zeros(cube.shape, dtype=bool)
    for known in (np.zeros_like(own), own) if own.any() else (own,):
        others = Cube(cube.dimensions, cube.counts - known, cube.sensitive)
        zeros = hidden_zeros(others, price)
        found = found | zeros.zeros | zeros.whole
    return found


def prices(cube: Cube) -> Floats:
    """What withholding a cell costs: nearly one each; sums are looked for first and cost more."""
    price = 1 + 0.02 * np.log1p(cube.counts)
    for axis, dimension in enumerate(cube.dimensions):
        by_code = np.moveaxis(price, axis, 0)
        for place, parts in enumerate(dimension.children):
            if parts:
                by_code[place] *= _SUM_COSTS
    return price


_SUM_COSTS = 1.15


def _above(cube: Cube, may: Bools) -> Callable[[int], Ints]:
    def above(cell: int) -> Ints:
        finest: list[list[int]] = []
        for dimension, place in zip(
            cube.dimensions, np.unravel_index(cell, cube.shape), strict=True
        ):
            code = int(place)
            finest.append([leaf for leaf in dimension.leaves if code in dimension.above[leaf]])
        for leaves in product(*finest):
            if may[leaves]:
                above = [d.above[leaf] for d, leaf in zip(cube.dimensions, leaves, strict=True)]
                return np.array([np.ravel_multi_index(at, cube.shape) for at in product(*above)])
        raise ValueError("Nobody can be in this cell.")

    return above
