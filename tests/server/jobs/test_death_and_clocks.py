"""Workers that are killed by what they do, and clocks that are set: neither stops the work."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from server import queue
from server.db.engine import reading, transaction
from server.intake.model import CaseRecord
from server.jobs import schedule
from server.jobs.worker import WORKER_DIED, Worker, work_off
from server.office import Office
from server.queue import Job, JobKind
from server.stewardship import figures
from server.stewardship.doctor import check
from tests.patience import PATIENCE_S
from tests.server.field import Clock, FieldTablet, somebody

KEEPER = """
import os, signal, sys
from pathlib import Path
from server.jobs.worker import Worker
from server.office import Office
from server.office.config import config_for
from server.queue import JobKind
from server.tables import generations
from tests.server.field import Clock

folder, url, bad = sys.argv[1:]
follow = generations.follow

def deadly(office, connection, moves, may_write):
    if bad in moves.person_ids:
        os.kill(os.getpid(), signal.SIGKILL)  # as the kernel does for want of memory
    return follow(office, connection, moves, may_write)

generations.follow = deadly
died = 0
while True:
    worker = os.fork()
    if worker == 0:
        office = Office.open(config_for(Path(folder), database_url=url), Clock(), os.urandom)
        one = Worker(office)
        one.begin()
        # Pauses between tries are over by then.
        while one.step(JobKind.LINK, office.now_s() + 3600):
            pass
        one.end()
        os._exit(0)
    status = os.waitpid(worker, 0)[1]
    if status == 0:
        break
    assert os.WTERMSIG(status) == signal.SIGKILL, status
    died += 1
print(died)
"""


def later(office: Office, **passed: float) -> None:
    assert isinstance(office.clock, Clock)
    office.clock.now += timedelta(**passed)


def fails_once(office: Office) -> int:
    """A job that failed; the seconds it pauses."""
    with transaction(office.engine) as connection:
        queue.ask(connection, JobKind.FIGURES, [""], office.now_s())
        queue.failed(connection, JobKind.FIGURES, "", "Fault", office.now_s())
    return due_in_s(office)


def due_in_s(office: Office) -> int:
    with reading(office.engine) as connection:
        due_at_s = connection.scalar(select(Job.due_at_s).where(Job.kind == JobKind.FIGURES.value))
    assert due_at_s is not None
    return due_at_s - office.now_s()


def test_case_that_kills_its_worker_is_put_aside_while_the_others_are_linked(
    office: Office,
) -> None:
    tablet = FieldTablet.enrol(office)
    visit = tablet.visit()
    cases = [tablet.case(visit, somebody(number)) for number in range(8)]
    tablet.send(visit, *cases)
    bad = sorted(case.record_id for case in cases)[2]

    kept = subprocess.run(
        [
            *(sys.executable, "-W", "ignore::DeprecationWarning", "-c", KEEPER),
            *(str(office.config.folder), office.config.database_url, bad),
        ],
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE_S,
        cwd=Path(__file__).parents[3],
    )

    assert kept.returncode == 0, kept.stderr
    # Once with others, whose case it was nobody knows; then alone.
    assert int(kept.stdout) == 1 + queue.MOST_TRIES
    with reading(office.engine) as connection:
        persons = dict(connection.execute(select(CaseRecord.record_id, CaseRecord.person_id)).all())
        (listed,) = [
            one for one in queue.listed(connection, office.now_s()) if one.kind == JobKind.LINK
        ]
    assert [case for case, person in persons.items() if person is None] == [bad]
    assert (listed.subject, listed.state, listed.reason) == (bad, "put_aside", WORKER_DIED)

    with transaction(office.engine) as connection:
        assert queue.try_again(connection, office.now_s()) == 1
    work_off(office)
    assert check(office) == []


def test_worker_after_one_that_ended_as_it_should_links_in_batches(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    visit = tablet.visit()
    tablet.send(visit, *(tablet.case(visit, somebody(number)) for number in range(4)))
    for _ in range(2):
        one = Worker(lite)
        one.begin()
        one.end()
    one = Worker(lite)
    one.begin()

    assert one.step(JobKind.LINK)
    assert not one.step(JobKind.LINK), "all four were in one batch"


@pytest.mark.parametrize("back", [timedelta(minutes=10), timedelta(days=1), timedelta(days=4000)])
def test_clock_that_is_set_back_stalls_no_job(lite: Office, back: timedelta) -> None:
    tablet = FieldTablet.enrol(lite)
    visit = tablet.visit()
    tablet.send(visit, tablet.case(visit, somebody(1)))
    work_off(lite)
    tablet.send(visit := tablet.visit(), tablet.case(visit, somebody(2)))
    pause_s = fails_once(lite)

    later(lite, seconds=-back.total_seconds())
    schedule.ask_for_what_is_due(lite)

    assert Worker(lite).step(JobKind.LINK)
    assert due_in_s(lite) == pause_s, "what failed pauses, and no longer than it should"
    later(lite, seconds=pause_s)
    assert Worker(lite).step(JobKind.FIGURES)


def test_what_is_worked_out_every_so_often_is_so_by_a_clock_that_was_set_back(lite: Office) -> None:
    work_off(lite)
    later(lite, days=-1)
    schedule.ask_for_what_is_due(lite)

    with reading(lite.engine) as connection:
        assert queue.is_there(connection, JobKind.FIGURES, "")
        assert figures.made_at_s(connection, figures.TOTALS) > lite.now_s()


def test_clock_that_is_set_forward_ends_no_pause(lite: Office) -> None:
    passed = 0.0
    one = Worker(lite, monotonic=lambda: passed)
    one.follow_clock()
    pause_s = fails_once(lite)

    later(lite, days=1)
    one.follow_clock()
    one.follow_clock()

    assert due_in_s(lite) == pause_s
    assert not one.step(JobKind.FIGURES)
    later(lite, seconds=pause_s)
    passed += pause_s
    one.follow_clock()
    assert one.step(JobKind.FIGURES)


def test_time_that_passes_is_no_clock_that_was_set(lite: Office) -> None:
    passed = 0.0
    one = Worker(lite, monotonic=lambda: passed)
    one.follow_clock()
    fails_once(lite)

    later(lite, hours=1)
    passed += 3600
    one.follow_clock()

    assert one.step(JobKind.FIGURES)
