"""What the benchmark of the journey counts: touches, and pages moved by the finger."""

from __future__ import annotations

from typing import Any

from benchmarks.journey import figures_of
from tests.mobile.ui.conftest import TABLET_ACROSS
from tests.mobile.ui.counting import Counting


def test_a_tap_far_down_the_page_is_one_scroll_and_one_tap(
    drive: Any, at_work: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("tests.mobile.ui.conftest.Driver", Counting)
    driver = drive(TABLET_ACROSS)
    _session, _visit, cases = at_work
    driver.app.opened(_session)
    driver.app.go("interview", record_id=cases[0], section="household")
    driver.settle()
    taps, scrolls = driver.taps, driver.scrolls
    cards = list(driver.screen.cards.values())

    driver.tap(next(iter(cards[0].answering.buttons.values())))
    assert (driver.taps - taps, driver.scrolls - scrolls) == (1, 0)

    driver.tap(list(cards[-1].answering.buttons.values())[-1])
    assert (driver.taps - taps, driver.scrolls - scrolls) == (2, 1)


def test_a_child_is_counted_from_its_button_to_the_last_one() -> None:
    seen = {
        "visit_again": (30, 5, 10),
        "review_mistake": (80, 20, 40),
        "visit_with_danger": (150, 50, 70),
        "visit_with_persons": (190, 60, 100),
        "receipt": (200, 61, 100),
    }

    assert figures_of(seen) == {
        **{"first_child_taps": 51, "first_child_scrolls": 15, "first_child_answers": 30},
        **{"next_child_taps": 40, "next_child_scrolls": 10, "next_child_answers": 30},
        **{"day_taps": 200, "day_scrolls": 61, "day_answers": 100},
    }
