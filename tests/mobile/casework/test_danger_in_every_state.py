"""No state of a case or a visit refuses an alarm: what is recorded reaches the office, first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mobile.tablet import Session
from shared.identifiers import RecordId
from shared.lifecycle import CaseState
from tests.mobile.interviews import finalised_case
from tests.mobile.office import MemoryOffice


def stands(session: Session, record_id: RecordId, state: CaseState) -> None:
    book = session.casework._repository
    with book.change() as change:
        change.put_card(replace(book.card(record_id), state=state))


def held_in_conflict(session: Session, office: MemoryOffice, case_id: RecordId) -> None:
    session.sending.send()
    stands(session, case_id, CaseState.CONFLICT)
    office.holds_another(case_id, 1)


def returned(session: Session, office: MemoryOffice, case_id: RecordId) -> None:
    office.reject.add(case_id)
    session.sending.send()
    office.reject.clear()


def withdrawn(session: Session, office: MemoryOffice, case_id: RecordId) -> None:
    session.sending.send()
    session.casework.withdraw(case_id, "recorded_by_mistake")


def consent_withdrawn(session: Session, office: MemoryOffice, case_id: RecordId) -> None:
    session.casework.withdraw(case_id, "consent_withdrawn")


def visit_withdrawn(session: Session, office: MemoryOffice, case_id: RecordId) -> None:
    session.casework.withdraw(session.casework.row(case_id).visit_id, "recorded_twice")


def reopened(session: Session, office: MemoryOffice, case_id: RecordId) -> None:
    session.casework.reopen(case_id)


def visit_reopened(session: Session, office: MemoryOffice, case_id: RecordId) -> None:
    session.casework.reopen(session.casework.row(case_id).visit_id)


def sent(session: Session, office: MemoryOffice, case_id: RecordId) -> None:
    session.sending.send()


def erased(session: Session, office: MemoryOffice, case_id: RecordId) -> None:
    session.sending.send()
    session.casework.erase_all_identities()


def draft_erased(session: Session, office: MemoryOffice, case_id: RecordId) -> None:
    session.casework.reopen(case_id)
    session.casework.erase_all_identities()


def damaged(session: Session, office: MemoryOffice, case_id: RecordId) -> None:
    with session._store.transaction():
        session._store.bodies.put(case_id, b"not a body")


def raised_before(session: Session, office: MemoryOffice, case_id: RecordId) -> None:
    session.casework.raise_danger(session.casework.row(case_id).visit_id, case_id)


ON_THE_SAME_RECORD = (reopened, visit_reopened, sent, returned, raised_before)
ON_A_NEW_ONE = (
    held_in_conflict,
    withdrawn,
    consent_withdrawn,
    visit_withdrawn,
    erased,
    draft_erased,
    damaged,
)


@pytest.mark.parametrize(
    "bring", [*ON_THE_SAME_RECORD, *ON_A_NEW_ONE], ids=lambda one: one.__name__
)
def test_alarm_is_recorded_and_accepted_whatever_state_the_case_is_in(
    session: Session,
    office: MemoryOffice,
    bring: Callable[[Session, MemoryOffice, RecordId], None],
) -> None:
    case_id = finalised_case(session.casework)
    bring(session, office, case_id)

    made = session.casework.raise_danger(session.casework.row(case_id).visit_id, case_id)
    session.sending.send()

    assert (made == case_id) == (bring in ON_THE_SAME_RECORD)
    row = session.casework.row(made)
    assert (row.state, row.danger) == (CaseState.DRAFT, True)
    assert office.newest(made).danger
    assert made in office.accepted()
    assert office.newest(row.visit_id).withdrawn is None
    assert session.casework.row(row.visit_id).state is not CaseState.WITHDRAWN


@pytest.mark.parametrize("bring", [held_in_conflict, withdrawn, visit_withdrawn])
def test_new_case_of_an_alarm_goes_on_with_what_was_said(
    session: Session,
    office: MemoryOffice,
    bring: Callable[[Session, MemoryOffice, RecordId], None],
) -> None:
    case_id = finalised_case(session.casework)
    place = session.casework.row(case_id).place
    bring(session, office, case_id)

    made = session.casework.raise_danger(session.casework.row(case_id).visit_id, case_id)
    session.sending.send()

    for name in ("given_name", "birth_date", "hazards"):
        assert session.casework.answer_of(made, name) == session.casework.answer_of(case_id, name)
        assert session.casework.answer_of(made, name) is not None
    assert session.casework.row(made).place == place != ""
    assert session.casework.row(session.casework.row(made).visit_id).place == place
    assert office.newest(made).linkage  # so that the office sees the same person


def test_alarm_at_a_withdrawn_visit_gets_a_visit_that_counts(
    session: Session, office: MemoryOffice
) -> None:
    case_id = finalised_case(session.casework)
    visit_id = session.casework.row(case_id).visit_id
    session.casework.withdraw(visit_id, "recorded_by_mistake")

    made = session.casework.raise_danger(visit_id)
    session.sending.send()

    assert session.casework.row(made).visit_id != visit_id
    assert office.newest(made).danger
