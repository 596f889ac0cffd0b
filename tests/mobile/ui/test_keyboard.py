"""A tablet with a keyboard: everything is reached and pressed without a finger, and one sees where
one is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mobile.ui.driver import ENTER

TAB, SPACE = 9, 32


def tab(driver: Any, *held: str) -> Any:
    """One step, and what has the ring then."""
    driver.key(TAB, None, *held)
    driver.step(1)
    return driver.app.keyboard.at


def words_on(widget: Any) -> str:
    return getattr(widget, "words", "")


def go_to(driver: Any, words: str) -> None:
    """Tab until it has the ring."""
    for _ in range(60):
        if words_on(tab(driver)) == words:
            return
    raise AssertionError(f"Tab never comes to {words!r}")


@pytest.mark.parametrize("key", [ENTER, SPACE])
def test_a_visit_is_begun_and_answered_without_a_finger(drive: Any, at_work: Any, key: int) -> None:
    session, _, _ = at_work
    driver = drive()
    driver.app.opened(session)
    go_to(driver, "New visit")
    driver.key(key)
    driver.settle()
    assert driver.screen_name == "interview"

    go_to(driver, "Complaint")
    driver.key(key)
    driver.settle()

    record_id = driver.screen.record_id
    assert session.casework.answer_of(record_id, "visit_reason") == "complaint"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_it_goes_in_reading_order_and_back_and_round(
    drive: Any, at_work: Any, language: str
) -> None:
    session, _, cases = at_work
    driver = drive(language=language)
    driver.app.opened(session)
    driver.app.go("case", record_id=cases[1])
    driver.settle()
    seen = [tab(driver)]
    while (at := tab(driver)) is not seen[0]:
        seen.append(at)
        assert len(seen) < 60
    across = [each.to_window(*each.center)[0] for each in seen[:3]]

    assert across == sorted(across, reverse=language == "ar"), "along the top bar"
    assert tab(driver, "shift") is seen[-1], "the other way round"
    assert len(set(map(id, seen))) == len(seen)


def test_what_has_the_ring_is_in_sight_and_a_touch_takes_it_away(drive: Any, at_work: Any) -> None:
    session, _, cases = at_work
    driver = drive((360, 640))
    driver.app.opened(session)
    driver.app.go("interview", record_id=cases[0], section="conditions")
    driver.settle()
    for _ in range(25):
        at = tab(driver)
        if at is not None:
            x, y = at.to_window(*at.center)
            assert (max(x, 0), max(y, 0)) == (min(x, 360), min(y, 640)), words_on(at)

    driver.tap(driver.screen.scroll)
    assert driver.app.keyboard.at is None


def test_in_a_dialog_it_stays_in_the_dialog(drive: Any, at_work: Any) -> None:
    from mobile.ui.widgets.overlays import open_overlays

    session, visit_id, _ = at_work
    driver = drive()
    driver.app.opened(session)
    driver.app.go("visit", visit_id=visit_id)
    driver.settle()
    go_to(driver, "Withdraw this visit")
    driver.key(ENTER)
    driver.settle()
    dialog = open_overlays()[0]
    stops = {words_on(tab(driver)) for _ in range(12)}

    assert stops == {button.words for button in dialog.buttons}


@pytest.mark.parametrize("key", [ENTER, SPACE])
def test_what_lies_behind_a_dialog_is_not_pressed(drive: Any, at_work: Any, key: int) -> None:
    from mobile.ui.widgets.overlays import open_overlays

    session, visit_id, _ = at_work
    driver = drive()
    driver.app.opened(session)
    driver.app.go("visit", visit_id=visit_id)
    driver.settle()
    go_to(driver, "Withdraw this visit")
    for _ in range(3):
        driver.key(key)
        driver.settle()

    assert len(open_overlays()) == 1
    assert driver.app.keyboard.at is None
    assert tab(driver) in open_overlays()[0].buttons


def test_tab_leaves_a_field_that_is_typed_in_and_keeps_what_was_typed(
    drive: Any, at_work: Any
) -> None:
    session, _, cases = at_work
    driver = drive()
    driver.app.opened(session)
    driver.app.go("interview", record_id=cases[0], section="identity")
    driver.settle()
    card = driver.screen.cards["given_name"]
    driver.start_writing(card.answering.field, "Amina")

    tab(driver)

    assert not card.answering.field.input.focus
    assert session.casework.answer_of(cases[0], "given_name") == "Amina"
