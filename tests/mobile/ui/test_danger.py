"""The danger button: on every screen, without network, without finishing anything."""

from __future__ import annotations

from typing import Any

import pytest

from server.operations.alarms import see_alarm

SMALL = (600, 800)


@pytest.fixture
def at_work(drive: Any, tablet: Any, membership: Any) -> Any:
    """A driver at an unlocked tablet with a visit and a person begun."""
    session = tablet.set_up("739146", membership)
    driver = drive(SMALL)
    driver.app.opened(session)
    visit_id = session.casework.start_visit()
    return driver, session, visit_id, session.casework.start_case(visit_id)


def top_bar(driver: Any) -> Any:
    return driver.app.holder.children[0].top_bar


def test_danger_button_stands_on_every_screen(at_work: Any) -> None:
    driver, _session, visit_id, case_id = at_work
    screens: list[tuple[str, dict[str, Any]]] = [
        *((place, {}) for place in ("home", "cases", "send", "my_work", "settings", "about")),
        ("visit", {"visit_id": visit_id}),
        ("interview", {"record_id": case_id}),
        ("review", {"record_id": case_id}),
    ]

    for name, arguments in screens:
        driver.app.go(name, **arguments)
        driver.settle(4)
        button = top_bar(driver).danger_button

        assert button.height >= 48, name
        assert button.x >= 0, name
        assert button.right <= driver.window.width, name


def test_danger_is_recorded_from_an_unfinished_case_and_is_first_to_be_sent(at_work: Any) -> None:
    driver, session, _visit_id, case_id = at_work
    driver.app.go("interview", record_id=case_id)
    driver.settle(4)

    driver.tap(top_bar(driver).danger_button)
    assert driver.screen_name == "danger"
    assert driver.sees("1121")
    driver.tap(driver.screen.raise_button)

    assert driver.sees("will be sent first")
    assert session.casework.row(case_id).danger
    assert session.casework.counts().ready >= 1
    driver.app.back()
    assert driver.screen_name == "interview"


def test_numbers_say_where_they_hold_and_whether_they_are_confirmed(at_work: Any) -> None:
    driver, session, visit_id, case_id = at_work
    session.casework.answer(visit_id, "area", "PK-SD")
    driver.app.go("danger", record_id=case_id)
    driver.settle(4)

    words = driver.all_words(driver.screen.ids.contacts)
    assert words.count("1121") == 3
    assert words.index("Sindh") < words.index("Punjab")
    assert words.count("Number not confirmed by the country yet") == 5


def test_steps_can_be_read_while_the_tablet_is_locked(drive: Any, tablet: Any) -> None:
    tablet.set_up("739146").lock()
    driver = drive(SMALL)

    driver.tap(top_bar(driver).danger_button)

    assert driver.screen_name == "danger"
    assert driver.sees("safety")
    assert driver.app.session is None


def test_answer_that_points_to_danger_proposes_the_steps(at_work: Any) -> None:
    driver, session, _visit_id, case_id = at_work
    driver.app.go("interview", record_id=case_id, section="safety")
    driver.settle(4)

    driver.choose("immediate_danger", "Yes")
    driver.settle(4)

    assert session.casework.answer_of(case_id, "immediate_danger") == "yes"
    assert not driver.sees("You decide what to do"), "behind a button that says nothing of it"
    driver.tap(driver.screen.steps_button)
    driver.settle(4)
    assert driver.sees("You decide what to do")


class SimulatedTelephone:
    """has_line: whether there is a telephone to open."""

    def __init__(self) -> None:
        self.dialled: list[str] = []
        self.has_line = True

    def dial(self, number: str) -> bool:
        self.dialled.append(number)
        return self.has_line


def test_a_tap_hands_the_number_to_the_telephone(at_work: Any) -> None:
    driver, _session, _visit_id, case_id = at_work
    telephone = driver.app.dialler = SimulatedTelephone()
    driver.app.go("danger", record_id=case_id)
    driver.settle(4)

    driver.tap(driver.find("Call 1099"))
    assert telephone.dialled == ["1099"]

    telephone.has_line = False
    driver.tap(driver.find("Call 1099"))
    assert driver.sees("dial 1099 on a telephone")


def test_first_number_stands_above_the_fold_of_a_phone(drive: Any, at_work: Any) -> None:
    driver, _session, _visit_id, case_id = at_work
    driver.resize((360, 800))
    driver.app.dialler = SimulatedTelephone()
    driver.app.go("danger", record_id=case_id)
    driver.settle()

    first = driver.find("Call 1099", driver.screen.ids.contacts)
    assert first.to_window(first.x, first.y)[1] > 0


def test_a_page_read_beside_the_person_does_not_say_what_the_person_told(at_work: Any) -> None:
    driver, session, _visit_id, case_id = at_work
    casework = session.casework
    for question, answer in (
        ("consent_given_by", "inspection"),
        ("sex", "f"),
        ("birth_date", "2013-03-04"),
        ("abuse", ("sexual",)),
    ):
        casework.answer(case_id, question, answer)
    driver.app.go("interview", record_id=case_id)
    for section in casework.interview(case_id).sections:
        driver.screen.open_section(section.name)
        driver.settle(4)
        assert driver.screen.steps_button.parent, section.name
        assert not driver.sees("sexual abuse"), section.name

    driver.tap(driver.screen.steps_button)
    driver.settle(4)
    assert driver.sees("violence or sexual abuse")


def test_screen_says_that_the_danger_arrived_and_that_one_still_has_to_call(joined: Any) -> None:
    driver, session, office = joined
    session.casework.start_visit()
    driver.app.open_danger()
    driver.settle(4)
    driver.tap(driver.screen.raise_button)
    assert driver.sees("Recorded. It will be sent first.")
    assert driver.all("Send it now")

    session.sending.send()
    driver.settle(4)

    assert driver.screen_name == "danger", "nothing takes the numbers away"
    assert driver.sees("Sent: the office has it.")
    assert driver.sees("has not said yet that it saw this immediate danger")
    assert not driver.all("Send it now")
    assert not driver.sees("will be sent first")

    see_alarm(office, driver.screen.record_id, "A. Khan", "test")
    session.sending.send()
    driver.settle(4)
    assert driver.sees("seen by the office: A. Khan")


def test_notice_on_home_leads_to_whom_to_call_and_says_what_was_seen(joined: Any) -> None:
    driver, session, _office = joined
    case_id = session.casework.raise_danger(None)
    session.sending.send()
    driver.app.show_place("home")
    driver.settle(4)

    driver.tap(driver.find("Immediate danger the office has not seen yet: 1. Call."))
    driver.settle(4)

    assert (driver.screen_name, driver.screen.record_id) == ("danger", case_id)
    assert driver.sees("1121")
    assert driver.sees("has not said yet that it saw this immediate danger")
    assert driver.screen.raise_button.parent, "what happens anew can be recorded"


@pytest.mark.parametrize("language", ["en", "ur", "ar"])
def test_alarm_nobody_saw_stands_on_top_of_home_and_leaves_room_for_more(
    drive: Any, tablet: Any, membership: Any, language: str
) -> None:
    session = tablet.set_up("739146", membership)
    session.casework.raise_danger(None)
    driver = drive((360, 800), language=language, text_scale=1.6, dark=True)
    driver.app.opened(session)
    driver.settle(6)

    (call,) = driver.screen.ids.urgent.children
    tiles = driver.screen.ids.counts.children[::-1]
    assert call.to_window(call.x, call.y)[1] > tiles[0].to_window(0, tiles[0].top)[1]
    page = driver.screen.ids.counts.parent.parent.parent
    floor = page.to_window(page.x, page.y)[1]
    assert tiles[1].to_window(0, tiles[1].y)[1] > floor, "and there is room for more than the alarm"
