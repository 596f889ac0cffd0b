"""Parcels of which nothing can be read: answered once and for all, and noted by their hashes."""

from __future__ import annotations

from sqlalchemy import func, select

from server.db.engine import reading
from server.intake.model import UnreadableRecord
from server.office import Office
from tests.server.field import FieldTablet, codes_of


def test_parcel_without_a_readable_record_is_answered_and_counted_once(office: Office) -> None:
    tablet = FieldTablet.enrol(office)
    for _ in range(2):
        receipt = tablet.send(b"\x00garbage", b"\x00other")
        assert codes_of(receipt) == [["record.unreadable"]] * 2

    with reading(office.engine) as connection:
        noted = connection.scalar(select(func.count()).select_from(UnreadableRecord))
    assert noted == 2
