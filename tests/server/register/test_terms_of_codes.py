"""Codes are destroyed at the end of their term; who was counted as one person stays one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, func, select

from server import queue
from server.db.engine import reading, transaction
from server.intake.model import CaseCodes, CaseRecord, CodeSharer, Conflict
from server.jobs.worker import work_off
from server.office import Office
from server.operations import retention
from server.queue.model import Job
from server.register.model import SettledPair
from server.staff.model import AuditEntry
from server.stewardship import doctor
from server.tables import declared_counts, pace, recount
from shared.wire.records import Record
from tests.server.field import Clock, FieldTablet, somebody
from tests.server.intake.test_conflicts_decided import same_revision
from tests.server.intake.test_consent_withdrawn import withdrawn


def set_day(office: Office, year: int, month: int = 6) -> None:
    assert isinstance(office.clock, Clock)
    office.clock.now = datetime(year, month, 1, tzinfo=UTC)


def kept(office: Office) -> int:
    with reading(office.engine) as connection:
        tables = (CaseCodes.record_id, CodeSharer.record_id, Conflict.codes)
        return sum(connection.scalar(select(func.count(one))) or 0 for one in tables)


def person_of_each(office: Office) -> dict[str, str | None]:
    recount.link_what_waits(office)
    with reading(office.engine) as connection:
        return dict(connection.execute(select(CaseRecord.record_id, CaseRecord.person_id)).all())


def settled_at(connection: Connection) -> int | None:
    return connection.scalar(select(func.max(SettledPair.settled_at_s)))


def cells(office: Office) -> dict[object, int]:
    with reading(office.engine) as connection:
        newest = declared_counts.newest_generation(connection)
        assert newest is not None
        return dict(declared_counts.all_cells(connection, newest.number))


def test_codes_go_and_every_person_and_count_stands(office: Office) -> None:
    tablets = [FieldTablet.enrol(office, one, one + 5) for one in range(3)]
    for tablet in tablets:
        visit = tablet.visit()
        tablet.send(visit, *(tablet.case(visit, somebody(one)) for one in (1, 2)))
    recount.link_what_waits(office)
    before, counted = person_of_each(office), cells(office)
    assert len(set(before.values())) == 2
    set_day(office, 2031)
    assert retention.let_go(office).gone == []
    assert kept(office) > 0

    set_day(office, 2032)
    assert [one.table for one in retention.let_go(office).gone] == ["case_codes"]

    assert kept(office) == 0
    with reading(office.engine) as connection:
        linking = select(Job.due_at_s).where(Job.kind == "link")
        since = {*connection.scalars(linking), settled_at(connection)}
    assert since == {office.now_s()}, "what was asked for just now is not late"
    assert person_of_each(office) == before
    assert cells(office) == counted
    assert doctor.check(office) == []


def test_who_withdraws_one_record_leaves_the_others_one_person(office: Office) -> None:
    cases: list[tuple[FieldTablet, Record]] = []
    for number in range(3):
        tablet = FieldTablet.enrol(office, number, number + 5)
        visit = tablet.visit()
        cases.append((tablet, tablet.case(visit, somebody(1))))
        tablet.send(visit, cases[-1][1])
    assert len(set(person_of_each(office).values())) == 1
    set_day(office, 2032)
    retention.let_go(office)

    tablet, case = min(cases, key=lambda one: one[1].record_id)
    tablet.send(withdrawn(tablet, case))

    standing = {one for one in person_of_each(office).values() if one is not None}
    assert len(standing) == 1
    assert doctor.check(office) == []


def test_who_is_met_again_joins_the_records_that_still_have_codes(office: Office) -> None:
    old, new = FieldTablet.enrol(office, 0, 5), FieldTablet.enrol(office, 1, 6)
    visit = old.visit()
    first = old.case(visit, somebody(1))
    old.send(visit, first)
    set_day(office, 2028)
    visit = new.visit()
    second = new.case(visit, somebody(1))
    new.send(visit, second)
    assert len(set(person_of_each(office).values())) == 1
    set_day(office, 2032)
    retention.let_go(office)
    third = FieldTablet.enrol(office, 2, 7)
    visit = third.visit()
    third.send(visit, third.case(visit, somebody(1)), third.case(visit, somebody(2)))

    assert (
        sorted(person_of_each(office).values()).count(min(first.record_id, second.record_id)) >= 2
    )
    assert len(set(person_of_each(office).values())) == 2
    assert doctor.check(office) == []


def test_codes_that_wait_with_a_conflict_go_too(lite: Office) -> None:
    same_revision(lite)
    person_of_each(lite)
    with reading(lite.engine) as connection:
        assert connection.scalars(select(Conflict.codes)).all() == [[]]
    set_day(lite, 2032)

    retention.let_go(lite)

    with reading(lite.engine) as connection:
        assert connection.scalars(select(Conflict.codes)).all() == [None]


def test_large_year_of_codes_goes_in_small_transactions_and_several_runs_of_the_job(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = FieldTablet.enrol(office, 0, 5)
    visit = tablet.visit()
    tablet.send(visit, *(tablet.case(visit, somebody(one % 40)) for one in range(80)))
    before = person_of_each(office)
    set_day(office, 2032)
    monkeypatch.setattr(pace, "MOST_IN_A_BATCH", 32)

    first = retention.let_go(office, most_slices=1)

    assert (first.is_whole, [one.rows for one in first.gone]) == (False, [32])
    monkeypatch.setattr(retention, "MOST_SLICES", 1)
    with transaction(office.engine) as connection:
        queue.ask(connection, queue.JobKind.TERMS, [""], office.now_s())
    work_off(office)
    assert kept(office) == 0
    assert person_of_each(office) == before
    with reading(office.engine) as connection:
        ended = select(AuditEntry.details).where(AuditEntry.action == "term_ended")
        rows = [details["rows"] for details in connection.scalars(ended)]
    assert rows == [32, 32, 16]
    assert doctor.check(office) == []
