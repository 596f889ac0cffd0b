"""One reading's proofs: other counts that a reader must hold possible, found one after another.

By the cheapest move (Fischetti & Salazar 2000), as small as suffices ("sliding protection": what
can fall need not rise as far); halves of persons are made whole by small integer programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from server.disclosure.cube import Bools, Ints
from server.disclosure.moves import Floats, Moves, is_whole
from server.disclosure.moves_within import MovesWithin
from server.disclosure.readings import Problem, TableReading
from server.disclosure.whole import apart, rise_whole

_MOVED = 1e-6
_TURNS = 3
"""Other prices to try before an integer program, where a move has halves of persons in it."""
_MOST_CHANGE = 2**31 - 1
_MOST_TURNS, _FEW = 60, 6
"""Turns in which many are proved at once, and how many more make another worth while."""
_SPARSER = 1
"""How often a move is tried again with prices that favour few cells."""
_ANEW = 25
"""Cells that needed others withheld after which the model of what is withheld is made anew; and so
many must lack a proof for it to be made at all."""


class Proofs:
    """The proofs of one reading. base: counts that its reader may believe; held: cells that are
    withheld in any case. low, high: of each cell, as far as is proved. falls: as Moves.lowest
    takes it. is_large: whether what is withheld already is asked by itself first."""

    def __init__(
        self,
        problem: Problem,
        reading: TableReading,
        base: Ints,
        held: Bools,
        go_on: Callable[[], None],
        *,
        falls: bool = True,
        is_large: bool = False,
    ) -> None:
        self._falls, self._is_large, self._steps_within = falls, is_large, 0
        self.problem, self.reading, self.base, self.go_on = problem, reading, base, go_on
        self.open = ((problem.values > 0) | held) & ~reading.known
        self.moves = Moves(base, problem.sums, reading.floor, self.open, problem.price)
        self._told = np.zeros(len(base), dtype=bool)
        # Cells of earlier editions that no pattern of this table makes wider.
        self.hopeless = np.zeros(len(base), dtype=bool)
        self._held = held
        # Proofs as what they change: small numbers, however large the counts.
        self._rows = np.zeros((64, len(base)), dtype=np.int32)
        self._used = 1
        self.alive = np.array([0])
        self.low, self.high = base.copy(), base.copy()

    def prove(self, pattern: Bools, also: Bools | None = None, most: float = float("inf")) -> bool:
        """Finds a proof for each cell that lacks one; what they change joins the pattern.

        For the cells withheld in any case, or for ``also``. False when that would make the
        pattern dearer than ``most``, or takes an integer program: then not all have one.
        """
        wanted = self._held if also is None else also
        self._tell(pattern)
        lacking = self._lacking(wanted)
        if not self._is_large or len(lacking) < _ANEW:
            return self._prove_each(lacking, pattern, most)
        rest: list[int] = []
        for cell in self._lacking_within(lacking, pattern):
            rest.append(cell)
            if len(rest) == _ANEW:
                if not self._prove_each(rest, pattern, most):
                    return False
                rest = []
        return self._prove_each(rest, pattern, most)

    def _prove_each(self, cells: Iterable[int], pattern: Bools, most: float) -> bool:
        for cell in cells:
            if not self._is_proved(cell):
                self.go_on()
                if not self._prove(cell, pattern, by_all_means=most == float("inf")):
                    return False
                if float(self.problem.price[pattern].sum()) > most:
                    return False
        return True

    def _lacking_within(self, lacking: Iterable[int], pattern: Bools) -> Iterator[int]:
        """The cells that what is withheld leaves without a proof; it grows while they are told."""
        self._prove_many(wanted := [*lacking], pattern)
        within, known = None, 0
        for cell in wanted:
            if self._is_proved(cell):
                continue
            self.go_on()
            if within is None or int(pattern.sum()) > known:
                within, known = self._within(pattern), int(pattern.sum())
            before = within.steps
            found = within.risen(cell, self._short_of(cell))
            self._steps_within += within.steps - before
            if found is None:
                yield cell
            else:
                self._note(found)

    def _prove_many(self, lacking: Sequence[int], pattern: Bools) -> None:
        """As many at once as what is withheld allows, until a turn proves few."""
        within, width, cells = self._within(pattern), self.reading.width, np.array(lacking)
        room = np.maximum(self.base - self.reading.floor, 0)
        for turn in range(_MOST_TURNS):
            self.go_on()
            number = len(cells)
            rises, falls = np.zeros_like(self.base), np.zeros_like(self.base)
            rises[cells] = (self.low + width - self.base)[cells]
            falls[cells] = np.minimum(self.base + width - self.high, room)[cells]
            found = within.many(rises, falls, turn)
            if found is None:
                continue
            self._note(found)
            cells = cells[(self.high - self.low < width)[cells]]
            if number - len(cells) < _FEW:
                break
        self._steps_within += within.steps

    def _within(self, pattern: Bools) -> MovesWithin:
        open_, problem = self.open & pattern, self.problem
        return MovesWithin(self.base, problem.sums, self.reading.floor, open_, problem.price)

    def _short_of(self, cell: int) -> int:
        """By how many the cell has to rise, with what it is proved to fall."""
        return int(self.low[cell]) + int(self.reading.width[cell]) - int(self.base[cell])

    @property
    def steps(self) -> int:
        """Of the solver, until now."""
        return self.moves.steps + self._steps_within

    @property
    def lost(self) -> int:
        """Cells of the table that nothing makes wide enough."""
        return int(self.hopeless[: self.problem.number].sum())

    def changed(self) -> Bools:
        """The cells that the proofs change."""
        found: Bools = (self._rows[self.alive] != 0).any(axis=0)
        return found

    def movers(self) -> Ints:
        """By how many proofs each cell is changed."""
        found: Ints = (self._rows[self.alive] != 0).sum(axis=0)
        return found

    def snapshot(self) -> Ints:
        """What ``restore`` takes."""
        return self.alive

    def restore(self, alive: Ints) -> None:
        """Goes on with these proofs."""
        self.alive = alive
        rows = self._rows[alive]
        self.low, self.high = self.base + rows.min(axis=0), self.base + rows.max(axis=0)

    def drop_those_that_move(self, cell: int) -> None:
        """Forgets the proofs that would need this cell withheld."""
        self.restore(self.alive[self._rows[self.alive, cell] == 0])

    def drop_needless(self) -> None:
        """Forgets proofs that no cell needs, those first that alone keep dear cells withheld."""
        cells = np.flatnonzero(self._held & self.open & ~self.hopeless)
        width = self.reading.width[cells]
        rows = self._rows[self.alive]
        moved = rows != 0
        alone = moved & (moved.sum(axis=0) == 1) & ~self._held
        order = np.lexsort((self.alive, -(alone @ self.problem.price)))
        values = rows[:, cells].astype(np.int64)
        top, bottom = values.max(axis=0), values.min(axis=0)
        stays = np.ones(len(rows), dtype=bool)
        for at in order:
            row = values[at]
            if at == 0:
                continue  # the true counts, or what stands for them
            ends = np.flatnonzero((row != 0) & ((row == top) | (row == bottom)))
            stays[at] = False
            others = values[stays][:, ends]
            high, low = others.max(axis=0), others.min(axis=0)
            had = top[ends] - bottom[ends] >= width[ends]
            if (had & (high - low < width[ends])).any():
                stays[at] = True
            else:
                top[ends], bottom[ends] = high, low
        self.restore(self.alive[stays])

    def forbid(self, cell: int) -> None:
        """No new proof may change this cell."""
        if self.open[cell]:
            self.moves.freeze(np.array([cell]))

    def allow(self, cell: int) -> None:
        """Takes back ``forbid``."""
        if self.open[cell]:
            self.moves.thaw(np.array([cell]))

    def _tell(self, pattern: Bools) -> None:
        news = np.flatnonzero(pattern & ~self._told & self.open)
        gone = np.flatnonzero(~pattern & self._told & self.open)
        if len(news):
            self.moves.withhold(news)
        if len(gone):
            self.moves.publish(gone)
        self._told = pattern.copy()

    def _lacking(self, wanted: Bools) -> list[int]:
        """Cells without a proof: dear sums before their parts, larger before smaller."""
        cells = np.flatnonzero(wanted & self.open & (self.high - self.low < self.reading.width))
        cells = cells[~self.hopeless[cells]]
        order = np.lexsort((cells, -self.base[cells], -self.problem.price[cells]))
        return [int(cell) for cell in cells[order]]

    def _is_proved(self, cell: int) -> bool:
        return bool(self.high[cell] - self.low[cell] >= self.reading.width[cell])

    def _prove(self, cell: int, pattern: Bools, *, by_all_means: bool) -> bool:
        width = int(self.reading.width[cell])
        if width > 1 and self.low[cell] > self.reading.floor[cell]:
            self._note_if_whole(self.moves.lowest(cell, falls=self._falls))
            if self._is_proved(cell):
                return True
        by = self._short_of(cell)
        found = self._cheapest(cell, by)
        if found is not None:
            if self._note_if_whole(found):
                self._withhold(found, pattern)
                return True
            twice = self.moves.doubled(cell, by) if self._is_large else None
            if twice is not None and self._note_if_whole(twice):
                self._withhold(twice, pattern)
                return True
            near = np.abs(found - self.base) > _MOVED
            for turn in range(_TURNS):
                again = self.moves.varied(cell, by, turn)
                if again is None:
                    break
                if self._note_if_whole(again):
                    self._withhold(again, pattern)
                    return True
                near |= np.abs(again - self.base) > _MOVED
                whole = rise_whole(
                    self.moves, self.problem.sums, self.reading.floor, near, cell, by
                )
                if whole is not None:
                    self._withhold(whole, pattern)
                    self._note(whole)
                    return True
        if not by_all_means:
            return False
        if found is not None:
            self._withhold(found, pattern)
        whole = rise_whole(
            self.moves, self.problem.sums, self.reading.floor, self.open & pattern, cell, by
        )
        if whole is None:
            whole = self._last_resort(cell, by)
            if whole is None:
                self.hopeless[cell] = not self._slide(cell, pattern)
                return True
            self._withhold(whole, pattern)
        self._note(whole)
        assert self._is_proved(cell)
        return True

    def _slide(self, cell: int, pattern: Bools) -> bool:
        """Where a cell of this table cannot rise so far: as far as it can, then it falls."""
        if cell >= self.problem.number:
            return False
        sums, width = self.problem.sums, int(self.reading.width[cell])
        ends = apart(self.moves, sums, self.reading.floor, self.open, cell, width)
        for witness in ends:
            self._withhold(witness, pattern)
            self._note(witness)
        return len(ends) > 0

    def _cheapest(self, cell: int, by: float) -> Floats | None:
        best = again = self.moves.rise(cell, by)
        if best is None:
            return None
        cost = self._cost(best)
        for _ in range(_SPARSER):
            if cost == 0 or again is None:
                break
            again = self.moves.sparser(cell, by, again)
            if again is not None and self._cost(again) < cost:
                best, cost = again, self._cost(again)
        return best

    def _cost(self, found: Floats) -> float:
        news = (np.abs(found - self.base) > _MOVED) & ~self._told
        return float(self.problem.price[news].sum())

    def _withhold(self, found: Floats | Ints, pattern: Bools) -> None:
        pattern |= (np.abs(found - self.base) > _MOVED) & self.open
        self._tell(pattern)

    def _last_resort(self, cell: int, by: int) -> Ints | None:
        """With everything above it withheld, a cell may grow by itself."""
        above = self.problem.above(cell)
        if not len(above) or not self.open[above].all():
            return None
        raised = self.base.copy()
        raised[above] += by
        return raised

    def _note_if_whole(self, found: Floats) -> bool:
        if not is_whole(found):
            return False
        self._note(np.round(found).astype(np.int64))
        return True

    def _note(self, witness: Ints) -> None:
        if self._used == len(self._rows):
            self._rows = np.vstack([self._rows, np.empty_like(self._rows)])
        change = witness - self.base
        if np.abs(change).max(initial=0) > _MOST_CHANGE:
            raise ArithmeticError("Only by moving more persons than there are.")
        self._rows[self._used] = change
        self.alive = np.append(self.alive, self._used)
        self._used += 1
        self.low = np.minimum(self.low, witness)
        self.high = np.maximum(self.high, witness)
