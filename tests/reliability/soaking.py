"""The long runs in numbered batches, on as many processors as are given.

What a batch does depends on the seed and its number only, so that a run can be repeated, in
another number of processes too.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import count

from tests.reliability.holding import HAPPENED
from tests.reliability.playing import play
from tests.reliability.records_run import TABLETS, play_round
from tests.reliability.starting import template

RUNS, STEPS_EACH = 20, 50
"""Of a batch of steps: so many days in the field, of so many steps each."""
ROUNDS = 5
"""Of a batch of records."""
SQLITE, POSTGRESQL = "sqlite", "postgresql"
SURROUNDINGS = (
    *((SQLITE, False), (SQLITE, True), (SQLITE, False), (POSTGRESQL, True)),
    *((SQLITE, False), (SQLITE, True), (SQLITE, False), (POSTGRESQL, False)),
)
"""Database, and whether over HTTP: of batches one after another."""


class Violation(Exception):
    """Something was not as it must be. where: how to see it again; what: what it was."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(where, what)
        self.where, self.what = where, what


@dataclass(frozen=True)
class Soak:
    """What a batch needs to know. postgres_url: "" where there is none; then SQLite stands in.
    only: number of the one kind of surroundings to be in, None for all in turn. on: the one
    database to be on, "" for both in turn."""

    seed: int
    postgres_url: str = ""
    only: int | None = None
    on: str = ""

    def surroundings(self, number: int) -> tuple[str, bool]:
        """Database and whether over HTTP."""
        at = number if self.only is None else self.only
        among = [one for one in SURROUNDINGS if self.on in ("", one[0])]
        database, over_http = among[at % len(among)]
        if self.on == POSTGRESQL and not self.postgres_url:
            raise ValueError("There is no PostgreSQL here.")
        return (database if self.postgres_url else SQLITE), over_http

    def steps(self, number: int) -> Counter[str]:
        """A batch of the state machine. Raises Violation."""
        database, over_http = self.surroundings(number)
        before = HAPPENED.copy()
        try:
            play(
                runs=RUNS,
                steps=STEPS_EACH,
                postgres_url=self.postgres_url if database == POSTGRESQL else "",
                over_http=over_http,
                seed=self.seed * 1_000_003 + number,
                shrink=False,
            )
        except Exception as wrong:
            raise Violation(self._where("steps", number), _told(wrong)) from wrong
        return self._counted(before, number)

    def records(self, number: int) -> Counter[str]:
        """A batch of rounds of many records. Raises Violation."""
        database, over_http = self.surroundings(number)
        url = self.postgres_url if database == POSTGRESQL else ""
        total: Counter[str] = Counter()
        with template(TABLETS, url, over_http=over_http) as start:
            for place in range(ROUNDS):
                try:
                    total += play_round(start, self.seed * 1_000_003 + number * ROUNDS + place)
                except Exception as wrong:
                    raise Violation(self._where("records", number), _told(wrong)) from wrong
        return total + Counter({self._kind(number): total["records"]})

    def _counted(self, before: Counter[str], number: int) -> Counter[str]:
        found = HAPPENED - before
        return found + Counter({self._kind(number): found["step"]})

    def _kind(self, number: int) -> str:
        database, over_http = self.surroundings(number)
        return f"on {database}{' over http' if over_http else ''}"

    def _where(self, run: str, number: int) -> str:
        return f"{run} --seed {self.seed}, batch {number}, {self._kind(number)}"


def _told(wrong: Exception) -> str:
    return f"{type(wrong).__name__}: {wrong}"[:300]


def batches(
    work: Callable[[int], Counter[str]], processes: int, first: int = 0
) -> Iterator[Counter[str]]:
    """What work gives for 0, 1, 2 ... in this order, without end. Raises what it raises."""
    if processes == 1:
        yield from map(work, count(first))
        return
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawning) as pool:
        numbers = count(first)
        going: deque[Future[Counter[str]]] = deque()
        try:
            while True:
                while len(going) <= processes:
                    going.append(pool.submit(work, next(numbers)))
                yield going.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def soak(
    work: Callable[[int], Counter[str]],
    until: Callable[[Counter[str]], bool],
    processes: int,
    *,
    tell: Callable[[Counter[str]], None] = lambda _: None,
    first: int = 0,
) -> tuple[Counter[str], float]:
    """Batch after batch until it is enough; what happened, and how many seconds it took."""
    began, total = time.monotonic(), Counter[str]()
    going = batches(work, processes, first)
    try:
        for found in going:
            total += found
            tell(total)
            if until(total):
                break
    finally:
        going.close()
    return total, time.monotonic() - began
