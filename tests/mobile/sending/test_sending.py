"""Sending: attempt, order, batch size, outcomes, and what the officer reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mobile.casework import OnTheWay
from mobile.tablet import Session, Tablet
from mobile.transport.http import (
    NoConnection,
    NotOurServer,
    ServerFault,
    SignedOut,
    SlowDown,
    TabletTooOld,
    TimedOut,
    TooLarge,
)
from shared.lifecycle import CaseState
from tests.mobile.conftest import PIN, Clock
from tests.mobile.interviews import finalised_case, record_case, record_visit
from tests.mobile.office import MemoryOffice


def test_finalised_records_are_accepted_and_leave_the_outbox(
    session: Session, office: MemoryOffice
) -> None:
    case_id = finalised_case(session.casework)

    report = session.sending.send()

    assert (report.sent, report.accepted, report.still_waiting) == (2, 2, 0)
    assert report.totals_agree is True
    assert session.casework.row(case_id).state is CaseState.ACCEPTED
    assert office.accepted().keys() == {case_id, session.casework.row(case_id).visit_id}
    assert "accepted 2 forms" in report.sentence


def test_one_request_is_enough_for_all_that_is_finalised(
    session: Session, office: MemoryOffice
) -> None:
    for _ in range(3):
        finalised_case(session.casework)

    session.sending.send()

    assert office.requests == 1


def test_an_idle_tablet_asks_for_news_once(session: Session, office: MemoryOffice) -> None:
    report = session.sending.send()

    assert office.requests == 1
    assert (report.sent, report.totals_agree, report.problem) == (0, True, "")


FAULTS = [
    NoConnection(),
    TimedOut(),
    NotOurServer(),
    ServerFault(),
    SignedOut(),
    TooLarge(),
    TabletTooOld(),
    SlowDown(90),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
@pytest.mark.parametrize("when", ["before", "after"])
def test_nothing_is_lost_or_doubled_when_the_link_fails(
    session: Session, office: MemoryOffice, fault: Exception, when: str
) -> None:
    case_id = finalised_case(session.casework)
    getattr(office, when).extend([fault] * 9)

    failed = session.sending.send()

    assert failed.problem.startswith("tablet.")
    assert failed.still_waiting == 2
    assert "safe on this tablet" in failed.sentence
    assert session.casework.row(case_id).state is CaseState.FINALISED
    assert session.casework.row(case_id).on_the_way is OnTheWay.WAITING

    getattr(office, when).clear()
    again = session.sending.send()

    assert (again.accepted, again.still_waiting, again.totals_agree) == (2, 0, True)
    assert len(office.accepted()) == 2


def test_patience_asked_for_by_the_office_is_reported(
    session: Session, office: MemoryOffice
) -> None:
    finalised_case(session.casework)
    office.before.append(SlowDown(90))

    report = session.sending.send()

    assert report.retry_after_s == 90
    assert "90 seconds" in report.sentence


def test_parcels_shrink_after_timeouts_and_grow_again(
    session: Session, office: MemoryOffice
) -> None:
    for _ in range(4):
        finalised_case(session.casework)
    office.before += [TimedOut(), TimedOut()]

    report = session.sending.send()

    assert report.accepted == 8
    assert [report.parcels, office.requests] == [3, 5]  # 8 and 4 time out; 2, 4 and 2 arrive


def test_danger_is_sent_before_what_was_finalised_earlier(
    session: Session, office: MemoryOffice, clock: Clock
) -> None:
    first = finalised_case(session.casework)
    clock.push(minutes=5)
    endangered = finalised_case(session.casework, immediate_danger="yes")

    session.sending.send()

    order = office.order_seen
    assert order.index(endangered) < order.index(first)
    assert office.newest(endangered).danger


def test_a_visit_goes_before_its_case(session: Session, office: MemoryOffice) -> None:
    case_id = finalised_case(session.casework, immediate_danger="yes")

    session.sending.send()

    assert office.order_seen == [session.casework.row(case_id).visit_id, case_id]


def test_rejected_record_says_why_and_is_not_sent_again_until_changed(
    session: Session, office: MemoryOffice
) -> None:
    case_id = finalised_case(session.casework)
    office.reject.add(case_id)

    report = session.sending.send()
    idle = session.sending.send()

    assert (report.rejected, report.returned) == (1, (case_id,))
    assert session.casework.row(case_id).state is CaseState.REJECTED
    assert [f.question for f in session.casework.returned_findings(case_id)] == ["sex"]
    assert idle.sent == 0

    office.reject.clear()
    session.casework.reopen(case_id)
    session.casework.answer(case_id, "sex", "female")
    session.casework.finalise(case_id)
    corrected = session.sending.send()

    assert corrected.accepted == 1
    assert office.newest(case_id).revision == 2
    assert session.casework.returned_findings(case_id) == ()


def test_late_receipt_does_not_touch_a_case_that_went_on(
    session: Session, office: MemoryOffice, tmp_path: Path
) -> None:
    """The first revision is carried as a file; the officer corrects meanwhile."""
    case_id = finalised_case(session.casework)
    (parcel,) = session.sending.save_parcels(tmp_path / "stick")
    receipt = office.take_in(parcel.read_bytes())
    session.casework.reopen(case_id)
    session.casework.answer(case_id, "sex", "female")
    parcel.with_suffix(".receipt").write_bytes(receipt)

    report = session.sending.read_receipts(tmp_path / "stick")

    assert report.accepted == 2
    assert session.casework.row(case_id).state is CaseState.DRAFT
    session.casework.finalise(case_id)
    assert session.sending.send().totals_agree is True
    assert office.newest(case_id).revision == 2
    assert office.newest(case_id).content["sex"] == "female"


def test_receipts_by_every_road_may_come_twice(
    session: Session, office: MemoryOffice, tmp_path: Path
) -> None:
    case_id = finalised_case(session.casework)
    (parcel,) = session.sending.save_parcels(tmp_path)
    parcel.with_suffix(".receipt").write_bytes(office.take_in(parcel.read_bytes()))
    session.sending.send()

    first = session.sending.read_receipts(tmp_path)
    second = session.sending.read_receipts(tmp_path)

    assert first.totals_agree
    assert second.totals_agree
    assert session.casework.row(case_id).state is CaseState.ACCEPTED


def test_receipts_of_other_tablets_on_the_stick_are_passed_over(
    session: Session, office: MemoryOffice, make_tablet: Callable[..., Tablet], tmp_path: Path
) -> None:
    other = make_tablet("other").set_up(PIN)
    other.enrolment.enrol(office.ticket().text())
    finalised_case(other.casework)
    (parcel,) = other.sending.save_parcels(tmp_path)
    parcel.with_suffix(".receipt").write_bytes(office.take_in(parcel.read_bytes()))
    other.lock()
    (tmp_path / "holiday.receipt").write_bytes(b"not a receipt at all")

    report = session.sending.read_receipts(tmp_path)

    assert report.totals_agree is None
    assert report.accepted == 0


def test_a_record_tried_ten_times_is_shown_and_never_dropped(
    session: Session, office: MemoryOffice
) -> None:
    case_id = finalised_case(session.casework)
    for _ in range(10):
        office.before.append(NoConnection())
        report = session.sending.send()

    assert case_id in report.stuck
    assert session.casework.row(case_id).on_the_way is OnTheWay.STUCK
    assert session.sending.send().accepted == 2


def test_a_record_that_breaks_requests_does_not_starve_the_others(
    session: Session, office: MemoryOffice, clock: Clock
) -> None:
    """The oldest case makes every parcel it is in time out, for ever."""
    poisoned = finalised_case(session.casework)
    clock.push(minutes=1)
    others = [finalised_case(session.casework) for _ in range(6)]
    taken_in, entries = office.take_in, session.sending._repository

    def choke(parcel: bytes) -> bytes:
        note = list(entries.store.parcels.contents())
        if any(poisoned.encode() in line and _id_of(parcel) in line for line in note):
            raise TimedOut
        return taken_in(parcel)

    office.take_in = choke  # type: ignore[method-assign]
    for _ in range(8):
        session.sending.send()

    assert set(others) <= office.accepted().keys()
    assert poisoned not in office.accepted()
    assert session.casework.row(poisoned).state is CaseState.FINALISED


def _id_of(parcel: bytes) -> bytes:
    from shared.wire.parcels import parcel_id_of

    return parcel_id_of(parcel).encode()


def test_sending_stops_when_the_officer_says_so(session: Session, office: MemoryOffice) -> None:
    finalised_case(session.casework)

    report = session.sending.send(cancelled=lambda: True)

    assert report.cancelled
    assert report.still_waiting == 2
    assert office.requests == 0


def test_progress_counts_up_to_all_records(session: Session) -> None:
    finalised_case(session.casework)
    seen = []

    session.sending.send(progress=lambda progress: seen.append((progress.done, progress.total)))

    assert seen == [(0, 2), (2, 2)]


def test_revoked_tablet_erases_identities_and_keeps_its_records(
    session: Session, office: MemoryOffice
) -> None:
    case_id = finalised_case(session.casework)
    draft = record_case(session.casework, record_visit(session.casework))
    office.revoked.add(session.membership.tablet_id)

    report = session.sending.send()

    assert report.orders == ("erase_identities",)
    assert report.still_waiting == 2
    for record_id in (case_id, draft):
        row = session.casework.row(record_id)
        assert row.identity_erased
        assert row.name == ""
        assert session.casework.answer_of(record_id, "given_name") is None


def test_a_record_the_office_lost_is_named(session: Session, office: MemoryOffice) -> None:
    kept, lost = finalised_case(session.casework), finalised_case(session.casework)
    session.sending.send()
    office.lose(lost)

    report = session.sending.send()

    assert report.totals_agree is False
    assert report.differing == (lost,)
    assert kept not in report.differing

    healed = session.sending.send()

    assert (healed.sent, healed.totals_agree) == (1, True)
    assert lost in office.accepted()
    assert session.casework.row(lost).state is CaseState.ACCEPTED


def test_two_tablets_restored_from_one_backup_end_in_conflict_not_in_loss(
    session: Session,
    office: MemoryOffice,
    make_tablet: Callable[..., Tablet],
    tmp_path: Path,
) -> None:
    import shutil

    case_id = record_case(session.casework, record_visit(session.casework))
    session.lock()
    shutil.copytree(tmp_path / "tablet", tmp_path / "clone")
    first, clone = make_tablet().unlock(PIN), make_tablet("clone").unlock(PIN)
    first.casework.finalise(case_id)
    clone.casework.answer(case_id, "sex", "female")
    clone.casework.finalise(case_id)

    first.sending.send()
    report = clone.sending.send()

    assert report.conflicts == 2 - report.accepted
    assert clone.casework.row(case_id).state is CaseState.CONFLICT
    (why,) = clone.casework.returned_findings(case_id)
    assert f"give case {clone.casework.row(case_id).number:04}" in why.sentence("en")
    assert office.newest(case_id).content["sex"] == "male"
    first.lock()
    clone.lock()
