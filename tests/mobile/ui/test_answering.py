"""Answers on the page of a section: told at once what is wrong, kept whatever comes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mobile.work_done import counted

SMALL = (600, 800)
"""Fewer pixels than a tablet: drawing is most of the time these tests take."""


def test_impossible_hours_are_told_at_once_and_can_be_corrected(
    drive: Any, tablet: Any, membership: Any
) -> None:
    session = tablet.set_up("739146", membership)
    driver = drive(SMALL)
    driver.app.opened(session)
    visit_id = session.casework.start_visit()
    case_id = session.casework.start_case(visit_id)
    for question, value in (("consent_given_by", "inspection"), ("worked_other_paid", "yes")):
        session.casework.answer(case_id, question, value)
    driver.app.go("interview", record_id=case_id, section="job")
    driver.settle()
    card = driver.screen.cards["work_hours"]

    driver.write(card.answering.field, "190")
    assert driver.sees("168")
    driver.write(card.answering.field, "19")

    assert not driver.sees("168")
    driver.tap(card.answering.more_button)
    driver.tap(card.answering.more_button)
    driver.tap(card.answering.less_button)
    assert session.casework.answer_of(case_id, "work_hours") == 20
    driver.write(card.answering.field, "19")
    assert session.casework.answer_of(case_id, "work_hours") == 19


@pytest.fixture
def hours(drive: Any, tablet: Any, membership: Any) -> Any:
    """The question about hours of a paid worker, on the page of its section."""
    session = tablet.set_up("739146", membership)
    driver = drive(SMALL)
    driver.app.opened(session)
    case_id = session.casework.start_case(session.casework.start_visit())
    for question, value in (("consent_given_by", "inspection"), ("worked_other_paid", "yes")):
        session.casework.answer(case_id, question, value)
    driver.app.go("interview", record_id=case_id, section="job")
    driver.settle()
    kept = lambda: session.casework.answer_of(case_id, "work_hours")  # noqa: E731
    return driver, driver.screen.cards["work_hours"].answering, kept


@pytest.mark.parametrize(
    ("typed", "number"),
    [("٧٫٥", 7.5), ("۷٫۵", 7.5), ("७.५", 7.5), ("৭,৫", 7.5), ("፯", 7), ("٤٠", 40), ("7,5", 7.5)],
)
def test_hours_are_the_same_number_in_every_script(hours: Any, typed: str, number: float) -> None:
    driver, answering, kept = hours

    driver.write(answering.field, typed)

    assert kept() == number
    assert answering.field.value == typed
    assert driver.sees(f"= {number:g}")


@pytest.mark.parametrize("typed", ["1.500", "7½", "2o", "٧ر٥", "-", "7.5.1"])
def test_hours_that_cannot_be_read_are_shown_said_and_stored_as_nothing_else(
    hours: Any, typed: str
) -> None:
    driver, answering, kept = hours
    driver.write(answering.field, "20")

    driver.write(answering.field, typed)

    assert answering.field.value == typed
    assert driver.sees("cannot be read as a number")
    assert kept() == typed  # as it was typed, with an error about it: never 20, 75 or nothing
    assert driver.sees("does not fit the question")
    driver.tap(answering.more_button)
    assert answering.field.value == typed
    driver.write(answering.field, "8")
    assert kept() == 8
    assert not driver.sees("cannot be read as a number")


def test_week_is_not_added_up_while_a_day_cannot_be_read(hours: Any) -> None:
    driver, answering, kept = hours
    driver.tap(answering.week_button)
    page = driver.window.children[0]
    driver.write(page.fields["monday"], "٧٫٥")
    driver.write(page.fields["tuesday"], "7½")

    assert page.take_button.disabled
    assert driver.sees("cannot be read as a number")
    driver.write(page.fields["tuesday"], "८")
    driver.tap(page.take_button)

    assert kept() == 15.5


def test_typed_answer_is_kept_when_the_officer_leaves_the_page_at_once(
    drive: Any, tablet: Any, membership: Any
) -> None:
    session = tablet.set_up("739146", membership)
    driver = drive(SMALL)
    driver.app.opened(session)
    visit_id = session.casework.start_visit()
    driver.app.go("visit", visit_id=visit_id)
    driver.app.go("interview", record_id=visit_id, section="visit")
    driver.settle()
    field = driver.screen.cards["place_name"].answering.field
    driver.tap(field.input)
    for letter in "Kiln 7":
        driver.window.dispatch("on_textinput", letter)

    driver.app.back()

    assert session.casework.answer_of(visit_id, "place_name") == "Kiln 7"


def test_a_name_that_is_marked_goes_to_no_clipboard(drive: Any, at_work: Any) -> None:
    from kivy.core.clipboard import Clipboard

    session, _visit_id, cases = at_work
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.go("interview", record_id=cases[0], section="identity")
    driver.settle()
    field = driver.screen.cards["given_name"].answering.field
    Clipboard.copy("copied elsewhere")
    driver.tap(field.input)

    for letter in "cx":
        driver.key(ord("a"), "a", "ctrl")
        driver.key(ord(letter), letter, "ctrl")

    assert "Sana" not in Clipboard.paste()


def test_a_tap_on_an_answer_reads_and_works_through_the_case_once(
    drive: Any, at_work: Any, monkeypatch: Any
) -> None:
    """Case and visit are unsealed once each; the questionnaire before and after the answer."""
    session, _visit_id, cases = at_work
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.go("interview", record_id=cases[0], question="sex")
    driver.settle()
    assert session.casework.answer_of(cases[0], "sex") == "female"
    male = driver.screen.cards["sex"].answering.buttons["male"]
    work = counted(monkeypatch)

    driver.tap(male)

    assert (work.bodies, work.flows) == (2, 2)
    assert session.casework.answer_of(cases[0], "sex") == "male"


@pytest.mark.parametrize("typed", [("30", "2", "2015"), ("12", "", "2015"), ("x", "2", "2015")])
def test_date_that_cannot_be_read_stays_as_typed_and_is_told(
    drive: Any, tablet: Any, membership: Any, typed: tuple[str, str, str]
) -> None:
    session = tablet.set_up("739146", membership)
    driver = drive(SMALL)
    driver.app.opened(session)
    case_id = session.casework.start_case(session.casework.start_visit())
    session.casework.answer(case_id, "consent_given_by", "inspection")

    def page() -> Any:
        driver.app.go("interview", record_id=case_id, section="about")
        driver.settle()
        return driver.screen.cards["birth_date"].answering

    answering = page()
    for field, part in zip((answering.day, answering.month, answering.year), typed, strict=True):
        driver.write(field, part)
    driver.app.show_place("home")
    driver.settle()
    again = page()

    assert (again.day.value, again.month.value, again.year.value) == typed
    found = session.casework.interview(case_id).findings_about("birth_date")
    assert [one.code for one in found] == ["answer.wrong_type"]

    for field, part in zip((again.day, again.month, again.year), ("3", "2", "2015"), strict=True):
        driver.write(field, part)
    assert session.casework.answer_of(case_id, "birth_date") == "2015-02-03"
