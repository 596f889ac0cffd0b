"""Pictures of the screens for docs/images, drawn with real pixels from made-up persons.

Kept in a temporary folder, so that a test run leaves the repository alone; with
``TALLY87_PICTURES=docs/images`` (or another folder) they are written there.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.mobile.ui.made_up import cut_texts

TABLET_UPRIGHT, TABLET_ACROSS, PHONE = (800, 1280), (1280, 800), (360, 800)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return Path(os.environ.get("TALLY87_PICTURES", tmp_path))


def keep(driver: Any, folder: Path, name: str) -> None:
    """Keeps the picture, and checks that it shows something and that no text is cut off."""
    from PIL import Image

    path = folder / f"tablet-{name}.png"
    driver.picture(path)
    with Image.open(path) as image:
        assert image.size == tuple(driver.window.size)
        assert len(image.getcolors(256) or ()) > 20, f"{name} is an empty page"
    assert cut_texts(driver) == [], name


def test_screens_of_a_wide_tablet(drive: Any, at_work: Any, pictures: Path) -> None:
    session, visit_id, cases = at_work
    driver = drive(TABLET_ACROSS)
    keep(driver, pictures, "unlock")
    driver.app.opened(session)
    keep(driver, pictures, "home")
    driver.app.go("visit", visit_id=visit_id)
    keep(driver, pictures, "visit")
    driver.app.go("interview", record_id=cases[0], section="conditions")
    keep(driver, pictures, "interview")
    driver.app.go("review", record_id=cases[0])
    keep(driver, pictures, "review")
    driver.app.go("danger", record_id=cases[0])
    keep(driver, pictures, "danger")
    driver.app.show_place("cases")
    keep(driver, pictures, "cases")


def test_screens_of_an_upright_tablet_in_the_dark(drive: Any, at_work: Any, pictures: Path) -> None:
    session, _visit_id, cases = at_work
    driver = drive(TABLET_UPRIGHT, dark=True)
    driver.app.opened(session)
    driver.app.go("interview", record_id=cases[0], section="job")
    keep(driver, pictures, "upright-dark")
    driver.app.show_place("send")
    keep(driver, pictures, "upright-send")


def test_screens_of_a_phone_with_large_letters(drive: Any, at_work: Any, pictures: Path) -> None:
    session, _visit_id, cases = at_work
    driver = drive(PHONE, text_scale=1.2)
    driver.app.opened(session)
    driver.app.show_place("settings")
    keep(driver, pictures, "phone-settings")
    driver.app.go("interview", record_id=cases[0], section="about")
    keep(driver, pictures, "phone")


def test_arabic_stands_on_the_right_with_its_digits_in_order(
    drive: Any, at_work: Any, pictures: Path
) -> None:
    session, _visit_id, cases = at_work
    driver = drive(TABLET_ACROSS, language="ar")
    driver.app.opened(session)
    driver.app.go("interview", record_id=cases[0], section="identity")
    driver.settle()
    field = driver.screen.cards["given_name"].answering.field
    driver.write(field, "سناء 12")

    keep(driver, pictures, "arabic")
    shown = field._as_read.text
    assert "12" in shown
    assert shown.index("12") < len(shown) - 2, "the number stands left of the name it follows"
    card = driver.screen.cards["given_name"]
    assert card.label_text.halign == "right"
