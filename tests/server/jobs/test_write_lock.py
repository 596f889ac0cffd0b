"""On SQLite one transaction writes at a time: what jobs do while they keep everybody from it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select, update

from server import queue
from server.db.engine import reading, transaction
from server.db.locks import Lock, hold
from server.intake import tablet_quarantine
from server.intake.model import CaseCodes, CaseRecord, RecordHead
from server.jobs.worker import Worker
from server.office import Office
from server.queue import Job, JobKind
from server.register import decide, editions, persons
from server.register.model import LinkageEdition
from server.register.persons import MOST_INSIDE, Follow
from server.releases import approval, build
from server.stewardship.doctor import check
from server.tables import recount
from server.workshop import level_trials
from shared.linkage import code_types
from tests.server.field import Clock, FieldTablet, somebody
from tests.server.intake.test_withdrawn_visits import taken_back
from tests.server.releases.register import (
    APPROVER,
    DECLARER,
    WARNINGS,
    Field,
    declaration,
    with_two_people,
)

ABOUT_SOMETHING = (
    *(JobKind.LINK, JobKind.PROTECT, JobKind.RELEASE, JobKind.PUBLISH),
    *(JobKind.RELINK, JobKind.TRIAL),
)
BY_TIME = tuple(kind for kind in JobKind if kind not in ABOUT_SOMETHING)
MANY = (
    *("CL-CLASS:area,child_labour", "CL-CLASS:sex,age_band,child_labour", "CL-AREA", "CL-AGE"),
    *("CL-SECTOR", "CL-SETTING", "CL-STATUS", "CL-URBAN", "CL-HOURS", "CL-NATIONAL"),
    *("CASE-LIST", "CASE-COMPLETE", "CASE-DANGER", "CASE-REFERRAL", "CASE-AGREEMENT"),
    *("CASE-ANSWERED-BY", "C81-VISITS", "C81-OUTCOMES", "C81-VIOLATIONS", "VISIT-ACCESS"),
)
"""Of the declared tables those that can be shown of so few children."""
MOST_S = 0.05
"""Processor seconds a job may keep others from writing at a time."""
QUIET_S = 0.012
"""What ``some_work`` takes of a processor of 2024 that does nothing else."""


def some_work() -> None:
    """Work of the kind that jobs do: mostly SQLAlchemy's."""
    for _ in range(12):
        select(CaseRecord.__table__, func.count()).join(
            RecordHead, RecordHead.record_id == CaseRecord.record_id
        ).where(CaseRecord.record_id.in_(("a", "b"))).group_by(CaseRecord.record_id).compile()


def slowness() -> float:
    """How many times as long as on a quiet machine the same work takes here and now: two threads
    on one core are each half as fast, and their processor time does not say so."""
    took = []
    for _ in range(15):
        began = time.thread_time()
        some_work()
        took.append(time.thread_time() - began)
    return max(1.0, sorted(took)[7] / QUIET_S)


@dataclass
class Held:
    """seconds: of the processor, in each transaction that wrote, with the kind of job. statements:
    run in them."""

    kind: str = ""
    seconds: list[tuple[str, float]] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)


@contextmanager
def watched(office: Office, into: Held | None = None) -> Iterator[Held]:
    """What happens while the write lock is held, by this thread's own time: nobody else's load
    is in it."""
    held, began = into or Held(), dict[Connection, float]()

    def begin(connection: Connection) -> None:
        began.pop(connection, None)
        if not connection.get_execution_options().get("reading"):
            began[connection] = time.thread_time()

    def end(connection: Connection) -> None:
        if connection in began:
            held.seconds.append((held.kind, time.thread_time() - began.pop(connection)))

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


@contextmanager
def without_old_garbage() -> Iterator[None]:
    """As in a worker's process: what was there before is not looked through."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


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
    """Every kind of job there is, from an office that was never linked to a published edition, and
    all cases linked again by another edition of linkage."""
    field = Field.begin(lite)
    field.meet(100)
    with_two_people(lite)
    one, done, held = Worker(lite), dict.fromkeys(JobKind, 0), Held()

    def drain() -> None:
        soon_s, busy = lite.now_s() + 60, True
        with watched(lite, held), without_old_garbage():
            while busy:
                busy = False
                for kind in JobKind:
                    held.kind = kind
                    if one.step(kind, soon_s):
                        done[kind] += 1
                        busy = True

    before = slowness()
    with transaction(lite.engine) as connection:
        for kind in BY_TIME:
            queue.ask(connection, kind, [""], lite.now_s())
    drain()
    release = build.declare(lite, DECLARER, declaration(tables=MANY, steps=300))
    level_trials.ask(lite, DECLARER, declaration(), None)
    drain()
    with watched(lite) as approving:
        approval.approve(lite, APPROVER, release, read=WARNINGS)
    assert not [one for one in approving.statements if "FROM release_file" in one], "read before"
    with transaction(lite.engine) as connection:
        connection.execute(update(LinkageEdition).values(arrived=LinkageEdition.records))
    field.meet(10)
    drain()
    assert isinstance(lite.clock, Clock)
    lite.clock.now = lite.clock.now.replace(year=lite.clock.now.year + 7)
    with transaction(lite.engine) as connection:
        queue.ask(connection, JobKind.TERMS, [""], lite.now_s())
    drain()

    with reading(lite.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(CaseCodes)) == 0
    assert all(done.values()), done
    assert {kind for kind, _ in held.seconds} == set(JobKind)
    most_s = MOST_S * max(before, slowness())
    assert [one for one in held.seconds if one[1] > most_s] == []
    assert check(lite) == []


def test_all_cases_are_asked_for_again_a_few_at_a_time_and_go_on_where_it_was_stopped(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editions, "ASKED_AT_ONCE", 20)
    fill(office)
    recount.link_what_waits(office)
    with transaction(office.engine) as connection:
        connection.execute(update(LinkageEdition).values(arrived=LinkageEdition.records))
    send(FieldTablet.enrol(office, 2, 60), 99)
    recount.link_batch(office, 1)

    assert waiting(office) == 0, "the transaction of the new edition asks for one job only"
    assert recount.ask_for_more(office)
    assert waiting(office) == 20
    assert "Not every case was asked" in " ".join(check(office))
    # The process ends here; another one goes on.
    Worker(office).step(JobKind.RELINK)
    assert waiting(office) == 101
    assert not recount.ask_for_more(office)
    recount.link_what_waits(office)
    assert check(office) == []


def waiting(office: Office) -> int:
    with reading(office.engine) as connection:
        return connection.scalar(select(func.count()).where(Job.kind == JobKind.LINK)) or 0


def test_two_who_share_a_crowded_code_are_two_persons_also_when_they_are_linked_together(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is crowded in the register is not crowded among the few cases of a batch."""
    monkeypatch.setattr(code_types, "MOST_SHARERS", 3)
    tablet = FieldTablet.enrol(office)
    send(tablet, *[7] * 5)
    recount.link_what_waits(office)
    found = persons_of(office)
    assert len(set(found.values())) == 5

    with transaction(office.engine) as connection:
        queue.ask(connection, JobKind.LINK, sorted(found)[:2], office.now_s())
    recount.link_batch(office, 10)

    assert persons_of(office) == found
    assert check(office) == []


def test_code_that_became_crowded_has_its_sharers_linked_by_jobs_of_their_own(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_types, "MOST_SHARERS", 3)
    for officer in range(3):
        tablet = FieldTablet.enrol(office, officer, 70 + officer)
        send(tablet, *[7] * 3)
        recount.link_what_waits(office)
        send(tablet, *[7] * 2)
        recount.link_batch(office, 1)
        # Its own cases of this code wait for jobs, nobody else's are looked at in this transaction.
        assert 0 < waiting(office) <= 5
        recount.link_what_waits(office)
    assert check(office) == []


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
    assert not [one for one in held.statements if "case_codes" in one or "code_sharer" in one]
    assert check(lite) == []


Between = Callable[[], None]


def come_between(monkeypatch: pytest.MonkeyPatch, times: int, what: Between) -> None:
    """Lets this happen so often between the working out of a batch and its writing."""
    plan_ahead, came = persons._plan_ahead, list[int]()

    def overtaken(connection: Connection, waiting: Sequence[str], follow: Follow) -> Any:
        plan = plan_ahead(connection, waiting, follow)
        if len(came) < times:
            came.append(1)
            what()
        return plan

    monkeypatch.setattr(persons, "_plan_ahead", overtaken)


@pytest.mark.parametrize("times", [1, 1000])
def test_what_was_worked_out_before_is_worked_out_again_when_somebody_linked_meanwhile(
    lite: Office, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """Also when that never ends: then a few cases, inside."""
    fill(lite)
    recount.link_batch(lite, 1)  # now there is an edition
    noted = persons_of(lite)

    def somebody_links() -> None:
        with transaction(lite.engine) as connection:
            hold(connection, Lock.LINKING)
            some = next(case for case, person in noted.items() if person is None)
            changed = update(CaseRecord).where(CaseRecord.record_id == some)
            connection.execute(changed.values(person_id=None))

    come_between(monkeypatch, times, somebody_links)
    linked = recount.link_batch(lite, 50)

    assert linked.cases == (50 if times == 1 else MOST_INSIDE)
    monkeypatch.undo()
    recount.link_what_waits(lite)
    assert check(lite) == []
    assert None not in persons_of(lite).values()


def test_what_was_worked_out_before_stands_whatever_tablets_send_meanwhile(
    lite: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New cases of the same people, a case withdrawn, a visit withdrawn, another month, what an
    attacker's tablet brought put aside and brought back, two cases kept apart by a steward: each is
    linked and counted again by the job it asked for."""
    tablet = FieldTablet.enrol(lite, 0, 40)
    visit, other = tablet.visit(), tablet.visit()
    cases = [tablet.case(visit, somebody(one)) for one in range(12)]
    also = [tablet.case(other, somebody(one)) for one in range(8, 20)]
    tablet.send(visit, *cases)
    recount.link_batch(lite, 1)  # now there is an edition
    second = FieldTablet.enrol(lite, 1, 41)
    comes = [
        lambda: tablet.send(other, *also),
        lambda: tablet.send(taken_back(cases[3])),
        lambda: tablet.send(taken_back(visit)),
        lambda: send(second, *range(12)),
        lambda: tablet_quarantine.put_aside(lite, second.membership.tablet_id.hex, 0, "steward"),
        lambda: send(FieldTablet.enrol(lite, 2, 42), *range(12)),
        lambda: decide.keep_apart(
            lite, *sorted((cases[0].record_id, also[0].record_id)), "steward"
        ),
        lambda: tablet_quarantine.bring_back(lite, second.membership.tablet_id.hex, "steward"),
    ]
    for what in comes:
        with monkeypatch.context() as patch:
            come_between(patch, 1, what)
            assert recount.link_batch(lite, 5).cases
    recount.link_what_waits(lite)

    assert check(lite) == []
    with reading(lite.engine) as connection:
        afresh = persons.all_persons_afresh(connection)
    kept = {case: person for case, person in persons_of(lite).items() if person is not None}
    assert kept == afresh
    assert waiting(lite) == 0
