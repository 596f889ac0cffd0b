"""Answers that lead on: to the next question, to the next page, and back again."""

from __future__ import annotations

from typing import Any

import pytest

from mobile.ui.widgets.theme import theme
from shared.texts import text

SMALL = (600, 800)
ALONE = "Nothing: we are alone and out of hearing"


@pytest.fixture
def begun(drive: Any, tablet: Any, membership: Any) -> Any:
    """A new person, the interview at its first page."""
    session = tablet.set_up("739146", membership)
    driver = drive(SMALL)
    driver.app.opened(session)
    case_id = session.casework.start_case(session.casework.start_visit())
    driver.app.go("interview", record_id=case_id)
    driver.settle()
    return driver, session.casework, case_id


def say(message_id: str, **values: object) -> str:
    return text(f"screens.{message_id}", "en", **values)


def test_last_answer_of_a_page_turns_it_and_the_next_begins_at_what_is_open(begun: Any) -> None:
    driver, _casework, _case_id = begun

    driver.choose("immediate_danger", "No")
    assert driver.screen.section_name == "safety"
    driver.choose("safety_problems", ALONE)
    driver.settle()

    assert driver.screen.section_name == "about"
    driver.choose("sex", "Female")
    driver.settle()
    assert driver.screen.cards["birth_date"].answering.day.input.focus


def test_a_date_is_typed_in_one_go(begun: Any) -> None:
    driver, casework, case_id = begun
    driver.app.screen.open_section("about")
    driver.settle()
    driver.choose("sex", "Female")
    driver.settle()

    for digit in "3022015":
        driver.type(digit)
        driver.settle(2)
    driver.settle()

    assert casework.answer_of(case_id, "birth_date") == "30/2/2015", "as typed: it is no day"
    answering = driver.screen.cards["birth_date"].answering
    driver.start_writing(answering.day, "")
    for digit in "0322015":
        driver.type(digit)
        driver.settle(2)
    assert casework.answer_of(case_id, "birth_date") == "2015-02-03"


def test_none_of_the_rest_is_an_act_and_until_then_nothing_is_a_no(begun: Any) -> None:
    driver, casework, case_id = begun
    casework.answer(case_id, "consent_given_by", "inspection")
    driver.app.rebuild()
    driver.screen.open_section("work")
    driver.settle()
    others = ("worked_own_farm", "worked_produced_goods", "worked_other_paid")
    driver.choose("worked_family_business", "Yes")
    driver.settle()
    assert [casework.answer_of(case_id, name) for name in others] == [None, None, None]
    driver.tap(driver.screen.next_button)  # turning the page answers nothing either
    assert [casework.answer_of(case_id, name) for name in others] == [None, None, None]
    driver.tap(driver.screen.previous_button)

    driver.tap(driver.find(say("question.none_of_the_rest", n=4)))

    assert [casework.answer_of(case_id, name) for name in others] == ["no", "no", "no"]
    assert casework.answer_of(case_id, "worked_family_business") == "yes"


def test_section_in_which_nothing_must_be_answered_any_more_is_followed_by_the_next(
    begun: Any,
) -> None:
    driver, casework, case_id = begun
    for name, value in (
        ("consent_given_by", "inspection"),
        ("worked_other_paid", "yes"),
        ("attends_school", "yes"),
    ):
        casework.answer(case_id, name, value)
    driver.app.rebuild()
    driver.screen.open_section("school")
    driver.settle()
    assert "officer_signs" not in driver.screen.cards

    driver.choose("school_affected", "No")
    driver.settle()

    assert "school_level" in driver.screen.cards, "what may be left empty was not passed over"
    assert casework.answer_of(case_id, "school_level") is None
    assert "officer_signs" in driver.screen.cards
    assert driver.screen.section_name == "worst_forms"
    driver.choose("school_affected", "Yes")
    assert casework.answer_of(case_id, "school_affected") == "yes"
    driver.tap(driver.screen.undo_button)
    driver.settle()
    assert driver.screen.section_name == "school"


def test_what_another_answer_makes_optional_says_so_at_once(begun: Any) -> None:
    driver, casework, case_id = begun
    for name, value in (("consent_given_by", "inspection"), ("worked_other_paid", "yes")):
        casework.answer(case_id, name, value)
    driver.app.rebuild()
    driver.screen.open_section("job")
    driver.settle()
    may_be_left = say("question.optional")
    assert may_be_left not in driver.all_words(driver.screen.cards["work_status"])

    driver.choose("works_with_parents", "Yes")

    assert may_be_left in driver.all_words(driver.screen.cards["work_status"])
    driver.choose("works_with_parents", "No")
    assert may_be_left not in driver.all_words(driver.screen.cards["work_status"])


def test_what_must_be_answered_comes_into_sight_before_what_may_be_left_empty(begun: Any) -> None:
    driver, casework, case_id = begun
    for name, value in (
        ("consent_given_by", "inspection"),
        ("worked_other_paid", "yes"),
        ("work_hours", 20),
    ):
        casework.answer(case_id, name, value)
    driver.app.rebuild()
    driver.screen.open_section("job")
    driver.settle()

    driver.choose("works_with_parents", "Yes")
    driver.settle()

    scroll, wanted = driver.screen.scroll, driver.screen.cards["occupation"]
    assert casework.answer_of(case_id, "work_status") is None, "may be left empty with parents"
    assert wanted.to_window(0, wanted.y)[1] >= scroll.to_window(0, scroll.y)[1]
    assert wanted.to_window(0, wanted.top)[1] <= scroll.to_window(0, scroll.top)[1]


def test_what_is_in_sight_stays_there_when_questions_come_below_it(begun: Any) -> None:
    driver, casework, case_id = begun
    casework.answer(case_id, "sex", "male")
    casework.answer(case_id, "birth_date", "2013-07-21")
    casework.answer(case_id, "consent_given_by", "caregiver_and_assent")
    driver.app.rebuild()
    driver.screen.open_section("consent")
    driver.settle()
    tiles = driver.screen.cards["consent_purposes"].answering.buttons
    place = driver.still_place_of(tiles["statistics"])

    driver.tap(tiles["statistics"])
    driver.settle()

    assert "consent_linkage" in driver.screen.cards
    stands = tiles["statistics"].to_window(*tiles["statistics"].center)
    assert abs(stands[1] - place[1]) < 2


def test_last_act_is_taken_back_where_it_was_done(begun: Any) -> None:
    driver, casework, case_id = begun
    casework.answer(case_id, "consent_given_by", "inspection")
    driver.app.rebuild()
    driver.screen.open_section("work")
    driver.settle()
    driver.choose("worked_family_business", "Yes")
    driver.tap(driver.find(say("question.none_of_the_rest", n=4)))
    driver.settle()
    assert driver.screen.section_name != "work"

    driver.tap(driver.screen.undo_button)
    driver.settle()

    assert driver.screen.section_name == "work"
    assert casework.answer_of(case_id, "worked_own_farm") is None
    assert casework.answer_of(case_id, "worked_family_business") == "yes"
    driver.tap(driver.screen.undo_button)
    driver.settle()
    assert casework.answer_of(case_id, "worked_family_business") is None
    assert driver.screen.undo_button.disabled


def test_an_answer_that_is_corrected_turns_no_page(begun: Any) -> None:
    driver, casework, case_id = begun
    for question, value in (("immediate_danger", "no"), ("safety_problems", ("none",))):
        casework.answer(case_id, question, value)
    driver.app.rebuild()
    driver.screen.open_section("safety")
    driver.settle()

    driver.choose("safety_problems", ALONE)
    driver.choose("safety_problems", ALONE)
    driver.settle()

    assert driver.screen.section_name == "safety"


def test_second_half_of_a_double_tap_answers_nothing_on_the_next_page(begun: Any) -> None:
    from kivy.tests.common import UnitTestTouch

    driver, casework, case_id = begun
    driver.choose("immediate_danger", "No")
    driver.choose("safety_problems", ALONE)
    driver.settle()
    button = driver.screen.cards["sex"].answering.buttons["female"]
    touch = UnitTestTouch(*driver.still_place_of(button))
    touch.is_double_tap = True

    touch.touch_down()
    touch.touch_up()
    driver.settle()

    assert casework.answer_of(case_id, "sex") is None


def test_review_is_one_tap_away_once_nothing_is_open(drive: Any, at_work: Any) -> None:
    session, _visit_id, cases = at_work
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.go("interview", record_id=cases[0], section="about")
    driver.settle()

    driver.tap(driver.find(say("interview.review")))

    assert driver.screen_name == "review"


def test_what_was_seen_with_another_is_offered_and_taken_by_one_tap(begun: Any) -> None:
    driver, casework, case_id = begun
    other = casework.start_case(casework.row(case_id).visit_id)
    for name, value in (
        ("consent_given_by", "inspection"),
        ("worked_other_paid", "yes"),
        ("hazards", ("heavy_loads", "dust_fumes_gas")),
        ("given_name", "Sana"),
    ):
        casework.answer(other, name, value)
    for name, value in (("consent_given_by", "inspection"), ("worked_other_paid", "yes")):
        casework.answer(case_id, name, value)
    driver.app.rebuild()
    driver.screen.open_section("conditions")
    driver.settle()
    assert driver.sees(say("interview.seen_with", name="Sana"))
    assert casework.answer_of(case_id, "hazards") is None

    driver.tap(driver.find(say("interview.same_here")))
    driver.settle()

    assert casework.answer_of(case_id, "hazards") == ("heavy_loads", "dust_fumes_gas")
    assert driver.sees(say("question.as_seen_here"))
    driver.choose("hazards", "Dust, fumes or gas")
    assert not driver.sees(say("question.as_seen_here"))


def test_a_name_is_looked_up_as_soon_as_it_is_there(drive: Any, at_work: Any) -> None:
    session, visit_id, cases = at_work
    casework = session.casework
    casework.reopen(cases[1])
    casework.answer(cases[1], "consent_linkage", "yes")
    assert casework.finalise(cases[1]).done
    driver = drive(SMALL)
    driver.app.opened(session)
    case_id = casework.start_case(visit_id)
    for name, value in (
        *(("consent_given_by", "caregiver_and_assent"), ("sex", "male")),
        *(("consent_purposes", ("interview", "statistics")), ("birth_date", "2013-07-21")),
        *(("consent_linkage", "yes"), ("given_name", "Ali"), ("home_area", "PK-PB-03")),
    ):
        casework.answer(case_id, name, value)
    driver.app.go("interview", record_id=case_id, section="identity")
    driver.settle()

    driver.write(driver.screen.cards["family_name"].answering.field, "Khan")
    driver.settle()

    assert driver.sees(text("screens.review.alike", "en"))
    driver.tap(driver.find("Ali Khan", driver.screen.offers))
    assert driver.app.way[-1].arguments["record_id"] != case_id


@pytest.mark.parametrize("size", [SMALL, (1280, 800)])
def test_heading_names_the_section_that_is_read_where_two_stand_under_each_other(
    drive: Any, tablet: Any, membership: Any, size: tuple[int, int]
) -> None:
    session = tablet.set_up("739146", membership)
    driver = drive(size)
    driver.app.opened(session)
    casework = session.casework
    case_id = casework.start_case(casework.start_visit())
    casework.answer(case_id, "sex", "male")
    casework.answer(case_id, "age_stated", 12)
    driver.app.go("interview", record_id=case_id, section="safety")
    driver.settle()
    driver.choose("immediate_danger", "No")
    driver.choose("safety_problems", ALONE)
    driver.settle()
    screen = driver.screen
    labels = {one.name: one.label for one in casework.interview(case_id).sections}
    assert (screen._above, screen.section_name) == (["about"], "consent")

    assert screen.heading._title.words == labels["about"], "sex and age are in sight"
    screen.scroll.scroll_y = 0
    driver.settle(4)
    assert screen.heading._title.words == labels["consent"]
    driver.bring(screen.cards["sex"])
    driver.settle(4)
    assert screen.heading._title.words == labels["about"]
    if driver.app.wide:
        filled = [name for name, line in screen.lines.items() if line.ground != theme.clear]
        assert filled == ["about"]


def test_list_of_sections_shows_the_one_that_is_read(
    drive: Any, tablet: Any, membership: Any
) -> None:
    session = tablet.set_up("739146", membership)
    driver = drive((1280, 800))
    driver.app.opened(session)
    case_id = session.casework.start_case(session.casework.start_visit())
    driver.app.go("interview", record_id=case_id)
    driver.settle()
    last = session.casework.interview(case_id).sections[-1].name

    driver.screen.open_section(last)
    driver.settle()

    line = driver.screen.lines[last]
    assert line.to_window(line.x, line.y)[1] > driver.screen._side.to_window(0, 0)[1]


def test_proposal_that_was_taken_is_shown_as_the_answer(
    drive: Any, tablet: Any, membership: Any
) -> None:
    session = tablet.set_up("739146", membership)
    driver = drive((1280, 800))
    driver.app.opened(session)
    visit_id = session.casework.start_visit()
    session.casework.answer(visit_id, "place_kind", "brick_kiln")
    driver.app.go("interview", record_id=visit_id, section="place")
    driver.settle()
    card = driver.screen.cards["activity"]
    (button,) = card._proposed.values()
    assert (button.kind, button.icon) == ("tonal", "lightbulb-on-outline")

    driver.tap(button)
    driver.settle()

    assert (button.kind, button.icon) == ("chosen", "check")
    driver.tap(driver.find("Don't know", card))
    driver.settle()
    assert (button.kind, button.icon) == ("tonal", "lightbulb-on-outline")
