"""Days on the screens, as the country's own calendar says them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from demo.officers.cheap_keys import cheap_derivation
from tests.mobile.interviews import record_visit


@pytest.mark.parametrize(
    ("calendar", "language", "own"),
    [
        # Published anchors: 26 January in Nepal, Ethiopian Christmas of 2018,
        # Nowruz of 1405, the first of Ramadan of 1447 by Umm al-Qura.
        ("bikram_sambat", "en", "12 Magh 2082 (26 January 2026)"),
        ("bikram_sambat", "ne", "माघ"),
        ("ethiopian", "en", "29 Tahsas 2018 (7 January 2026)"),
        ("ethiopian", "am", "ታኅሣሥ"),
        ("persian", "en", "1 Farvardin 1405 (21 March 2026)"),
        ("hijri", "en", "1 Ramadan 1447 (18 February 2026)"),
        ("gregorian", "en", "26 January 2026"),
    ],
)
def test_lists_say_days_in_the_calendar_of_the_country_and_in_ours(
    drive: Any,
    tmp_path: Path,
    clock: Callable[[], datetime],
    membership: Any,
    calendar: str,
    language: str,
    own: str,
) -> None:
    from mobile.tablet import Tablet
    from mobile.ui.widgets.theme import theme
    from shared.reference import Reference, load_reference

    days = {"ethiopian": "2026-01-07", "persian": "2026-03-21", "hijri": "2026-02-18"}
    (tmp_path / "profile.toml").write_text(f'calendar = "{calendar}"\n', "utf-8")

    def loaded(country: str) -> Reference:
        return load_reference(country, [tmp_path])

    tablet = Tablet(tmp_path / "tablet", loaded, clock, os.urandom, derivation=cheap_derivation)
    session = tablet.set_up("739146", membership)
    visit_id = record_visit(session.casework, visit_date=days.get(calendar, "2026-01-26"))
    driver = drive(language=language)
    driver.app.opened(session)
    driver.app.go("visit", visit_id=visit_id)
    driver.settle(6)

    assert own in driver.screen.subtitle
    assert ("(" in driver.screen.subtitle) == (calendar != "gregorian")

    driver.app.lock()
    assert theme.calendar == "gregorian"
