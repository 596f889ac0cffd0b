"""One reader's proofs who knows of more than a problem's cells (readings.ReaderBeside). Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.disclosure.cube import Bools, Ints
from server.disclosure.proofs import Proofs
from server.disclosure.readings import Problem, ReaderBeside


class ProofsBeside:
    """The proofs of a reader who has unknowns of their own behind the table's cells, in the shape
    of the problem they stand beside."""

    def __init__(
        self,
        problem: Problem,
        reader: ReaderBeside,
        held: Bools,
        go_on: Callable[[], None],
        *,
        is_large: bool = False,
    ) -> None:
        self._number, self._size = problem.number, len(problem.values)
        more = len(reader.values) - self._number
        self._theirs = np.ones(more, dtype=bool)
        # Never published: what they cost is of no account, but the least price of all is (lowest).
        price = np.concatenate(
            [problem.price[: self._number], np.full(more, problem.price[: self._number].min())]
        )
        own = Problem(
            reader.values,
            reader.sums,
            self._widened(held),
            price,
            lambda cell: np.zeros(0, dtype=np.int64),
            self._number,
        )
        self._beside = problem.price[self._number :]
        self._theirs_cost = float(price[self._number :].sum())
        self._proofs = Proofs(
            own, reader.reading, reader.values, own.withheld, go_on, is_large=is_large
        )

    @property
    def steps(self) -> int:
        """Of the solver, until now."""
        return self._proofs.steps

    @property
    def lost(self) -> int:
        """Cells of the table that nothing makes wide enough."""
        return self._proofs.lost

    def prove(self, pattern: Bools, also: Bools | None = None, most: float = float("inf")) -> bool:
        """As that of Proofs."""
        mine = self._widened(pattern)
        wanted = None if also is None else self._widened(also)
        behind = float(self._beside[pattern[self._number :]].sum())
        dearest = most - behind + self._theirs_cost
        is_proved = self._proofs.prove(mine, wanted, dearest)
        pattern[: self._number] = mine[: self._number]
        return is_proved

    def changed(self) -> Bools:
        """The table's cells that the proofs change."""
        mine = self._proofs.changed()[: self._number]
        return np.concatenate([mine, self._behind(bool)])

    def movers(self) -> Ints:
        """By how many proofs each is changed."""
        mine = self._proofs.movers()[: self._number]
        return np.concatenate([mine, self._behind(int)])

    def snapshot(self) -> Ints:
        """What ``restore`` takes."""
        return self._proofs.snapshot()

    def restore(self, alive: Ints) -> None:
        """Goes on with these proofs."""
        self._proofs.restore(alive)

    def drop_those_that_move(self, cell: int) -> None:
        """Forgets the proofs that would need this cell withheld."""
        if cell < self._number:
            self._proofs.drop_those_that_move(cell)

    def drop_needless(self) -> None:
        """Forgets proofs that no cell needs."""
        self._proofs.drop_needless()

    def forbid(self, cell: int) -> None:
        """No new proof may change this cell."""
        if cell < self._number:
            self._proofs.forbid(cell)

    def allow(self, cell: int) -> None:
        """Takes back ``forbid``."""
        if cell < self._number:
            self._proofs.allow(cell)

    def _widened(self, mask: Bools) -> Bools:
        return np.concatenate([mask[: self._number], self._theirs])

    def _behind(self, dtype: type) -> NDArray[Any]:
        """Nothing, of the cells that only the problem beside it has."""
        return np.zeros(self._size - self._number, dtype=dtype)
