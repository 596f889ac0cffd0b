"""Strokes of a finger between the pages of an interview, as touches on drawn widgets."""

from __future__ import annotations

from typing import Any

import pytest

SMALL = (600, 800)


@pytest.fixture
def at_interview(drive: Any, at_work: Any) -> Any:
    """Opens the first person's interview at the second section."""
    session, _visit_id, cases = at_work

    def begin(section: int = 1, **look: Any) -> Any:
        driver = drive(SMALL, **look)
        driver.app.opened(session)
        names = [each.name for each in session.casework.interview(cases[0]).sections]
        driver.app.go("interview", record_id=cases[0], section=names[section])
        driver.settle()
        return driver, names

    return begin


def stroke(driver: Any, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """One finger from here to there in eight steps, lifted at once."""
    from kivy.tests.common import UnitTestTouch

    touch = UnitTestTouch(*begin)
    touch.touch_down()
    driver.step(1)
    for part in range(1, 9):
        x, y = (a + (b - a) * part / 8 for a, b in zip(begin, end, strict=True))
        touch.touch_move(x, y)
    touch.touch_up()
    driver.settle()


def beside(driver: Any) -> float:
    """A height at which the finger lies on words, not on a field."""
    title = next(iter(driver.screen.cards.values())).children[-1]
    return float(title.to_window(*title.center)[1])


@pytest.mark.parametrize(("language", "onward"), [("en", -200), ("ar", 200)])
def test_stroke_turns_the_page_in_the_direction_of_reading(
    at_interview: Any, language: str, onward: int
) -> None:
    driver, names = at_interview(language=language)
    y = beside(driver)

    stroke(driver, (300, y), (300 + onward, y + 10))
    assert driver.screen.section_name == names[2]
    stroke(driver, (300, y), (300 - onward, y - 10))
    stroke(driver, (300, y), (300 - onward, y))
    assert driver.screen.section_name == names[0]
    stroke(driver, (300, y), (300 - onward, y))
    assert driver.screen.section_name == names[0]  # there is nothing before the first


def test_stroke_over_a_button_presses_nothing(at_interview: Any, at_work: Any) -> None:
    session, _visit_id, cases = at_work
    driver, names = at_interview()
    card = driver.screen.cards["sex"]
    before = session.casework.answer_of(cases[0], "sex")
    other = card.answering.buttons["male"]
    assert before == "female"
    x, y = driver.still_place_of(other)

    stroke(driver, (x - 60, y), (x + 60, y))

    assert session.casework.answer_of(cases[0], "sex") == before
    assert driver.screen.section_name == names[0]


def test_slow_stroke_that_began_as_a_press_presses_nothing(at_interview: Any, at_work: Any) -> None:
    from kivy.tests.common import UnitTestTouch

    session, _visit_id, cases = at_work
    driver, names = at_interview()
    x, y = driver.still_place_of(driver.screen.cards["sex"].answering.buttons["male"])
    touch = UnitTestTouch(x - 60, y)
    touch.touch_down()
    driver.wait(0.3)  # longer than Kivy waits before it hands the finger to the button
    for across in range(-50, 70, 10):
        touch.touch_move(x + across, y)
    touch.touch_up()
    driver.settle()

    assert session.casework.answer_of(cases[0], "sex") == "female"
    assert driver.screen.section_name == names[0]


def test_scrolling_short_and_slanted_strokes_turn_no_page(at_interview: Any) -> None:
    driver, names = at_interview()
    y = beside(driver)

    for across, along in ((0, 260), (60, 0), (120, 110)):
        stroke(driver, (300, y), (300 - across, y - along))

        assert driver.screen.section_name == names[1]


def test_stroke_in_a_field_or_from_the_edge_turns_no_page(at_interview: Any) -> None:
    driver, names = at_interview()
    field = driver.screen.cards["birth_date"].answering.day.input
    x, y = driver.still_place_of(field)
    stroke(driver, (x, y), (x + 250, y))
    y = beside(driver)
    stroke(driver, (592, y), (300, y))
    stroke(driver, (8, y), (300, y))

    assert driver.screen.section_name == names[1]
