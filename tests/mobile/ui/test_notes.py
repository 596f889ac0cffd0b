"""What the office says to one tablet, seen by the officer: real server, real receipts."""

from __future__ import annotations

from typing import Any

from server.operations.alarms import see_alarm
from server.operations.saying import send_message


def home(driver: Any) -> None:
    driver.app.show_place("home")
    driver.settle(4)


def test_officer_reads_that_nobody_saw_the_alarm_and_then_who_did(joined: Any) -> None:
    driver, session, office = joined
    case_id = session.casework.raise_danger(session.casework.start_visit())
    home(driver)
    assert driver.sees("has not seen yet: 1. Call.")

    session.sending.send()
    home(driver)
    assert driver.sees("has not seen yet: 1. Call."), "accepted is not seen"

    see_alarm(office, case_id, "A. Khan", "test")
    session.sending.send()
    home(driver)
    assert not driver.sees("has not seen yet")
    assert driver.sees("seen by the office: A. Khan")

    driver.app.go("case", record_id=case_id)
    driver.settle(4)
    assert driver.sees("seen by the office: A. Khan")


def test_case_says_that_its_alarm_was_not_seen(joined: Any) -> None:
    driver, session, _office = joined
    case_id = session.casework.raise_danger(session.casework.start_visit())

    driver.app.go("case", record_id=case_id)
    driver.settle(4)

    assert driver.sees("has not said yet that it saw this immediate danger. Call.")


def test_message_stands_on_home_until_it_is_read(joined: Any) -> None:
    driver, session, office = joined
    send_message(office, session.membership.tablet_id, "[b]Bring[/b] the blue forms.", "test")
    session.sending.send()
    home(driver)
    assert driver.sees("[b]Bring[/b] the blue forms."), "words of the office are no markup"

    (card,) = [one for one in driver.screen.ids.next_step.children if hasattr(one, "read_button")]
    driver.tap(card.read_button)
    assert not driver.sees("blue forms")
    home(driver)
    assert not driver.sees("blue forms")
    session.sending.send()
    home(driver)
    assert not driver.sees("blue forms")
