"""A person no longer wants to be in the register: what was said goes, at once and everywhere."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, select

from server.db.engine import reading
from server.db.schema import whole_schema
from server.intake import tablet_quarantine
from server.intake.model import (
    CaseCodes,
    CaseRecord,
    CodeSharer,
    Conflict,
    RecordRevision,
    VisitRecord,
)
from server.jobs.worker import work_off
from server.office import Office
from server.stewardship import doctor
from server.tables.model import CountedCase, CountedVisit, TableCell, VisitCell
from shared.lifecycle import CONSENT_WITHDRAWN
from shared.wire.records import Record
from tests.server.field import NOW, FieldTablet, somebody, words


def later(tablet: FieldTablet, record: Record, **changes: object) -> Record:
    """The next revision."""
    mark = tablet.mark(record)
    return replace(
        record,
        revision=record.revision + 1,
        ancestors=(*record.ancestors, mark),
        **changes,  # type: ignore[arg-type]
    )


def withdrawn(tablet: FieldTablet, record: Record, reason: str = CONSENT_WITHDRAWN) -> Record:
    return later(tablet, record, content={}, classes={}, linkage=(), withdrawn=reason)


def contents(office: Office, record: Record) -> list[bytes | None]:
    with reading(office.engine) as connection:
        query = select(RecordRevision.canonical).where(RecordRevision.record_id == record.record_id)
        return list(connection.scalars(query.order_by(RecordRevision.revision)))


def kept_in_conflict(office: Office) -> list[tuple[object, ...]]:
    """Content and codes of every revision that waits for a person."""
    with reading(office.engine) as connection:
        return [
            tuple(row) for row in connection.execute(select(Conflict.canonical, Conflict.codes))
        ]


def test_every_revision_is_emptied_and_the_fingerprints_stay(
    office: Office, tablet: FieldTablet
) -> None:
    visit = tablet.visit()
    first = tablet.case(visit, somebody(1))
    second = later(tablet, first, content={**first.content, "work_hours": 31.0})
    other = tablet.case(visit, somebody(2))
    tablet.send(visit, first, other)
    tablet.send(second)
    work_off(office)

    assert words(tablet.send(withdrawn(tablet, second))) == ["accepted"]
    work_off(office)

    assert contents(office, first) == [b"", b"", b""]
    assert contents(office, other) != [b""]
    with reading(office.engine) as connection:
        row = connection.execute(
            select(CaseRecord.__table__).where(CaseRecord.record_id == first.record_id)
        ).one()
        assert (row.withdrawn, row.content, row.classes, row.person_id) == (True, None, None, None)
        for table in (CaseCodes, CodeSharer):
            codes = select(func.count()).where(table.record_id == first.record_id)
            assert connection.scalar(codes) == 0
    assert doctor.check(office) == []
    # The same bytes get the answers they got.
    assert words(tablet.send(first, second)) == words(tablet.send(first, second))
    assert contents(office, first) == [b"", b"", b""]


def test_another_reason_keeps_what_was_recorded(office: Office, tablet: FieldTablet) -> None:
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))
    tablet.send(visit, case, withdrawn(tablet, case, "recorded_twice"))

    assert b"" not in contents(office, case)


def test_copy_in_conflict_goes_too_whenever_it_comes(office: Office, tablet: FieldTablet) -> None:
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))
    early, late = (
        replace(case, content={**case.content, "work_hours": hours}) for hours in (33.0, 34.0)
    )
    tablet.send(visit, case)
    assert words(tablet.send(early)) == ["conflict"]
    tablet.send(withdrawn(tablet, case))
    assert words(tablet.send(late)) == ["conflict"]

    with reading(office.engine) as connection:
        assert list(connection.scalars(select(Conflict.canonical))) == [None, None]


def test_nothing_that_says_more_follows_it(office: Office, tablet: FieldTablet) -> None:
    """Whatever a tablet sends, one that is faulty or altered too: the person is not counted again,
    and what it says waits for nobody. Another withdrawal may follow, and changes nothing."""
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))
    gone = withdrawn(tablet, case)
    tablet.send(visit, case, gone)
    again = replace(
        later(tablet, gone, withdrawn=None, content=case.content),
        classes=case.classes,
        linkage=case.linkage,
    )
    twice = later(tablet, gone, withdrawn="recorded_twice")
    after_both = replace(later(tablet, twice, withdrawn=None, content=case.content))

    for sent in (again, again):
        assert words(tablet.send(sent)) == ["conflict"]
    assert words(tablet.send(twice)) == ["accepted"]
    assert words(tablet.send(after_both)) == ["conflict"]
    work_off(office)

    assert [bool(one) for one in contents(office, case)] == [False, False, False]
    with reading(office.engine) as connection:
        assert not any(connection.scalars(select(Conflict.canonical)))
        counts = select(CaseRecord.withdrawn).where(CaseRecord.record_id == case.record_id)
        assert connection.scalar(counts) is True
        codes = select(func.count()).where(CaseCodes.record_id == case.record_id)
        assert connection.scalar(codes) == 0
    assert doctor.check(office) == []


def test_tablet_put_aside_empties_nothing_until_it_is_brought_back(
    office: Office, tablet: FieldTablet
) -> None:
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))
    tablet.send(visit, case)
    tablet_id = tablet.membership.tablet_id
    tablet_quarantine.put_aside(office, tablet_id, int(NOW.timestamp()) + 1, "test")
    office.clock.now = NOW.replace(hour=13)  # type: ignore[attr-defined]
    tablet.send(withdrawn(tablet, case))
    assert b"" not in contents(office, case)

    tablet_quarantine.bring_back(office, tablet_id, "test")
    work_off(office)

    assert contents(office, case) == [b"", b""]
    assert doctor.check(office) == []


def test_no_table_holds_what_was_said_any_more(office: Office) -> None:
    tablet = FieldTablet.enrol(office, seed=31)
    twin = FieldTablet.enrol(office, officer=1, seed=32)
    visit, beside = tablet.visit(), twin.visit()
    case, same = tablet.case(visit, somebody(1)), twin.case(beside, somebody(1))
    tablet.send(visit, case)
    twin.send(beside, same)
    work_off(office)
    tablet.send(withdrawn(tablet, case))
    work_off(office)

    held = {}
    with reading(office.engine) as connection:
        for table in whole_schema().sorted_tables:
            for row in connection.execute(select(table)):
                if case.record_id in map(str, row):
                    held.setdefault(table.name, []).append(row)
    assert set(held) <= {"record_head", "record_revision", "case_record", "person_link"}
    # The register keeps that a link was, with its end; none stands.
    assert all(row.ended_at_s is not None for row in held.get("person_link", ()))


def test_copy_of_a_tablet_put_aside_is_emptied_where_the_consent_was_withdrawn_before(
    office: Office, tablet: FieldTablet
) -> None:
    """It came too late to say anything more: also once the tablet is brought back."""
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))
    tablet.send(visit, case)
    tablet.send(withdrawn(tablet, case))
    tablet_id = tablet.membership.tablet_id
    tablet_quarantine.put_aside(office, tablet_id, int(NOW.timestamp()) + 1, "test")
    office.clock.now = NOW.replace(hour=13)  # type: ignore[attr-defined]
    late = replace(case, content={**case.content, "work_hours": 34.0})

    assert words(tablet.send(late)) == ["conflict"]

    assert kept_in_conflict(office) == [(None, None)]
    tablet_quarantine.bring_back(office, tablet_id, "test")
    assert kept_in_conflict(office) == [(None, None)]


def test_withdrawal_that_is_put_aside_empties_nothing_when_another_tablet_sends_a_copy(
    office: Office,
) -> None:
    """Both are of one officer: a tablet that was lost, and the one that took its place."""
    lost, tablet = (FieldTablet.enrol(office, seed=seed) for seed in (31, 32))
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))
    tablet.send(visit, case)
    tablet_quarantine.put_aside(office, lost.membership.tablet_id, 0, "test")
    lost.send(withdrawn(lost, case))
    copy = replace(case, content={**case.content, "work_hours": 34.0})

    assert words(tablet.send(copy)) == ["conflict"]

    assert b"" not in contents(office, case)
    assert None not in kept_in_conflict(office)[0]


def test_withdrawal_of_a_tablet_brought_back_is_followed_though_another_stays_aside(
    office: Office,
) -> None:
    lost, tablet = (FieldTablet.enrol(office, seed=seed) for seed in (31, 32))
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))
    tablet.send(visit, case)
    for one in (lost, tablet):
        tablet_quarantine.put_aside(office, one.membership.tablet_id, 0, "test")
    lost.send(withdrawn(lost, case))

    tablet_quarantine.bring_back(office, lost.membership.tablet_id, "test")

    assert contents(office, case) == [b"", b""]


def test_what_is_empty_stays_empty_when_its_withdrawal_is_put_aside(
    office: Office, tablet: FieldTablet
) -> None:
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))
    tablet.send(visit, case, withdrawn(tablet, case))
    tablet_quarantine.put_aside(office, tablet.membership.tablet_id, 0, "test")
    late = replace(case, content={**case.content, "work_hours": 34.0})

    assert words(tablet.send(late)) == ["conflict"]

    assert contents(office, case) == [b"", b""]
    assert kept_in_conflict(office) == [(None, None)]


def test_no_table_holds_what_was_said_of_a_visit_without_consent(office: Office) -> None:
    tablet = FieldTablet.enrol(office, seed=31)
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))
    tablet.send(visit, case)
    work_off(office)
    tablet.send(withdrawn(tablet, visit), withdrawn(tablet, case))
    work_off(office)

    assert contents(office, visit) == [b"", b""]
    with reading(office.engine) as connection:
        row = connection.execute(select(VisitRecord.__table__)).one()
        assert (row.withdrawn, row.month, row.area, row.content) == (True, None, None, None)
        for table in (CountedCase, CountedVisit, TableCell, VisitCell):
            assert connection.scalar(select(func.count()).select_from(table)) == 0, table
    assert doctor.check(office) == []
