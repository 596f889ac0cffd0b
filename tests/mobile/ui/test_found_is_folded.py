"""What was found of a person stands on no screen before the officer opens it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.texts import text
from tests.mobile.ui.made_up import PERSON, PERSONS, VISIT, answer_all

ACROSS, SMALL = (1280, 800), (600, 800)
FOUND = text("screens.class.cl_sna.HAZARDOUS", "en")
DECIDED = "Carrying heavy loads"


def told(driver: Any) -> list[str]:
    return [words for words in driver.all_words() if FOUND in words]


@pytest.fixture
def finalised(tablet: Any, membership: Any) -> Any:
    """A visit with a child in hazardous work, ready to send, and a draft of another."""
    session = tablet.set_up("739146", membership)
    casework = session.casework
    visit_id = casework.start_visit()
    answer_all(casework, visit_id, VISIT, casework.answer)
    cases = []
    for person in PERSONS[:2]:
        cases.append(casework.start_case(visit_id))
        answer_all(casework, cases[-1], {**PERSON, **person}, casework.answer)
    assert casework.finalise(cases[0]).done
    return session, visit_id, cases


@pytest.mark.parametrize("size", [ACROSS, SMALL])
def test_class_and_reasons_are_opened_by_the_officer_and_fold_again(
    drive: Any, finalised: Any, size: tuple[int, int]
) -> None:
    session, visit_id, (done, draft) = finalised
    driver = drive(size)
    driver.app.opened(session)
    for screen, case_id in (("review", draft), ("case", done)):
        driver.app.go(screen, record_id=case_id)
        driver.settle(6)
        assert told(driver) == []
        assert text("screens.found.folded", "en") in driver.all_words()
        assert driver.app.holder.children[0].top_bar.danger_button.parent, "the way to help stays"

        driver.screen.found.open()
        driver.settle(6)
        assert told(driver)
        assert any(DECIDED in words for words in driver.all_words(driver.screen.found))

        driver.app.go("visit", visit_id=visit_id)
        driver.app.back()
        driver.settle(6)
        assert told(driver) == [], "whoever comes back finds it folded"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_covered_answers_and_what_was_found_are_opened_by_buttons_of_their_own_words(
    drive: Any, finalised: Any, language: str
) -> None:
    session, _visit_id, (_done, draft) = finalised
    driver = drive(ACROSS, language=language)
    driver.app.opened(session)
    driver.app.go("review", record_id=draft)
    driver.settle(6)
    found, answers = (text(f"screens.found.{one}", language) for one in ("show", "show_answers"))
    assert (len(driver.all(found)), len(driver.all(answers))) == (1, 1)

    driver.tap(driver.find(answers))
    driver.settle(6)
    assert driver.all(text("screens.found.hide_answers", language))
    assert driver.all(found), "what was found stays folded"


def test_lists_of_persons_name_no_class_before_it_is_opened(drive: Any, finalised: Any) -> None:
    session, visit_id, _cases = finalised
    driver = drive(ACROSS)
    driver.app.opened(session)
    driver.app.go("visit", visit_id=visit_id)
    driver.settle(6)
    assert told(driver) == []
    driver.tap(driver.screen.found_button)
    driver.settle(6)
    assert any(DECIDED in words for words in told(driver)), "with what decided it"
    driver.tap(driver.screen.found_button)
    driver.settle(6)
    assert told(driver) == []

    driver.app.show_place("cases")
    driver.settle(6)
    assert told(driver) == []
    driver.tap(driver.screen.found_chip)
    driver.settle(6)
    assert any(DECIDED in words for words in told(driver))
    driver.app.show_place("cases")
    driver.settle(6)
    assert told(driver) == []


def test_what_is_not_known_is_told_without_a_word_about_its_date(finalised: Any) -> None:
    session, _visit_id, (_done, draft) = finalised
    casework = session.casework
    casework.answer(draft, "birth_date", "unknown")
    leaves = {line.question: line for line in casework.review(draft).leaves}

    assert not leaves["birth_date"].coarsened
    casework.answer(draft, "birth_date", "2013-07-21")
    leaves = {line.question: line for line in casework.review(draft).leaves}
    assert leaves["birth_date"].coarsened
