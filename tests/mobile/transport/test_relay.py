"""The supervisor's road: parcels of others carried to the office, receipts back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mobile.tablet import Session, Tablet
from mobile.transport.http import NoConnection, ServerFault, SignedOut, SlowDown
from shared.errors import ParcelUnreadable
from shared.lifecycle import CaseState
from tests.mobile.conftest import PIN
from tests.mobile.interviews import finalised_case
from tests.mobile.office import MemoryOffice


@pytest.fixture
def supervisor(make_tablet: Callable[..., Tablet], office: MemoryOffice) -> Session:
    session = make_tablet("supervisor").set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    return session


def test_a_case_reaches_the_office_in_another_tablet(
    session: Session, supervisor: Session, office: MemoryOffice, tmp_path: Path
) -> None:
    case_id = finalised_case(session.casework)
    session.sending.save_parcels(tmp_path / "over")

    assert supervisor.relay.take_folder(tmp_path / "over") == 1
    assert supervisor.relay.take_folder(tmp_path / "over") == 1  # twice is once
    delivery = supervisor.relay.deliver()
    supervisor.relay.hand_back(tmp_path / "back")
    report = session.sending.read_receipts(tmp_path / "back")

    assert (delivery.delivered, delivery.problem) == (1, "")
    assert (report.accepted, report.totals_agree) == (2, True)
    assert session.casework.row(case_id).state is CaseState.ACCEPTED
    assert supervisor.relay.load().receipts == 1
    assert supervisor.relay.forget_handed_back() == 1
    assert supervisor.relay.load().receipts == 0
    supervisor.lock()


def test_the_carrier_learns_nothing(
    session: Session, supervisor: Session, office: MemoryOffice, tmp_path: Path
) -> None:
    finalised_case(session.casework)
    (path,) = session.sending.save_parcels(tmp_path)

    supervisor.relay.take(path.read_bytes())

    assert session.membership.tablet_id.encode() not in path.read_bytes()
    assert bytes.fromhex(session.membership.tablet_id) not in path.read_bytes()
    assert supervisor.casework.counts().cases == 0
    supervisor.lock()


def test_a_bad_link_keeps_everything_for_the_next_time(
    session: Session,
    supervisor: Session,
    office: MemoryOffice,
    tmp_path: Path,
    make_tablet: Callable[..., Tablet],
) -> None:
    finalised_case(session.casework)
    session.sending.save_parcels(tmp_path)
    supervisor.relay.take_folder(tmp_path)
    office.after.append(NoConnection())
    lost = supervisor.relay.deliver()
    supervisor.lock()

    again = make_tablet("supervisor").unlock(PIN)
    delivered = again.relay.deliver()

    assert (lost.delivered, lost.problem) == (0, "tablet.no_connection")
    assert delivered.delivered == 1
    assert len(office.accepted()) == 2
    again.lock()


def test_a_parcel_the_office_refuses_does_not_keep_the_others_back(
    session: Session, supervisor: Session, office: MemoryOffice, tmp_path: Path
) -> None:
    for _ in range(2):
        finalised_case(session.casework)
        session.sending.save_parcels(tmp_path)
    supervisor.relay.take_folder(tmp_path)
    office.before.append(SignedOut())

    delivery = supervisor.relay.deliver()

    assert (delivery.delivered, delivery.refused) == (1, 1)
    assert supervisor.relay.load().parcels == 1
    supervisor.lock()


def test_what_is_no_parcel_is_not_taken(supervisor: Session, tmp_path: Path) -> None:
    with pytest.raises(ParcelUnreadable):
        supervisor.relay.take(b"holiday photo")
    supervisor.lock()


def test_carried_parcels_can_go_on_by_stick(
    session: Session, supervisor: Session, office: MemoryOffice, tmp_path: Path
) -> None:
    finalised_case(session.casework)
    session.sending.save_parcels(tmp_path / "over")
    supervisor.relay.take_folder(tmp_path / "over")

    (parcel,) = supervisor.relay.save_parcels(tmp_path / "stick")
    parcel.with_suffix(".receipt").write_bytes(office.take_in(parcel.read_bytes()))

    assert supervisor.relay.read_receipts(tmp_path / "stick") == 1
    assert supervisor.relay.load() == type(supervisor.relay.load())(parcels=0, receipts=1)
    supervisor.lock()


def test_damaged_files_on_the_stick_do_not_keep_the_others_back(
    session: Session, supervisor: Session, tmp_path: Path
) -> None:
    finalised_case(session.casework)
    session.sending.save_parcels(tmp_path)
    (tmp_path / "0.parcel").write_bytes(b"half a parcel")
    (tmp_path / "1.parcel").mkdir()
    (tmp_path / "0.receipt").write_bytes(bytes(1 << 20))
    (tmp_path / "1.receipt").mkdir()

    assert supervisor.relay.take_folder(tmp_path) == 1
    assert supervisor.relay.read_receipts(tmp_path) == 0
    assert session.sending.read_receipts(tmp_path).still_waiting == 2
    supervisor.lock()


def test_parcel_that_breaks_the_office_does_not_keep_the_others_back(
    session: Session, supervisor: Session, office: MemoryOffice, tmp_path: Path
) -> None:
    for number in range(3):
        finalised_case(session.casework)
        session.sending.save_parcels(tmp_path / str(number))
        supervisor.relay.take_folder(tmp_path / str(number))
    office.before.append(ServerFault())

    delivery = supervisor.relay.deliver()

    assert (delivery.delivered, delivery.problem) == (2, "tablet.server_fault")
    assert supervisor.relay.load().parcels == 1
    supervisor.lock()


def test_carrier_goes_no_further_when_the_office_asks_for_patience(
    session: Session, supervisor: Session, office: MemoryOffice, tmp_path: Path
) -> None:
    for number in range(3):
        finalised_case(session.casework)
        session.sending.save_parcels(tmp_path / str(number))
        supervisor.relay.take_folder(tmp_path / str(number))
    office.before.extend([SlowDown(30)] * 3)

    delivery = supervisor.relay.deliver()

    assert (delivery.delivered, delivery.refused, office.requests) == (0, 0, 1)
    assert delivery.problem == "tablet.slow_down"
    supervisor.lock()


def test_tablet_that_used_up_its_quota_does_not_keep_the_others_back(
    session: Session, supervisor: Session, office: MemoryOffice, tmp_path: Path
) -> None:
    for number in range(3):
        finalised_case(session.casework)
        session.sending.save_parcels(tmp_path / str(number))
        supervisor.relay.take_folder(tmp_path / str(number))
    office.before.append(SlowDown(30, of_all=False))

    delivery = supervisor.relay.deliver()

    assert (delivery.delivered, delivery.problem) == (2, "tablet.slow_down")
    assert supervisor.relay.load().parcels == 1
    supervisor.lock()


def test_carrier_reads_that_somebody_else_answered_when_the_reply_is_to_another_parcel(
    session: Session, supervisor: Session, office: MemoryOffice, tmp_path: Path
) -> None:
    finalised_case(session.casework)
    first, second = (session.sending.save_parcels(tmp_path / name)[0] for name in "ab")
    earlier = office.send_parcel(first.read_bytes())

    class AnswersAnother(MemoryOffice):
        def __init__(self) -> None:
            """A link whose replies are one behind."""

        def send_parcel(self, parcel: bytes) -> bytes:
            return earlier

        def close(self) -> None: ...

    supervisor.relay.take(second.read_bytes())
    supervisor.relay._link = AnswersAnother

    delivery = supervisor.relay.deliver()

    assert (delivery.delivered, delivery.problem) == (0, "tablet.not_our_server")
    assert supervisor.relay.load().parcels == 1
    supervisor.lock()
