"""My work on the screen: each class with the answers that decided, and what to do next."""

from __future__ import annotations

from typing import Any

from shared.texts import text
from tests.mobile.interviews import record_case, record_visit

SMALL = (600, 800)


def test_my_work_says_what_to_do_next(drive: Any, tablet: Any, membership: Any) -> None:
    session = tablet.set_up("739146", membership)
    visit_id = record_visit(session.casework, visit_date="2026-11-17")
    case_id = record_case(session.casework, visit_id, hazards=("heights",))
    assert session.casework.finalise(case_id).done
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.go("my_work")
    driver.settle(6)

    told = text("classification.next.hazardous", "en"), text("screens.class.cl_sna.HAZARDOUS", "en")
    assert not any(driver.sees(words) for words in told), "folded away"

    driver.tap(driver.screen.found_button)
    driver.settle(6)
    assert all(driver.sees(words) for words in told)

    driver.app.show_place("home")
    driver.app.show_place("my_work")
    driver.settle(6)
    assert not any(driver.sees(words) for words in told)
