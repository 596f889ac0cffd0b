"""Setting up and unlocking, by taps and typing."""

from __future__ import annotations

from typing import Any


def test_new_tablet_is_set_up_with_a_pin_and_asks_for_a_ticket(drive: Any) -> None:
    driver = drive()
    assert driver.screen_name == "set_up"

    driver.write(driver.screen.ids.first_field, "739146")
    driver.write(driver.screen.ids.second_field, "739146")
    driver.tap(driver.screen.ids.set_up_button)
    driver.until(lambda: driver.screen_name == "enrol")

    assert driver.app.tablet.is_set_up


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
