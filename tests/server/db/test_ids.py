"""Ids are sixteen bytes on PostgreSQL and digits everywhere else; what is no id is nobody's."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, text, update

from server.db.among import among
from server.db.engine import reading, transaction
from server.intake.model import CaseCodes, CaseRecord, Parcel, RecordHead
from server.office import Office
from server.reference.in_force import reference_of
from server.stewardship import doctor, history
from server.tables import recount
from tests.server.field import FieldTablet, somebody

NO_IDS = ("", "banana", "A" * 32, "g" * 32, "0" * 31, "'; drop table person; --")


@pytest.fixture
def counted(office: Office, tablet: FieldTablet) -> str:
    visit = tablet.visit()
    case = tablet.case(visit, somebody(1))
    tablet.send(visit, case)
    recount.link_what_waits(office)
    return case.record_id


def test_id_is_given_back_as_the_digits_it_came_with(office: Office, counted: str) -> None:
    with reading(office.engine) as connection:
        kept = connection.execute(select(CaseRecord.record_id, CaseRecord.person_id)).one()
        plain = connection.execute(text("select record_id from case_record")).scalar_one()

    assert tuple(kept) == (counted, counted)
    assert plain == counted


def test_what_is_no_id_finds_nothing_and_breaks_nothing(office: Office, counted: str) -> None:
    some = select(CaseRecord.record_id).where(among(CaseRecord.record_id, "cases"))
    with reading(office.engine) as connection:
        for nobody in NO_IDS:
            head = select(RecordHead.kind).where(RecordHead.record_id == nobody)
            assert connection.scalar(head) is None
            assert history.history(connection, reference_of(office), nobody) is None
        assert list(connection.scalars(some, {"cases": [*NO_IDS, counted]})) == [counted]
        after_nobody = select(CaseRecord.record_id).where(CaseRecord.record_id > "")
        assert list(connection.scalars(after_nobody)) == [counted]


def test_doctor_names_rows_that_refer_to_what_is_not_there(office: Office, counted: str) -> None:
    assert doctor.check(office) == []
    with transaction(office.engine) as connection:
        connection.execute(delete(Parcel))
        connection.execute(update(CaseRecord).values(organisation_number=87))
        connection.execute(update(CaseCodes).values(record_id="f" * 32))

    found = doctor.check(office)

    for rows, of in (
        ("2 rows of record_revision", "parcel"),
        ("1 rows of case_record", "organisation"),
        ("1 rows of case_codes", "record_head"),
    ):
        assert f"{rows} refer to rows of {of} that are not there." in found
