"""Work nobody waits for: asked for with what makes it, done once, tried again, put aside, shown."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, delete, select, update

from server import queue
from server.cli import main
from server.db.engine import reading, transaction
from server.db.locks import Lock, turn
from server.intake.model import CaseRecord, VisitRecord
from server.jobs import schedule, worker
from server.jobs.kinds import DOES
from server.jobs.worker import Worker, work_off
from server.office import Office
from server.queue import Job, JobKind, JobsWaiting
from server.register.persons import PersonMoves
from server.stewardship import figures
from server.stewardship.doctor import check
from server.tables import generations, national, recount
from server.tables.pace import HOLD_S
from tests.patience import PATIENCE_S
from tests.server.field import Clock, FieldTablet, somebody
from tests.server.intake.test_withdrawn_visits import taken_back


def stand(office: Office, kind: JobKind) -> JobsWaiting:
    with reading(office.engine) as connection:
        return next(one for one in queue.words(connection, office.now_s()) if one.kind is kind)


def send_cases(tablet: FieldTablet, number: int) -> list[str]:
    visit = tablet.visit()
    cases = [tablet.case(visit, somebody(one)) for one in range(number)]
    tablet.send(visit, *cases)
    return [case.record_id for case in cases]


def later(office: Office, **passed: int) -> None:
    clock = office.clock
    assert isinstance(clock, Clock)
    clock.now += timedelta(**passed)


def test_what_a_parcel_makes_is_asked_for_and_a_worker_does_it(tablet: FieldTablet) -> None:
    office = tablet.office
    send_cases(tablet, 3)
    assert stand(office, JobKind.LINK).waits == 3
    with pytest.raises(national.NoSuchPeriod):
        national.kept_tables(office, "2026")

    work_off(office)

    assert check(office) == []
    assert national.kept_tables(office, "2026").coverage[0].visits == 1
    with reading(office.engine) as connection:
        assert connection.scalar(select(Job.number).limit(1)) is None


def test_parcel_that_is_taken_back_asks_for_nothing(office: Office) -> None:
    with reading(office.engine) as elsewhere, suppress(RuntimeError):
        with transaction(office.engine) as connection:
            queue.ask(connection, JobKind.LINK, ["a" * 32], office.now_s())
            raise RuntimeError
        assert not queue.is_there(elsewhere, JobKind.LINK, "a" * 32)
    assert stand(office, JobKind.LINK).waits == 0


def test_who_asks_never_waits_for_somebody_else_who_asks_for_the_same(office: Office) -> None:
    with transaction(office.engine) as one:
        queue.ask(one, JobKind.PROTECT, ["2026"], office.now_s())
        # SQLite lets one transaction write at a time anyway.
        if office.engine.dialect.name == "postgresql":
            with transaction(office.engine) as other:
                queue.ask(other, JobKind.PROTECT, ["2026"], office.now_s())
        else:
            queue.ask(one, JobKind.PROTECT, ["2026"], office.now_s())

    assert stand(office, JobKind.PROTECT).waits == 2


@pytest.mark.parametrize("batch", [2, 3])
def test_every_waiting_case_is_linked_though_one_was_asked_for_again_and_again(
    tablet: FieldTablet, batch: int
) -> None:
    office = tablet.office
    first = min(send_cases(tablet, 5))
    with transaction(office.engine) as connection:
        connection.execute(delete(Job).where(Job.subject == first))
        for _ in range(3):
            # Due before all others: the rows of this one fill a batch.
            queue.ask(connection, JobKind.LINK, [first], office.now_s(), within_s=-1)

    recount.link_what_waits(office, batch)

    assert stand(office, JobKind.LINK).waits == 0
    with reading(office.engine) as connection:
        assert None not in set(connection.scalars(select(CaseRecord.person_id)))
    assert check(office) == []


def test_what_is_asked_for_again_while_it_runs_is_done_again(office: Office) -> None:
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        queue.ask(connection, JobKind.PROTECT, ["2026"], now_s)
        queue.ask(connection, JobKind.PROTECT, ["2026"], now_s)
        job = queue.due(connection, JobKind.PROTECT, now_s)
        assert job is not None
        queue.begin(connection, JobKind.PROTECT, job, now_s)
    assert stand(office, JobKind.PROTECT).runs == 1

    with transaction(office.engine) as connection:
        queue.ask(connection, JobKind.PROTECT, ["2026"], now_s)
    with transaction(office.engine) as connection:
        queue.finished(connection, JobKind.PROTECT, job)

    assert (stand(office, JobKind.PROTECT).waits, stand(office, JobKind.PROTECT).runs) == (1, 0)
    with transaction(office.engine) as connection:
        job = queue.due(connection, JobKind.PROTECT, now_s)
        assert job is not None
        assert job.tries == 0
        queue.finished(connection, JobKind.PROTECT, job)
        assert queue.due(connection, JobKind.PROTECT, now_s) is None


def test_a_job_that_fails_pauses_longer_each_time_and_is_put_aside_with_its_reason(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def fails(_: Office, about: str) -> None:
        tried.append(about)
        raise ValueError("MARKERVALUE")

    monkeypatch.setattr(worker, "DOES", {**DOES, JobKind.PROTECT: fails})
    with transaction(office.engine) as connection:
        queue.ask(connection, JobKind.PROTECT, ["2026"], office.now_s())
    pauses = []
    for _ in range(queue.MOST_TRIES):
        assert Worker(office).step(JobKind.PROTECT)
        with reading(office.engine) as connection:
            due_at_s = connection.scalar(select(Job.due_at_s)) or 0
        pauses.append(due_at_s - office.now_s())
        assert not Worker(office).step(JobKind.PROTECT)
        later(office, seconds=pauses[-1])

    assert pauses[:4] == [5, 20, 80, 320]
    assert tried == ["2026"] * queue.MOST_TRIES
    assert stand(office, JobKind.PROTECT).put_aside == 1
    with reading(office.engine) as connection:
        (listed,) = queue.listed(connection, office.now_s())
    assert (listed.state, listed.reason, listed.tries) == ("put_aside", "ValueError", 5)
    assert "1 jobs of the kind protect were put aside" in " ".join(check(office))

    # Asked for again it is tried again, and goes when it is done.
    with transaction(office.engine) as connection:
        queue.ask(connection, JobKind.PROTECT, ["2026"], office.now_s())
    monkeypatch.undo()
    assert Worker(office).step(JobKind.PROTECT)
    assert stand(office, JobKind.PROTECT) == JobsWaiting(JobKind.PROTECT, 0, 0, 0, 0, 0)


def test_one_poisoned_case_is_put_aside_while_the_others_are_linked(
    tablet: FieldTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = tablet.office
    good = send_cases(tablet, 5)
    visit = tablet.visit()
    bad = tablet.case(visit, somebody(77))
    tablet.send(visit, bad)
    good += send_cases(tablet, 4)
    follow = generations.follow

    def poisoned(
        office: Office, connection: Connection, moves: PersonMoves, may_write: bool
    ) -> generations.Following | None:
        if bad.record_id in moves.person_ids:
            raise ArithmeticError("MARKERVALUE")
        return follow(office, connection, moves, may_write)

    monkeypatch.setattr(generations, "follow", poisoned)
    work_off(office)

    with reading(office.engine) as connection:
        persons = dict(connection.execute(select(CaseRecord.record_id, CaseRecord.person_id)).all())
    assert all(persons[case] for case in good)
    assert persons[bad.record_id] is None
    for _ in range(queue.MOST_TRIES):
        later(office, hours=1)
        work_off(office)
    assert stand(office, JobKind.LINK) == JobsWaiting(JobKind.LINK, 0, 0, 0, 1, 0)
    with reading(office.engine) as connection:
        assert queue.listed(connection, office.now_s())[0].reason == "ArithmeticError"

    monkeypatch.undo()
    with transaction(office.engine) as connection:
        assert queue.try_again(connection, office.now_s()) == 1
    work_off(office)
    assert check(office) == []


def test_damaged_month_of_one_visit_hides_no_period_and_stops_nothing(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    (bad,) = send_cases(tablet, 1)
    work_off(lite)
    with transaction(lite.engine) as connection:
        connection.execute(update(VisitRecord).values(month="rotten!"))
    good = send_cases(tablet, 3)

    work_off(lite)

    assert national.kept_periods(lite) == ["2026"]
    with reading(lite.engine) as connection:
        persons = dict(connection.execute(select(CaseRecord.record_id, CaseRecord.person_id)).all())
    assert all(persons[case] for case in good)
    assert bad in " ".join(check(lite)), "the doctor names it"


def test_job_of_a_worker_that_died_is_done_again(office: Office) -> None:
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        queue.ask(connection, JobKind.AUDIT, [""], now_s)
        job = queue.due(connection, JobKind.AUDIT, now_s)
        assert job is not None
        queue.begin(connection, JobKind.AUDIT, job, now_s)
    # And nothing more is ever heard of that worker.
    assert not Worker(office).step(JobKind.AUDIT)
    later(office, seconds=6)

    assert Worker(office).step(JobKind.AUDIT)
    assert stand(office, JobKind.AUDIT) == JobsWaiting(JobKind.AUDIT, 0, 0, 0, 0, 0)


def test_each_kind_is_done_by_one_worker_at_a_time(office: Office) -> None:
    with transaction(office.engine) as connection:
        queue.ask(connection, JobKind.AUDIT, [""], office.now_s())
        queue.ask(connection, JobKind.FIGURES, [""], office.now_s())
    with turn(office.engine, Lock.JOBS, list(JobKind).index(JobKind.AUDIT)) as ours:
        assert ours
        assert not Worker(office).step(JobKind.AUDIT)
        assert Worker(office).step(JobKind.FIGURES), "another kind is another turn"

    assert Worker(office).step(JobKind.AUDIT)


def test_linking_holds_the_write_lock_for_moments(tablet: FieldTablet) -> None:
    office = tablet.office
    for _ in range(3):
        visit = tablet.visit()
        tablet.send(visit, *(tablet.case(visit, somebody(one)) for one in range(40)))
    one = Worker(office)
    held = []
    while one.step(JobKind.LINK):
        held.append(one._pace.batch)

    assert stand(office, JobKind.LINK).waits == 0
    assert len(held) >= 3, "all at once would hold it long"
    assert HOLD_S < 0.05


def test_worker_stops_when_it_is_told_and_does_what_is_due_by_time(lite: Office) -> None:
    stop = threading.Event()
    running = threading.Thread(target=Worker(lite).run, args=(stop,))
    running.start()
    try:
        for _ in range(int(PATIENCE_S / 0.05)):
            if stand(lite, JobKind.FIGURES).waits == 0 and _has_figures(lite):
                break
            stop.wait(0.05)
        assert _has_figures(lite), "what is due by time is done by itself"
    finally:
        stop.set()
        running.join(PATIENCE_S)
    assert not running.is_alive()


def _has_figures(office: Office) -> bool:
    with reading(office.engine) as connection:
        return figures.kept(connection) is not None


def test_tables_are_made_again_when_the_threshold_changes(lite: Office) -> None:
    office = lite
    send_cases(FieldTablet.enrol(office), 7)
    work_off(office)
    assert national.kept_periods(office) == ["2026"]

    office.config = replace(office.config, threshold=5)
    assert national.kept_periods(office) == []
    schedule.ask_for_what_is_due(office)
    work_off(office)

    assert national.kept_tables(office, "2026").threshold == 5


def test_tables_of_a_period_go_with_its_last_visit(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    visit = tablet.visit()
    tablet.send(visit)
    work_off(lite)
    assert national.kept_periods(lite) == ["2026"]

    tablet.send(taken_back(tablet, visit))
    work_off(lite)

    assert national.kept_periods(lite) == []


def test_command_tells_how_the_jobs_stand_and_lets_them_be_tried_again(
    lite: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALLY87_FOLDER", str(lite.config.folder))
    send_cases(FieldTablet.enrol(lite), 2)
    now_s = lite.now_s()
    with transaction(lite.engine) as connection:
        queue.ask(connection, JobKind.PROTECT, ["1999"], now_s)
        for _ in range(queue.MOST_TRIES):
            queue.failed(connection, JobKind.PROTECT, "1999", "NotSafe", now_s)

    told = CliRunner().invoke(main, ["jobs", "--json"])
    assert told.exit_code == 0, told.output
    said = json.loads(told.output)
    assert {one["kind"]: one["waits"] for one in said["kinds"]}["link"] == 2
    assert said["jobs"][0]["reason"] == "NotSafe"
    assert "protect 1999: put_aside" in CliRunner().invoke(main, ["jobs"]).output

    assert "1 jobs" in CliRunner().invoke(main, ["jobs", "--try-again"]).output
    assert CliRunner().invoke(main, ["work", "--once"]).exit_code == 0
    assert stand(lite, JobKind.LINK).waits == 0


def test_tables_rest_while_records_keep_coming_and_linking_does_not(tablet: FieldTablet) -> None:
    office, one = tablet.office, Worker(tablet.office)
    send_cases(tablet, 2)
    later(office, seconds=60)
    assert one.step(JobKind.LINK)
    later(office, seconds=60)
    assert one.step(JobKind.PROTECT)
    send_cases(tablet, 2)
    later(office, seconds=60)

    assert one.step(JobKind.LINK)
    assert not one.step(JobKind.PROTECT), "it has rested a moment only"
    assert one.step(JobKind.PROTECT, office.now_s()), "who asks for it now gets it"


@pytest.mark.parametrize("kind", queue.LONGEST_S)
def test_what_is_worked_out_from_all_records_waits_until_they_pause_but_never_for_long(
    tablet: FieldTablet, kind: JobKind
) -> None:
    office = tablet.office
    one = Worker(office, monotonic=lambda: float(office.now_s()))
    began_s, worked_s = office.now_s(), list[int]()
    # Half an hour in which something comes every nine seconds.
    for _ in range(200):
        with transaction(office.engine) as connection:
            queue.ask(connection, JobKind.PROTECT, ["2026"], office.now_s(), queue.PROTECT_WITHIN_S)
            queue.ask(connection, JobKind.FIGURES, [""], office.now_s(), queue.FIGURES_WITHIN_S)
        later(office, seconds=9)
        if one.step(kind):
            worked_s.append(office.now_s() - began_s)
    assert [at_s // queue.LONGEST_S[kind] for at_s in worked_s] == [1, 2]

    later(office, seconds=queue.FIGURES_WITHIN_S)
    assert one.step(kind), "nothing more comes"
    assert not one.step(kind), "and then it is done"
