"""The whole way by taps and typing: set up, join, visit, person, review, finalise, send."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

VISIT = {
    "area": ("search", "faisal", "Faisalabad"),
    "place_name": ("write", "Brick kiln, Chak 204"),
    "activity": ("search", "brick", "Manufacture of other non-metallic mineral products"),
    "workers_seen": ("write", "12"),
    "nobody_found": ("choose", "No"),
}
PERSON = {
    "sex": ("choose", "Female"),
    "birth_date": ("date", "3", "2", "2015"),
    "consent_given_by": ("choose", "Parent or guardian, and the child agrees too"),
    "consent_purposes": ("choose", "To be interviewed", "To be counted, without name"),
    "given_name": ("write", "Sana"),
    "family_name": ("write", "Bibi"),
    "parent_given_name": ("write", "Rashid"),
    "home_area": ("search", "faisal", "Faisalabad"),
    "worked_family_business": ("choose", "Yes"),
    "work_hours": ("week", "6", "6", "4.5"),
    "works_with_parents": ("choose", "Yes"),
    "occupation": ("search", "brick", None),
    "industry": ("search", "brick", "Manufacture of other non-metallic mineral products"),
    "hazards": ("choose", "Carrying heavy loads", "Dust, fumes or gas"),
    "attends_school": ("choose", "Yes"),
}


SMALL = (600, 800)
"""Fewer pixels than a tablet: drawing is most of the time these tests take."""


class Officer:
    """Answers the questions of the present section as a person would, one tap after the other."""

    def __init__(self, driver: Any, script: dict[str, tuple[Any, ...]]) -> None:
        self.driver, self.script = driver, script

    def whole_interview(self) -> None:
        """Every section to the last; ends on the screen after it."""
        screen = self.driver.screen
        while self.driver.screen is screen:
            self.section()
            last = screen.interview.sections[-1].name == screen.section_name
            self.driver.tap(screen.next_button)
            if last:
                return

    def section(self) -> None:
        """Every question of the section that has no answer and is in the script or required."""
        done: set[str] = set()
        while True:
            self.driver.step(2)
            waiting = [
                view
                for view in self.driver.screen.here.questions
                if view.question.takes_answer
                and view.name not in done
                and view.value is None
                and (view.required or view.name in self.script)
            ]
            if not waiting:
                return
            done.add(waiting[0].name)
            self.answer(waiting[0])
            now = self.driver.screen.interview.question(waiting[0].name)
            assert now.value is not None, now.name

    def answer(self, view: Any) -> None:
        how, *values = self.script.get(view.name, ("otherwise",))
        getattr(self, f"_{how}")(view, self.driver.screen.cards[view.name], *values)

    def _choose(self, view: Any, _card: Any, *labels: str) -> None:
        for label in labels:
            self.driver.choose(view.name, label)

    def _write(self, _view: Any, card: Any, typed: str) -> None:
        self.driver.write(card.answering.field, typed)

    def _date(self, _view: Any, card: Any, day: str, month: str, year: str) -> None:
        date = card.answering
        for field, typed in ((date.day, day), (date.month, month), (date.year, year)):
            self.driver.write(field, typed)

    def _search(self, _view: Any, card: Any, typed: str, wanted: str | None) -> None:
        from mobile.widgets.overlays import open_overlays

        driver = self.driver
        driver.tap(card.answering.choose_button)
        page = open_overlays()[0]
        driver.write(page.search_field, typed)
        driver.until(lambda: 0 < len(page.list.data) < 40)
        driver.step(3)
        driver.tap(driver.find(wanted or page.list.data[0]["words"], page))

    def _week(self, _view: Any, card: Any, *hours: str) -> None:
        from mobile.widgets.overlays import open_overlays

        self.driver.tap(card.answering.week_button)
        page = open_overlays()[0]
        for field, typed in zip(page.fields.values(), hours, strict=False):
            self.driver.write(field, typed)
        self.driver.tap(page.take_button)

    def _otherwise(self, view: Any, card: Any) -> None:
        """No; none of these; don't know."""
        words = [choice.label("en") for choice in view.choices if choice.code in ("no", "none")]
        if words:
            self.driver.choose(view.name, words[0])
        elif "unknown" in card.not_said:
            self.driver.tap(card.not_said["unknown"])
        else:
            self.driver.choose(view.name, view.choices[0].label("en"))


def test_a_case_goes_from_the_first_tap_to_the_receipt(
    drive: Any, tablet: Any, served_office: Any
) -> None:
    driver = drive(SMALL)
    driver.write(driver.screen.ids.first_field, "739146")
    driver.write(driver.screen.ids.second_field, "739146")
    driver.tap(driver.screen.ids.set_up_button)
    driver.until(lambda: driver.screen_name == "enrol")

    driver.write(driver.screen.ids.ticket_field, served_office.ticket().lower())
    driver.tap(driver.screen.ids.enrol_button)
    driver.until(lambda: driver.screen_name == "home")

    driver.tap(driver.screen.ids.new_visit_button)
    Officer(driver, VISIT).whole_interview()
    assert driver.screen_name == "visit"
    driver.tap(driver.screen.ids.add_person_button)
    Officer(driver, PERSON).whole_interview()

    assert driver.screen_name == "review"
    assert driver.sees("Hazardous child labour"), driver.all_words()
    assert driver.sees("whatever the hours")
    assert driver.sees("What stays on this tablet")
    driver.tap(driver.screen.ids.finalise_button)
    assert driver.screen_name == "visit"

    driver.tap(driver.app.holder.children[0].top_bar.back_button)
    driver.tap(driver.find("Send"))
    driver.tap(driver.screen.ids.send_button)
    driver.until(lambda: driver.screen.report is not None)
    driver.step(5)

    report = driver.screen.report
    assert (report.accepted, report.rejected, report.problem) == (2, 0, "")
    assert driver.sees("2 records accepted")
    assert driver.sees("exactly what this tablet has sent")


def test_impossible_hours_are_told_at_once_and_can_be_corrected(
    drive: Any, tablet: Any, membership: Any
) -> None:
    session = tablet.set_up("739146", membership)
    driver = drive(SMALL)
    driver.app.opened(session)
    visit_id = session.casework.start_visit()
    case_id = session.casework.start_case(visit_id)
    for question, value in (("consent_given_by", "inspection"), ("worked_other_paid", "yes")):
        session.casework.answer(case_id, question, value)
    driver.app.go("interview", record_id=case_id, section="job")
    driver.settle()
    card = driver.screen.cards["work_hours"]

    driver.write(card.answering.field, "190")
    assert driver.sees("168")
    driver.write(card.answering.field, "19")

    assert not driver.sees("168")
    driver.tap(card.answering.more_button)
    driver.tap(card.answering.more_button)
    driver.tap(card.answering.less_button)
    assert session.casework.answer_of(case_id, "work_hours") == 20
    driver.write(card.answering.field, "19")
    assert session.casework.answer_of(case_id, "work_hours") == 19


def test_typed_answer_is_kept_when_the_officer_leaves_the_page_at_once(
    drive: Any, tablet: Any, membership: Any
) -> None:
    session = tablet.set_up("739146", membership)
    driver = drive(SMALL)
    driver.app.opened(session)
    visit_id = session.casework.start_visit()
    driver.app.go("visit", visit_id=visit_id)
    driver.app.go("interview", record_id=visit_id, section="visit")
    driver.settle()
    field = driver.screen.cards["place_name"].answering.field
    driver.tap(field.input)
    for letter in "Kiln 7":
        driver.window.dispatch("on_textinput", letter)

    driver.app.back()

    assert session.casework.answer_of(visit_id, "place_name") == "Kiln 7"
