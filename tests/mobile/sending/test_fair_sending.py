"""No record keeps the others back, whatever it does to the office."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mobile.tablet import Session
from mobile.transport.http import ServerFault
from shared.identifiers import RecordId
from shared.wire.parcels import open_parcel
from shared.wire.receipts import Receipt, seal_receipt
from shared.wire.records import decode_record
from tests.mobile.interviews import finalised_case
from tests.mobile.office import MemoryOffice


@contextmanager
def broken_by(office: MemoryOffice, record_id: RecordId) -> Iterator[None]:
    """An office whose program fails whenever this record is in the parcel (simulated)."""
    whole = office.take_in

    def take_in(data: bytes) -> bytes:
        parcel = open_parcel(data, programme_keys=office.keys, tablet_public=office.tablets.get)
        for canonical in parcel.records:
            record = decode_record(canonical, office.reference.questionnaire_by_digest)
            if record.record_id == record_id:
                raise ServerFault
        return whole(data)

    office.take_in = take_in  # type: ignore[method-assign]
    yield
    office.take_in = whole  # type: ignore[method-assign]


def test_danger_record_that_breaks_the_office_does_not_starve_the_others(
    session: Session, office: MemoryOffice
) -> None:
    others = [finalised_case(session.casework) for _ in range(5)]
    poisoned = finalised_case(session.casework, immediate_danger="yes")
    with broken_by(office, poisoned):
        for _ in range(4):
            session.sending.send()

        assert set(others) <= office.accepted().keys()
        for _ in range(8):
            report = session.sending.send()
        assert poisoned in report.stuck

    assert session.sending.send().still_waiting == 0


def test_record_that_breaks_the_office_does_not_starve_the_others(
    session: Session, office: MemoryOffice
) -> None:
    poisoned = finalised_case(session.casework)
    others = [finalised_case(session.casework) for _ in range(5)]
    with broken_by(office, poisoned):
        for _ in range(4):
            session.sending.send()

        assert set(others) <= office.accepted().keys()


def test_receipts_without_an_outcome_end_the_run(session: Session, office: MemoryOffice) -> None:
    finalised_case(session.casework)
    whole = office.take_in

    def take_in(data: bytes) -> bytes:
        parcel = open_parcel(data, programme_keys=office.keys, tablet_public=office.tablets.get)
        return seal_receipt(
            Receipt(parcel.parcel_id, (), office.totals(parcel.tablet_id)),
            programme_keys=office.keys,
            tablet_public=office.tablets[parcel.tablet_id],
            random=office.random_bytes,
        )

    office.take_in = take_in  # type: ignore[method-assign]
    report = session.sending.send()

    assert report.still_waiting == 2
    assert office.requests <= 4
    office.take_in = whole  # type: ignore[method-assign]
    assert session.sending.send().still_waiting == 0
