"""Setting up and unlocking, by taps and typing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mobile.platform.uptime import Uptime
from tests.mobile.ui.driver import Driver


def test_new_tablet_is_set_up_with_a_pin_and_asks_for_a_ticket(drive: Any) -> None:
    driver = drive()
    assert driver.screen_name == "set_up"

    driver.write(driver.screen.ids.first_field, "739146")
    driver.write(driver.screen.ids.second_field, "739146")
    driver.tap(driver.screen.ids.set_up_button)
    driver.until(lambda: driver.screen_name == "enrol")

    assert driver.app.tablet.is_set_up


@pytest.mark.parametrize("size", [(1280, 800), (360, 800)])
def test_language_is_chosen_before_anything_has_to_be_read(
    drive: Any, size: tuple[int, int]
) -> None:
    driver = drive(size)
    driver.settle(4)

    button = driver.screen.ids.language_button

    assert button.to_window(0, button.y)[1] > 0, "in sight without moving the page"
    assert button.top > driver.screen.ids.first_field.top


@pytest.mark.parametrize("typed", ["739146", "٧٣٩١٤٦", "७३९१४६"])
def test_each_sign_of_a_pin_is_seen_as_a_dot(drive: Any, typed: str) -> None:
    driver = drive((600, 800))

    def ink() -> int:
        """How much is drawn of what stands in the field."""
        driver.draw()
        field = driver.screen.ids.first_field.input
        (label,) = field._lines_labels
        return sum(label.pixels[3::4]) if label.size[0] > 1 else 0

    empty = ink()
    driver.write(driver.screen.ids.first_field, typed[:3])
    three = ink()
    driver.write(driver.screen.ids.first_field, typed)

    assert three > empty
    assert ink() > three


def test_easy_pin_cannot_be_chosen(drive: Any) -> None:
    driver = drive()

    driver.write(driver.screen.ids.first_field, "123456")
    driver.write(driver.screen.ids.second_field, "123456")

    assert driver.screen.ids.set_up_button.disabled
    assert driver.sees("easy to guess")


def test_keypad_unlocks_and_wrong_pin_is_told_in_a_sentence(
    drive: Any, tablet: Any, membership: Any
) -> None:
    tablet.set_up("739146", membership).lock()
    driver = drive()

    for key in "739140":
        driver.tap(driver.find(key, driver.screen.ids.keypad))
    driver.tap(driver.screen.ids.unlock_button)
    driver.until(lambda: driver.sees("does not open"))
    driver.until(lambda: not driver.screen.ids.unlock_button.disabled)
    for key in "739146":
        driver.tap(driver.find(key, driver.screen.ids.keypad))
    driver.tap(driver.screen.ids.unlock_button)

    driver.until(lambda: driver.screen_name == "home")


def test_quick_hide_locks_and_shows_only_the_time(drive: Any, tablet: Any, membership: Any) -> None:
    tablet.set_up("739146", membership).lock()
    driver = drive()
    driver.app.opened(tablet.unlock("739146"))
    driver.step()

    driver.tap(driver.app.holder.children[0].top_bar.hide_button)

    assert driver.screen_name == "hidden"
    assert driver.app.session is None
    assert not driver.sees("Tally87")


def test_somebody_who_only_types_is_not_locked_out_and_who_only_listened_comes_back(
    tablet: Any, membership: Any, tmp_path: Path
) -> None:
    from mobile.app import make_app, prepare_kivy

    prepare_kivy()
    now = [datetime(2026, 11, 18, 9, 30, tzinfo=UTC)]
    running = [0.0]  # seconds; the clock is set about meanwhile, which keeps nothing open
    app = make_app(
        tmp_path / "tablet",
        tablet,
        lambda: now[0],
        lock_after_s=60,
        uptime=lambda: Uptime("boot", running[0]),
    )
    session = tablet.set_up("739146", membership)
    driver = Driver(app, (600, 800))
    try:
        app.opened(session)
        app.show_place("cases")
        driver.tap(driver.screen.ids.search_field.input)
        for letter in "sana":
            running[0] += 40
            now[0] += timedelta(days=400)
            driver.type(letter)
            driver.wait(6)
            assert app.session is not None

        running[0] += 61
        now[0] -= timedelta(days=4000)
        driver.wait(6)

        assert app.session is None
        for key in "739146":
            driver.tap(driver.find(key, driver.screen.ids.keypad))
        driver.tap(driver.screen.ids.unlock_button)
        driver.until(lambda: driver.screen_name == "cases")
    finally:
        driver.close()


def test_after_a_wrong_pin_one_types_on_without_touching_the_field(drive: Any, tablet: Any) -> None:
    tablet.set_up("739146").lock()
    driver = drive((1280, 800))
    driver.settle(4)
    driver.type("111111")
    driver.enter()
    driver.until(lambda: driver.sees("Tries left"))
    driver.settle(4)

    driver.type("739146")

    assert driver.screen.ids.pin_field.value == "739146"


def test_what_was_said_of_one_ticket_does_not_stand_under_another(drive: Any, tablet: Any) -> None:
    session = tablet.set_up("739146")
    driver = drive((1280, 800))
    driver.app.opened(session)
    driver.write(driver.screen.ids.ticket_field, "http://office#NO-TICKET")
    driver.tap(driver.screen.ids.enrol_button)
    driver.until(lambda: driver.sees("This is not the ticket"))

    driver.start_writing(driver.screen.ids.ticket_field, "http://office#ANOTHER")

    assert not driver.sees("This is not the ticket")
