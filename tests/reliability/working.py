"""The office's worker in the state machine: one step at a time, and killed at any statement."""

from __future__ import annotations

from sqlalchemy import event

from server.jobs.worker import Worker
from server.office import Office
from server.queue import JobKind
from tests.reliability.holding import HAPPENED

IN_A_DAY_S = 24 * 3600
"""Pauses after failures are over by then."""


class WorkerGone(BaseException):
    """The worker is killed: nothing it catches."""


def work(office: Office, kind: JobKind, dies_after: int = 0) -> bool:
    """The worker does one job of this kind, or one batch; whether there was one.

    dies_after: it is killed before so many statements more were run, commits counted; 0: it lives.
    """
    left = dies_after

    def die(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise WorkerGone

    worker = Worker(office)
    if dies_after:
        event.listen(office.engine, "before_cursor_execute", die)
        event.listen(office.engine, "commit", die)
    try:
        worker.begin()
        did = worker.step(kind, office.now_s() + IN_A_DAY_S)
        worker.end()
        return did
    except WorkerGone:
        HAPPENED[f"worker killed at {kind}"] += 1
        return True
    finally:
        if dies_after:
            event.remove(office.engine, "before_cursor_execute", die)
            event.remove(office.engine, "commit", die)
