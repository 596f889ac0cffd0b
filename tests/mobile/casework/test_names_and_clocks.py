"""No jump of a clock erases a name; time that has certainly passed does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from mobile.casework.known_time import KnownTime
from mobile.tablet import Session, Tablet
from shared.identifiers import RecordId
from tests.mobile.conftest import PIN, Clock
from tests.mobile.interviews import VISIT, answer_all, finalised_case, record_case
from tests.mobile.office import MemoryOffice

Make = Callable[..., Tablet]


@pytest.fixture
def sent(session: Session) -> RecordId:
    case_id = finalised_case(session.casework)
    session.sending.send()
    return case_id


def unlocked_again(session: Session, make_tablet: Make) -> Session:
    session.lock()
    return make_tablet().unlock(PIN)


@pytest.mark.parametrize("days", [31, 400, 20 * 366, -400])
@pytest.mark.parametrize("restarted", [False, True])
def test_one_unlocking_with_the_clock_far_off_erases_nothing(
    session: Session,
    sent: RecordId,
    clock: Clock,
    make_tablet: Make,
    days: int,
    restarted: bool,
) -> None:
    name = session.casework.row(sent).name
    if restarted:
        clock.restart(days=days)
    else:
        clock.jump(days=days)

    again = unlocked_again(session, make_tablet)

    assert again.casework.row(sent).name == name != ""
    asked = again.casework.retention.date_to_confirm
    assert asked == (clock().date() if days > 0 else None)
    assert again.casework.retention.date_is_over == (days < 0)
    again.lock()


def test_officer_who_says_that_the_date_is_right_has_the_names_erased(
    session: Session, sent: RecordId, clock: Clock, make_tablet: Make
) -> None:
    clock.restart(days=60)  # the tablet lay in a drawer
    again = unlocked_again(session, make_tablet)

    assert again.casework.retention.confirm_date() == 2

    assert again.casework.row(sent).identity_erased
    assert again.casework.retention.date_to_confirm is None
    again.lock()


def test_office_says_the_time_and_the_names_go(
    session: Session, office: MemoryOffice, sent: RecordId, clock: Clock, make_tablet: Make
) -> None:
    clock.restart(days=60)
    again = unlocked_again(session, make_tablet)
    office.clock_s = lambda: int(clock().timestamp())

    again.sending.send()

    assert again.casework.erase_due_identities() == 2
    assert again.casework.row(sent).identity_erased
    again.lock()


def test_time_that_passed_while_the_machine_ran_counts_though_its_clock_was_set_back(
    session: Session, sent: RecordId, clock: Clock
) -> None:
    clock.jump(days=-400)
    clock.push(days=31)

    assert session.casework.erase_due_identities() == 2
    assert session.casework.row(sent).identity_erased


def test_names_of_a_tablet_that_is_switched_off_every_night_go_in_time(
    session: Session, sent: RecordId, clock: Clock, make_tablet: Make
) -> None:
    for _ in range(31):
        clock.push(hours=10)
        clock.restart(hours=14)
        session = unlocked_again(session, make_tablet)

    assert session.casework.row(sent).identity_erased
    session.lock()


def test_term_runs_from_the_offices_time_not_from_a_clock_that_was_wrong(
    session: Session, office: MemoryOffice, clock: Clock
) -> None:
    clock.jump(days=-400)
    visit_id = session.casework.start_visit()
    answer_all(session.casework, visit_id, {**VISIT, "visit_date": "2025-09-01"})
    case_id = record_case(session.casework, visit_id)
    assert session.casework.finalise(case_id).done
    session.sending.send()
    clock.jump(days=400)  # somebody sets it right

    assert session.casework.erase_due_identities() == 0

    assert session.casework.row(case_id).name
    assert session.casework.follow_ups.erased_on(case_id) == date(2026, 12, 22)


def test_clock_that_was_ahead_at_set_up_gives_way_to_the_office(
    make_tablet: Make, office: MemoryOffice, clock: Clock
) -> None:
    clock.jump(days=400)
    session = make_tablet().set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    case_id = finalised_case(session.casework)
    session.sending.send()
    clock.jump(days=-400)

    assert session.casework.follow_ups.erased_on(case_id) == date(2026, 12, 22)
    clock.push(days=31)
    assert session.casework.erase_due_identities() == 2
    session.lock()


def test_receipt_that_comes_late_by_file_takes_no_time_back(
    session: Session, office: MemoryOffice, sent: RecordId, clock: Clock
) -> None:
    clock.push(days=29)
    session.sending.send()
    known = session.casework._known
    before_s = known.now_s()

    known.heard(before_s - 20 * 86400)

    assert known.now_s() == before_s


def test_store_that_never_kept_the_time_believes_what_the_office_said_last(
    session: Session, sent: RecordId, clock: Clock, make_tablet: Make
) -> None:
    with session._store.transaction():
        session._store.settings.delete("time")
    clock.restart(days=400)

    again = unlocked_again(session, make_tablet)

    assert again.casework.row(sent).name
    again.lock()


def test_row_of_the_time_that_cannot_be_read_locks_nobody_out(
    session: Session, sent: RecordId, clock: Clock, make_tablet: Make
) -> None:
    with session._store.transaction():
        session._store.settings.put("time", b"[1, 2")
    clock.restart(days=400)

    again = unlocked_again(session, make_tablet)

    assert again.casework.row(sent).name
    again.lock()


def test_known_time_never_runs_ahead_of_the_true_one(session: Session, clock: Clock) -> None:
    """Whatever is done to the clock of a tablet that has heard from the office."""
    session.sending.send()
    known: KnownTime = session.casework._known
    true: datetime = clock()
    for jump, passed in [(500, 1), (-900, 3), (30, 0), (2, 2), (-2, 5), (10_000, 1)]:
        clock.jump(days=jump)
        clock.push(days=passed)
        true += timedelta(days=passed)

        assert abs(known.now_s() - true.timestamp()) <= 1
