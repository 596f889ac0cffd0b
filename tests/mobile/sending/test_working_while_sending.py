"""An officer goes on interviewing while the tablet sends in the background."""

from __future__ import annotations

import threading

from mobile.casework import OnTheWay
from mobile.tablet import Session
from shared.lifecycle import CaseState
from tests.mobile.interviews import finalised_case, record_case, record_visit
from tests.mobile.office import MemoryOffice
from tests.patience import PATIENCE_S


def test_answers_and_new_cases_during_a_run_are_neither_lost_nor_blocked(
    session: Session, office: MemoryOffice
) -> None:
    sent_before = [finalised_case(session.casework) for _ in range(3)]
    entered, go_on = threading.Event(), threading.Event()
    take_in = office.take_in

    def slow(parcel: bytes) -> bytes:
        entered.set()
        assert go_on.wait(PATIENCE_S)
        return take_in(parcel)

    office.take_in = slow  # type: ignore[method-assign]
    sending = threading.Thread(target=session.sending.send)
    sending.start()
    assert entered.wait(PATIENCE_S)
    reopened = sent_before[0]
    session.casework.reopen(reopened)
    session.casework.answer(reopened, "sex", "female")
    session.casework.finalise(reopened)
    draft = record_case(session.casework, record_visit(session.casework))
    go_on.set()
    sending.join(PATIENCE_S)

    session.sending.send()

    assert session.casework.row(reopened).state is CaseState.ACCEPTED
    assert office.newest(reopened).revision == 2
    assert session.casework.row(draft).state is CaseState.DRAFT
    assert session.casework.row(draft).on_the_way is OnTheWay.NOTHING_TO_SEND
    assert session.sending.send().totals_agree is True


def test_two_runs_at_once_send_each_record_once(session: Session, office: MemoryOffice) -> None:
    for _ in range(4):
        finalised_case(session.casework)
    runs = [threading.Thread(target=session.sending.send) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(PATIENCE_S)

    assert len(office.order_seen) == 8
    assert session.casework.counts().accepted == 8
