"""What somebody can work out from the shown cells of a table, by linear programming.

Unknown are the inner cells, known is that none is negative, what every shown cell sums to, and
that every left-out cell holds somebody, because zeros are shown. The least and the greatest value
of a left-out cell under that are what an attacker can know of it.
HiGHS solves; each problem starts from the last one's solution.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import highspy
import numpy as np

Key = tuple[str, ...]
_INFINITY = highspy.kHighsInf
_OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    # Primal simplex: from one problem to the next only prices change, so the last solution is
    # still possible; ten times as fast as the default here.
    "simplex_strategy": 4,
}
_IDLE_ROUNDS = 4
"""Rounds that show next to nothing before looking for many at once is given up."""
_MOVED = 1e-7
"""A cell that a solution changes by less is unchanged."""


class Interval(NamedTuple):
    """Least and greatest possible value of a cell; high may be infinite."""

    low: float
    high: float


class Attacker:
    """One table under attack; cells can be hidden one after another, never shown again.

    values: true inner cells. parts: for every published cell the inner cells it sums.
    counts: its true count, at least 1: cells of nobody are shown and belong into what is known.
    """

    def __init__(
        self,
        values: Sequence[int],
        parts: Mapping[Key, Sequence[int]],
        counts: Mapping[Key, int],
    ) -> None:
        self._keys = sorted(parts)
        self._place = {key: place for place, key in enumerate(self._keys)}
        self._counts = np.array([counts[key] for key in self._keys], dtype=float)
        self._inner = len(values)
        self._low, self._high = self._counts.copy(), self._counts.copy()
        self.hidden: set[Key] = set()
        self._model = self._build([parts[key] for key in self._keys])
        self._moves = self._build([parts[key] for key in self._keys])
        self._free_moves()
        self._priced = False

    def hide(self, keys: Iterable[Key]) -> None:
        """Takes cells out of what the attacker sees."""
        for key in sorted(set(keys) - self.hidden):
            self.hidden.add(key)
            up, down = self._columns(self._place[key])
            self._model.changeColBounds(up, 0.0, _INFINITY)
            self._model.changeColBounds(down, 0.0, self._most_down(self._place[key]))
            self._moves.changeColCost(up, 0.0)
            self._moves.changeColCost(down, 0.0)

    def interval_seen(self, key: Key) -> Interval:
        """What solutions so far show to be possible; at most as wide as ``interval``."""
        place = self._place[key]
        return Interval(float(self._low[place]), float(self._high[place]))

    def interval(self, key: Key) -> Interval:
        """Exactly what the attacker can know of a hidden cell."""
        return Interval(self._end(self._place[key], 1.0), self.greatest(key))

    def greatest(self, key: Key) -> float:
        """Exactly the greatest value the attacker must reckon with; may be infinite."""
        return self._end(self._place[key], -1.0)

    def explore(
        self, keys: Iterable[Key], is_safe: Callable[[Key, Interval], bool], reach: float
    ) -> None:
        """Looks for solutions that move many of these cells at once, each at most by ``reach``.

        A few such solutions show for most cells that they are safe, which saves a problem a cell.
        What they do not show is not yet known; nothing is assumed.
        """
        hidden = [self._place[key] for key in sorted(self.hidden)]
        for place in hidden:
            self._model.changeColBounds(self._columns(place)[0], 0.0, reach)
        waiting, idle, turn = sorted(keys), 0, 0
        while waiting and idle < _IDLE_ROUNDS:
            priced = [self._place[key] for key in waiting]
            for place in priced:
                # Other weights in every round, so that other cells win; most of them upwards.
                chance = zlib.crc32(f"{turn} {place}".encode()) / 2**32
                self._price(place, 0.25 - chance)
            self._run(self._model)
            self._note(self._changes(self._model))
            for place in priced:
                self._price(place, 0.0)
            left = [key for key in waiting if not is_safe(key, self.interval_seen(key))]
            idle = idle + 1 if len(waiting) - len(left) <= len(waiting) // 50 else 0
            waiting, turn = left, turn + 1
        for place in hidden:
            self._model.changeColBounds(self._columns(place)[0], 0.0, _INFINITY)

    def cheapest_move(self, key: Key, by: int, price: Callable[[Key, int], float]) -> set[Key]:
        """The cells that change when this one grows by so much at the least total price.

        Hiding them makes that growth possible in the attacker's eyes. There always is a way: with
        everything above it hidden, an inner cell may grow freely.
        """
        if not self._priced:
            for place in range(len(self._keys)):
                if self._keys[place] not in self.hidden:
                    cost = price(self._keys[place], int(self._counts[place]))
                    for column in self._columns(place):
                        self._moves.changeColCost(column, cost)
            self._priced = True
        place = self._place[key]
        up, down = self._columns(place)
        self._moves.changeColBounds(up, float(by), _INFINITY)
        self._moves.changeColBounds(down, 0.0, 0.0)
        self._run(self._moves)
        changes = self._changes(self._moves)
        self._moves.changeColBounds(up, 0.0, _INFINITY)
        self._moves.changeColBounds(down, 0.0, self._most_down(place))
        self._note(changes)
        return {self._keys[at] for at in np.flatnonzero(np.abs(changes) > _MOVED)}

    # Columns: the inner cells, then for each published cell how far it lies above its true
    # count, then how far below. Rows: inner cells of a published cell - above + below = count.

    def _columns(self, place: int) -> tuple[int, int]:
        return self._inner + place, self._inner + len(self._keys) + place

    def _build(self, parts: Sequence[Sequence[int]]) -> highspy.Highs:
        published = len(self._keys)
        lp = highspy.HighsLp()
        lp.num_col_ = self._inner + 2 * published
        lp.num_row_ = published
        lp.col_cost_ = np.zeros(lp.num_col_)
        lp.col_lower_ = np.zeros(lp.num_col_)
        upper = np.zeros(lp.num_col_)
        upper[: self._inner] = _INFINITY
        lp.col_upper_ = upper
        lp.row_lower_ = self._counts
        lp.row_upper_ = self._counts
        starts, columns, numbers = [0], [], []
        for place, inner in enumerate(parts):
            up, down = self._columns(place)
            columns += [*inner, up, down]
            numbers += [1.0] * len(inner) + [-1.0, 1.0]
            starts.append(len(columns))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(starts, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(columns, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(numbers)
        model = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in _OPTIONS.items():
            model.setOptionValue(option, value)
        model.passModel(lp)
        return model

    def _free_moves(self) -> None:
        for place in range(len(self._keys)):
            up, down = self._columns(place)
            self._moves.changeColBounds(up, 0.0, _INFINITY)
            self._moves.changeColBounds(down, 0.0, self._most_down(place))

    def _most_down(self, place: int) -> float:
        """How far below its true count a left-out cell may lie in anybody's eyes: down to 1."""
        return float(self._counts[place]) - 1.0

    def _price(self, place: int, direction: float) -> None:
        up, down = self._columns(place)
        self._model.changeColCost(up, direction)
        self._model.changeColCost(down, -direction)

    def _end(self, place: int, direction: float) -> float:
        self._price(place, direction)
        try:
            return self._solve_end(place)
        finally:
            self._price(place, 0.0)

    def _solve_end(self, place: int) -> float:
        self._model.run()
        status = self._model.getModelStatus()
        if status in (
            highspy.HighsModelStatus.kUnbounded,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        ):
            self._high[place] = np.inf
            return np.inf
        self._must_be_optimal(status)
        changes = self._changes(self._model)
        self._note(changes)
        return float(self._counts[place] + changes[place])

    def _run(self, model: highspy.Highs) -> None:
        model.run()
        self._must_be_optimal(model.getModelStatus())

    @staticmethod
    def _must_be_optimal(status: highspy.HighsModelStatus) -> None:
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"The solver stopped: {status}.")

    def _changes(self, model: highspy.Highs) -> np.ndarray:
        solution = np.array(model.getSolution().col_value)
        published = len(self._keys)
        changes: np.ndarray = solution[self._inner : self._inner + published]
        changes = changes - solution[self._inner + published :]
        return changes

    def _note(self, changes: np.ndarray) -> None:
        self._low = np.minimum(self._low, self._counts + changes)
        self._high = np.maximum(self._high, self._counts + changes)
