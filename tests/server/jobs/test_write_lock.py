"""On SQLite one transaction writes at a time: what jobs do while they keep everybody from it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from server import queue
from server.db.engine import reading, transaction
from server.intake.model import CaseRecord
from server.jobs.worker import Worker
from server.office import Office
from server.queue import JobKind
from server.register import persons
from server.register.persons import MOST_INSIDE, LinkPlan
from server.stewardship.doctor import check
from server.tables import recount
from tests.server.field import FieldTablet, somebody

BY_TIME = (JobKind.ALERT, JobKind.FIGURES, JobKind.AUDIT, JobKind.RECOUNT)
MOST_S = 0.05
"""Processor seconds; measured are 4 to 17 ms on a busy machine of 2024, and 31 ms once."""


@dataclass
class Held:
    """seconds: of the processor, in each transaction that wrote. statements: run in them."""

    seconds: list[float] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)


@contextmanager
def watched(office: Office) -> Iterator[Held]:
    """What happens while the write lock is held, by this thread's own time: nobody else's load
    is in it."""
    held, began = Held(), dict[Connection, float]()

    def begin(connection: Connection) -> None:
        began.pop(connection, None)
        if not connection.get_execution_options().get("reading"):
            began[connection] = time.thread_time()

    def end(connection: Connection) -> None:
        if connection in began:
            held.seconds.append(time.thread_time() - began.pop(connection))

    def run(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if connection in began:
            held.statements.append(statement)

    hooks = (("begin", begin), ("commit", end), ("rollback", end), ("before_cursor_execute", run))
    for name, hook in hooks:
        event.listen(office.engine, name, hook)
    try:
        yield held
    finally:
        for name, hook in hooks:
            event.remove(office.engine, name, hook)


def send(tablet: FieldTablet, *people: int) -> None:
    visit = tablet.visit()
    tablet.send(visit, *(tablet.case(visit, somebody(one)) for one in people))


def fill(office: Office) -> None:
    """Hundred cases of seventy persons, from two organisations."""
    for number in range(2):
        tablet = FieldTablet.enrol(office, number, 40 + number)
        send(tablet, *range(20 * number, 20 * number + 50))


def persons_of(office: Office) -> dict[str, str | None]:
    with reading(office.engine) as connection:
        return dict(connection.execute(select(CaseRecord.record_id, CaseRecord.person_id)).all())


def test_no_job_keeps_others_from_writing_for_long(lite: Office) -> None:
    fill(lite)
    one, done = Worker(lite), dict.fromkeys(JobKind, 0)
    with transaction(lite.engine) as connection:
        for kind in BY_TIME:
            queue.ask(connection, kind, [""], lite.now_s())
    soon_s = lite.now_s() + 60
    with watched(lite) as held:
        busy = True
        while busy:
            busy = False
            for kind in JobKind:
                if one.step(kind, soon_s):
                    done[kind] += 1
                    busy = True

    assert all(done[kind] for kind in (*BY_TIME, JobKind.LINK, JobKind.PROTECT)), done
    assert len(held.seconds) > sum(done.values())
    within = [seconds for seconds in held.seconds if seconds < MOST_S]
    assert len(within) >= 0.9 * len(held.seconds)
    assert max(held.seconds) < 4 * MOST_S, "what is worked out once in a process is in the first"
    assert check(lite) == []


def test_codes_are_compared_before_others_are_kept_from_writing(lite: Office) -> None:
    fill(lite)
    while recount.link_batch(lite, 3).cases:
        pass
    send(FieldTablet.enrol(lite, 2, 50), *range(10, 40))
    with watched(lite) as held:
        linked = recount.link_batch(lite, 100)

    assert linked.cases == 30
    assert linked.links_made
    assert held.statements
    assert not [one for one in held.statements if "linkage_code" in one]
    assert check(lite) == []


@pytest.mark.parametrize("times", [1, 1000])
def test_what_was_worked_out_before_is_worked_out_again_when_something_came_between(
    lite: Office, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """Also when parcels come so quickly that it never stands: then a few cases, inside."""
    fill(lite)
    recount.link_batch(lite, 1)  # now there is an edition
    tablet, plan_ahead = FieldTablet.enrol(lite, 2, 50), persons._plan_ahead
    came: list[int] = []

    def overtaken(connection: Connection, waiting: Sequence[str]) -> LinkPlan | None:
        plan = plan_ahead(connection, waiting)
        if len(came) < times:
            came.append(1)
            send(tablet, len(came) % 20)
        return plan

    monkeypatch.setattr(persons, "_plan_ahead", overtaken)
    linked = recount.link_batch(lite, 50)

    assert linked.cases == (50 if times == 1 else MOST_INSIDE)
    monkeypatch.undo()
    recount.link_what_waits(lite)
    assert check(lite) == []
    assert None not in persons_of(lite).values()
