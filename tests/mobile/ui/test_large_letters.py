"""What large letters must not do: hide which list is shown, cover the way on, leave a field."""

from __future__ import annotations

from typing import Any

import pytest

UPRIGHT = (800, 1280)


@pytest.fixture
def large(drive: Any, at_work: Any) -> Any:
    driver = drive(UPRIGHT, language="ur", text_scale=1.6)
    driver.app.opened(at_work[0])
    return driver


def test_filter_that_is_chosen_is_in_sight(large: Any) -> None:
    large.app.go("cases", only="rejected")
    large.settle()
    chip = large.screen.filters["rejected"]

    left, right = (chip.to_window(x, 0)[0] for x in (chip.x, chip.right))
    assert left >= 0
    assert right <= UPRIGHT[0]


def test_line_of_arabic_letters_stands_inside_its_field(large: Any) -> None:
    large.app.show_place("cases")
    large.settle()
    field = large.screen.ids.search_field
    above = field.input.padding[1]

    assert above > 0
    assert field.input.line_height + 2 * above <= field.input.height + 1


def test_a_notice_covers_no_main_screen(large: Any) -> None:
    from mobile.ui.widgets.bars import PlaceButton
    from mobile.ui.widgets.overlays import Notice, notice

    large.app.show_place("send")
    large.settle()
    notice("حتمی ہو گیا۔")
    large.settle()
    bar = Notice.showing.children[0]
    places = [each for each in large.app.holder.walk() if isinstance(each, PlaceButton)]

    assert places
    assert bar.y >= max(place.to_window(0, place.top)[1] for place in places)


def test_a_number_of_hours_is_read_on_the_smallest_phone(drive: Any, at_work: Any) -> None:
    session, _, cases = at_work
    driver = drive((360, 640), text_scale=1.6)
    driver.app.opened(session)
    driver.app.go("interview", record_id=cases[0], section="job")
    driver.settle()
    field = driver.screen.cards["work_hours"].answering.field
    driver.write(field, "48")

    letters = field.input._get_text_width("48.5", field.input.tab_width, field.input._label_cached)
    assert field.input.width - field.input.padding[0] - field.input.padding[2] >= letters
    assert field.value == "48"
