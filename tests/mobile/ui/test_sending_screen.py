"""Sending seen by the officer: no network, and the file road."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.mobile.conftest import office_moves_to

SMALL = (600, 800)


@pytest.fixture
def ready(drive: Any, tablet: Any, served_office: Any) -> Any:
    """A driver at the send screen of a joined tablet, with a danger record to send."""
    session = tablet.set_up("739146")
    session.enrolment.enrol(served_office.ticket())
    session.casework.raise_danger(session.casework.start_visit())
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.show_place("send")
    driver.settle(4)
    return driver, session


def send(driver: Any) -> Any:
    driver.screen.report = None
    driver.tap(driver.screen.ids.send_button)
    driver.until(lambda: driver.screen.report is not None)
    driver.step(4)
    return driver.screen.report


def test_without_network_a_sentence_says_that_all_is_safe_and_the_next_try_sends(
    ready: Any,
) -> None:
    driver, session = ready
    url = session.enrolment.server_url
    office_moves_to(session, "http://127.0.0.1:9")

    first = send(driver)
    told = [words for words in driver.all_words() if "safe" in words]
    office_moves_to(session, url)
    second = send(driver)

    assert first.problem
    assert told
    assert second.accepted >= 1
    assert driver.sees("accepted")
    assert session.casework.counts().ready == 0


def test_home_says_when_the_office_last_answered(ready: Any) -> None:
    driver, _session = ready
    driver.app.show_place("home")
    driver.step(3)
    assert driver.sees("Nothing was sent")

    driver.app.show_place("send")
    driver.settle(4)
    send(driver)
    driver.app.show_place("home")
    driver.step(3)

    assert driver.sees("18 November 2026")


def test_parcels_are_saved_into_the_folder_that_was_chosen(ready: Any, tmp_path: Path) -> None:
    from mobile.ui.widgets.overlays import open_overlays

    driver, _session = ready
    stick = tmp_path / "stick"
    stick.mkdir()
    driver.tap(driver.find("Save to a stick or card"))
    page = open_overlays()[0]
    page._here = tmp_path
    page._list()
    driver.step(3)

    driver.tap(driver.find("stick", page))
    driver.tap(page.take_button)
    driver.until(lambda: any(stick.iterdir()))

    assert driver.window.children


def test_tablet_that_a_restored_office_does_not_know_joins_again_from_the_screen(
    drive: Any, tablet: Any, served_office: Any, tmp_path: Path
) -> None:
    from server.operations.backups import back_up, restore

    backup, _ = back_up(served_office.office, tmp_path / "backups")
    session = tablet.set_up("739146")
    session.enrolment.enrol(served_office.ticket())
    session.casework.raise_danger(session.casework.start_visit())
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.show_place("send")
    driver.settle(4)
    assert send(driver).accepted
    restore(served_office.office, backup, replacing=True)

    assert send(driver).is_signed_out
    driver.tap(driver.find("Join again with a new ticket"))
    driver.settle(4)
    driver.screen.ids.ticket_field.value = served_office.ticket()
    driver.tap(driver.screen.ids.enrol_button)
    driver.until(lambda: driver.app.way[-1].name == "home")
    driver.app.show_place("send")
    driver.settle(4)
    again = send(driver)

    assert again.accepted
    assert again.totals_agree
