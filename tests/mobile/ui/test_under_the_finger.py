"""What stands still, in sight and in order under a finger: on every shape, with large letters."""

from __future__ import annotations

from typing import Any

import pytest

from shared.texts import text

PHONE, WIDE = (360, 800), (1280, 800)
TICKET = "http://127.0.0.1:5000/ 7Q2M-9K4D-XW3P-1B8N-5T6Z-0C7H-2J9R"


def say(message_id: str, **values: object) -> str:
    return text(f"screens.{message_id}", "en", **values)


def in_sight(driver: Any, widget: Any) -> bool:
    """Whether all of it is in the window, unscrolled."""
    bottom, top = (widget.to_window(widget.x, y)[1] for y in (widget.y, widget.top))
    return bool(bottom >= 0 and top <= driver.window.height)


def test_second_field_of_a_new_pin_stays_where_it_is_while_the_first_is_typed(drive: Any) -> None:
    driver = drive(PHONE)
    second = driver.screen.ids.second_field.input
    place = driver.still_place_of(second)

    for typed in ("1", "1234567", "739146", "a long passphrase of five words"):
        driver.write(driver.screen.ids.first_field, typed)
        driver.step(2)
        assert driver.still_place_of(second) == pytest.approx(place), typed


@pytest.mark.parametrize(("size", "language"), [(PHONE, "en"), ((360, 640), "ur")])
def test_all_keys_of_the_pin_and_its_field_are_in_sight_on_a_phone(
    drive: Any, tablet: Any, membership: Any, size: tuple[int, int], language: str
) -> None:
    tablet.set_up("739146", membership).lock()
    driver = drive(size, text_scale=1.6, language=language)
    driver.settle()
    ids = driver.screen.ids
    keys = ids.keypad.children

    def places() -> list[int]:
        """How far below the field they are."""
        return [
            round(ids.pin_field.to_window(0, ids.pin_field.y)[1] - key.to_window(0, key.y)[1])
            for key in keys
        ]

    before = places()

    assert all(in_sight(driver, each) for each in (ids.pin_field.input, *keys))
    driver.write(ids.pin_field, "000000")
    driver.tap(ids.unlock_button)
    driver.until(lambda: ids.told.children)
    driver.settle()
    assert places() == before, "the keys moved"


def test_what_is_searched_for_is_cleared_by_one_tap_and_typed_anew(
    drive: Any, at_work: Any
) -> None:
    session, _visit_id, _cases = at_work
    driver = drive(PHONE)
    driver.app.opened(session)
    driver.app.show_place("cases")
    driver.settle()
    field = driver.screen.ids.search_field
    assert field.input.focus
    assert field.clear_button.parent is None

    driver.type("Ali")
    driver.settle()
    driver.tap(field.clear_button)

    assert field.value == ""
    assert field.input.focus
    assert field.clear_button.parent is None


def test_halves_of_a_page_stand_in_reading_order(drive: Any, at_work: Any) -> None:
    session, _visit_id, cases = at_work
    for language in ("en", "ar"):
        driver = drive(WIDE, language=language)
        driver.app.opened(session)
        driver.app.go("review", record_id=cases[0])
        driver.settle()
        ids = driver.screen.ids
        first, second = (each.to_window(each.x, 0)[0] for each in (ids.classes, ids.leaves))
        assert (first < second) == (language == "en")


def test_whole_ticket_is_seen_at_once_to_be_compared(drive: Any, tablet: Any) -> None:
    session = tablet.set_up("739146")
    driver = drive(PHONE)
    driver.app.opened(session)
    field = driver.screen.ids.ticket_field

    driver.write(field, TICKET)
    driver.settle()

    lines = field.input._lines
    assert "".join(lines).replace(" ", "") == TICKET.replace(" ", "")
    assert len(lines) * field.input.line_height <= field.input.height
    assert max(map(len, lines)) < len(TICKET)


def test_large_letters_leave_room_for_more_than_one_answer_on_a_phone(
    drive: Any, at_work: Any
) -> None:
    session, _visit_id, cases = at_work
    driver = drive(PHONE, text_scale=1.6)
    driver.app.opened(session)
    driver.app.go("interview", record_id=cases[0], section="conditions")
    driver.settle()
    scroll = driver.screen.scroll
    buttons = list(driver.screen.cards["hazards"].answering.buttons.values())
    driver.bring(buttons[3])
    driver.settle()
    floor, ceiling = (scroll.to_window(0, y)[1] for y in (scroll.y, scroll.top))

    seen = [
        each
        for each in buttons
        if each.to_window(0, each.y)[1] >= floor and each.to_window(0, each.top)[1] <= ceiling
    ]

    assert len(seen) >= 2, "each stands with what to say of it to the person"


@pytest.mark.parametrize("text_scale", [1.0, 1.6])
def test_signs_of_the_places_stand_in_the_middle_above_their_words(
    drive: Any, at_work: Any, text_scale: float
) -> None:
    from mobile.ui.widgets.bars import PlaceButton
    from mobile.ui.widgets.text import Icon, Text

    driver = drive((1280, 800), text_scale=text_scale)
    driver.app.opened(at_work[0])
    driver.settle()
    rows = [
        {type(part): part for part in each.walk(restrict=True) if isinstance(part, Icon | Text)}
        for each in driver.app.holder.walk(restrict=True)
        if isinstance(each, PlaceButton)
    ]

    assert len(rows) == 5
    middles = [row[Icon].center_x - row[Text].center_x for row in rows]
    assert max(map(abs, middles)) < 2


@pytest.mark.parametrize("language", ["en", "ar"])
def test_signs_that_point_along_the_line_follow_how_it_is_read(
    drive: Any, at_work: Any, language: str
) -> None:
    from mobile.ui.widgets.text import Icon

    driver = drive(PHONE, language=language)
    driver.app.opened(at_work[0])
    driver.settle()
    home = driver.app.holder.walk(restrict=True)
    signs = {each.icon: each for each in home if isinstance(each, Icon)}
    returned, draft = signs["keyboard-return"], signs["pencil-outline"]

    assert returned.is_turned is (language == "ar")
    assert not draft.is_turned


def long_page(driver: Any) -> tuple[Any, list[Any], list[str]]:
    """A page of buttons that is longer than the window; and which of them were tapped."""
    from mobile.ui.widgets.controls import PushButton
    from mobile.ui.widgets.surfaces import ColumnLayout, Scroll

    page, tapped = ColumnLayout(), []
    for number in range(30):
        button = PushButton(words=str(number))
        button.bind(on_release=lambda button: tapped.append(button.words))
        page.add_widget(button)
    scroll = Scroll(size_hint=(None, None), size=driver.window.size)
    scroll.add_widget(page)
    driver.window.add_widget(scroll)
    driver.settle(4)
    return scroll, page.children[::-1], tapped


def touch_at(widget: Any) -> Any:
    from kivy.tests.common import UnitTestTouch

    return UnitTestTouch(*widget.to_window(*widget.center))


def test_a_tap_is_not_lost_when_the_page_moves_before_the_list_lets_go_of_it(drive: Any) -> None:
    driver = drive((600, 800))
    scroll, buttons, tapped = long_page(driver)

    touch = touch_at(buttons[3])
    touch.touch_down()
    driver.frame()
    touch.touch_up()
    driver.frame()
    scroll.scroll_y = 0.6
    driver.settle(2)
    driver.wait(0.5)

    assert tapped == ["3"], "the one that was pressed, not the one that came there"
    driver.tap(buttons[20])
    assert tapped == ["3", "20"]


def test_a_finger_that_slides_off_a_button_taps_nothing(drive: Any) -> None:
    driver = drive((600, 800))
    driver.settle(4)
    tapped: list[Any] = []
    button = driver.app.holder.children[0].top_bar.danger_button
    button.bind(on_release=tapped.append)

    touch = touch_at(button)
    touch.touch_down()
    driver.wait(0.5)
    touch.touch_move(touch.x, touch.y - 200)
    driver.frame()
    touch.touch_up()
    driver.wait(0.5)

    assert tapped == []
    driver.tap(button)
    assert tapped == [button]


def test_no_page_turns_or_moves_while_a_finger_is_on_it(
    drive: Any, tablet: Any, membership: Any
) -> None:
    session = tablet.set_up("739146", membership)
    driver = drive((600, 800))
    driver.app.opened(session)
    case_id = session.casework.start_case(session.casework.start_visit())
    driver.app.go("interview", record_id=case_id, section="about")
    driver.settle()
    session.casework.answer(case_id, "birth_date", "unknown")
    driver.app.rebuild()
    driver.settle()
    before, at = driver.screen.section_name, driver.screen.scroll.scroll_y
    assert before == "about"

    card = driver.screen.cards["sex"]
    touch = touch_at(driver.find("Female", card))
    touch.touch_down()
    driver.frame()
    touch.touch_up()
    held = touch_at(driver.screen.heading)  # before the list lets go of the tap
    held.touch_down()
    driver.wait(0.3)
    driver.wait(0.7)
    assert session.casework.answer_of(case_id, "sex") == "female"
    assert (driver.screen.section_name, driver.screen.scroll.scroll_y) == (before, at)

    held.touch_up()
    driver.settle()
    assert (driver.screen.section_name, driver.screen.scroll.scroll_y) != (before, at)


def test_a_touch_that_never_ends_stops_no_page_for_good(drive: Any) -> None:
    from mobile.ui import background

    driver = drive((600, 800))
    came = []
    lost = touch_at(driver.screen)
    lost.touch_down()
    background.untouched(lambda: came.append("turned"), 0.2)
    driver.wait(1)
    assert came == []
    driver.wait(2)
    assert came == ["turned"]
    lost.touch_up()
    driver.settle()
