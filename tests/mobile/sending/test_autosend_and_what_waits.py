"""What the tablet asks for, or holds back, by itself: whether a danger was seen, and
what was withdrawn a moment ago."""

from __future__ import annotations

import pytest

from mobile.sending.autosend import Chosen
from mobile.sending.schedule import NEWS_AFTER_S, SEEN_LONGEST_S, UNDONE_WITHIN_S
from mobile.tablet import Session
from shared.wire.note_kinds import AlarmSeen
from tests.mobile.conftest import Clock
from tests.mobile.interviews import finalised_case
from tests.mobile.office import MemoryOffice
from tests.mobile.sending.test_autosend import MOBILE_DATA, HandedTime, begin


@pytest.fixture
def time_(clock: Clock) -> HandedTime:
    return HandedTime(clock)


def test_whether_somebody_saw_a_danger_is_known_within_minutes_and_then_rests(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    begin(session, time_, MOBILE_DATA, lambda: Chosen.UNMETERED, 0.99)
    case_id = session.casework.raise_danger(session.casework.start_visit())
    time_.pass_by()
    asked = office.requests
    time_.pass_by(3600)
    assert asked + 4 <= office.requests <= asked + 12

    office.say(AlarmSeen(case_id, 1, office.clock_s(), "A. Khan"))
    time_.pass_by(SEEN_LONGEST_S)
    assert session.notes.alarm_seen(case_id) is not None
    asked = office.requests
    time_.pass_by(NEWS_AFTER_S // 2)
    assert office.requests == asked


def test_withdrawal_can_be_undone_although_there_is_a_network(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    begin(session, time_)
    case_id = finalised_case(session.casework)
    time_.pass_by()
    assert case_id in office.accepted()

    session.casework.withdraw(case_id, "recorded_by_mistake")
    time_.pass_by(UNDONE_WITHIN_S - 5)
    assert office.newest(case_id).withdrawn is None
    assert session.casework.withdrawals.can_be_undone(case_id)
    session.casework.withdrawals.undo(case_id)
    time_.pass_by(3600)
    assert office.newest(case_id).withdrawn is None

    session.casework.withdraw(case_id, "recorded_by_mistake")
    time_.pass_by(UNDONE_WITHIN_S + 5)
    assert office.newest(case_id).withdrawn == "recorded_by_mistake"


def test_consent_that_was_taken_back_waits_for_nothing(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    begin(session, time_)
    case_id = finalised_case(session.casework)
    time_.pass_by()

    session.casework.withdraw(case_id, "consent_withdrawn")
    time_.pass_by()

    assert office.newest(case_id).withdrawn == "consent_withdrawn"
