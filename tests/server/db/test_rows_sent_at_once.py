"""Rows that are sent together come back as they were, whatever stands in them."""

from __future__ import annotations

from sqlalchemy import select

from server.db.engine import reading, transaction
from server.db.upsert import insert_all, upsert
from server.intake.model import QuarantinedParcel
from server.office import Office
from server.programme.model import QuestionnaireVersion
from tests.server.field import FieldTablet

AWKWARD = (
    *("", "NULL", "null", "{}", "{a,b}", ",", '"', '\\"', "\\", "\\\\n", " ", "\n\t\r", "'"),
    *(":name", "%s", "%(name)s", "\u200f", "ঢাকা", "\U0001f9d2", "\\x00", "$1", "}'; --"),
)


def test_texts_and_documents_come_back_as_they_were(office: Office) -> None:
    rows = [
        {
            "digest": f"{place:032x}",
            "version": text,
            "first_seen_at_s": place,
            "languages": [text, {text: None}, [True, 1.5, -(2**40)]],
        }
        for place, text in enumerate(AWKWARD)
    ]
    with transaction(office.engine) as connection:
        insert_all(connection, QuestionnaireVersion, rows)
        upsert(connection, QuestionnaireVersion, ("digest",), rows)
    query = select(QuestionnaireVersion.__table__).order_by(QuestionnaireVersion.first_seen_at_s)
    with reading(office.engine) as connection:
        found = [dict(row) for row in connection.execute(query).mappings()]

    assert [row for row in found if row["digest"] in {one["digest"] for one in rows}] == rows


def test_bytes_numbers_and_nothing_come_back_as_they_were(tablet: FieldTablet) -> None:
    rows = [
        {
            "parcel_id": f"{place:032x}",
            "tablet_id": tablet.membership.tablet_id,
            "received_at_s": (-1) ** place * place * 10**15,
            "reason": "tablet_revoked",
            "data": data,
            "record_count": None if place % 2 else place,
        }
        for place, data in enumerate((b"", b"\x00", bytes(range(256)), b"\\", b'"', b"NULL"))
    ]
    with transaction(tablet.office.engine) as connection:
        insert_all(connection, QuarantinedParcel, rows)
    columns = [getattr(QuarantinedParcel, name) for name in rows[0]]
    query = select(*columns).order_by(QuarantinedParcel.parcel_id)
    with reading(tablet.office.engine) as connection:
        found = [dict(row) for row in connection.execute(query).mappings()]

    assert found == rows
