"""Taking a visit back: asked first, and its persons with it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.lifecycle import CaseState


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
