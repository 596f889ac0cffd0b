"""Taking a visit back: asked first, and its persons with it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from server.db.engine import reading
from server.intake.model import CaseRecord, RecordRevision
from server.jobs.worker import work_off
from server.stewardship import doctor
from shared.lifecycle import CaseState
from tests.mobile.ui.made_up import PERSON, PERSONS, VISIT, answer_all
from tests.server.kept_counts import all_kept


def counted(office: Any) -> dict[Any, int]:
    """Every cell of every table of the office."""
    with reading(office.engine) as connection:
        return all_kept(connection)


@pytest.fixture
def at_visit(drive: Any, at_work: Any) -> Any:
    session, visit_id, cases = at_work
    driver = drive()
    driver.app.opened(session)
    driver.app.go("visit", visit_id=visit_id)
    driver.settle()
    return driver, session, visit_id, cases


def test_visit_is_taken_back_with_its_persons_only_after_a_reason_is_chosen(at_visit: Any) -> None:
    driver, session, visit_id, cases = at_visit

    driver.tap(driver.find("Withdraw this visit"))
    assert driver.sees("every person recorded in it")
    assert session.casework.row(visit_id).state is CaseState.FINALISED
    driver.tap(driver.find("Recorded by mistake"))

    assert {session.casework.row(one).state for one in (visit_id, *cases)} == {CaseState.WITHDRAWN}
    assert driver.sees("Taken back")
    assert not driver.sees("Add a person")


def test_visit_stays_when_the_officer_keeps_it(at_visit: Any) -> None:
    driver, session, visit_id, _ = at_visit

    driver.tap(driver.screen.withdraw_button)
    driver.tap(driver.find("Keep it"))

    assert session.casework.row(visit_id).state is CaseState.FINALISED


def test_what_happened_to_a_case_stands_there_in_words(at_visit: Any) -> None:
    driver, session, _, cases = at_visit
    session.casework.withdraw(cases[1], "recorded_by_mistake")

    driver.app.go("case", record_id=cases[1])
    driver.settle()

    assert driver.sees("What happened")
    assert driver.sees("Finalised, version 1")
    assert driver.sees("Withdrawn")


def test_sent_withdrawal_is_taken_up_again_and_counts_once_more(joined: Any) -> None:
    driver, session, office = joined
    casework = session.casework
    visit_id = casework.start_visit()
    answer_all(casework, visit_id, VISIT, casework.answer)
    cases = [casework.start_case(visit_id) for _ in PERSONS[:2]]
    for case_id, person in zip(cases, PERSONS, strict=False):
        answer_all(casework, case_id, {**PERSON, **person}, casework.answer)
        assert casework.finalise(case_id).done
    session.sending.send()
    work_off(office)
    before = counted(office)
    assert sum(before.values()) > 0

    for withdrawn in (cases[0], visit_id):
        casework.withdraw(withdrawn, "recorded_by_mistake")
        session.sending.send()
        work_off(office)
        assert counted(office) != before
        name, named = ("visit", "visit_id") if withdrawn == visit_id else ("case", "record_id")
        driver.app.go(name, **{named: withdrawn})
        driver.settle()
        driver.tap(driver.find("Take it up again"))
        assert driver.sees("The office may have the withdrawal.")
        assert casework.row(withdrawn).state is CaseState.WITHDRAWN, "asked first"
        driver.tap(driver.all("Take it up again")[0])
        assert casework.row(withdrawn).state is CaseState.FINALISED
        assert session.sending.send().totals_agree is True
        work_off(office)

        assert counted(office) == before, "each person once"
        assert doctor.check(office) == []
        with reading(office.engine) as connection:
            standing = select(CaseRecord.record_id).where(CaseRecord.person_id.is_not(None))
            assert set(connection.scalars(standing)) == set(cases), "in the register again"


def test_what_comes_back_as_a_draft_is_not_said_to_count_again(joined: Any) -> None:
    driver, session, _ = joined
    casework = session.casework
    visit_id = casework.start_visit()
    answer_all(casework, visit_id, VISIT, casework.answer)
    assert casework.finalise(visit_id).done
    session.sending.send()
    casework.reopen(visit_id)
    casework.withdraw(visit_id, "recorded_by_mistake")
    session.sending.send()
    driver.app.go("visit", visit_id=visit_id)
    driver.settle()

    driver.tap(driver.find("Take it up again"))

    assert driver.sees("It is a draft again, with every answer.")
    assert not driver.sees("counts again")
    driver.tap(driver.all("Take it up again")[0])
    assert casework.row(visit_id).state is CaseState.DRAFT


def test_withdrawn_consent_erases_only_after_it_was_asked_for_twice(at_visit: Any) -> None:
    driver, session, _, cases = at_visit
    driver.app.go("case", record_id=cases[1])
    driver.settle()
    reason = "The person takes the consent back"
    driver.tap(driver.find("Withdraw this case"))
    driver.tap(driver.find(reason))
    assert driver.sees("This cannot be undone.")
    driver.tap(driver.find("Keep it"))
    assert session.casework.row(cases[1]).state is CaseState.FINALISED

    driver.tap(driver.find("Withdraw this case"))
    driver.tap(driver.find(reason))
    driver.tap(driver.find(reason))

    row = session.casework.row(cases[1])
    assert (row.state, row.identity_erased) == (CaseState.WITHDRAWN, True)
    assert not driver.all("Take it up again")
    assert not driver.all("Undo the withdrawal")


@pytest.mark.parametrize("is_sent", [False, True])
def test_consent_is_taken_back_of_what_was_withdrawn_for_another_reason(
    joined: Any, is_sent: bool
) -> None:
    driver, session, office = joined
    casework = session.casework
    visit_id = casework.start_visit()
    answer_all(casework, visit_id, VISIT, casework.answer)
    case_id = casework.start_case(visit_id)
    answer_all(casework, case_id, {**PERSON, **PERSONS[0]}, casework.answer)
    assert casework.finalise(case_id).done
    session.sending.send()
    casework.withdraw(case_id, "recorded_by_mistake")
    if is_sent:
        session.sending.send()
    work_off(office)
    reason = "The person takes the consent back"
    driver.app.go("case", record_id=case_id)
    driver.settle()

    driver.tap(driver.find(reason))
    assert driver.sees("This cannot be undone.")
    assert not casework.row(case_id).identity_erased, "asked first"
    driver.tap(driver.all(reason)[0])
    assert casework.row(case_id).identity_erased
    assert session.sending.send().totals_agree is True
    work_off(office)

    with reading(office.engine) as connection:
        kept = select(RecordRevision.canonical).where(RecordRevision.record_id == case_id)
        assert set(connection.scalars(kept)) == {b""}
        stands = select(CaseRecord.withdrawn).where(CaseRecord.record_id == case_id)
        assert connection.scalar(stands) is True
    assert doctor.check(office) == []
    assert sum(counted(office).values()) == 0
    for words in (reason, "Take it up again", "Undo the withdrawal"):
        assert not driver.all(words)
