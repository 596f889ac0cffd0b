"""What a person told stands on no page that somebody beside the officer reads along."""

from __future__ import annotations

from typing import Any

import pytest

from shared.texts import text
from tests.mobile.ui.made_up import PERSON, VISIT, answer_all

UPRIGHT, SMALL = (800, 1280), (360, 800)
BONDED = {
    **PERSON,
    "given_name": "Bilal",
    "family_name": "Ahmed",
    "sex": "male",
    "birth_date": "2011-03-05",
    "immediate_danger": "no",
    "abuse": ("beaten",),
    "officer_signs": ("debt",),
    "wfcl_slavery": "yes",
    "wfcl_slavery_form": ("debt_bondage",),
    "fl_third_party_coercion": "yes",
    "fl_menace": ("debt_bondage", "threats_or_violence"),
    "fl_who_applies": ("employer",),
    "fl_debt": "yes",
}
NOTE = text("screens.remark.button", "en")
TOLD = (
    *("prostitution", "debt", "trafficked", "Beaten", "Threats or violence", "Who applies"),
    *("violence", "worst form", "safety steps", "kept from leaving"),
)
"""Words of what was asked and told."""


@pytest.fixture
def bonded(tablet: Any, membership: Any) -> Any:
    """A visit with one boy, held for a debt; nothing of it is finalised."""
    session = tablet.set_up("739146", membership)
    casework = session.casework
    visit_id = casework.start_visit()
    answer_all(casework, visit_id, VISIT, casework.answer)
    case_id = casework.start_case(visit_id)
    answer_all(casework, case_id, BONDED, casework.answer)
    return session, visit_id, case_id


def read_along(driver: Any) -> list[str]:
    """Words of what was told that can be read on the page now."""
    return [words for words in driver.all_words() if any(told in words for told in TOLD)]


@pytest.mark.parametrize("size", [UPRIGHT, SMALL])
def test_pages_of_the_interview_tell_nothing_before_it_is_opened(
    drive: Any, bonded: Any, size: tuple[int, int]
) -> None:
    session, _visit_id, case_id = bonded
    driver = drive(size)
    driver.app.opened(session)
    covered = 0
    for section in session.casework.interview(case_id).sections:
        driver.app.go("interview", record_id=case_id, section=section.name)
        driver.settle(6)
        if section.name != "job":  # a debt is also a way to be paid
            assert read_along(driver) == [], section.name
        covered += sum(driver.sees(f"Question {n}, answered") for n in range(1, 20))
        assert driver.sees(NOTE), "the safety steps are proposed"
        danger = driver.app.holder.children[0].top_bar.danger_button
        assert danger.parent, "the way to help stays"
        driver.app.back()
    assert covered > 12


def test_one_covered_question_is_open_at_a_time(drive: Any, bonded: Any) -> None:
    session, _visit_id, case_id = bonded
    session.casework.answer(case_id, "fl_third_party_coercion", None)
    driver = drive(UPRIGHT)
    driver.app.opened(session)
    driver.app.go("interview", record_id=case_id, section="coercion")
    driver.settle(6)
    questions = session.reference.questionnaire.questions
    asked = {name: questions[name].label("en") for name in driver.screen.cards}
    shown = [name for name, label in asked.items() if driver.sees(label)]
    assert shown == ["fl_third_party_coercion"], "the first that has no answer"

    driver.choose("fl_third_party_coercion", "Yes")
    driver.settle(6)
    shown = [name for name, label in asked.items() if driver.sees(label)]
    assert shown == ["debt_band"], "the next one without an answer"

    driver.tap(driver.find("Question 2, answered"))
    driver.settle(6)
    shown = [name for name, label in asked.items() if driver.sees(label)]
    assert shown == ["fl_parents_in_forced_labour"]


def test_notes_for_the_officer_are_opened_by_the_officer(drive: Any, bonded: Any) -> None:
    session, _visit_id, case_id = bonded
    driver = drive(UPRIGHT)
    driver.app.opened(session)
    driver.app.go("interview", record_id=case_id, section="safety")
    driver.settle(6)
    why = text("tablet.danger.worst_form", "en")
    assert not driver.sees(why)
    driver.tap(driver.screen.steps_button)
    driver.settle(4)
    assert driver.sees(why)
    driver.tap(driver.find(text("screens.danger.open_steps", "en")))
    assert driver.screen_name == "danger"
    driver.app.back()
    driver.settle(6)

    doubt = text("findings.danger.consider", "en")
    assert not driver.sees(doubt)
    driver.tap(driver.find(NOTE, driver.screen.cards["immediate_danger"]))
    driver.settle(4)
    assert driver.sees(doubt)


def test_the_review_tells_nothing_before_it_is_opened(drive: Any, bonded: Any) -> None:
    session, _visit_id, case_id = bonded
    session.casework.answer(case_id, "wfcl_sexual", None)
    driver = drive(UPRIGHT)
    driver.app.opened(session)
    driver.app.go("review", record_id=case_id)
    driver.settle(20)
    assert read_along(driver) == []
    doubt = text("findings.danger.consider", "en")

    driver.tap(driver.find(NOTE))
    driver.settle(4)
    assert driver.sees(doubt)
    driver.tap(driver.find(text("screens.remark.to_question", "en")))
    driver.settle(6)
    assert driver.screen_name == "interview"
    driver.app.back()
    driver.settle(20)

    driver.tap(driver.find(text("screens.review.covered", "en")))
    driver.settle(8)
    label = session.reference.questionnaire.questions["wfcl_sexual"].label("en")
    assert driver.sees(label), "it stands open, to be answered"


def test_no_sign_of_danger_stands_beside_a_name(drive: Any, bonded: Any) -> None:
    from mobile.ui.widgets.text import Icon

    session, visit_id, case_id = bonded
    session.casework.answer(case_id, "immediate_danger", "yes")
    driver = drive(UPRIGHT)
    driver.app.opened(session)

    def signs() -> list[str]:
        found = [part for part in driver.screen.walk(restrict=True) if isinstance(part, Icon)]
        return [part.icon for part in found if part.icon == "alert"]

    driver.app.go("visit", visit_id=visit_id)
    driver.settle(6)
    assert signs() == []
    driver.app.show_place("cases")
    driver.settle(6)
    assert signs() == []
    driver.tap(driver.screen.found_chip)
    driver.settle(6)
    assert signs() == ["alert"]
