"""Answers are kept once, in a record's own bytes: whoever counts reads them there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import String, cast, func, select, text, update

from server.db.engine import reading, transaction
from server.db.migrate import migrate
from server.db.schema import whole_schema
from server.db.squeezed import unsqueezed
from server.intake.model import CaseRecord, Conflict, RecordRevision, VisitRecord
from server.office import Office
from server.operations import retention
from server.stewardship.doctor import check
from server.tables import generations, recount
from server.tables.contributions import TableCellKey
from shared.errors import ServiceError
from shared.lifecycle import CONSENT_WITHDRAWN
from shared.wire import cbor
from shared.wire.records import Record
from tests.server.field import Clock, FieldTablet
from tests.server.intake.test_consent_withdrawn import later
from tests.server.intake.test_intake import somebody, words
from tests.server.intake.test_reclassify import CONSTRUCTION, WEAVING, afresh, kept, visit_to

BEFORE = "0036"


def spread_out(office: Office) -> dict[str, dict[str, Any]]:
    """The columns beside the revisions, by record."""
    found: dict[str, dict[str, Any]] = {}
    with reading(office.engine) as connection:
        for query in (
            select(CaseRecord.record_id, CaseRecord.content, CaseRecord.classes),
            select(VisitRecord.record_id, VisitRecord.content),
        ):
            for row in connection.execute(query).mappings():
                found[row["record_id"]] = dict(row)
    return found


def cells(office: Office) -> dict[TableCellKey, int]:
    """Every kept cell, after all that is in the register was counted afresh."""
    recount.link_what_waits(office)
    return dict(generations.recount(office, at_once=True))


def brought(office: Office) -> tuple[Record, Record, Record]:
    """A visit and two cases; of the second the office has other classes than the tablet, as its
    visit was corrected after it."""
    tablet = FieldTablet.enrol(office, 1)
    visit = visit_to(tablet, WEAVING)
    one, other = tablet.case(visit, somebody(1)), tablet.case(visit, somebody(2))
    other = replace(other, classes=one.classes)
    assert words(tablet.send(visit, one, other)) == ["accepted"] * 3
    corrected = later(tablet, visit, content={**visit.content, "activity": CONSTRUCTION})
    assert words(tablet.send(corrected)) == ["accepted"]
    recount.link_what_waits(office)
    return corrected, one, other


def test_what_a_revision_says_is_not_kept_a_second_time(office: Office) -> None:
    visit, one, other = brought(office)

    rows = spread_out(office)
    assert rows[visit.record_id]["content"] is None
    assert rows[one.record_id]["content"] is rows[other.record_id]["content"] is None
    assert kept(office) == afresh(office)
    assert check(office) == []


def test_answers_are_spread_out_again_on_the_way_back_and_go_on_the_way_forward(
    office: Office,
) -> None:
    visit, one, other = brought(office)
    counted, classes, rows = cells(office), kept(office), spread_out(office)
    assert counted

    migrate(office.engine, BEFORE)
    for record in (visit, one, other):
        row = spread_out(office)[record.record_id]
        said = {n: tuple(v) if isinstance(v, list) else v for n, v in row["content"].items()}
        assert said == dict(record.content)
        if record is not visit:
            assert row["classes"] == classes[record.record_id][1]
    migrate(office.engine)

    assert spread_out(office) == rows
    assert (cells(office), kept(office)) == (counted, classes)
    assert check(office) == []


def test_a_record_whose_questionnaire_is_lost_keeps_what_was_spread_out(office: Office) -> None:
    visit, one, _ = brought(office)
    migrate(office.engine, BEFORE)
    lose_questionnaire(office, one)
    migrate(office.engine)

    rows = spread_out(office)
    assert rows[one.record_id]["content"]["sex"] == one.content["sex"]
    assert rows[visit.record_id]["content"] is None
    migrate(office.engine, BEFORE)
    assert spread_out(office)[one.record_id]["content"]["sex"] == one.content["sex"]


def test_nothing_changes_on_the_way_back_when_answers_cannot_be_spread_out(office: Office) -> None:
    visit, one, _ = brought(office)
    lose_questionnaire(office, one)
    before = spread_out(office)

    with pytest.raises(ServiceError, match="stays as it is"):
        migrate(office.engine, BEFORE)

    assert spread_out(office) == before
    assert spread_out(office)[visit.record_id]["content"] is None


def raw(office: Office) -> bytes:
    """Every row of every table as the database holds it, answers opened where they are squeezed."""
    found: list[bytes] = []
    with reading(office.engine) as connection:
        for table in whole_schema().sorted_tables:
            for row in connection.execute(text(f'select * from "{table.name}"')):
                for value in row:
                    if isinstance(value, bytes | memoryview):
                        kept = bytes(value)
                        found += {kept, unsqueezed(kept, "record"), unsqueezed(kept, "said")}
                    else:
                        found.append(str(value).encode())
    return b"\n".join(found)


def said_anywhere(office: Office, number: str) -> int:
    """In how many places this number stands, as text or as records spell it."""
    every = raw(office)
    return every.count(number.encode()) + every.count(cbor.encode(Decimal(number)))


def test_no_copy_is_left_of_what_somebody_said_who_withdraws_consent(office: Office) -> None:
    tablet = FieldTablet.enrol(office, 1)
    visit = visit_to(tablet, WEAVING)
    one, other = tablet.case(visit, somebody(1)), tablet.case(visit, somebody(2))
    first = replace(one, content={**one.content, "work_hours": 31.37})
    again = later(tablet, first, content={**first.content, "sex": "male"})
    waiting = replace(again, content={**first.content, "worked_other_paid": "yes"})
    other = replace(other, content={**other.content, "work_hours": 33.41})
    tablet.send(visit, first, other)
    assert words(tablet.send(again)) == ["accepted"]
    assert words(tablet.send(waiting)) == ["conflict"]
    recount.link_what_waits(office)
    assert said_anywhere(office, "31.37") >= 3

    gone = later(tablet, again, content={}, classes={}, linkage=(), withdrawn=CONSENT_WITHDRAWN)
    assert words(tablet.send(gone)) == ["accepted"]
    recount.link_what_waits(office)

    assert said_anywhere(office, "31.37") == 0
    assert said_anywhere(office, "33.41") > 0
    with reading(office.engine) as connection:
        for query in (
            "select canonical from record_revision where record_id = :one",
            "select canonical from conflict where record_id = :one",
            "select said from counted_case where record_id = :one",
            "select content from case_record where record_id = :one",
            "select classes from case_record where record_id = :one",
        ):
            kept = connection.scalars(text(query), {"one": one.record_id}).all()
            assert not any(kept), query


def test_nothing_is_left_of_a_conflict_that_was_decided_longer_ago_than_its_term(
    office: Office,
) -> None:
    tablet = FieldTablet.enrol(office, 1)
    visit = visit_to(tablet, WEAVING)
    one = tablet.case(visit, somebody(1))
    tablet.send(visit, one)
    differs = replace(one, content={**one.content, "work_hours": 31.37})
    assert words(tablet.send(differs)) == ["conflict"]
    assert said_anywhere(office, "31.37") == 1
    with transaction(office.engine) as connection:
        connection.execute(update(Conflict).values(decided_at_s=office.now_s()))
    assert isinstance(office.clock, Clock)
    office.clock.now = datetime(2036, 6, 1, tzinfo=UTC)

    retention.let_go(office)

    assert said_anywhere(office, "31.37") == 0


def damage(office: Office, column: str, record_id: str) -> None:
    """Has another byte stand in the middle of what is kept squeezed."""
    where = {"one": record_id}
    table, name = column.split(".")
    with transaction(office.engine) as connection:
        found = connection.scalar(text(f"select {name} from {table} where record_id = :one"), where)
        assert found is not None
        data = bytearray(found)
        assert data[0] < 0x20
        data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
        connection.execute(
            text(f"update {table} set {name} = :data where record_id = :one"),
            {**where, "data": bytes(data)},
        )


def test_doctor_names_a_record_whose_squeezed_bytes_are_damaged(office: Office) -> None:
    _, one, _ = brought(office)
    assert check(office) == []

    damage(office, "record_revision.canonical", one.record_id)

    remarks = check(office)
    assert any("cannot be read" in said and one.record_id in said for said in remarks), remarks


def test_doctor_tells_of_counted_words_that_are_damaged_and_a_recount_mends_them(
    office: Office,
) -> None:
    _, one, _ = brought(office)

    damage(office, "counted_case.said", one.record_id)

    (remark,) = check(office)
    assert remark.startswith("Of 1 persons ")
    assert "tally87 tables recount" in remark
    generations.recount(office, at_once=True)
    assert check(office) == []


def lose_questionnaire(office: Office, record: Record) -> None:
    """Has the revisions of that record name a questionnaire that nobody has."""
    with transaction(office.engine) as connection:
        of_the_record = func.replace(cast(RecordRevision.record_id, String), "-", "")
        query = select(RecordRevision.number, RecordRevision.canonical).where(
            of_the_record == record.record_id
        )
        revisions = connection.execute(query).all()
        assert revisions
        for number, canonical in revisions:
            lost = bytes(canonical).replace(bytes.fromhex(record.questionnaire), bytes(8))
            connection.execute(
                text("update record_revision set canonical = :data where number = :number"),
                {"data": lost, "number": number},
            )
