"""Other counts that readers must hold possible: the cheapest ones, by linear programming.

Somebody who reads a protected table knows every published count and the sums. Counts that agree
with all of it, and in which a withheld cell is larger or smaller, show that nobody can tell. A
move is such other counts; what it changes must be withheld, and each change has its price
(Fischetti & Salazar 2000, "Models and algorithms for optimizing cell suppression in tabular data
with linear constraints", J. Am. Stat. Assoc. 95). HiGHS solves.
"""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import NDArray

from server.disclosure.cube import Bools, Ints, Sums

Floats = NDArray[np.float64]
_INFINITY = highspy.kHighsInf
_OPTIONS: dict[str, bool | int | str] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "solver": "simplex",
    "presolve": "off",
    # Dual simplex from the basis of no change: only what the move touches is ever worked on.
    "simplex_strategy": 1,
    "simplex_scale_strategy": 0,
}
_FREE = 1e-3
"""Price of a person moved in a withheld cell: among equal moves the shorter one, without ties."""
_ABOVE_ALL = 10
"""Times the price of one person in every cell: no move is too dear."""
_WHOLE = 1e-6
"""Solutions this near to whole numbers are whole."""


class Moves:
    """The moves of one table under one reading.

    base: counts that agree with all that is published (whole numbers). floor: the least value a
    reader gives each cell if it is withheld. open_: cells that may change at all; the others are
    known for good. price: of one person moved in a cell that is still published.
    """

    def __init__(self, base: Ints, sums: Sums, floor: Ints, open_: Bools, price: Floats) -> None:
        self.base = base
        self._open = np.flatnonzero(open_)
        self._column = np.full(len(base), -1, dtype=np.int64)
        self._column[self._open] = np.arange(len(self._open))
        self._room = np.maximum(base - floor, 0)[self._open].astype(float)
        self._most_down = self._room.copy()
        # A little more or less for each cell, so that no two ways cost the same.
        wobble = 1 + ((np.arange(len(base)) * 7919) % 1009) / 10090
        self._price = (price * wobble)[self._open]
        self._free = (_FREE * wobble)[self._open]
        self._cost = self._price.copy()
        self._build(sums)
        self.solved = 0
        self.steps = 0

    def _build(self, sums: Sums) -> None:
        columns = self._column[sums.cells]
        row_of = np.repeat(np.arange(sums.number), np.diff(sums.starts))
        kept = columns >= 0
        columns, row_of, signs = columns[kept], row_of[kept], sums.signs[kept].astype(float)
        _, row_of = np.unique(row_of, return_inverse=True)
        number, rows = len(self._open), int(row_of.max()) + 1 if len(row_of) else 0
        lengths = np.bincount(row_of, minlength=rows)
        # Each cell has two columns, up and down; in every row they stand side by side.
        index = np.empty(2 * len(columns), dtype=np.int32)
        value = np.empty(2 * len(columns))
        index[0::2], index[1::2] = columns, columns + number
        value[0::2], value[1::2] = signs, -signs
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = 2 * number, rows
        lp.col_cost_ = np.concatenate([self._cost, self._cost])
        lp.col_lower_ = np.zeros(2 * number)
        lp.col_upper_ = np.concatenate([np.full(number, _INFINITY), self._room])
        lp.row_lower_ = np.zeros(rows)
        lp.row_upper_ = np.zeros(rows)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(2 * lengths)]).astype(np.int32)
        lp.a_matrix_.index_ = index
        lp.a_matrix_.value_ = value
        self._model = SilentHighs()
        for option, setting in _OPTIONS.items():
            self._model.setOptionValue(option, setting)
        self._model.passModel(lp)
        self._number = number

    def withhold(self, cells: Ints) -> None:
        """From now on changes of these cells cost next to nothing."""
        self._set_cost(cells, self._free[self._column[cells]])

    def publish(self, cells: Ints) -> None:
        """Takes back ``withhold``."""
        self._set_cost(cells, self._price[self._column[cells]])

    def _set_cost(self, cells: Ints, cost: Floats) -> None:
        columns = self._column[cells]
        self._cost[columns] = cost
        self._pass_cost(columns, cost)

    def _pass_cost(self, columns: Ints, cost: Floats) -> None:
        both = np.concatenate([columns, columns + self._number]).astype(np.int32)
        self._model.changeColsCost(len(both), both, np.concatenate([cost, cost]))

    def freeze(self, cells: Ints) -> None:
        """These cells do not change any more."""
        self._bounds(cells, np.zeros(len(cells)), np.zeros(len(cells)))

    def thaw(self, cells: Ints) -> None:
        """Takes back ``freeze``."""
        room = self._room[self._column[cells]]
        self._bounds(cells, np.full(len(cells), _INFINITY), room)

    def _bounds(self, cells: Ints, up: Floats, down: Floats) -> None:
        columns = self._column[cells]
        self._most_down[columns] = down
        both = np.concatenate([columns, columns + self._number]).astype(np.int32)
        self._model.changeColsBounds(
            len(both), both, np.zeros(len(both)), np.concatenate([up, down])
        )

    def rise(self, cell: int, by: float) -> Floats | None:
        """The cheapest counts in which the cell is so many persons larger, if there are any."""
        return self._forced(int(self._column[cell]), by, _INFINITY)

    def fall(self, cell: int, by: float) -> Floats | None:
        """The cheapest counts in which the cell is so many persons smaller; None if none are."""
        column = int(self._column[cell])
        if by > self._room[column]:
            return None
        return self._forced(column + self._number, by, float(self._room[column]))

    def _forced(self, column: int, by: float, upper: float) -> Floats | None:
        opposite = (column + self._number) % (2 * self._number)
        at, size = column % self._number, float(self._room[column % self._number])
        self._model.changeColBounds(column, by, upper)
        self._model.changeColBounds(opposite, 0.0, 0.0)
        found = self._solve()
        self._model.changeColBounds(at, 0.0, _INFINITY)
        self._model.changeColBounds(at + self._number, 0.0, size)
        return found

    def lowest(self, cell: int, *, falls: bool = True) -> Floats:
        """Counts in which the cell is as small as withheld cells alone allow. falls: False as until
        methods.CHOSEN_AGAIN, when it rose by as much as it fell."""
        column = int(self._column[cell])
        down = column + self._number
        self._model.changeColCost(down, -0.5 * float(self._price.min()))
        if falls:
            self._model.changeColBounds(column, 0.0, 0.0)
        found = self._solve()
        if falls:
            self._model.changeColBounds(column, 0.0, _INFINITY)
        self._model.changeColCost(down, float(self._cost[column]))
        assert found is not None
        return found

    def highest(self, cell: int, most: float) -> Floats:
        """Counts in which the cell is as large as any open cells allow, by at most so many."""
        column = int(self._column[cell])
        down = column + self._number
        self._model.changeColBounds(column, 0.0, most)
        self._model.changeColBounds(down, 0.0, 0.0)
        self._model.changeColCost(column, -_ABOVE_ALL * float(self._price.sum()))
        found = self._solve()
        self._model.changeColCost(column, float(self._cost[column]))
        self._model.changeColBounds(column, 0.0, _INFINITY)
        self._model.changeColBounds(down, 0.0, float(self._room[column]))
        assert found is not None
        return found

    def sparser(self, cell: int, by: float, found: Floats) -> Floats | None:
        """``rise`` once more, with cells that moved little priced up: often fewer cells change."""
        moved = np.abs(found - self.base)[self._open]
        columns = np.flatnonzero((moved > _WHOLE) & (self._cost > self._free))
        if not len(columns):
            return None
        self._pass_cost(columns, self._cost[columns] * max(by, 1.0) / moved[columns])
        again = self.rise(cell, by)
        self._pass_cost(columns, self._cost[columns])
        return again

    def varied(self, cell: int, by: float, turn: int) -> Floats | None:
        """``rise`` with other prices in each turn, the same ones each time the turn comes."""
        chance = np.random.default_rng(turn).uniform(0.4, 2.5, self._number)
        columns = np.flatnonzero(self._cost > 2 * self._free)
        self._pass_cost(columns, (self._cost * chance)[columns])
        again = self.rise(cell, by)
        self._pass_cost(columns, self._cost[columns])
        return again

    def doubled(self, cell: int, by: int) -> Floats | None:
        """Twice the cheapest counts in which the cell is half so many larger and nothing falls by
        more than half of what it may: halves of persons become whole ones."""
        down = np.arange(self._number, 2 * self._number, dtype=np.int32)
        nothing = np.zeros(self._number)
        self._model.changeColsBounds(self._number, down, nothing, np.floor(self._most_down / 2))
        found = self.rise(cell, (by + 1) // 2)
        self._model.changeColsBounds(self._number, down, nothing, self._most_down)
        return None if found is None else self.base + 2 * (found - self.base)

    def many(self, rises: Ints, falls: Ints, worth: Floats) -> Floats | None:
        """Twice the counts in which as many cells as can be are half so many larger or smaller, and
        nothing falls by more than half of what it may. rises, falls: of each cell, 0 where it is
        not looked for; worth: of one person of each. None of the cells may be frozen."""
        up, down = rises[self._open], np.minimum(falls[self._open], self._room)
        wanted = np.concatenate([up, down]) > 0
        most = np.concatenate([np.full(self._number, _INFINITY), self._room // 2])
        half = np.concatenate([(up + 1) // 2, (down + 1) // 2])
        cost = np.where(wanted, -np.tile(worth[self._open], 2), np.tile(self._cost, 2))
        self._pass_all(np.where(wanted, np.minimum(half, most), most), cost)
        found = self._solve()
        most[self._number :] = self._room
        self._pass_all(most, np.tile(self._cost, 2))
        return None if found is None else self.base + 2 * (found - self.base)

    def _pass_all(self, most: Floats, cost: Floats) -> None:
        columns = np.arange(2 * self._number, dtype=np.int32)
        self._model.changeColsBounds(len(columns), columns, np.zeros(len(columns)), most)
        self._model.changeColsCost(len(columns), columns, cost)

    def _solve(self) -> Floats | None:
        self._model.clearSolver()
        self._model.run()
        self.solved += 1
        self.steps += self._model.getInfo().simplex_iteration_count
        status = self._model.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"The solver stopped: {status}.")
        solution = np.array(self._model.getSolution().col_value)
        counts = self.base.astype(float)
        counts[self._open] += solution[: self._number] - solution[self._number :]
        return counts


class SilentHighs(highspy.Highs):
    """The solver without the lines it writes to the standard output when it is made."""

    def __init__(self) -> None:
        # Past highspy's own, which registers callbacks and thereby prints.
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)


def is_whole(counts: Floats) -> bool:
    """Whether all are whole numbers, as counts of persons are."""
    return bool(np.all(np.abs(counts - np.round(counts)) < _WHOLE))
