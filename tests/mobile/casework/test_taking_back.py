"""Withdrawing a case or a visit, and deleting a draft."""

from __future__ import annotations

import pytest

from mobile.tablet import Session
from shared.errors import MoveNotAllowed
from shared.lifecycle import CaseState
from tests.mobile.interviews import (
    finalised_case,
)
from tests.mobile.office import MemoryOffice


def test_withdrawn_case_travels_without_content(session: Session, office: MemoryOffice) -> None:
    case_id = finalised_case(session.casework)
    session.sending.send()

    session.casework.withdraw(case_id, "recorded_by_mistake")
    report = session.sending.send()

    record = office.newest(case_id)
    assert (record.withdrawn, dict(record.content), record.linkage) == (
        "recorded_by_mistake",
        {},
        (),
    )
    assert session.casework.row(case_id).state is CaseState.WITHDRAWN
    assert report.totals_agree is True


def test_withdrawn_visit_takes_its_cases_back_with_it(
    session: Session, office: MemoryOffice
) -> None:
    sent = finalised_case(session.casework)
    visit_id = session.casework.row(sent).visit_id
    session.sending.send()
    never_sent = session.casework.start_case(visit_id)
    other = finalised_case(session.casework)

    session.casework.withdraw(visit_id, "recorded_twice")
    report = session.sending.send()

    assert {row.state for row in session.casework.cases_of(visit_id)} == {CaseState.WITHDRAWN}
    assert office.newest(visit_id).withdrawn == office.newest(sent).withdrawn == "recorded_twice"
    assert never_sent not in office.histories
    assert session.casework.row(other).state is CaseState.ACCEPTED
    assert report.totals_agree is True
    with pytest.raises(MoveNotAllowed):
        session.casework.start_case(visit_id)


def test_withdrawn_consent_erases_the_identity_at_once(session: Session) -> None:
    case_id = finalised_case(session.casework)

    session.casework.withdraw(case_id, "consent_withdrawn")

    assert session.casework.row(case_id).name == ""
    assert session.casework.answer_of(case_id, "given_name") is None


def test_a_visit_without_consent_erases_the_case_that_was_withdrawn_before(
    session: Session, office: MemoryOffice
) -> None:
    case_id = finalised_case(session.casework)
    visit_id = session.casework.row(case_id).visit_id
    draft = session.casework.start_case(visit_id)
    session.sending.send()
    for early in (case_id, draft):
        session.casework.withdraw(early, "recorded_twice")

    session.casework.withdraw(visit_id, "consent_withdrawn")
    report = session.sending.send()

    assert report.totals_agree is True
    assert office.newest(case_id).withdrawn == "consent_withdrawn"
    assert draft not in office.histories
    assert all(session.casework.row(one).identity_erased for one in (visit_id, case_id, draft))


def test_a_visit_withdrawn_by_mistake_can_lose_its_consent_with_every_person(
    session: Session, office: MemoryOffice
) -> None:
    case_id = finalised_case(session.casework)
    visit_id = session.casework.row(case_id).visit_id
    session.sending.send()
    session.casework.withdraw(visit_id, "recorded_by_mistake")
    session.sending.send()

    session.casework.withdraw(visit_id, "consent_withdrawn")
    report = session.sending.send()

    assert report.totals_agree is True
    for one in (visit_id, case_id):
        assert office.newest(one).withdrawn == "consent_withdrawn"
        assert session.casework.row(one).identity_erased
        assert not session.casework.withdrawals.can_be_undone(one)


def test_consent_can_be_taken_back_after_the_names_were_erased_in_time(
    session: Session, office: MemoryOffice
) -> None:
    case_id = finalised_case(session.casework)
    draft = session.casework.start_case(session.casework.row(case_id).visit_id)
    session.sending.send()
    for early in (case_id, draft):
        session.casework.withdraw(early, "recorded_twice")
    session.sending.send()
    session.casework.erase_all_identities()

    session.casework.withdraw(case_id, "consent_withdrawn")
    session.sending.send()

    assert office.newest(case_id).withdrawn == "consent_withdrawn"
    for over in (case_id, draft):
        assert not session.casework.withdrawals.may_lose_consent(over)


def test_what_is_withdrawn_is_withdrawn_again_with_the_consent_only_and_once(
    session: Session,
) -> None:
    case_id = finalised_case(session.casework)
    session.casework.withdraw(case_id, "recorded_twice")

    with pytest.raises(MoveNotAllowed):
        session.casework.withdraw(case_id, "not_a_case")
    session.casework.withdraw(case_id, "consent_withdrawn")
    with pytest.raises(MoveNotAllowed):
        session.casework.withdraw(case_id, "consent_withdrawn")


def test_only_a_draft_that_was_never_finalised_can_be_deleted(session: Session) -> None:
    case_id = finalised_case(session.casework)
    visit_id = session.casework.row(case_id).visit_id
    draft = session.casework.start_case(visit_id)

    session.casework.delete_draft(draft)

    with pytest.raises(KeyError):
        session.casework.row(draft)
    session.casework.reopen(case_id)
    for record_id in (case_id, visit_id):
        with pytest.raises(MoveNotAllowed):
            session.casework.delete_draft(record_id)


def test_a_deleted_visit_takes_its_cases_along(session: Session) -> None:
    visit_id = session.casework.start_visit()
    session.casework.start_case(visit_id)

    session.casework.delete_draft(visit_id)

    assert session.casework.counts().cases == session.casework.counts().visits == 0
