"""Help that was arranged for a person, as it is looked after on the screens: by taps and typing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.mobile.ui.made_up import cut_texts

SMALL = (600, 800)


@pytest.fixture
def followed(at_work: Any) -> Any:
    """A tablet with two persons for whom help was arranged, one of it due today, one overdue."""
    session, _visit_id, cases = at_work
    casework = session.casework
    casework.answer(cases[0], "referral_offered", ("medical", "education"))
    casework.answer(cases[2], "referral_offered", ("shelter",))
    casework.follow_ups.change(cases[0], 1, due="2026-11-18", with_whom="Dr Tariq")
    casework.follow_ups.change(cases[2], 1, due="2026-11-16")
    return session, cases


def test_follow_up_is_reminded_of_opened_put_off_and_done(drive: Any, followed: Any) -> None:
    session, cases = followed
    driver = drive(SMALL)
    driver.app.opened(session)
    assert driver.sees("1 follow-up overdue  ·  1 follow-up due today")

    driver.tap(driver.screen.reminder)
    assert driver.screen_name == "follow_ups"
    driver.tap(driver.find("Safe place to stay"))
    assert driver.sees("Overdue")
    driver.tap(driver.find("In a week"))
    driver.write(driver.screen.ids.note, "Shelter is full until Monday")
    assert driver.sees("due on 25 November 2026")
    driver.app.back()
    driver.settle()
    driver.tap(driver.find("Medical care"))
    assert driver.screen.ids.with_whom.value == "Dr Tariq"
    driver.tap(driver.find("It is done"))
    assert driver.sees("done on 18 November 2026")
    driver.app.back()
    driver.settle()

    kept = session.casework.follow_ups.one(cases[2], 1)
    assert (kept.due, kept.note) == ("2026-11-25", "Shelter is full until Monday")
    assert not driver.sees("Medical care")
    driver.app.back()
    assert driver.sees("Next follow-up on 25 November 2026")


def test_day_typed_in_pieces_is_kept_and_half_a_day_is_not(drive: Any, followed: Any) -> None:
    session, cases = followed
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.go("follow_up", record_id=cases[0], number=2)
    driver.settle()

    driver.write(driver.screen.due_answer.day, "31")
    driver.write(driver.screen.due_answer.month, "11")
    assert session.casework.follow_ups.one(cases[0], 2).due != "2026-11-31"
    driver.write(driver.screen.due_answer.day, "30")

    assert session.casework.follow_ups.one(cases[0], 2).due == "2026-11-30"


def test_follow_up_in_own_words_is_added_at_the_case(drive: Any, followed: Any) -> None:
    session, cases = followed
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.go("case", record_id=cases[1])
    driver.settle()

    driver.tap(driver.find("Add a follow-up"))
    driver.app.back()
    assert session.casework.follow_ups.of(cases[1]) == ()  # nothing was said, nothing is kept
    driver.settle()
    driver.tap(driver.find("Add a follow-up"))
    driver.write(driver.screen.words_field, "Take her school form along")
    driver.app.back()
    driver.settle()

    assert driver.sees("Take her school form along")
    assert session.casework.follow_ups.of(cases[1])[0].what == "Take her school form along"


def test_nothing_of_it_is_seen_while_the_tablet_is_locked(
    drive: Any, followed: Any, clock: Callable[[], datetime]
) -> None:
    session, _cases = followed
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.tap(driver.screen.reminder)

    for leave in (driver.app.hide, driver.app.lock):
        leave()
        driver.settle()
        said = " ".join(driver.all_words())
        assert not any(word in said for word in ("follow-up", "Sana", "Safe place", "overdue"))


def test_names_say_until_when_they_stay(drive: Any, at_work: Any) -> None:
    session, _visit_id, cases = at_work
    session.casework.withdraw(cases[0], "recorded_by_mistake")
    driver = drive(SMALL)
    driver.app.opened(session)
    driver.app.go("case", record_id=cases[0])
    driver.settle()

    assert driver.sees("Names are erased from this tablet on 18 December 2026.")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_word_is_cut_on_a_phone_with_large_letters(
    drive: Any, followed: Any, language: str
) -> None:
    session, cases = followed
    driver = drive((360, 800), language=language, text_scale=1.6)
    driver.app.opened(session)
    driver.settle()
    assert cut_texts(driver) == []
    for name, arguments in (
        ("follow_ups", {}),
        ("follow_up", {"record_id": cases[0], "number": 1}),
        ("case", {"record_id": cases[1]}),
    ):
        driver.app.go(name, **arguments)
        driver.settle()
        assert cut_texts(driver) == [], name


def test_duty_to_report_says_nothing_beside_a_name_until_the_officer_opens_it(
    drive: Any, at_work: Any
) -> None:
    session, _visit_id, cases = at_work
    session.casework.answer(cases[0], "mandatory_report", "due")
    (duty,) = session.casework.follow_ups.of(cases[0])
    session.casework.follow_ups.change(
        cases[0], duty.number, with_whom="the police", note="Asked for Inspector Rao"
    )
    told = ("Duty to report", "the police", "Inspector Rao", "The law sets this time")

    driver = drive(SMALL)
    driver.app.opened(session)
    for screen, arguments in (
        ("follow_ups", {}),
        ("review", {"record_id": cases[0]}),
        ("follow_up", {"record_id": cases[0], "number": duty.number}),
    ):
        driver.app.go(screen, **arguments)
        driver.settle()
        assert driver.sees("A note for you alone"), screen
        words = " ".join(driver.all_words())
        words += " ".join(field.value for field in shown_fields(driver))
        assert [one for one in told if one and one in words] == [], screen

    driver.tap(driver.find("A note for you alone"))
    driver.settle()
    assert driver.sees("Duty to report")
    assert driver.sees("The law sets this time")
    assert [field.value for field in shown_fields(driver)] == [
        "the police",
        "Asked for Inspector Rao",
    ]
    driver.write(driver.screen.ids.note, "Reported by telephone")
    assert session.casework.follow_ups.one(cases[0], duty.number).note == "Reported by telephone"


def shown_fields(driver: Any) -> list[Any]:
    """The fields that stand on the page, from the top."""
    from mobile.ui.widgets.fields import Field

    return [part for part in driver.screen.walk(restrict=True) if isinstance(part, Field)]
