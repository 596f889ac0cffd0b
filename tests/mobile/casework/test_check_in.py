"""Back by: the tablet reminds whoever holds it, whatever the clock does, and sends nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from mobile.tablet import Session, Tablet
from tests.mobile.conftest import PIN, Clock
from tests.mobile.office import MemoryOffice


def test_time_is_over_when_it_is_and_moves_on_by_half_an_hour(
    session: Session, clock: Clock
) -> None:
    check_ins = session.check_ins
    assert (check_ins.now, check_ins.is_late) == (None, False)
    check_ins.back_by(clock() + timedelta(hours=2), " 0300 ")
    assert check_ins.now is not None
    assert check_ins.now.number == "0300"

    clock.push(minutes=119)
    assert not check_ins.is_late
    clock.push(minutes=1)
    assert check_ins.is_late
    check_ins.later()
    assert not check_ins.is_late
    clock.push(minutes=30)
    assert check_ins.is_late
    check_ins.back()
    assert check_ins.now is None


def test_clock_that_is_set_back_keeps_no_reminder_from_coming(
    session: Session, clock: Clock
) -> None:
    session.check_ins.back_by(clock() + timedelta(hours=1))
    clock.push(minutes=61)
    clock.now -= timedelta(days=1)

    assert session.check_ins.is_late


def test_only_a_time_within_a_day_can_be_set(session: Session, clock: Clock) -> None:
    for hours in (-1, 0, 25):
        with pytest.raises(ValueError, match="within a day"):
            session.check_ins.back_by(clock() + timedelta(hours=hours))


def test_check_in_is_still_there_after_a_lock_and_nothing_is_sent_of_it(
    session: Session, office: MemoryOffice, make_tablet: Callable[..., Tablet], clock: Clock
) -> None:
    session.check_ins.back_by(clock() + timedelta(hours=1), "0300")
    assert office.requests == 0
    session.lock()

    again = make_tablet().unlock(PIN)
    assert again.check_ins.now is not None
    clock.push(hours=2)
    assert again.check_ins.is_late
    again.sending.send()
    assert b"0300" not in b"".join(office.seen)
    again.lock()


class Cut(BaseException):
    """The power is gone."""


@pytest.mark.parametrize("milestone", ["during_check_in", "after_check_in"])
def test_check_in_is_set_or_not_after_a_power_cut(
    session: Session, make_tablet: Callable[..., Tablet], clock: Clock, milestone: str
) -> None:
    session.lock()

    def cut(name: str) -> None:
        if name == milestone:
            raise Cut

    again = make_tablet(milestone=cut).unlock(PIN)
    with pytest.raises(Cut):
        again.check_ins.back_by(clock() + timedelta(hours=1), "0300")
    again.lock()

    after = make_tablet().unlock(PIN)
    assert (after.check_ins.now is not None) == milestone.startswith("after")
    after.lock()
