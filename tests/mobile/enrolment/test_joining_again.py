"""An office that has forgotten a tablet takes it in again, with all its work and all its names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mobile.enrolment.enrolment import AlreadyEnrolled, AnotherOfficer
from mobile.tablet import Session, Tablet
from mobile.transport.http import SignedOut
from tests.mobile.conftest import PIN
from tests.mobile.interviews import finalised_case
from tests.mobile.office import MemoryOffice


class Cut(BaseException):
    """The power is gone."""


def forget(office: MemoryOffice) -> None:
    """The office is put back to before it knew any tablet."""
    for kept in (office.tablets, office.histories, office.records, office.owner, office.replies):
        kept.clear()


def sent_cases(session: Session, count: int) -> set[str]:
    cases = {finalised_case(session.casework) for _ in range(count)}
    assert session.sending.send().problem == ""
    return set(cases)


def test_forgotten_tablet_joins_again_and_everything_is_there_once(
    session: Session, office: MemoryOffice
) -> None:
    cases = sent_cases(session, 3)
    visits = office.accepted().keys() - cases
    held = {name: session.casework._repository.body(name).answers for name in cases}
    forget(office)
    office.before = [SignedOut()]
    assert session.sending.send().is_signed_out

    session.enrolment.enrol(office.ticket().text())
    report = session.sending.send()

    assert office.accepted().keys() == cases | visits
    assert (report.problem, report.totals_agree, report.still_waiting) == ("", True, 0)
    assert {name: session.casework._repository.body(name).answers for name in cases} == held


def test_power_lost_while_joining_again_loses_no_record(
    make_tablet: Callable[..., Tablet], session: Session, office: MemoryOffice
) -> None:
    cases = sent_cases(session, 2)
    forget(office)

    def cut(point: str) -> None:
        if point == "during_joined_again":
            raise Cut

    session._store._milestone = cut
    with pytest.raises(Cut):
        session.enrolment.enrol(office.ticket().text())
    session.lock()
    again = make_tablet().unlock(PIN)
    again.sending.send()
    again.lock()

    assert cases <= office.accepted().keys()


def test_ticket_of_another_programme_changes_nothing(
    session: Session, office: MemoryOffice
) -> None:
    cases = sent_cases(session, 1)
    other = MemoryOffice(session.reference, seed=9)
    before = session.membership

    with pytest.raises(AlreadyEnrolled):
        session.enrolment.enrol(other.ticket().text())

    assert session.membership == before
    assert cases <= office.accepted().keys()


def test_ticket_of_another_officer_changes_nothing(
    session: Session, office: MemoryOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, member = session.membership, office.member
    monkeypatch.setattr(
        office, "member", lambda public: replace(member(public), officer_code="officer-2")
    )

    with pytest.raises(AnotherOfficer):
        session.enrolment.enrol(office.ticket().text())

    assert session.membership == before
    assert session.sending.send().problem == ""
