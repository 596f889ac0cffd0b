"""The officer changes a case in the very moment in which a receipt about it is being written."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from mobile.casework import Casework
from mobile.sending.batches import MOST_RECORDS, next_batch
from mobile.tablet import Session, Tablet
from shared.errors import MoveNotAllowed
from shared.identifiers import RecordId
from shared.lifecycle import CaseState
from tests.mobile.conftest import PIN
from tests.mobile.interviews import MARKERS, finalised_case, record_case, record_visit
from tests.mobile.office import MemoryOffice
from tests.patience import PATIENCE_S

LONG_ENOUGH_TO_READ_S = 0.2
HELP = ("medical", "education")


class Meanwhile:
    """Does something on another thread when a milestone is reached, and lets it run into the
    transaction that is open there."""

    def __init__(self) -> None:
        self.at = self.fault = None
        self._act: Callable[[], object] = lambda: None
        self._thread: threading.Thread | None = None

    def __call__(self, milestone: str) -> None:
        if milestone == self.at:
            self.at = None
            self._thread = threading.Thread(target=self._do)
            self._thread.start()
            time.sleep(LONG_ENOUGH_TO_READ_S)

    def plan(self, at: str, act: Callable[[], object]) -> None:
        self.at, self._act = at, act  # type: ignore[assignment]

    def over(self) -> None:
        """Waits for it; raises what it raised."""
        assert self._thread is not None
        self._thread.join(PATIENCE_S)
        if self.fault is not None:
            raise self.fault

    def _do(self) -> None:
        try:
            self._act()
        except Exception as fault:  # noqa: BLE001 - raised again by over()
            self.fault = fault  # type: ignore[assignment]


@pytest.fixture
def meanwhile() -> Meanwhile:
    return Meanwhile()


@pytest.fixture
def session(
    make_tablet: Callable[..., Tablet], office: MemoryOffice, meanwhile: Meanwhile
) -> Iterator[Session]:
    unlocked = make_tablet(milestone=meanwhile).set_up(PIN)
    unlocked.enrolment.enrol(office.ticket().text())
    yield unlocked
    unlocked.lock()


def send_while(session: Session, meanwhile: Meanwhile, act: Callable[[], object]) -> None:
    meanwhile.plan("during_receipt", act)
    session.sending.send()
    meanwhile.over()


def test_follow_up_that_is_noted_leaves_the_case_accepted(
    session: Session, meanwhile: Meanwhile
) -> None:
    casework = session.casework
    case_id = finalised_case(casework)
    number = casework.follow_ups.add(case_id, "Call the clinic")

    send_while(
        session, meanwhile, lambda: casework.follow_ups.change(case_id, number, note="Called")
    )

    assert casework.row(case_id).state is CaseState.ACCEPTED
    assert casework.follow_ups.one(case_id, number).note == "Called"
    assert session.sending.send().totals_agree is True


def test_case_that_is_reopened_knows_what_the_office_has(
    session: Session, meanwhile: Meanwhile
) -> None:
    casework = session.casework
    case_id = finalised_case(casework)

    send_while(session, meanwhile, lambda: casework.reopen(case_id))

    card = casework._repository.card(case_id)
    assert card.state is CaseState.DRAFT
    assert (card.revision, card.accepted_revision) == (2, 1)
    assert session.sending.send().totals_agree is True


def test_answer_given_to_a_reopened_case_keeps_what_the_office_said_of_the_revision_before(
    session: Session, meanwhile: Meanwhile
) -> None:
    casework = session.casework
    case_id = finalised_case(casework)
    casework.reopen(case_id)

    send_while(session, meanwhile, lambda: casework.answer(case_id, "sex", "female"))

    assert casework._repository.card(case_id).accepted_revision == 1
    assert casework.answer_of(case_id, "sex") == "female"
    assert session.sending.send().totals_agree is True


def test_answer_brings_back_nothing_of_an_identity_the_office_ordered_to_erase(
    session: Session, meanwhile: Meanwhile
) -> None:
    casework = session.casework
    case_id = record_case(casework, record_visit(casework), referral_offered=HELP)
    meanwhile.plan("during_erase", lambda: casework.answer(case_id, "sex", "female"))

    casework.erase_all_identities()

    with pytest.raises(MoveNotAllowed):
        meanwhile.over()
    assert not points_to_a_person(casework, case_id)


def points_to_a_person(casework: Casework, case_id: RecordId) -> bool:
    kept = repr((casework._repository.card(case_id), casework._repository.body(case_id)))
    return any(marker in kept for marker in MARKERS)


def test_danger_of_an_erased_case_is_recorded_as_a_new_one(
    session: Session, office: MemoryOffice
) -> None:
    casework = session.casework
    case_id = finalised_case(casework)
    session.sending.send()
    casework.erase_all_identities()

    new_id = casework.raise_danger(casework.row(case_id).visit_id, case_id)
    session.sending.send()

    assert new_id != case_id
    assert office.newest(case_id).revision == 1
    assert office.newest(new_id).danger


def test_revision_finalised_while_its_parcel_is_packed_is_the_one_the_receipt_is_about(
    make_tablet: Callable[..., Tablet], office: MemoryOffice
) -> None:
    session = make_tablet().set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    casework = session.casework
    case_id = finalised_case(casework)
    wanted = next_batch(casework._repository.entries(), MOST_RECORDS)
    casework.reopen(case_id)
    casework.answer(case_id, "sex", "female")
    casework.finalise(case_id)

    parcel, packed = session.sending._pack(wanted)
    session.sending.take_receipts([office.take_in(parcel.data)])

    assert case_id in [entry.record_id for entry in packed]
    assert casework.row(case_id).state is CaseState.ACCEPTED
    assert casework._repository.card(case_id).accepted_revision == 2
    assert session.sending.send().totals_agree is True
    session.lock()
