"""Moves that need nothing withheld beside what is: of a model with those cells alone. Pure.

Of a large table most small counts have their proof among what is withheld already. A model that has
no other cells is a fraction of the whole one, and is asked first.
"""

from __future__ import annotations

import numpy as np

from server.disclosure.cube import Bools, Ints, Sums
from server.disclosure.moves import Floats, Moves, is_whole


class MovesWithin:
    """base, sums, floor, price: as Moves take them; open_: the cells that may change, all of them
    withheld."""

    def __init__(self, base: Ints, sums: Sums, floor: Ints, open_: Bools, price: Floats) -> None:
        self._moves = Moves(base, sums, floor, open_, price)
        self._moves.withhold(np.flatnonzero(open_))
        self._open = open_

    @property
    def steps(self) -> int:
        """Of the solver, until now."""
        return self._moves.steps

    def risen(self, cell: int, by: int) -> Ints | None:
        """Counts in whole persons in which the cell is so many larger, or twice half so many; None
        where these cells alone allow none, or only halves of persons."""
        if not self._open[cell]:
            return None
        found = self._moves.rise(cell, by)
        if found is not None and not is_whole(found):
            found = self._moves.doubled(cell, by)
        if found is None or not is_whole(found):
            return None
        return np.round(found).astype(np.int64)

    def many(self, rises: Ints, falls: Ints, turn: int) -> Ints | None:
        """Counts in whole persons in which as many cells as can be are so many larger or, in other
        turns others of them, smaller; None where there are only halves of persons."""
        chance = np.random.default_rng(turn)
        rise = chance.random(len(rises)) < np.where(falls > 0, 0.5, 1.0)
        worth = chance.uniform(0.5, 1.0, len(rises))
        found = self._moves.many(rises * rise, falls * ~rise, worth)
        if found is None or not is_whole(found):
            return None
        return np.round(found).astype(np.int64)
