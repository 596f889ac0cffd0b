"""Back by, and papers that are handed over, on the screens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mobile.ui.screens.paper import page_of
from mobile.ui.widgets.overlays import open_overlays
from tests.mobile.conftest import Clock

SMALL = (600, 900)


@pytest.fixture
def at_home(at_work: Any, drive: Any) -> Any:
    session, visit_id, cases = at_work
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.settle(4)
    return driver, session, visit_id, cases


def test_officer_sets_a_time_is_asked_when_it_is_over_and_says_so(at_home: Any) -> None:
    driver, session, _visit, _cases = at_home
    driver.tap(driver.screen.ids.check_in_button)
    driver.settle(4)
    driver.screen.number.value = "0300 123"
    times = driver.screen.ids.times.children
    driver.tap(times[-1])
    driver.settle(4)
    assert driver.screen_name == "home"
    assert driver.sees("You mean to be back by")

    set_now = session.check_ins.now
    app_clock, driver.app.check_ins = driver.app.clock, driver.app.check_ins
    later = Clock()
    later.now = app_clock().fromtimestamp(set_now.back_by_s + 60, app_clock().tzinfo)
    session.check_ins._clock = later
    driver.app.check_ins.look()
    driver.settle(4)

    (dialog,) = open_overlays()
    assert driver.sees("Are you safe and back?")
    assert driver.sees("Call: 0300 123")
    driver.app.check_ins.look()
    assert len(open_overlays()) == 1
    driver.tap(dialog.buttons[-1])
    driver.settle(4)
    assert session.check_ins.now is None
    assert not driver.sees("You mean to be back by")


def test_slip_of_a_case_is_shown_as_a_code_and_written_for_printing(
    at_home: Any, tmp_path: Path
) -> None:
    driver, session, _visit, cases = at_home
    casework = session.casework
    casework.answer(cases[0], "referral_offered", ("medical",))
    driver.app.go("paper", kind="slip", record_id=cases[0])
    driver.settle(4)
    assert driver.sees("- Medical care")
    assert driver.sees("Give it only when the person wants it")
    name = casework.row(cases[0]).name
    assert not driver.sees(name)

    driver.tap(driver.screen.name_chip)
    driver.settle(4)
    assert driver.sees(f"For: {name}")
    driver.tap(driver.screen.code_button)
    driver.settle(4)
    assert open_overlays()
    open_overlays()[0].close()
    path = driver.screen.write(tmp_path)
    assert path.name == "slip.html"
    assert "Medical care" in path.read_text(encoding="utf-8")


def test_a_paper_is_never_saved_on_the_tablet_itself(at_home: Any, tmp_path: Path) -> None:
    driver, session, _visit, cases = at_home
    session.casework.answer(cases[0], "referral_offered", ("medical",))
    driver.app.go("paper", kind="slip", record_id=cases[0])
    driver.settle(4)

    driver.tap(driver.screen.save_button)
    driver.settle(4)
    open_overlays()[0]._done(tmp_path)
    driver.settle(4)

    assert driver.sees("It is not saved on this tablet")
    assert list(tmp_path.rglob("*.html")) == []


def test_page_of_a_paper_holds_no_markup_of_what_was_typed(at_home: Any) -> None:
    _driver, session, _visit, cases = at_home
    session.casework.answer(cases[0], "referral_offered", ("medical",))
    session.casework.answer(cases[0], "given_name", "<b>Bilal</b>")
    slip = session.casework.given.slip(cases[0], "ur", with_name=True)

    page = page_of(slip, "ur")

    assert "<b>" not in page
    assert 'dir="rtl"' in page
