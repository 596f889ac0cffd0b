"""A withdrawal undone, before it was sent and after: nothing is left out, nothing sent twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mobile.casework.refusals import StaysWithdrawn
from mobile.tablet import Session, Tablet
from mobile.transport.http import TimedOut
from shared.errors import MoveNotAllowed
from shared.lifecycle import CaseState
from tests.mobile.interviews import finalised_case
from tests.mobile.office import MemoryOffice


def test_an_accepted_case_counts_again_with_all_its_answers(
    session: Session, office: MemoryOffice
) -> None:
    case_id = finalised_case(session.casework)
    session.sending.send()
    before = dict(office.newest(case_id).content)
    session.casework.withdraw(case_id, "recorded_by_mistake")
    assert session.casework.withdrawals.reason(case_id) == "recorded_by_mistake"

    session.casework.withdrawals.undo(case_id)
    report = session.sending.send()

    assert report.totals_agree is True
    assert dict(office.newest(case_id).content) == before
    assert not office.newest(case_id).withdrawn
    assert session.casework.row(case_id).state is CaseState.ACCEPTED


def test_a_case_that_was_never_sent_goes_out_once(session: Session, office: MemoryOffice) -> None:
    case_id = finalised_case(session.casework)
    session.casework.withdraw(case_id, "recorded_twice")

    session.casework.withdrawals.undo(case_id)
    report = session.sending.send()

    assert report.totals_agree is True
    assert session.casework.row(case_id).state is CaseState.ACCEPTED


def test_an_alarm_that_had_not_gone_out_goes_out(session: Session, office: MemoryOffice) -> None:
    casework = session.casework
    case_id = casework.raise_danger(casework.start_visit())
    casework.withdraw(case_id, "recorded_by_mistake")

    casework.withdrawals.undo(case_id)

    row = casework.row(case_id)
    assert (row.state, row.danger) == (CaseState.DRAFT, True)
    session.sending.send()
    assert office.newest(case_id).danger
    assert not office.newest(case_id).withdrawn


def test_a_visit_brings_back_what_was_withdrawn_with_it(
    session: Session, office: MemoryOffice
) -> None:
    casework = session.casework
    case_id = finalised_case(casework)
    visit_id = casework.row(case_id).visit_id
    draft = casework.start_case(visit_id)
    session.sending.send()
    casework.withdraw(visit_id, "recorded_by_mistake")
    assert not casework.withdrawals.can_be_undone(case_id), "its visit is withdrawn"

    casework.withdrawals.undo(visit_id)
    report = session.sending.send()

    states = [casework.row(one).state for one in (visit_id, case_id, draft)]
    assert states == [CaseState.ACCEPTED, CaseState.ACCEPTED, CaseState.DRAFT]
    assert report.totals_agree is True
    assert not office.newest(visit_id).withdrawn


def test_after_it_was_sent_a_new_revision_takes_it_up_again(
    session: Session, office: MemoryOffice
) -> None:
    case_id = finalised_case(session.casework)
    session.sending.send()
    before = dict(office.newest(case_id).content)
    session.casework.withdraw(case_id, "recorded_twice")
    session.sending.send()
    assert office.newest(case_id).withdrawn == "recorded_twice"
    assert session.casework.withdrawals.may_be_known(case_id)

    session.casework.withdrawals.undo(case_id)
    row = session.casework.row(case_id)
    assert (row.state, row.revision) == (CaseState.FINALISED, 3)
    report = session.sending.send()

    assert report.totals_agree is True
    assert dict(office.newest(case_id).content) == before
    assert session.casework.row(case_id).state is CaseState.ACCEPTED
    assert session.casework.withdrawals.reason(case_id) == ""


def test_what_had_come_back_is_a_draft_again_and_follows_the_withdrawal(
    session: Session, office: MemoryOffice
) -> None:
    casework = session.casework
    case_id = finalised_case(casework)
    office.reject.add(case_id)
    session.sending.send()
    assert casework.row(case_id).state is CaseState.REJECTED
    office.reject.clear()
    casework.withdraw(case_id, "recorded_by_mistake")
    session.sending.send()

    casework.withdrawals.undo(case_id)
    assert casework.row(case_id).state is CaseState.DRAFT
    assert casework.finalise(case_id).done
    report = session.sending.send()

    assert report.totals_agree is True
    assert casework.row(case_id).state is CaseState.ACCEPTED


@pytest.mark.parametrize("loses", ["before", "after"])
def test_a_try_that_nobody_answered_counts_as_sent(
    session: Session, office: MemoryOffice, loses: str
) -> None:
    case_id = finalised_case(session.casework)
    session.sending.send()
    session.casework.withdraw(case_id, "recorded_by_mistake")
    getattr(office, loses).append(TimedOut())
    session.sending.send()
    assert session.casework.withdrawals.may_be_known(case_id)

    session.casework.withdrawals.undo(case_id)
    report = session.sending.send()

    assert report.totals_agree is True
    assert not office.newest(case_id).withdrawn
    assert session.casework.row(case_id).state is CaseState.ACCEPTED


def test_a_visit_that_was_sent_as_withdrawn_comes_back_with_its_persons(
    session: Session, office: MemoryOffice
) -> None:
    casework = session.casework
    case_id = finalised_case(casework)
    visit_id = casework.row(case_id).visit_id
    session.sending.send()
    casework.withdraw(visit_id, "recorded_by_mistake")
    session.sending.send()
    with pytest.raises(StaysWithdrawn):
        casework.withdrawals.undo(case_id)  # the visit brings it back

    casework.withdrawals.undo(visit_id)
    report = session.sending.send()

    assert report.totals_agree is True
    assert not office.newest(visit_id).withdrawn
    assert not office.newest(case_id).withdrawn
    assert office.newest(case_id).linkage, "it can be linked again"


def test_an_alarm_that_was_withdrawn_is_raised_again(
    session: Session, office: MemoryOffice
) -> None:
    casework = session.casework
    case_id = casework.raise_danger(casework.start_visit())
    session.sending.send()
    casework.withdraw(case_id, "recorded_by_mistake")
    session.sending.send()

    casework.withdrawals.undo(case_id)
    session.sending.send()

    assert office.newest(case_id).danger
    assert casework.row(case_id).danger


@pytest.mark.parametrize("is_sent", [False, True])
def test_withdrawn_consent_is_final(session: Session, is_sent: bool) -> None:
    case_id = finalised_case(session.casework)
    session.sending.send()
    session.casework.withdraw(case_id, "consent_withdrawn")
    if is_sent:
        session.sending.send()

    assert not session.casework.withdrawals.can_be_undone(case_id)
    with pytest.raises(StaysWithdrawn):
        session.casework.withdrawals.undo(case_id)
    with pytest.raises(MoveNotAllowed):
        session.casework.reopen(case_id)

    assert session.casework.row(case_id).state is CaseState.WITHDRAWN


def test_what_was_withdrawn_is_not_reopened_past_its_way_back(session: Session) -> None:
    case_id = finalised_case(session.casework)
    session.casework.withdraw(case_id, "recorded_twice")

    with pytest.raises(StaysWithdrawn):
        session.casework.reopen(case_id)


def test_a_power_cut_while_undoing_leaves_it_withdrawn_or_undone(
    make_tablet: Callable[..., Tablet], office: MemoryOffice
) -> None:
    class PowerCut(BaseException):
        """The tablet is off."""

    cut: list[str] = []

    def milestone(name: str) -> None:
        if name in cut:
            raise PowerCut

    tablet = make_tablet(milestone=milestone)
    session = tablet.set_up("739146")
    session.enrolment.enrol(office.ticket().text())
    case_id = finalised_case(session.casework)
    session.casework.withdraw(case_id, "recorded_by_mistake")
    cut.append("during_undo_withdrawal")

    with pytest.raises(PowerCut):
        session.casework.withdrawals.undo(case_id)

    assert session.casework.row(case_id).state is CaseState.WITHDRAWN
    cut.clear()
    session.casework.withdrawals.undo(case_id)
    assert session.casework.row(case_id).state is CaseState.FINALISED
    session.lock()
