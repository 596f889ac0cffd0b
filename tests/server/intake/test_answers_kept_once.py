"""Answers are kept once, in a record's own bytes: whoever counts reads them there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text

from server.db.engine import reading, transaction
from server.db.migrate import migrate
from server.intake.model import CaseRecord, RecordRevision, VisitRecord
from server.office import Office
from server.stewardship.doctor import check
from server.tables import generations, recount
from server.tables.contributions import TableCellKey
from shared.errors import ServiceError
from shared.wire.records import Record
from tests.server.field import FieldTablet
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


def lose_questionnaire(office: Office, record: Record) -> None:
    """Has the revisions of that record name a questionnaire that nobody has."""
    with transaction(office.engine) as connection:
        query = select(RecordRevision.number, RecordRevision.canonical).where(
            RecordRevision.record_id == record.record_id
        )
        for number, canonical in connection.execute(query).all():
            lost = bytes(canonical).replace(bytes.fromhex(record.questionnaire), bytes(8))
            connection.execute(
                text("update record_revision set canonical = :data where number = :number"),
                {"data": lost, "number": number},
            )
