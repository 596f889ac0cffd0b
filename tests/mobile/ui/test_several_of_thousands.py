"""Several answers out of thousands are searched for, chosen one after another, seen and taken away;
"none" and "don't know" are always in reach, and keep standing alone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from demo.officers.cheap_keys import cheap_derivation
from tests.mobile.interviews import record_case, record_visit

CROPS = 5_000
MOST_CARD_S = 1.5
"""Processor seconds until the card of them stands there, several times what it takes (.3). Drawn as
buttons they took half a minute."""
SURVEY = """type,name,label::English (en),bind::tally:privacy
begin_repeat,case,,
begin_group,where,Where,
select_multiple crops,crops,Which crops?,keep
select_multiple_from_file harvests.csv,harvests,Which harvests?,keep
end_group,,,
end_repeat,,,
"""
HARVESTS = """code,label::English (en)
wheat,Wheat
rice,Rice
cane,Sugar cane
none,No harvest
"""


@pytest.fixture
def begin(
    drive: Any, tmp_path: Path, clock: Callable[[], datetime], membership: Any
) -> Callable[..., Any]:
    """A driver at the country's own questions on a new case."""
    from mobile.tablet import Tablet
    from shared.reference import Reference, load_reference

    own = tmp_path / "questionnaire"
    own.mkdir()
    named = "".join(f"crops,c{one},Crop {one},محصول {one}\n" for one in range(CROPS))
    head = "list_name,name,label::English (en),label::Arabic (ar)\n"
    apart = "crops,none,No crop,لا محصول\ncrops,unknown,Not known,غير معروف\n"
    (own / "survey.csv").write_text(SURVEY, "utf-8")
    (own / "choices.csv").write_text(head + named + apart, "utf-8")
    (tmp_path / "harvests.csv").write_text(HARVESTS, "utf-8")

    def loaded(country: str) -> Reference:
        return load_reference(country, [tmp_path])

    def begun(size: tuple[int, int] = (800, 1280), language: str = "en") -> Any:
        tablet = Tablet(tmp_path / "tablet", loaded, clock, os.urandom, derivation=cheap_derivation)
        session = tablet.set_up("739146", membership)
        case = record_case(session.casework, record_visit(session.casework))
        driver = drive(size, language=language)
        driver.app.opened(session)
        driver.app.go("interview", record_id=case, section="where")
        driver.settle(12)
        return driver

    return begun


def open_page(driver: Any, name: str) -> Any:
    from mobile.ui.widgets.overlays import open_overlays

    driver.tap(driver.screen.cards[name].answering.choose_button)
    driver.settle(12)
    return open_overlays()[0]


def line_of(page: Any, words: str) -> Any:
    """The line that is drawn of it."""
    [found] = [
        line for line in page.list.children[0].children if words in (line._words.words, line.code)
    ]
    return found


def answered(driver: Any, name: str) -> Any:
    record_id = driver.screen.record_id
    return driver.screen.casework.answer_of(record_id, name)


def choose(driver: Any, page: Any, typed: str, words: str) -> None:
    driver.write(page.search_field, typed)
    driver.settle(20)
    driver.tap(line_of(page, words))
    driver.settle(12)


def test_several_of_thousands_are_searched_for_and_the_page_stays(begin: Any) -> None:
    from mobile.ui.widgets.overlays import open_overlays

    driver = begin()
    page = open_page(driver, "crops")
    choose(driver, page, "Crop 4321", "Crop 4321")
    choose(driver, page, "Crop ١٢٣٤", "Crop 1234")

    assert open_overlays() == [page]
    assert answered(driver, "crops") == ("c1234", "c4321"), "in the order of the list"
    assert line_of(page, "Crop 1234")._sign.icon == "checkbox-marked"
    driver.tap(page.done_button)
    driver.settle(12)
    assert not open_overlays()
    shown = driver.screen.cards["crops"].answering.buttons
    assert [button.words for button in shown.values()] == [
        "Crop 1234",
        "Crop 4321",
        "No crop",
        "Not known",
    ]


def test_what_is_chosen_is_taken_away_on_the_card_and_on_the_page(begin: Any) -> None:
    driver = begin()
    page = open_page(driver, "crops")
    choose(driver, page, "Crop 17", "Crop 17")
    driver.tap(line_of(page, "Crop 170"))
    driver.settle(12)
    driver.tap(line_of(page, "Crop 17"))
    driver.settle(12)
    assert answered(driver, "crops") == ("c170",)
    driver.tap(page.done_button)
    driver.settle(12)

    driver.tap(driver.screen.cards["crops"].answering.buttons["c170"])
    driver.settle(12)
    assert answered(driver, "crops") is None
    assert set(driver.screen.cards["crops"].answering.buttons) == {"none", "unknown"}


def test_none_stands_alone_and_goes_when_another_is_chosen(begin: Any) -> None:
    driver = begin()
    page = open_page(driver, "crops")
    assert "No crop" not in [row["words"] for row in page.list.data]
    choose(driver, page, "Crop 99", "Crop 99")
    driver.tap(page.done_button)
    driver.settle(12)

    driver.tap(driver.screen.cards["crops"].answering.buttons["none"])
    driver.settle(12)
    assert answered(driver, "crops") == ("none",)
    assert set(driver.screen.cards["crops"].answering.buttons) == {"none", "unknown"}

    choose(driver, open_page(driver, "crops"), "Crop 99", "Crop 99")
    assert answered(driver, "crops") == ("c99",)


def test_the_list_stays_where_it_was_scrolled_to_when_one_is_chosen(begin: Any) -> None:
    driver = begin()
    page = open_page(driver, "crops")
    page.list.scroll_y = 0.5
    driver.settle(8)
    middle = page.list.children[0].children
    line = sorted(middle, key=lambda one: abs(one.to_window(*one.center)[1] - 640))[0]
    chosen, at = line.code, line.to_window(*line.center)
    driver.tap(line)
    driver.settle(12)

    assert answered(driver, "crops") == (chosen,)
    again = line_of(page, chosen)
    assert again.to_window(*again.center) == pytest.approx(at, abs=2)


def test_it_is_done_without_a_finger_and_right_to_left(begin: Any) -> None:
    from mobile.ui.widgets.overlays import open_overlays
    from tests.mobile.ui.driver import ENTER
    from tests.mobile.ui.test_keyboard import TAB

    driver = begin((1280, 800), "ar")

    def go_to(wanted: Callable[[Any], bool]) -> None:
        for _ in range(60):
            driver.key(TAB, None)
            driver.step(1)
            if driver.app.keyboard.at is not None and wanted(driver.app.keyboard.at):
                return
        raise AssertionError("Tab never comes there")

    go_to(lambda at: at is driver.screen.cards["crops"].answering.choose_button)
    driver.key(ENTER)
    driver.settle(12)
    page = open_overlays()[0]
    driver.write(page.search_field, "محصول ٤٣٢١")
    driver.settle(20)
    go_to(lambda at: getattr(at, "code", "") == "c4321")
    driver.key(ENTER)
    driver.settle(12)
    assert answered(driver, "crops") == ("c4321",)
    assert driver.app.keyboard.at.code == "c4321", "the ring stays"
    go_to(lambda at: at is page.done_button)
    driver.key(ENTER)
    driver.settle(12)
    assert not open_overlays()
    assert driver.screen.cards["crops"].answering.buttons["c4321"].words == "محصول 4321"


def test_several_of_a_code_list_are_chosen_together(begin: Any) -> None:
    driver = begin()
    page = open_page(driver, "harvests")
    for words in ("Sugar cane", "Wheat"):
        driver.tap(line_of(page, words))
        driver.settle(12)
    assert answered(driver, "harvests") == ("wheat", "cane")
    driver.tap(page.done_button)
    driver.settle(12)
    view = driver.screen.interview.find("harvests")
    assert not view.findings
    driver.tap(driver.screen.cards["harvests"].answering.buttons["none"])
    driver.settle(12)
    assert answered(driver, "harvests") == ("none",)


def test_thousands_of_answers_hold_no_card_up(begin: Any) -> None:
    driver = begin()
    began = time.thread_time()
    driver.app.go("interview", record_id=driver.screen.record_id, section="where")
    driver.settle(12)
    took = time.thread_time() - began

    assert len(driver.screen.cards["crops"].answering.buttons) == 2
    assert took < MOST_CARD_S, f"{took:.2f} s"
