"""A visit that is written down later is placed in an area of its day, not of today."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from demo.officers.cheap_keys import cheap_derivation
from mobile.platform.position import Position
from tests.mobile.ui.test_area_nearby import SMALL, SimulatedPosition

CHANGED = """code,parent,level,label::English (en),since,until,became,lat,lon
PK-PB-09,PK-PB,admin2,,,2026-11-01,PK-PB-91;PK-PB-92,32.1,72.7
PK-PB-91,PK-PB,admin2,Sargodha East,2026-11-01,,,32.1,72.8
PK-PB-92,PK-PB,admin2,Sargodha West,2026-11-01,,,32.1,72.6
"""


@pytest.fixture
def picker(
    drive: Any, tmp_path: Path, clock: Callable[[], datetime], membership: Any
) -> Callable[[str], Any]:
    """Opens the list of areas of a visit of that day, on a tablet near the areas that changed."""
    from mobile.tablet import Tablet
    from mobile.ui.widgets.overlays import open_overlays
    from shared.reference import Reference, load_reference

    (tmp_path / "areas.csv").write_text(CHANGED, "utf-8")

    def loaded(country: str) -> Reference:
        return load_reference(country, [tmp_path])

    def begin(day: str) -> Any:
        tablet = Tablet(tmp_path / "tablet", loaded, clock, os.urandom, derivation=cheap_derivation)
        session = tablet.set_up("739146", membership)
        visit_id = session.casework.start_visit()
        driver = drive(SMALL)
        driver.app.positions = SimulatedPosition(Position(32.1, 72.7))
        driver.app.opened(session)
        driver.app.go("interview", record_id=visit_id, section="visit")
        driver.settle()
        # After the cards of the page were made.
        driver.screen.answer("visit_date", day)
        driver.settle()
        driver.tap(driver.screen.cards["area"].answering.choose_button)
        page = open_overlays()[0]
        driver.settle()
        return driver, page

    return begin


@pytest.mark.parametrize(
    ("day", "standing"),
    [("2026-10-20", {"PK-PB-09"}), ("2026-11-20", {"PK-PB-91", "PK-PB-92"})],
)
def test_areas_of_the_day_of_the_visit_are_offered_and_proposed(
    picker: Callable[[str], Any], day: str, standing: set[str]
) -> None:
    changed = {"PK-PB-09", "PK-PB-91", "PK-PB-92"}
    driver, page = picker(day)
    offered = {row["code"] for row in page.list.data}

    driver.tap(page.near_button)
    driver.settle()

    assert offered & changed == standing
    assert {row["code"] for row in page.list.data} & changed == standing
