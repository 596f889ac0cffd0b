"""A page of questions has the room: little stands around it, and nothing moves it while it is
scrolled."""

from __future__ import annotations

from typing import Any

import pytest

WIDE = (1280, 800)


@pytest.fixture
def asked(drive: Any, at_work: Any) -> Any:
    """Opens a section of the first person's interview: asked(section, language, size)."""
    session, _, cases = at_work

    def begin(section: str, language: str = "en", size: tuple[int, int] = WIDE) -> Any:
        driver = drive(size, language=language)
        driver.app.opened(session)
        driver.app.go("interview", record_id=cases[0], section=section)
        driver.settle()
        return driver

    return begin


@pytest.mark.parametrize("language", ["ur", "ar", "en"])
def test_long_words_to_say_run_across_the_page(asked: Any, language: str) -> None:
    driver = asked("work", language)
    card = driver.screen.cards["worked_own_farm"]
    assert card.asked.top > card.answering.top, "they stand above the answers"
    assert card.asked.width > 0.9 * (card.width - card.padding[0] - card.padding[2])


@pytest.mark.parametrize("size", [WIDE, (800, 1280), (360, 800)])
def test_scrolling_to_what_is_missing_makes_no_page_lower(
    asked: Any, size: tuple[int, int]
) -> None:
    from mobile.ui.widgets.surfaces import Scroll

    driver = asked("work", size=size)
    sections = driver.screen.interview.sections
    driver.screen.open_section(sections[-1].name)
    driver.settle()
    page: Scroll = driver.screen.scroll
    height = page.height
    for share in (1.0, 0.5, 0.0):
        page.scroll_y = share
        driver.settle()
        assert page.height == height


def test_half_of_a_wide_page_and_more_is_questions(asked: Any) -> None:
    driver = asked("work", "ur")
    assert driver.screen.scroll.height >= 0.7 * WIDE[1]
