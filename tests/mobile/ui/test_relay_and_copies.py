"""A supervisor carries for others, a tablet is copied to another, by taps and typing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from demo.officers.cheap_keys import cheap_derivation

SMALL = (600, 800)
PASSPHRASE = "seven wet bricks on a wall"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def pick(driver: Any, *names: str, begin: Path) -> None:
    """Walks the page on top from ``begin`` into what carries these names, and takes it."""
    from mobile.ui.widgets.overlays import open_overlays

    page = open_overlays()[0]
    page._here = begin
    page._list()
    driver.step(3)
    for name in names:
        driver.tap(driver.find(name, page))
    if page.wants_folder:
        driver.tap(page.take_button)


def test_a_supervisor_takes_parcels_over_delivers_them_and_hands_receipts_back(
    drive: Any, tablet: Any, served_office: Any, clock: Any, stick: Path
) -> None:
    from mobile.tablet import Tablet
    from shared.reference import load_reference

    field = Tablet(
        stick.parent / "field",
        load_reference,
        clock,
        os.urandom,
        derivation=cheap_derivation,
    ).set_up("271828")
    field.enrolment.enrol(served_office.ticket())
    field.casework.raise_danger(field.casework.start_visit())
    field.sending.save_parcels(stick)
    session = tablet.set_up("739146")
    session.enrolment.enrol(served_office.ticket())
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.show_place("send")
    driver.settle(4)

    driver.tap(driver.find("Take over envelopes"))
    pick(driver, "stick", begin=stick.parent)
    driver.until(lambda: session.relay.load().parcels == 1)
    driver.tap(driver.find("Deliver them now"))
    driver.until(lambda: session.relay.load().receipts == 1 and not driver.screen.is_busy)
    driver.step(3)
    told = driver.sees("Envelopes delivered: 1")
    driver.tap(driver.find("Save the receipts"))
    pick(driver, "stick", begin=stick.parent)
    driver.until(lambda: any(stick.glob("*.receipt")))
    report = field.sending.read_receipts(stick)
    field.lock()

    assert told
    assert report.accepted >= 1


def test_a_new_tablet_goes_on_where_the_copied_one_was(
    drive: Any, tablet: Any, at_work: Any, clock: Any, stick: Path
) -> None:
    from mobile.ui.widgets.overlays import open_overlays

    session, _visit_id, _cases = at_work
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.show_place("settings")
    driver.settle(4)
    driver.tap(driver.find("Back up this tablet"))
    page = open_overlays()[0]
    driver.write(page.fields[0], PASSPHRASE)
    driver.write(page.fields[1], PASSPHRASE)
    driver.tap(page.button)
    pick(driver, "stick", begin=stick.parent)
    driver.until(lambda: any(stick.glob("*.backup")))
    driver.until(lambda: not open_overlays())

    from mobile.tablet import Tablet
    from shared.reference import load_reference

    driver.app.lock()
    driver.app.tablet = Tablet(
        stick.parent / "new", load_reference, clock, os.urandom, derivation=cheap_derivation
    )
    driver.app.show_first()
    driver.settle(4)
    driver.tap(driver.screen.ids.restore_button)
    page = open_overlays()[0]
    driver.write(page.fields[0], PASSPHRASE)
    driver.write(page.fields[1], "582914")
    driver.write(page.fields[2], "582914")
    driver.tap(page.button)
    (copy,) = stick.glob("*.backup")
    pick(driver, copy.name, begin=stick)
    driver.until(lambda: driver.screen_name == "home")

    assert driver.app.session.casework.counts().cases == 3
    assert not open_overlays()


def test_the_next_person_begins_with_the_work_of_the_one_before(drive: Any, at_work: Any) -> None:
    session, visit_id, cases = at_work
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.go("visit", visit_id=visit_id)
    driver.settle(4)

    driver.tap(driver.screen.alike_button)

    case_id = session.casework.cases_of(visit_id)[-1].record_id
    assert case_id not in cases
    assert driver.screen_name == "interview"
    assert session.casework.answer_of(case_id, "industry") == "23"
    assert session.casework.answer_of(case_id, "occupation") == "931"
    assert session.casework.answer_of(case_id, "hazards") is None


def test_the_diagnostic_log_says_what_was_opened_and_names_nobody(
    drive: Any, at_work: Any, stick: Path
) -> None:
    session, visit_id, cases = at_work
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.go("visit", visit_id=visit_id)
    driver.app.go("interview", record_id=cases[0], section="identity")
    driver.app.show_place("settings")
    driver.settle(4)

    driver.tap(driver.find("Save notes for a repair"))
    pick(driver, "stick", begin=stick.parent)
    driver.until(lambda: any(stick.glob("*.txt")))
    (path,) = stick.glob("*.txt")
    written = path.read_text()

    assert "screen name=interview" in written
    assert not [word for word in ("Sana", "Bibi", "Chak", str(cases[0])) if word in written]


@pytest.mark.parametrize(
    ("calendar", "typed", "gregorian", "in_words"),
    [
        ("ethiopian", ("20", "9", "2008"), "2016-05-28", "20 Ginbot 2008"),
        ("ethiopian", ("፳", "፱", "፳፻፰"), "2016-05-28", "20 Ginbot 2008"),
        ("bikram_sambat", ("१२", "१", "२०७२"), "2015-04-25", "12 Baisakh 2072"),
        ("bikram_sambat", ("12", "8", "2083"), "2026-11-28", "12 Mangsir 2083"),
        ("ethiopian", ("٢٠", "۹", "২০০৮"), "2016-05-28", "20 Ginbot 2008"),
        ("bikram_sambat", ("12", "1", "2072"), "2015-04-25", "12 Baisakh 2072"),
        ("persian", ("۲۹", "۱۲", "۱۴۰۴"), "2026-03-20", "29 Esfand 1404"),
        ("hijri", ("1", "9", "1446"), "2025-03-01", "1 Ramadan 1446"),
    ],
)
def test_a_birth_date_is_typed_in_the_calendar_of_the_country(
    drive: Any, calendar: str, typed: tuple[str, ...], gregorian: str, in_words: str
) -> None:
    from datetime import date

    from mobile.ui.widgets.questions.dates import DateAnswer

    driver = drive(SMALL)
    answering = DateAnswer(date(2026, 11, 18), recent=False, calendar=calendar)
    answers: list[Any] = []
    answering.bind(on_answer=lambda _a, value: answers.append(value))
    driver.screen.clear_widgets()
    driver.screen.add_widget(answering)
    driver.step(3)

    for field, part in zip((answering.day, answering.month, answering.year), typed, strict=True):
        driver.write(field, part)
    said = [words for words in driver.all_words() if words.startswith(in_words)]
    driver.tap(driver.find("Gregorian"))
    year, month, day = gregorian.split("-")

    assert answers[-1] == gregorian
    assert said
    assert answering.year.value == year
    assert (int(answering.month.value), int(answering.day.value)) == (int(month), int(day))
