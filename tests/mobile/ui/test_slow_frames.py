"""A page that is scrolled while the tablet is slow never goes blank, on any screen that scrolls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

SMALL = (600, 500)
SLOW_S = (0.35, 0.7, 1.5)
"""Times between two frames: at the second the unmended effect swung up, at the first it turned."""
SCREENS = [
    *((place, None) for place in ("home", "cases", "send", "my_work", "settings", "about")),
    *(("interview", section) for section in ("identity", "conditions", "school")),
    *((name, None) for name in ("visit", "review", "case", "danger", "follow_ups")),
]


@pytest.fixture
def at_tablet(drive: Any, at_work: Any) -> Any:
    session, visit_id, cases = at_work
    driver = drive(SMALL)
    driver.app.opened(session)
    return driver, visit_id, cases


def opened(at_tablet: Any, name: str, section: str | None) -> Any:
    driver, visit_id, cases = at_tablet
    arguments: dict[str, Any] = {}
    if name == "visit":
        arguments = {"visit_id": visit_id}
    elif name in ("interview", "review", "danger", "case"):
        arguments = {"record_id": cases[1 if name == "case" else 0]}
    if section:
        arguments["section"] = section
    driver.app.go(name, **arguments)
    driver.settle()
    return driver


def scrolling(driver: Any) -> Iterator[tuple[Any, Any, str]]:
    """Every view that scrolls, its effect, and which way."""
    from kivy.uix.scrollview import ScrollView

    for widget in driver.window.children[0].walk(restrict=True):
        if isinstance(widget, ScrollView):
            for way in ("x", "y"):
                effect = getattr(widget, f"effect_{way}")
                if effect is not None and getattr(widget, f"do_scroll_{way}"):
                    yield widget, effect, way


@pytest.mark.parametrize(("name", "section"), SCREENS)
def test_no_page_is_blank_while_it_is_thrown_with_slow_frames(
    at_tablet: Any, name: str, section: str | None
) -> None:
    from mobile.ui.widgets.scrolling import SteadyEffect

    driver = opened(at_tablet, name, section)
    found = list(scrolling(driver))

    assert found
    for view, effect, way in found:
        assert isinstance(effect, SteadyEffect), view
        for slow_s in SLOW_S:
            for speed in (4000.0, -4000.0, 60_000.0):
                effect.velocity = speed
                effect.trigger_velocity_update()
                for _ in range(12):
                    driver.clock.run_ahead(slow_s)
                    driver.frame()
                    assert in_sight(view, way), (view, way, slow_s, speed)
        for _ in range(60):
            driver.clock.run_ahead(0.1)
            driver.frame()
        low, high = sorted((effect.min, effect.max))
        # a pixel, where the page is about as long as what is seen of it
        slack = max(1.0, 0.02 * (high - low))
        assert low - slack <= effect.value <= high + slack


def in_sight(view: Any, way: str) -> bool:
    """Whether at least a third of what could be shown of the content is shown."""
    content = view.children[0]
    size = "width" if way == "x" else "height"
    length = getattr(content, size)
    # a ScrollView moves its content by a matrix: to_parent says where it stands
    left, bottom = content.to_window(content.x, content.y)
    low = (left if way == "x" else bottom) - view.to_window(view.x, view.y)[0 if way == "x" else 1]
    shown = min(low + length, getattr(view, size)) - max(low, 0)
    return bool(shown >= min(length, getattr(view, size)) / 3) or length == 0


def test_a_notice_is_there_to_be_read_however_long_the_page_behind_it_takes(at_tablet: Any) -> None:
    from mobile.ui.widgets.overlays import NOTICE_SECONDS, Notice, notice

    driver = opened(at_tablet, "home", None)
    notice("Saved.")
    for _ in range(12):
        driver.clock.run_ahead(max(SLOW_S))
        driver.frame()
    assert Notice.showing is not None

    for _ in range(10 * NOTICE_SECONDS):
        driver.clock.run_ahead(0.1)
        driver.frame()
    assert Notice.showing is None
