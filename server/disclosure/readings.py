"""What readers take for granted about a table, and what they may believe of its cells. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from server.disclosure.cube import Bools, Ints, Sums
from server.disclosure.moves import Floats
from server.disclosure.whole import nearest_whole


@dataclass(frozen=True)
class TableReading:
    """What one kind of reader takes for granted, and what must stay open to them.

    floor: the least value they give each cell once it is withheld. known: withheld cells they
    know all the same. width: persons between the least and the greatest value that must remain
    possible for each cell once it is withheld; 1 where it just must not be known.
    """

    name: str
    floor: Ints
    known: Bools
    width: Ints

    def beside(self, name: str, known: Bools, values: Ints) -> TableReading:
        """A reader who knows more. Hidden zeros may be plain to them, and then are: what else they
        know leaves no other class (values: the true counts)."""
        none = values == 0
        floor, width = np.where(none, 0, self.floor), np.where(none, 0, self.width)
        return TableReading(name, floor, self.known | known, width)


@dataclass(frozen=True)
class Problem:
    """Cells to protect. values: the true counts. withheld: what must be withheld in any case.

    price: of withholding each cell. above: a finest cell of a cell and everything it is part of;
    nothing when the cell is not this table's. number: of cells that are.
    """

    values: Ints
    sums: Sums
    withheld: Bools
    price: Floats
    above: Callable[[int], Ints]
    number: int


def is_possible(problem: Problem, reading: TableReading) -> bool:
    """Whether the published counts do not contradict this reader from the beginning."""
    try:
        believed(problem, reading, problem.withheld)
    except ArithmeticError:
        return False
    return True


def believed(problem: Problem, reading: TableReading, held: Bools) -> Ints:
    """Counts this reader may believe, nearest to the true ones."""
    open_ = ((problem.values > 0) | held) & ~reading.known
    if not (held & open_ & (problem.values < reading.floor)).any():
        return problem.values
    price = np.where(held, 1e-3, problem.price)
    return nearest_whole(problem.values, problem.sums, reading.floor, open_, price)


@dataclass(frozen=True)
class ReaderBeside:
    """A reader who knows of more than a problem's cells: these come first, behind them the reader's
    own unknowns (counts of other editions, groups that stand in no table), never published now.

    values: counts that the reader may believe, near the true ones; sums: all that ties them.
    """

    values: Ints
    sums: Sums
    reading: TableReading

    def moved(self, problem: Problem) -> Bools:
        """The problem's cells that are not what they are in what this reader may believe."""
        found: Bools = self.values[: problem.number] != problem.values[: problem.number]
        return found
