"""The area a tablet is in is proposed, and only a tap makes it an answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from mobile.platform.position import Position

SMALL = (600, 800)


class SimulatedPosition:
    """Stands in for a tablet that knows about where it is; ``place`` None: it does not."""

    def __init__(self, place: Position | None) -> None:
        self.place = place
        self.stopped = 0

    def ask(self, found: Callable[[Position | None], object]) -> None:
        found(self.place)

    def stop(self) -> None:
        self.stopped += 1


@pytest.fixture
def at_area(drive: Any, tablet: Any, membership: Any) -> Any:
    """Opens the list of areas of a new visit on a tablet at that place."""

    def begin(place: Position | None) -> Any:
        from mobile.ui.widgets.overlays import open_overlays

        session = tablet.set_up("739146", membership)
        visit_id = session.casework.start_visit()
        driver = drive(SMALL)
        driver.app.positions = SimulatedPosition(place)
        driver.app.opened(session)
        driver.app.go("interview", record_id=visit_id, section="visit")
        driver.settle()
        driver.tap(driver.screen.cards["area"].answering.choose_button)
        page = open_overlays()[0]
        driver.tap(page.near_button)
        driver.settle()
        return driver, page, session, visit_id

    return begin


def test_nearest_areas_are_proposed_and_the_tapped_one_is_the_answer(
    at_area: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    driver, page, session, visit_id = at_area(Position(31.5, 73.3))
    assert driver.sees("The position is not kept")
    assert [row["code"] for row in page.list.data] == ["PK-PB-03", "PK-PB-09", "PK-PB-08"]
    assert session.casework.answer_of(visit_id, "area") is None

    driver.tap(driver.find("Sargodha", page))

    assert session.casework.answer_of(visit_id, "area") == "PK-PB-09"
    kept = str(session.casework.interview(visit_id)) + caplog.text
    assert "31.5" not in kept
    assert "73.3" not in kept
    assert driver.app.positions.stopped == 1


@pytest.mark.parametrize(
    ("place", "said"),
    [(Position(24.9, 67.0), "No area of the list is near here"), (None, "cannot tell where it is")],
)
def test_where_nothing_is_near_the_area_is_searched_by_name(
    at_area: Any, place: Position | None, said: str
) -> None:
    driver, page, *_ = at_area(place)

    assert driver.sees(said)
    driver.write(page.search_field, "lahore")
    driver.until(lambda: [row["code"] for row in page.list.data] == ["PK-PB-05"])
    assert not driver.sees(said)


def test_machine_without_a_position_offers_only_the_search(
    drive: Any, tablet: Any, membership: Any
) -> None:
    from mobile.ui.widgets.overlays import open_overlays

    session = tablet.set_up("739146", membership)
    visit_id = session.casework.start_visit()
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.go("interview", record_id=visit_id, section="visit")
    driver.settle()

    driver.tap(driver.screen.cards["area"].answering.choose_button)

    assert not driver.all("Find my area", open_overlays()[0])
