"""A group is written down first, one line each, and interviewed afterwards in any order."""

from __future__ import annotations

from typing import Any

import pytest

from shared.lifecycle import CaseState
from shared.texts import text
from tests.mobile.ui.made_up import PERSON, VISIT, answer_all

PHONE, WIDE = (360, 800), (1280, 800)


def say(message_id: str, **values: object) -> str:
    return text(f"screens.{message_id}", "en", **values)


@pytest.fixture(params=[PHONE, WIDE], ids=["phone", "wide"])
def listing(drive: Any, tablet: Any, membership: Any, request: Any) -> Any:
    """A visit with nobody yet, the table of the group open."""
    session = tablet.set_up("739146", membership)
    casework = session.casework
    visit_id = casework.start_visit()
    answer_all(casework, visit_id, VISIT, casework.answer)
    driver = drive(request.param)
    driver.app.opened(session)
    driver.app.go("visit", visit_id=visit_id)
    driver.settle()
    driver.tap(driver.find(say("visit.list_group")))
    driver.settle()
    return driver, casework, visit_id


def write_line(driver: Any, given: str, family: str, age: str, sex: str) -> None:
    """Name, Enter, name, Enter, age, and one tap."""
    line = driver.screen.lines[-1]
    for name, typed in (("given_name", given), ("family_name", family), ("age_stated", age)):
        assert line.fields[name].input.focus, f"{name} is not ready to be typed"
        driver.type(typed)
        driver.enter()
    driver.tap(line.choices["sex"][sex])
    driver.settle()


def test_names_ages_and_sexes_of_three_are_typed_in_a_row_and_each_is_a_draft(listing: Any) -> None:
    driver, casework, visit_id = listing

    write_line(driver, "Bilal", "Khan", "12", "male")
    write_line(driver, "Amna", "Khan", "9", "female")
    write_line(driver, "Sana", "Bibi", "15", "female")
    driver.tap(driver.screen.ids.done_button)
    driver.settle()

    rows = casework.cases_of(visit_id)
    assert [row.name for row in rows] == ["Bilal Khan", "Amna Khan", "Sana Bibi"]
    assert {row.state for row in rows} == {CaseState.DRAFT}
    said = [
        [casework.answer_of(row.record_id, name) for name in ("age_stated", "sex")] for row in rows
    ]
    assert said == [[12, "male"], [9, "female"], [15, "female"]]
    assert driver.sees("Sana Bibi")


def test_empty_line_is_nobody_and_the_last_word_is_kept_when_the_tablet_is_hidden(
    listing: Any,
) -> None:
    driver, casework, visit_id = listing
    driver.tap(driver.screen.ids.another_button)
    assert casework.cases_of(visit_id) == []
    assert len(driver.screen.lines) == 1

    driver.type("Bilal")
    driver.pause()
    driver.app.hide()
    assert [row.name for row in casework.cases_of(visit_id)] == ["Bilal"]


def test_line_written_by_mistake_goes_by_one_tap(listing: Any) -> None:
    driver, casework, visit_id = listing
    write_line(driver, "Bilal", "Khan", "12", "male")

    driver.tap(driver.screen.lines[0].remove_button)
    driver.settle()

    assert casework.cases_of(visit_id) == []
    assert [line.case_id for line in driver.screen.lines] == [None]


def test_next_of_the_group_is_one_tap_from_the_review(listing: Any) -> None:
    driver, casework, visit_id = listing
    write_line(driver, "Bilal", "Khan", "12", "male")
    write_line(driver, "Amna", "Khan", "9", "female")
    first, second = (row.record_id for row in casework.cases_of(visit_id))
    answer_all(casework, first, PERSON, casework.answer)
    driver.app.go_from_first("visit", visit_id=visit_id)
    driver.app.go("review", record_id=first)
    driver.settle()

    driver.tap(driver.find(say("review.finalise_next", name="Amna Khan")))
    driver.settle()

    assert casework.row(first).state is CaseState.FINALISED
    assert driver.screen_name == "interview"
    assert driver.screen.record_id == second
    answer_all(casework, second, PERSON, casework.answer)
    driver.app.go("review", record_id=second)
    driver.settle()
    assert not driver.sees("Finalise, then")
