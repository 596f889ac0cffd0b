"""How many cases are linked in one transaction, and how long nobody is kept from writing after it.

On SQLite one transaction writes at a time: a batch is so large that it holds the lock for HOLD_S,
and whoever links stands back for at least as long between two of them. On PostgreSQL others write
meanwhile and wait only for the same cases.
"""

from __future__ import annotations

import time

from sqlalchemy import Engine

from server.db.engine import one_writes_at_a_time

HOLD_S = 0.03
"""Seconds a batch of linking should hold the write lock before its commit; it must never be more
than 0.05."""
HOLD_BESIDE_S = 0.25
"""The same on PostgreSQL."""
STAND_BACK_S = 0.025
"""Least pause between two batches on SQLite: whoever waits for its lock looks that often."""
LEAST_IN_A_BATCH, MOST_IN_A_BATCH = 32, 1000
"""A batch of one costs as much as twenty more cases in it: a slow machine would never catch up with
batches of a few."""


def stand_back(engine: Engine, held_s: float) -> None:
    """Lets others write for as long as they were kept from it, where one writes at a time."""
    if one_writes_at_a_time(engine):
        time.sleep(max(STAND_BACK_S, held_s))


class LinkPace:
    """The size of the next batch, by what the last one took. batch: cases."""

    def __init__(self, engine: Engine) -> None:
        self.batch = LEAST_IN_A_BATCH
        self._hold_s = HOLD_S if one_writes_at_a_time(engine) else HOLD_BESIDE_S

    def after(self, worked_s: float) -> None:
        """A batch of this size held the lock for so many seconds before its commit: that takes a
        slow disk longer than all the rest, and no smaller batch makes it shorter."""
        fits = self.batch * self._hold_s / max(worked_s, 0.001)
        self.batch = max(LEAST_IN_A_BATCH, int(min(fits, 2 * self.batch, MOST_IN_A_BATCH)))
