"""The worker: takes jobs, does them, and gives way to whoever has come with a parcel.

On SQLite one transaction writes at a time: a batch of linking is small, and after it the worker
stands back (server.tables.pace). On PostgreSQL several workers may run; each kind of job is done by
one of them at a time, and who dies gives its turn back by dying.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from sqlalchemy.exc import DBAPIError

from server import queue
from server.db.engine import (
    error_kind,
    is_away,
    reading,
    transaction,
)
from server.db.locks import Lock, turn
from server.jobs.kinds import DOES
from server.jobs.schedule import EVERY_S, ask_for_what_is_due, wait_no_longer_than_told
from server.office import Office
from server.queue import DueJob, JobKind
from server.tables import recount
from server.tables.pace import MOST_IN_A_BATCH, LinkPace, stand_back

log = logging.getLogger("tally87.jobs")

NICE = 10
"""A worker's process stands back for those who answer tablets when both want a processor."""
WORKER_DIED = "WorkerDied"
GATHER_S = 2.0
"""How long cases that come one by one wait for each other, to be linked and counted together."""
MANY_WAIT = 250
"""So many do not wait for more: they make whole batches."""
JUMP_S = 5
"""The clock was set when it went so much further, or less far, than time did."""
IDLE_S = 0.5
"""How long a worker sleeps when nothing is due."""
REST = {JobKind.PROTECT: 19.0, JobKind.FIGURES: 19.0}
"""What records ask for again and again while they come is not begun again before it has rested so
many times as long as it took: it has a twentieth of a processor, linking what it needs."""
USUAL_REST = 2.0
"""The same for all other kinds."""
LONGEST_WAIT_S = 30.0
"""Between tries to reach a database that is away; the first waits a second."""


class Worker:
    """Does the jobs of one office, in one thread. kinds: those it looks for, in this order."""

    def __init__(
        self,
        office: Office,
        kinds: Iterable[JobKind] = tuple(JobKind),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """monotonic: seconds that nobody can set."""
        self._office, self._kinds = office, tuple(kinds)
        self._monotonic = monotonic
        self._seen: tuple[int, float] | None = None
        self._alone = 0
        """So many cases are linked each alone, its try counted first: one before died."""
        self._pace = LinkPace(office.engine)
        self._stands_back = True
        self._rests_until: dict[JobKind, float] = {}
        self._gathers_until = 0.0

    def run(self, stop: threading.Event) -> None:
        """Works until told to stop; what is under way is finished first."""
        away_s, looked, has_begun = 0.0, float("-inf"), False
        while not stop.is_set():
            try:
                if not has_begun:
                    self.begin()
                    has_begun = True
                self.follow_clock()
                if time.monotonic() - looked >= EVERY_S:
                    ask_for_what_is_due(self._office)
                    looked = time.monotonic()
                due = self._due()
                busy = [self.step(kind) for kind in due if not stop.is_set()]
                away_s = 0.0
            except Exception as error:  # noqa: BLE001 - a worker goes on; the kind is enough to tell
                away_s = min(LONGEST_WAIT_S, 2 * away_s or 1.0)
                event = "database_away" if is_away(error) else "worker_failed"
                log.warning(event, extra={"kind": error_kind(error)})
                stop.wait(away_s)
                continue
            if not any(busy):
                stop.wait(IDLE_S)
        if has_begun:
            # Whoever comes after a worker that could not say so is careful for nothing.
            with suppress(DBAPIError):
                self.end()

    def begin(self) -> None:
        """Notes that it links. When one before it never ended, the case it may have died of is
        among the next: each is linked alone, and who dies of it has tried."""
        if JobKind.LINK in self._kinds:
            with transaction(self._office.engine) as connection:
                died = queue.begins(connection, JobKind.LINK, self._office.now_s())
            if died:
                self._alone = MOST_IN_A_BATCH
                log.warning("worker_died_before")

    def end(self) -> None:
        """Notes that it has ended as it should."""
        if JobKind.LINK in self._kinds:
            with transaction(self._office.engine) as connection:
                queue.ended(connection, JobKind.LINK)

    def follow_clock(self) -> None:
        """When the clock was set since the last look, jobs wait as long as they were to."""
        now_s, at = self._office.now_s(), self._monotonic()
        seen, self._seen = self._seen, (now_s, at)
        by_s = 0 if seen is None else round(now_s - seen[0] - (at - seen[1]))
        if abs(by_s) <= JUMP_S:
            return
        if by_s > 0:
            with transaction(self._office.engine) as connection:
                queue.clock_set_forward(connection, now_s, by_s)
        else:
            wait_no_longer_than_told(self._office)
        log.warning("clock_was_set", extra={"by_s": by_s})

    def _due(self) -> list[JobKind]:
        """The kinds to be done now, in their order. Linking waits a moment for more cases once it
        is through with those that were there: a batch of one costs most of what thirty cost."""
        with reading(self._office.engine) as connection:
            due = queue.kinds_due(connection, self._office.now_s())
        waits = self._monotonic() < self._gathers_until
        return [
            kind for kind in self._kinds if kind in due and not (waits and kind is JobKind.LINK)
        ]

    def step(self, kind: JobKind, now_s: int | None = None) -> bool:
        """Does one job of this kind that is due, or one batch of links; whether there was one.

        now_s: what is due by then, without rest or waiting for more. Raises what the database
        raises when it is away.
        """
        office = self._office
        due_s = office.now_s() if now_s is None else now_s
        if now_s is None and self._monotonic() < self._rests_until.get(kind, 0.0):
            return False
        with reading(office.engine) as connection:
            if not queue.is_due(connection, kind, due_s):
                return False
            if now_s is None and not queue.may_begin(connection, kind, due_s):
                return False
        with turn(office.engine, Lock.JOBS, list(JobKind).index(kind)) as ours:
            if not ours:
                return False
            if kind is JobKind.LINK:
                return self._link_one(due_s) if self._alone else self._link()
            with reading(office.engine) as connection:
                job = queue.due(connection, kind, due_s)
            if job is None:
                return False
            began = self._monotonic()
            self._do(kind, job)
            took_s = self._monotonic() - began
            self._rests_until[kind] = self._monotonic() + REST.get(kind, USUAL_REST) * took_s
            return True

    def _link(self) -> bool:
        batch = self._pace.batch
        linked = recount.link_batch(self._office, batch)
        if linked.cases < batch and not self._many_wait():
            self._gathers_until = self._monotonic() + GATHER_S
        if linked.cases:
            self._pace.after(linked.worked_s)
            log.debug("cases_linked", extra={"cases": linked.cases, "held_s": linked.held_s})
        if self._stands_back:
            stand_back(self._office.engine, linked.held_s)
        return linked.cases > 0

    def _many_wait(self) -> bool:
        office = self._office
        with reading(office.engine) as connection:
            some = queue.next_subjects(connection, JobKind.LINK, MANY_WAIT, office.now_s())
        return len(some) == MANY_WAIT

    def _link_one(self, due_s: int) -> bool:
        """One case alone, its try counted before."""
        with reading(self._office.engine) as connection:
            job = queue.due(connection, JobKind.LINK, due_s)
        if job is None:
            return False
        self._alone -= 1
        if self._begin(JobKind.LINK, job):
            recount.link_batch(self._office, 1, [job.subject])
        if self._stands_back:
            stand_back(self._office.engine, 0.0)
        return True

    def _begin(self, kind: JobKind, job: DueJob) -> bool:
        """Counts a try; False when there were enough, and the job is put aside."""
        office = self._office
        with transaction(office.engine) as connection:
            queue.left_behind(connection, kind)
            if job.tries < queue.MOST_TRIES:
                queue.begin(connection, kind, job, office.now_s())
                return True
            # Nobody noted how these tries ended: their workers died of them.
            queue.failed(connection, kind, job.subject, WORKER_DIED, office.now_s())
        log.error("job_put_aside", extra={"job": kind.value, "about": job.subject})
        return False

    def _do(self, kind: JobKind, job: DueJob) -> None:
        office = self._office
        if not self._begin(kind, job):
            return
        try:
            DOES[kind](office, job.subject)
        except Exception as error:
            if is_away(error):
                raise  # the try is counted already; it is made again when the database is back
            reason = error_kind(error)
            with transaction(office.engine) as connection:
                aside = queue.failed(connection, kind, job.subject, reason, office.now_s())
            log.error(
                "job_failed",
                extra={"job": kind.value, "about": job.subject, "kind": reason, "aside": aside},
            )
        else:
            with transaction(office.engine) as connection:
                queue.finished(connection, kind, job)
            log.info("job_done", extra={"job": kind.value, "about": job.subject})


def work_off(office: Office, within_s: int = 60) -> None:
    """Does everything that is due within so many seconds, also what would wait for more of the
    same; for commands and tests. What failed and pauses longer than that is left."""
    worker = Worker(office)
    worker._stands_back = False
    ask_for_what_is_due(office)
    soon_s = office.now_s() + within_s
    busy = True
    while busy:
        busy = sum(worker.step(kind, soon_s) for kind in JobKind) > 0
