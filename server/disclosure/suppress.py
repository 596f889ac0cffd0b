"""Cell suppression: which further cells to withhold so that no reader can work a small one out.

Every withheld small cell gets its proof: counts in whole persons that agree with all that is
published, and in which it is larger or smaller, as far apart as the policy asks. A reader cannot
rule such counts out, neither by linear nor by integer programming. What the proofs change is what
is withheld: choosing the cells is choosing proofs that change few.

Proofs are found one after another by the cheapest move (Fischetti & Salazar 2000), as small as
suffices ("sliding protection": what can fall need not rise as far), then improved: a cell is
published on trial, the proofs that moved it are replaced, and what comes out cheaper stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from server.disclosure.cube import Bools, Ints
from server.disclosure.moves import Floats, Moves, is_whole
from server.disclosure.readings import Problem, TableReading, believed
from server.disclosure.whole import apart, rise_whole
from shared.errors import TallyError

_MOVED = 1e-6
_TURNS = 3
"""Other prices to try before an integer program, where a move has halves of persons in it."""
_MOST_CHANGE = 2**31 - 1
_SPARSER = 1
"""How often a move is tried again with prices that favour few cells."""


class Unprotectable(TallyError):
    """What earlier editions published leaves too little open, whatever is withheld now."""


def suppressed(
    problem: Problem, readings: Sequence[TableReading], *, steps: int, go_on: Callable[[], None]
) -> Bools:
    """Which cells to withhold: the problem's and what protects them under every reading.

    steps: of the solver, to be spent on finding a cheaper way once there is one; the result
    depends on it and not on the speed of the machine. go_on: called often; may raise.
    """
    held = problem.withheld.copy()
    bases = [believed(problem, reading, held) for reading in readings]
    for base in bases:
        held |= base != problem.values
    watches = [
        _Watch(problem, reading, base, held, go_on)
        for reading, base in zip(readings, bases, strict=True)
    ]
    pattern = held.copy()
    for watch in watches:
        watch.prove(pattern)
    pattern = _improved(problem, held, watches, steps)
    # What one reading withholds must be open under the others, too.
    while True:
        before = int(pattern.sum())
        for watch in watches:
            watch.prove(pattern, also=pattern)
        if int(pattern.sum()) == before:
            break
    lost = sum(int(watch.hopeless[: problem.number].sum()) for watch in watches)
    if lost:
        raise Unprotectable(
            f"{lost} small counts cannot be withheld safely beside what is public already."
        )
    return pattern


class _Watch:
    """One reading's proofs."""

    def __init__(
        self,
        problem: Problem,
        reading: TableReading,
        base: Ints,
        held: Bools,
        go_on: Callable[[], None],
    ) -> None:
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
        for cell in self._lacking(wanted):
            if not self._is_proved(cell):
                self.go_on()
                if not self._prove(cell, pattern, by_all_means=most == float("inf")):
                    return False
                if float(self.problem.price[pattern].sum()) > most:
                    return False
        return True

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

    def drop_needless(self, price: Floats) -> None:
        """Forgets proofs that no cell needs, those first that alone keep dear cells withheld."""
        cells = np.flatnonzero(self._held & self.open & ~self.hopeless)
        width = self.reading.width[cells]
        rows = self._rows[self.alive]
        moved = rows != 0
        alone = moved & (moved.sum(axis=0) == 1) & ~self._held
        order = np.lexsort((self.alive, -(alone @ price)))
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
            self._note_if_whole(self.moves.lowest(cell))
            if self._is_proved(cell):
                return True
        by = int(self.low[cell]) + width - int(self.base[cell])
        found = self._cheapest(cell, by)
        if found is not None:
            if self._note_if_whole(found):
                self._withhold(found, pattern)
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


def _improved(problem: Problem, held: Bools, watches: Sequence[_Watch], steps: int) -> Bools:
    """The pattern after tries to publish each cell that is withheld for the sake of others."""
    steps += sum(watch.moves.steps for watch in watches)
    pattern = _pruned(problem, held, watches)
    turn = 0
    chance = np.random.default_rng(0)
    while True:
        candidates = np.flatnonzero(pattern & ~held)
        # First what few proofs need, in an order that changes from round to round.
        needed = np.sum([watch.movers() for watch in watches], axis=0)[candidates]
        order = np.lexsort((chance.random(len(candidates)), needed))
        gained = False
        for cell in candidates[order]:
            if sum(watch.moves.steps for watch in watches) > steps:
                return pattern
            if not pattern[cell]:
                continue
            better = _without(problem, held, watches, pattern, int(cell))
            if better is not None:
                gained |= float(problem.price[better].sum()) < float(problem.price[pattern].sum())
                pattern = better
        turn += 1
        if not gained and turn > 3:
            return pattern


def _pruned(problem: Problem, held: Bools, watches: Sequence[_Watch]) -> Bools:
    pattern = held.copy()
    for watch in watches:
        watch.drop_needless(problem.price)
        pattern |= watch.changed()
    return pattern


def _without(
    problem: Problem, held: Bools, watches: Sequence[_Watch], pattern: Bools, cell: int
) -> Bools | None:
    """A pattern without the cell that costs no more, if new proofs give one."""
    saved = [watch.snapshot() for watch in watches]
    trial = held.copy()
    for watch in watches:
        watch.drop_those_that_move(cell)
        watch.forbid(cell)
        trial |= watch.changed()
    # A little for rounding: as dear as before is welcome, it changes where to go on.
    dearest = float(problem.price[pattern].sum()) + 1e-9
    proved = all(watch.prove(trial, most=dearest) for watch in watches)
    for watch in watches:
        watch.allow(cell)
    if proved:
        trial = _pruned(problem, held, watches)
        if float(problem.price[trial].sum()) <= dearest:
            return trial
    for watch, alive in zip(watches, saved, strict=True):
        watch.restore(alive)
    return None
