"""Where only the clock says that names are due, the home screen asks; nothing goes by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.lifecycle import CaseState


def test_home_asks_for_the_date_and_erases_only_when_it_is_confirmed(
    drive: Any, tablet: Any, at_work: Any, clock: Any
) -> None:
    session, visit_id, cases = at_work
    repository = session.casework._repository
    with repository.change() as change:
        for record_id in (visit_id, *cases):
            card = repository.card(record_id)
            accepted = replace(card, state=CaseState.ACCEPTED, decided_s=int(clock().timestamp()))
            change.put_card(accepted)
            if repository.entry(record_id) is not None:
                change.drop_entry(record_id)
    driver = drive()
    driver.app.opened(session)
    driver.settle()
    assert driver.screen.date_button is None

    ahead = lambda: clock() + timedelta(days=400)  # noqa: E731
    session.casework.retention._clock = session.casework.retention._known._clock = ahead
    driver.app.rebuild()
    driver.settle()

    assert session.casework.erase_due_identities() == 0
    assert driver.sees("Nothing was erased yet")
    driver.tap(driver.screen.date_button)
    assert all(session.casework.row(one).identity_erased for one in cases)
    assert not driver.sees("Nothing was erased yet")


def test_home_says_that_a_day_long_over_cannot_be_today(
    drive: Any, tablet: Any, at_work: Any, clock: Any
) -> None:
    session, _, _ = at_work
    known = session.casework.retention._known
    known._clock = lambda: clock() - timedelta(days=30)
    driver = drive()
    driver.app.opened(session)
    driver.settle()

    assert driver.sees("that day is certainly over")
