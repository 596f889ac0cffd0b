"""What was agreed for a person: noted by itself, looked after, kept on the tablet, erased."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from demo.officers.cheap_keys import cheap_derivation
from mobile.casework import Due
from mobile.tablet import Session, Tablet
from shared.errors import MoveNotAllowed
from shared.lifecycle import CaseState
from shared.profiles import Duty, Parameter
from shared.reference import Reference, load_reference
from tests.mobile.conftest import PIN, Clock
from tests.mobile.interviews import finalised_case, record_case, record_visit
from tests.mobile.office import MemoryOffice

HELP = ("medical", "education")


def duty(within_hours: int | None, to_whom: str) -> Duty:
    return Duty("Inspectors", "a child in danger", to_whom, within_hours, "Act", None, True)


@pytest.fixture(scope="session")
def reference() -> Reference:
    """Pakistan, with duties to report as a province could have them."""
    country = load_reference("PAK")
    duties = (duty(24, "the child welfare officer"), duty(None, "the police"))
    return replace(country, profile=replace(country.profile, duties=duties))


def test_help_that_was_offered_is_followed_up_from_the_answer_on(session: Session) -> None:
    case_id = record_case(session.casework, record_visit(session.casework), referral_offered=HELP)

    found = session.casework.follow_ups.of(case_id)

    assert [(one.what, one.due, one.urgency) for one in found] == [
        ("Medical care", "2026-12-06", Due.LATER),
        ("School, training or reintegration", "2026-12-06", Due.LATER),
    ]


def test_follow_up_goes_with_its_answer_unless_somebody_worked_on_it(session: Session) -> None:
    casework = session.casework
    case_id = record_case(casework, record_visit(casework), referral_offered=HELP)
    casework.follow_ups.change(case_id, 1, note="Called the clinic")

    casework.answer(case_id, "referral_offered", ("shelter",))

    assert [one.what for one in casework.follow_ups.of(case_id)] == [
        "Medical care",
        "Safe place to stay",
    ]
    casework.answer(case_id, "referral_offered", ("none",))
    assert [one.what for one in casework.follow_ups.of(case_id)] == ["Medical care"]


@pytest.mark.parametrize("result", ["completed", "declined", "not_available"])
def test_help_that_came_to_an_end_is_not_followed_up(session: Session, result: str) -> None:
    case_id = record_case(
        session.casework,
        record_visit(session.casework),
        referral_offered=HELP,
        referral_result=result,
    )

    assert session.casework.follow_ups.of(case_id) == ()


def test_report_that_is_due_reminds_until_it_is_made(session: Session, clock: Clock) -> None:
    casework = session.casework
    case_id = record_case(casework, record_visit(casework))

    casework.answer(case_id, "mandatory_report", "due")
    without_a_day = casework.follow_ups.of(case_id)
    assert [(one.is_duty, one.due) for one in without_a_day] == [(True, "2026-11-22")]
    casework.answer(case_id, "report_deadline", "2026-11-25")
    assert [one.due for one in casework.follow_ups.of(case_id)] == ["2026-11-25"]
    clock.push(hours=24 * 4)
    assert [one.urgency for one in casework.follow_ups.open_ones()] == [Due.OVERDUE]

    casework.answer(case_id, "mandatory_report", "made")
    assert casework.follow_ups.of(case_id) == ()


def test_note_on_a_report_stays_when_its_day_is_given_later(session: Session) -> None:
    casework = session.casework
    case_id = record_case(casework, record_visit(casework), mandatory_report="due")
    casework.follow_ups.change(case_id, 1, note="Called the office")

    casework.answer(case_id, "report_deadline", "2026-12-30")

    noted = [(one.due, one.note) for one in casework.follow_ups.of(case_id)]
    assert noted == [("2026-12-30", "Called the office")]


def test_danger_brings_the_deadlines_of_the_law(session: Session, clock: Clock) -> None:
    casework = session.casework
    case_id = casework.raise_danger(record_visit(casework))

    found = casework.follow_ups.of(case_id)

    assert [(one.with_whom, one.due, one.is_duty) for one in found] == [
        ("the police", "2026-11-22", True),
        ("the child welfare officer", "2026-11-23T09:00", True),
    ]
    assert [one.urgency for one in found] == [Due.TODAY, Due.LATER]
    clock.push(hours=24)
    assert [one.urgency for one in casework.follow_ups.of(case_id)] == [Due.OVERDUE, Due.OVERDUE]
    casework.raise_danger(casework.row(case_id).visit_id, case_id)
    assert len(casework.follow_ups.of(case_id)) == 2


def test_person_in_danger_is_followed_up_the_next_day(session: Session) -> None:
    case_id = record_case(
        session.casework,
        record_visit(session.casework),
        immediate_danger="yes",
        referral_offered=("shelter",),
    )

    dues = {one.what: one.due for one in session.casework.follow_ups.of(case_id)}

    assert dues["Safe place to stay"] == "2026-11-23"


def test_all_are_listed_and_counted_by_day_without_opening_a_case(
    session: Session, clock: Clock
) -> None:
    casework = session.casework
    visit_id = record_visit(casework)
    first = record_case(casework, visit_id, referral_offered=HELP)
    second = record_case(casework, visit_id, given_name="Ann", referral_offered=("police",))
    casework.follow_ups.change(second, 1, due="2026-11-21")
    casework.follow_ups.change(first, 2, due="2026-11-22")
    own = casework.follow_ups.add(second, "Bring the school form")

    counts = casework.follow_ups.counts()

    assert (counts.overdue, counts.today, counts.later) == (1, 1, 2)
    assert counts.next_day == "2026-12-06"
    rows = casework.follow_ups.open_ones()
    assert [(row.record_id, row.what, row.urgency) for row in rows] == [
        (second, "Police", Due.OVERDUE),
        (first, "School, training or reintegration", Due.TODAY),
        (first, "Medical care", Due.LATER),
        (second, "Bring the school form", Due.LATER),
    ]
    assert rows[0].name == "Ann Qwertzin"
    assert rows == casework.follow_ups.open_ones(limit=4)
    casework.follow_ups.settle(second, 1, done=True)
    clock.push(days=1)
    assert casework.follow_ups.counts().overdue == 1
    assert casework.follow_ups.one(second, 1).done_on == "2026-11-22"
    assert casework.follow_ups.of(second)[-1].number == 1
    casework.follow_ups.settle(second, 1, done=False)
    casework.follow_ups.remove(second, own)
    assert [one.urgency for one in casework.follow_ups.of(second)] == [Due.OVERDUE]
    with pytest.raises(MoveNotAllowed):
        casework.follow_ups.remove(second, 1)


@pytest.mark.parametrize("due", ["20261122", "2026-W48-1", "2026-13-01", "soon", ""])
def test_due_must_be_a_day(session: Session, due: str) -> None:
    case_id = record_case(session.casework, record_visit(session.casework), referral_offered=HELP)

    with pytest.raises(ValueError, match=r"day|isoformat|month"):
        session.casework.follow_ups.change(case_id, 1, due=due)

    assert session.casework.follow_ups.one(case_id, 1).due == "2026-12-06"


def test_follow_ups_are_there_after_the_next_unlock_and_never_leave(
    session: Session, make_tablet: Callable[..., Tablet], office: MemoryOffice
) -> None:
    case_id = finalised_case(session.casework, referral_offered=HELP)
    session.casework.follow_ups.change(case_id, 1, note="Mrs Blorptang", with_whom="Klinkhosp")
    assert session.sending.send().accepted == 2
    session.lock()

    again = make_tablet().unlock(PIN)

    kept = again.casework.follow_ups.one(case_id, 1)
    assert (kept.note, kept.with_whom) == ("Mrs Blorptang", "Klinkhosp")
    assert again.casework.row(case_id).state is CaseState.ACCEPTED
    said = repr(office.newest(case_id))
    assert "medical" in said
    assert "Blorptang" not in said
    assert "Klinkhosp" not in said
    again.lock()


def test_names_are_kept_while_a_follow_up_is_open_but_not_for_ever(
    session: Session, clock: Clock
) -> None:
    casework = session.casework
    followed = finalised_case(casework, referral_offered=HELP)
    plain = finalised_case(casework, given_name="Ann")
    session.sending.send()
    assert casework.follow_ups.erased_on(plain) == date(2026, 12, 22)
    assert casework.follow_ups.erased_on(followed) == date(2027, 5, 21)
    clock.push(days=31)

    assert casework.erase_due_identities() == 2  # the other case and its visit

    assert casework.row(followed).name
    for number in (1, 2):
        casework.follow_ups.settle(followed, number, done=True)
    assert casework.follow_ups.erased_on(followed) == date(2026, 12, 22)
    casework.follow_ups.settle(followed, 2, done=False)
    clock.push(days=150)
    assert casework.erase_due_identities() == 2
    assert casework.follow_ups.of(followed) == ()
    assert casework.follow_ups.counts().all == 0
    with pytest.raises(MoveNotAllowed):
        casework.follow_ups.add(followed, "Too late")


def test_case_that_was_taken_back_reminds_of_nothing(session: Session) -> None:
    case_id = finalised_case(session.casework, referral_offered=HELP)

    session.casework.withdraw(case_id, "recorded_by_mistake")

    assert session.casework.follow_ups.counts().all == 0
    assert session.casework.follow_ups.open_ones() == []


def test_term_is_the_countrys_own(
    tmp_path: Path, office: MemoryOffice, clock: Clock, reference: Reference
) -> None:
    profile = reference.profile
    week = Parameter("identity_days", 7, "Decree", None, True)
    own = replace(profile, parameters={**profile.parameters, "identity_days": week})
    tablet = Tablet(
        tmp_path / "tablet",
        replace(reference, profile=own),
        clock,
        random.Random(1).randbytes,
        link=lambda _: office,
        uptime=clock.uptime,
        derivation=cheap_derivation,
    )
    session = tablet.set_up(PIN)
    session.enrolment.enrol(office.ticket().text())
    case_id = finalised_case(session.casework)
    session.sending.send()

    clock.push(days=6, hours=23)
    assert session.casework.erase_due_identities() == 0
    clock.push(hours=2)
    assert session.casework.erase_due_identities() == 2

    assert session.casework.row(case_id).identity_erased
    session.lock()
