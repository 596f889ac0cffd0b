"""A withdrawal undone before it was sent: nothing is left out, nothing is sent twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mobile.casework.refusals import SentAlready
from mobile.tablet import Session, Tablet
from mobile.transport.http import TimedOut
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


@pytest.mark.parametrize("reason", ["recorded_by_mistake", "consent_withdrawn"])
def test_what_was_sent_or_erased_stays_withdrawn(session: Session, reason: str) -> None:
    case_id = finalised_case(session.casework)
    session.sending.send()
    session.casework.withdraw(case_id, reason)
    if reason == "recorded_by_mistake":
        session.sending.send()

    with pytest.raises(SentAlready):
        session.casework.withdrawals.undo(case_id)

    assert session.casework.row(case_id).state is CaseState.WITHDRAWN


def test_a_try_that_nobody_answered_counts_as_sent(session: Session, office: MemoryOffice) -> None:
    case_id = finalised_case(session.casework)
    session.sending.send()
    session.casework.withdraw(case_id, "recorded_by_mistake")

    office.before.append(TimedOut())
    session.sending.send()

    assert not session.casework.withdrawals.can_be_undone(case_id)


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
