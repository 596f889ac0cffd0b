"""A tablet whose programme asks for a passphrase shows nothing else before there is one."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mobile.security.pins import pin_strength
from shared.profiles.entries import Parameter

PASSPHRASE = "four kilns by a slow river"
SMALL = (600, 900)


def asks_for(tablet: Any, value: str) -> None:
    """The profile that comes with the app says so, as an edition of the programme would."""
    load = tablet._references
    chosen = Parameter("tablet_unlocking", value, "test", None, True)

    def references(country: str) -> Any:
        reference = load(country)
        parameters = {**reference.profile.parameters, "tablet_unlocking": chosen}
        return replace(reference, profile=replace(reference.profile, parameters=parameters))

    tablet._references = references


def keep(driver: Any, name: str) -> None:
    if folder := os.environ.get("TALLY87_LOOK"):
        driver.picture(Path(folder) / f"{name}.png")


@pytest.mark.parametrize("language", ["en", "ur"])
def test_passphrase_is_chosen_before_the_work_is_shown(
    drive: Any, tablet: Any, membership: Any, language: str
) -> None:
    tablet.set_up("739146", membership).lock()
    asks_for(tablet, "passphrase")
    driver = drive(SMALL, language=language)
    driver.write(driver.screen.ids.pin_field, "739146")
    driver.tap(driver.screen.ids.unlock_button)
    driver.until(lambda: driver.screen_name == "new_secret")
    driver.settle(4)
    keep(driver, f"new_secret_{language}")

    for place in ("home", "settings", "send"):
        driver.app.show_place(place)
        assert driver.screen_name == "new_secret"
    driver.app.open_danger()
    assert driver.screen_name == "danger"
    driver.app.back()
    ids = driver.screen.ids
    driver.write(ids.old_field, "739146")
    driver.write(ids.first_field, "four kilns")
    assert ids.choose_button.disabled
    driver.settle(4)
    keep(driver, f"new_secret_short_{language}")
    driver.write(ids.first_field, PASSPHRASE)
    driver.write(ids.second_field, PASSPHRASE)
    driver.settle(4)
    keep(driver, f"new_secret_fits_{language}")
    driver.tap(ids.choose_button)
    driver.until(lambda: driver.screen_name == "home")

    driver.app.lock()
    tablet.unlock(PASSPHRASE).lock()


def test_wrong_pin_is_told_and_the_old_one_stands(drive: Any, tablet: Any, membership: Any) -> None:
    tablet.set_up("739146", membership).lock()
    asks_for(tablet, "passphrase")
    driver = drive(SMALL)
    driver.app.opened(tablet.unlock("739146"))
    driver.settle(4)
    assert driver.screen_name == "new_secret"
    ids = driver.screen.ids
    driver.write(ids.old_field, "918273")
    driver.write(ids.first_field, PASSPHRASE)
    driver.write(ids.second_field, PASSPHRASE)
    driver.tap(ids.choose_button)
    driver.until(lambda: len(ids.told.children) > 1)

    assert driver.screen_name == "new_secret"
    driver.app.lock()
    session = tablet.unlock("739146")
    assert session.asks_for_passphrase
    session.lock()


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        ("739146", "in about 7 hours"),
        ("73914682", "in about 29 days"),
        ("7391468205", "in about 8 years"),
        (PASSPHRASE, "in a lifetime"),
    ],
)
def test_settings_say_how_long_the_secret_holds(
    drive: Any, tablet: Any, membership: Any, secret: str, words: str
) -> None:
    driver = drive(SMALL)
    driver.app.opened(tablet.set_up(secret, membership))
    driver.app.show_place("settings")
    driver.settle(4)

    assert any(words in said for said in driver.all_words())
    if secret == "739146":
        keep(driver, "settings")
    assert pin_strength(secret).years_to_guess > 0


def test_setting_up_says_how_long_six_digits_hold(drive: Any) -> None:
    driver = drive(SMALL)
    driver.write(driver.screen.ids.first_field, "739146")
    driver.settle(4)
    keep(driver, "set_up")

    assert any("in about 7 hours" in said for said in driver.all_words())
