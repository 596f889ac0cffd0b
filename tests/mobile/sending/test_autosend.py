"""The tablet sends by itself: soon when it pays, seldom when it does not, never offline."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable, Iterator

import pytest

from mobile.casework import OnTheWay
from mobile.platform.network import NetworkState
from mobile.sending.autosend import Autosend, Chosen
from mobile.sending.schedule import NEWS_AFTER_S
from mobile.tablet import Session, Tablet
from mobile.transport.http import HttpLink, NoConnection, SlowDown
from shared.wire.parcels import open_parcel
from shared.wire.records import decode_record
from tests.mobile.conftest import PIN, Clock
from tests.mobile.http_office import serving
from tests.mobile.interviews import finalised_case, record_case, record_visit
from tests.mobile.office import MemoryOffice

WIFI, MOBILE_DATA, NONE = (
    NetworkState(True, 0, False),
    NetworkState(True, 0, True),
    NetworkState(False),
)


class HandedTime:
    """The drawing thread and its alarms, moved by hand: nothing happens between two steps.

    Work that would have a thread of its own is done at once, one piece after the other.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.alarms: list[tuple[float, int, Callable[[], None]]] = []
        self.woken = 0
        self._number = itertools.count()
        self._lock = threading.Lock()

    def later(self, seconds: float, call: Callable[[], None]) -> Callable[[], None]:
        alarm = (self.clock().timestamp() + seconds, next(self._number), call)
        with self._lock:
            heapq.heappush(self.alarms, alarm)

        def cancel() -> None:
            with self._lock:
                if alarm in self.alarms:
                    self.alarms.remove(alarm)
                    heapq.heapify(self.alarms)

        return cancel

    def run(self, work: Callable, then: Callable, failed: Callable) -> None:
        def at_work() -> None:
            try:
                result = work()
            except Exception as fault:  # noqa: BLE001 - handed on, as mobile.ui.background does
                failed(fault)
            else:
                then(result)

        self.later(0, at_work)

    def pass_by(self, seconds: float = 0) -> None:
        """Lets so much time go by, with every alarm at its moment."""
        until = self.clock().timestamp() + seconds
        while self.alarms and self.alarms[0][0] <= until:
            at, _, call = heapq.heappop(self.alarms)
            self.clock.push(seconds=max(0, at - self.clock().timestamp()))
            self.woken += 1
            call()
        self.clock.push(seconds=max(0, until - self.clock().timestamp()))

    @property
    def next_s(self) -> float | None:
        """Seconds to the next alarm; None when none is set."""
        return self.alarms[0][0] - self.clock().timestamp() if self.alarms else None


@pytest.fixture
def time_(clock: Clock) -> HandedTime:
    return HandedTime(clock)


def begin(
    session: Session,
    time_: HandedTime,
    network: NetworkState = WIFI,
    chosen: Callable[[], Chosen] = lambda: Chosen.ALWAYS,
    chance: float = 0.5,
) -> Autosend:
    autosend = Autosend(
        session.sending,
        chosen,
        network,
        time_.clock,
        lambda: chance,
        session.notes.unseen_since_s,
        later=time_.later,
        run=time_.run,
    )
    session.casework.on_change(lambda _ids: autosend.look_again())
    autosend.start()
    time_.pass_by()
    return autosend


def test_what_was_finalised_before_is_sent_on_unlocking(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    finalised_case(session.casework)

    begin(session, time_)

    assert len(office.accepted()) == 2


def test_what_is_finalised_goes_at_once_and_answers_disturb_nobody(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    begin(session, time_)
    asked_for_news = office.requests
    record_case(session.casework, record_visit(session.casework))  # drafts only
    time_.pass_by()
    assert office.requests == asked_for_news

    finalised_case(session.casework)
    time_.pass_by()

    assert (office.requests, len(office.accepted())) == (asked_for_news + 1, 2)


def test_idle_tablet_asks_for_news_twice_a_day_and_sets_one_alarm(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    begin(session, time_, chance=0.99)
    office.requests = time_.woken = 0

    time_.pass_by(7 * 24 * 3600)

    assert office.requests == 7 * 24 * 3600 // (NEWS_AFTER_S - 216)
    assert len(time_.alarms) == 1
    assert time_.woken <= 4 * office.requests


def test_nothing_ticks_without_a_network_and_all_goes_when_it_returns(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    autosend = begin(session, time_, NONE)
    finalised_case(session.casework)
    time_.pass_by()
    assert time_.next_s is None
    time_.woken = 0

    time_.pass_by(30 * 24 * 3600)
    assert (time_.woken, office.requests) == (0, 0)

    autosend.network_is(NetworkState(True, int(time_.clock().timestamp())))
    time_.pass_by(10)
    assert len(office.accepted()) == 2


def test_failures_back_off_to_hours_and_end_with_the_first_success(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    finalised_case(session.casework)
    office.before += [NoConnection() for _ in range(12)]
    begin(session, time_, chance=0.5)

    waits = []
    while office.before and time_.next_s is not None:
        waits.append(time_.next_s)
        time_.pass_by(time_.next_s)

    assert [round(wait / 60, 2) for wait in waits] == [
        *(0.75, 1.5, 3, 6, 12, 24, 48, 96),
        *[180.0] * 3,
    ]
    time_.pass_by(4 * 3600)
    assert len(office.accepted()) == 2
    assert session.sending.attempts.failures == 0


def test_network_that_returns_cuts_the_wait_short(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    finalised_case(session.casework)
    office.before += [NoConnection() for _ in range(9)]
    autosend = begin(session, time_)
    for _ in range(8):
        time_.pass_by(time_.next_s or 0)
    assert (time_.next_s or 0) > 3600

    autosend.network_is(NONE)
    assert time_.next_s is None
    time_.clock.push(minutes=5)
    autosend.network_is(NetworkState(True, int(time_.clock().timestamp())))

    assert time_.next_s is not None
    assert time_.next_s <= 10


def test_patience_the_office_asks_for_is_kept_across_a_restart(
    session: Session, make_tablet: Callable[..., Tablet], office: MemoryOffice, time_: HandedTime
) -> None:
    finalised_case(session.casework)
    office.before.append(SlowDown(5000))
    first = begin(session, time_)
    first.stop()
    session.lock()
    time_.alarms.clear()
    again = make_tablet().unlock(PIN)

    begin(again, time_)

    assert time_.next_s == 5000
    time_.pass_by(5000)
    assert len(office.accepted()) == 2
    again.lock()


def test_danger_goes_at_once_whatever_failed_before(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    finalised_case(session.casework)
    office.before += [NoConnection() for _ in range(5)]
    begin(session, time_)
    for _ in range(4):
        time_.pass_by(time_.next_s or 0)
    assert (time_.next_s or 0) > 300

    case_id = session.casework.raise_danger(session.casework.start_visit())
    time_.pass_by()

    assert case_id in office.order_seen
    assert office.order_seen.index(case_id) <= 1  # only its visit goes before


def test_nothing_is_sent_when_the_officer_does_not_want_it(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    chosen = [Chosen.NEVER]
    autosend = begin(session, time_, chosen=lambda: chosen[0])
    finalised_case(session.casework)
    time_.pass_by(7 * 24 * 3600)
    assert (office.requests, time_.next_s) == (0, None)

    chosen[0] = Chosen.ALWAYS
    autosend.begin_again()
    time_.pass_by()

    assert len(office.accepted()) == 2


def test_only_wifi_waits_for_wifi_but_danger_does_not(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    autosend = begin(session, time_, MOBILE_DATA, lambda: Chosen.UNMETERED)
    finalised_case(session.casework)
    time_.pass_by()
    assert (office.requests, time_.next_s) == (0, None)

    autosend.network_is(WIFI)
    time_.pass_by()
    assert len(office.accepted()) == 2

    autosend.network_is(MOBILE_DATA)
    session.casework.raise_danger(session.casework.start_visit())
    time_.pass_by()
    assert len(office.accepted()) == 4


def test_press_on_stop_is_not_answered_by_beginning_again(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    autosend = begin(session, time_, NONE)
    finalised_case(session.casework)
    time_.pass_by()
    session.sending.send(cancelled=lambda: True)
    time_.pass_by()
    autosend.network_is(WIFI)
    time_.pass_by(24 * 3600)
    assert office.requests == 0

    finalised_case(session.casework)
    time_.pass_by()

    assert len(office.accepted()) == 4


def test_tablet_that_was_signed_out_does_not_ask_without_a_pause(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    """Its records get no outcome for ever: they must not count as work that waits to go at once."""
    finalised_case(session.casework)
    office.revoked |= set(office.tablets)
    begin(session, time_)

    time_.pass_by(24 * 3600)

    assert office.requests < 20


def test_full_disk_does_not_make_it_try_on(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    finalised_case(session.casework)

    def full(_parcel: bytes) -> bytes:
        raise OSError("No space left on device")

    office.send_parcel = full  # type: ignore[method-assign]
    begin(session, time_)
    time_.woken = 0

    time_.pass_by(24 * 3600)

    assert time_.woken == 0


def test_nothing_happens_after_locking(
    session: Session, office: MemoryOffice, time_: HandedTime
) -> None:
    autosend = begin(session, time_)
    finalised_case(session.casework)
    autosend.stop()
    session.lock()
    asked = office.requests

    time_.pass_by(7 * 24 * 3600)
    autosend.network_is(WIFI)
    autosend.look_again()
    time_.pass_by()

    assert office.requests == asked


@pytest.fixture
def poisoned(session: Session, office: MemoryOffice) -> Iterator[tuple[Session, list[str]]]:
    """A tablet over real HTTP with a record that breaks the server whenever it is in a parcel."""
    with serving(office) as http:
        broken: list[str] = []

        def poison(body: bytes) -> int | None:
            parcel = open_parcel(body, programme_keys=office.keys, tablet_public=office.tablets.get)
            carried = {
                decode_record(canonical, office.reference.questionnaire_by_digest).record_id
                for canonical in parcel.records
            }
            return 500 if carried & set(broken) else None

        http.fault_of = poison
        sending = session.sending
        sending._link = lambda: HttpLink(http.url)  # the tablets of this file have no sockets
        yield session, broken


def test_record_that_breaks_the_server_holds_nothing_up_and_is_shown_after_ten_tries(
    poisoned: tuple[Session, list[str]], office: MemoryOffice, time_: HandedTime
) -> None:
    session, broken = poisoned
    autosend = begin(session, time_, NONE)
    bad = finalised_case(session.casework)
    broken.append(bad)
    time_.clock.push(minutes=5)
    good = [finalised_case(session.casework) for _ in range(3)]
    time_.clock.push(minutes=5)
    endangered = session.casework.raise_danger(session.casework.start_visit())

    autosend.network_is(NetworkState(True, int(time_.clock().timestamp())))
    time_.pass_by(48 * 3600)

    assert {*good, endangered} <= office.accepted().keys()
    assert bad not in office.accepted()
    assert office.order_seen.index(endangered) == 1  # after its visit, before everything else
    assert session.casework.row(bad).on_the_way is OnTheWay.STUCK
    assert session.casework.counts().stuck == 1
    broken.clear()
    time_.pass_by(4 * 3600)
    assert bad in office.accepted()
    assert session.casework.counts().stuck == 0
