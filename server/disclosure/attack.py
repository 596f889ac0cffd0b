"""What the published counts leave possible for each withheld one: least and greatest value. Pure.

Bounds and rows in withheld counts go to HiGHS; every solution in whole persons that comes back
shows that what stands in it is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

Cell = tuple[int, tuple[str, ...]]
"""A withheld count: number of its file, and its codes."""
_NEAR = 1e-6
_ROUNDS = 12
"""Rounds that look for many cells at once."""
_NODES = 5_000
"""Of branch and bound for one question; what is not settled then counts as found out."""
_FAR = 1e6
"""Persons above its least value at which a count is as good as unbounded."""


class Constraint(NamedTuple):
    """A sum of signed withheld counts lies between two numbers."""

    terms: tuple[tuple[Cell, int], ...]
    low: float
    high: float


class Attack:
    """One attacker. rows: what ties withheld counts; floor: the least value of each; fixed: those
    they know."""

    def __init__(
        self,
        rows: Sequence[Constraint],
        floor: Mapping[Cell, int],
        fixed: Mapping[Cell, int],
        go_on: Callable[[], None],
    ) -> None:
        self.rows, self.floor, self.fixed = [row for row in rows if row.terms], floor, fixed
        self._go_on = go_on
        self._at = {cell: at for at, cell in enumerate(floor)}
        self._floor = np.array(list(floor.values()), dtype=float)
        self._limit = np.full(len(self._floor), highspy.kHighsInf)
        for cell, count in fixed.items():
            self._floor[self._at[cell]] = self._limit[self._at[cell]] = count
        self._least = np.full(len(self._floor), np.inf)
        self._most = np.full(len(self._floor), -np.inf)
        self.is_possible = True
        if self._at:
            self._model = self._new(whole=False)
            self._model.run()
            self.is_possible = self._is_solved()
            if self.is_possible:
                self._inside = self._solution(self._model)
                self._note(self._inside)

    def _new(self, *, whole: bool) -> highspy.Highs:
        number = len(self._floor)
        index = [self._at[cell] for row in self.rows for cell, _ in row.terms]
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = number, len(self.rows)
        lp.col_cost_ = np.zeros(number)
        lp.col_lower_, lp.col_upper_ = self._floor, self._limit
        lp.row_lower_ = np.array([row.low for row in self.rows])
        lp.row_upper_ = np.array([row.high for row in self.rows])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lengths = [len(row.terms) for row in self.rows]
        lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        lp.a_matrix_.index_ = np.array(index, dtype=np.int32)
        lp.a_matrix_.value_ = np.array([float(sign) for row in self.rows for _, sign in row.terms])
        model = _Quiet()
        model.setOptionValue("threads", 1)
        model.setOptionValue("random_seed", 0)
        if whole:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * number
            model.setOptionValue("mip_max_nodes", _NODES)
        else:
            # Primal simplex: from one question to the next only the objective changes.
            model.setOptionValue("solver", "simplex")
            model.setOptionValue("simplex_strategy", 4)
        model.passModel(lp)
        return model

    def _is_solved(self) -> bool:
        return bool(self._model.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    @staticmethod
    def _solution(model: highspy.Highs) -> NDArray[np.float64]:
        return np.array(model.getSolution().col_value)

    def _note(self, found: NDArray[np.float64]) -> None:
        """Keeps a solution in whole numbers: what it shows to be possible is possible."""
        whole = np.round(found)
        if np.abs(found - whole).max() < _NEAR:
            self._least = np.minimum(self._least, whole)
            self._most = np.maximum(self._most, whole)

    def has(self, cell: Cell) -> bool:
        """Whether this is one of its unknowns."""
        return cell in self._at

    def seen(self, cell: Cell) -> int:
        """Persons between the least and the greatest value of a cell that are proved possible."""
        width = self._most[self._at[cell]] - self._least[self._at[cell]]
        return int(width) if width >= 0 else 0

    def may_hold_more_than(self, number: int, cell: Cell) -> bool:
        """Whether a solution has more persons than so many in this cell."""
        return bool(self._most[self._at[cell]] > number)

    def narrower(self, needs: Mapping[Cell, int]) -> dict[Cell, float]:
        """The cells that are open for fewer persons than needed, with how many."""
        if not self._at:
            return {}
        self._look_for_many(needs)
        found: dict[Cell, float] = {}
        for cell, need in needs.items():
            if self.seen(cell) < need:
                self._go_on()
                width = self._width(self._at[cell], need)
                if width < need:
                    found[cell] = width
        return found

    def _look_for_many(self, needs: Mapping[Cell, int]) -> None:
        chance = np.random.default_rng(87)
        everything = np.arange(len(self._floor), dtype=np.int32)
        need_of = np.array([needs.get(cell, 0) for cell in self._at])
        reach = np.maximum(self._floor, self._solution(self._model)) + 2 * need_of.max(initial=1)
        limit = np.minimum(self._limit, reach)
        self._model.changeColsBounds(len(everything), everything, self._floor, limit)
        for _ in range(_ROUNDS):
            waiting = self._most - self._least < need_of
            if not waiting.any():
                break
            self._go_on()
            cost = np.where(waiting, chance.uniform(-1.0, 0.5, len(waiting)), 0.0)
            self._model.changeColsCost(len(everything), everything, cost)
            self._model.run()
            if self._is_solved():
                self._note(self._solution(self._model))
        self._model.changeColsCost(len(everything), everything, np.zeros(len(everything)))
        self._model.changeColsBounds(len(everything), everything, self._floor, self._limit)

    def _width(self, at: int, need: int) -> float:
        """How far the ends of a cell's interval lie apart, in whole numbers; enough is enough."""
        most = self._end(at, -1.0)
        if self._most[at] - self._least[at] >= need:
            return float(need)
        least = self._end(at, 1.0)
        if self._most[at] - self._least[at] >= need:
            return float(need)
        if most - least < need - _NEAR:
            return most - least
        return self._whole_width(at, float(np.ceil(least - _NEAR)), need)

    def _end(self, at: int, direction: float) -> float:
        far = min(max(self._floor[at], self._inside[at]) + _FAR, self._limit[at])
        self._model.changeColBounds(at, self._floor[at], far)
        self._model.changeColCost(at, direction)
        self._model.run()
        solved, found = self._is_solved(), self._solution(self._model)
        self._model.changeColCost(at, 0.0)
        self._model.changeColBounds(at, self._floor[at], self._limit[at])
        if not solved:
            raise ArithmeticError("The solver stopped before the audit was done.")
        self._note(found)
        return float(found[at])

    def _whole_width(self, at: int, least: float, need: int) -> float:
        """Where linear programs gave fractions: by integer programs."""
        model = self._new(whole=True)
        lowest = float(self._least[at])
        if lowest > least:
            model.changeColCost(at, 1.0)
            model.run()
            lowest = self._taken(model, at, lowest)
            model.changeColCost(at, 0.0)
        if np.isfinite(lowest):
            model.changeColBounds(at, lowest + need, self._limit[at])
            model.run()
            self._taken(model, at, lowest)
        width = float(self._most[at] - self._least[at])
        return width if width >= 0 else 0.0

    def _taken(self, model: highspy.Highs, at: int, otherwise: float) -> float:
        if model.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
            return otherwise
        found = np.round(self._solution(model))
        self._note(found)
        return float(found[at])


class _Quiet(highspy.Highs):
    """The solver without the lines that highspy writes when it is made."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)
