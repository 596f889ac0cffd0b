"""An immediate danger goes to the office although the tablet was locked in the next second."""

from __future__ import annotations

import pytest

from mobile.platform.network import NetworkState
from mobile.sending.alarms_while_locked import AlarmsWhileLocked
from mobile.tablet import Session
from mobile.transport.http import NotAccepted, TimedOut
from shared.identifiers import RecordId
from tests.mobile.conftest import Clock
from tests.mobile.interviews import MARKERS, finalised_case, record_case, record_visit
from tests.mobile.office import MemoryOffice
from tests.mobile.sending.test_autosend import NONE, WIFI, HandedTime


@pytest.fixture
def time_(clock: Clock) -> HandedTime:
    return HandedTime(clock)


def locked(
    session: Session, office: MemoryOffice, time_: HandedTime, network: NetworkState = WIFI
) -> AlarmsWhileLocked:
    """What goes on after the keys are forgotten."""
    alarms = AlarmsWhileLocked(time_.clock, lambda: 0.5, later=time_.later, run=time_.run)
    sealed = session.sealed_alarms()
    session.lock()
    alarms.take_over(lambda: office, sealed, network)
    time_.pass_by()
    return alarms


def in_danger(session: Session) -> RecordId:
    visit_id = record_visit(session.casework)
    case_id = record_case(session.casework, visit_id)
    return session.casework.raise_danger(visit_id, case_id)


def test_alarm_and_its_visit_go_and_nothing_else_does(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    other = finalised_case(session.casework)
    case_id = in_danger(session)
    visit_id = session.casework.row(case_id).visit_id

    alarms = locked(session, office, time_)

    assert alarms.left == 0
    assert set(office.accepted()) == {case_id, visit_id}
    assert other not in office.accepted()
    assert office.newest(case_id).danger


def test_what_is_held_for_a_locked_tablet_is_sealed(session: Session, office: MemoryOffice) -> None:
    in_danger(session)
    sealed = b"".join(session.sealed_alarms())

    assert sealed
    assert not [one for one in MARKERS if one.encode() in sealed]


def test_alarm_waits_for_the_network_and_is_tried_until_it_is_answered(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    case_id = in_danger(session)
    alarms = locked(session, office, time_, NONE)
    time_.pass_by(3600)
    assert office.requests == 0

    office.before = [TimedOut()]
    alarms.network_is(WIFI)
    time_.pass_by()
    assert (alarms.left, office.accepted()) == (2, {})
    time_.pass_by(60)

    assert alarms.left == 0
    assert case_id in office.accepted()


def test_parcel_the_office_refuses_holds_up_none_behind_it(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    case_id = in_danger(session)
    office.before = [NotAccepted()]

    alarms = locked(session, office, time_)

    assert alarms.left == 1
    assert case_id in office.accepted()


def test_nothing_is_tried_after_the_tablet_was_unlocked_again(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    in_danger(session)
    alarms = locked(session, office, time_, NONE)

    alarms.give_back()
    alarms.network_is(WIFI)
    time_.pass_by(3600)

    assert office.requests == 0


def test_alarm_the_office_has_is_not_sent_again(session: Session, office: MemoryOffice) -> None:
    in_danger(session)
    session.sending.send()

    assert session.sealed_alarms() == []
