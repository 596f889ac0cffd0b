"""The words to say stand under the question, and say when nobody has reviewed them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shared.questionnaire import Kind
from shared.texts import text
from tests.mobile.interviews import record_case, record_visit

SMALL = (600, 800)


@pytest.mark.parametrize(("language", "is_draft"), [("en", False), ("ur", True), ("bn", True)])
def test_words_are_shown_and_marked_where_nobody_reviewed_them(
    drive: Any, tablet: Any, membership: Any, language: str, is_draft: bool
) -> None:
    session = tablet.set_up("739146", membership)
    driver = drive(SMALL, language=language)
    driver.app.opened(session)
    case_id = session.casework.start_case(session.casework.start_visit())
    driver.app.go("interview", record_id=case_id, section="safety")
    driver.settle(6)

    question = session.reference.questionnaire.questions["immediate_danger"]
    card = driver.screen.cards["immediate_danger"]
    words = {child.words for child in card.walk() if hasattr(child, "words")}
    assert question.say(language) in words
    assert (text("screens.question.words_draft", language) in words) == is_draft


@pytest.mark.parametrize("size", [SMALL, (1280, 800)])
def test_words_to_say_can_be_in_another_language_than_the_officers(
    drive: Any, tablet: Any, membership: Any, size: tuple[int, int]
) -> None:
    session = tablet.set_up("739146", membership)
    driver = drive(size)
    driver.app.opened(session)
    case_id = session.casework.start_case(session.casework.start_visit())
    driver.app.go("interview", record_id=case_id, section="safety")
    driver.settle(6)
    if not driver.app.wide:
        driver.tap(driver.find("Sections"))
        driver.settle(4)
    driver.tap(driver.find("Words to say in"))
    driver.settle(4)
    driver.tap(driver.find("اردو"))
    driver.settle(8)

    question = session.reference.questionnaire.questions["immediate_danger"]
    card = driver.screen.cards["immediate_danger"]
    words = {child.words for child in card.walk() if hasattr(child, "words")}
    assert question.say("ur") in words
    assert question.label("en") in words, "the question stays in the officer's language"
    assert text("screens.question.words_draft", "en") in words, "nobody has reviewed the Urdu"
    session.lock()
    assert tablet.unlock("739146").casework.spoken == "ur"


@pytest.mark.parametrize("wording", ["reviewed", "draft"])
def test_answers_read_aloud_are_marked_where_nobody_reviewed_them(drive: Any, wording: str) -> None:
    drive(SMALL)
    from mobile.ui.widgets.questions import QuestionCard

    loads, heights = ("heavy_loads", "Heavy loads"), ("heights", "Heights")
    mark = text("screens.question.answers_draft", "en")
    for choices, draft, to_say, marked in (
        ((loads, heights, ("none", "None")), True, ("Do you?", wording), True),
        ((loads, heights, ("none", "None")), False, ("Do you?", wording), False),
        ((loads, heights, ("none", "None")), True, ("", "withheld"), False),
        ((("yes", "Yes"), ("no", "No")), True, ("Do you?", wording), False),
    ):
        card = QuestionCard(
            "hazards",
            Kind.SELECT_MULTIPLE,
            "Asked",
            choices=choices,
            draft=draft,
            to_say=to_say,
            today=date(2026, 11, 20),
        )
        words = [child.words for child in card.walk() if hasattr(child, "words")]
        assert (mark in words) == marked, (choices, draft, to_say)
        signed = {button.code for button in card.answering.buttons.values() if button.draft}
        assert signed == ({code for code, _ in choices} if marked else set())
        icons = [child.icon for child in card.answering.walk() if hasattr(child, "icon")]
        assert icons.count("pencil-outline") == len(signed), "each answer bears its own sign"


def test_withheld_words_are_not_drawn(drive: Any, tablet: Any) -> None:
    drive(SMALL)
    from mobile.ui.widgets.questions import QuestionCard

    card = QuestionCard(
        "abuse", Kind.TEXT, "Asked", to_say=("", "withheld"), today=date(2026, 11, 20)
    )
    words = {child.words for child in card.walk() if hasattr(child, "words")}

    assert text("screens.question.words_withheld", "en") in words
    assert text("screens.question.say_this", "en") not in words


@pytest.mark.parametrize(("language", "is_draft"), [("en", False), ("ur", True)])
def test_every_sentence_nobody_reviewed_is_marked_on_its_screen(
    drive: Any, tablet: Any, membership: Any, language: str, is_draft: bool
) -> None:
    session = tablet.set_up("739146", membership)
    driver = drive(SMALL, language=language)
    driver.app.opened(session)
    case_id = session.casework.start_case(session.casework.start_visit())
    mark = text("screens.bar.draft", language)
    for screen, arguments in (
        ("home", {}),
        ("my_work", {}),
        ("interview", {"record_id": case_id, "section": "about"}),
    ):
        driver.app.go(screen, **arguments)
        driver.settle(6)
        top_bar = driver.app.holder.children[0].top_bar
        bar = {child.words for child in top_bar.walk() if hasattr(child, "words")}
        assert any(words.startswith(mark) for words in bar) == is_draft, screen

    # A question without words to say bears the mark itself; one with them has it beside them.
    driver.app.go("interview", record_id=case_id, section="safety")
    driver.settle(6)
    for card in driver.screen.cards.values():
        words = {child.words for child in card.walk() if hasattr(child, "words")}
        marks = {mark, text("screens.question.words_draft", language)}
        assert bool(words & marks) == is_draft or card.kind is Kind.NOTE, card.name
    driver.app.go("review", record_id=case_id)
    driver.screen.found.open()
    driver.settle(6)
    words = {child.words for child in driver.screen.walk() if hasattr(child, "words")}
    assert (text("screens.bar.draft_words", language) in words) == is_draft


def test_a_line_of_the_list_says_the_class_and_what_decided_it_before_it_is_cut(
    drive: Any, tablet: Any, membership: Any
) -> None:
    session = tablet.set_up("739146", membership)
    driver = drive(SMALL)
    driver.app.opened(session)
    casework = session.casework
    case_id = record_case(casework, record_visit(casework, visit_date="2026-11-02"))
    assert casework.finalise(case_id).done

    from mobile.ui.screens.rows import detail_of

    assert detail_of(casework.row(case_id), tells_class=True).split("  ·  ")[1] == (
        "Hazardous child labour: Carrying heavy loads"
    )


def test_the_officer_reads_which_hours_are_night_in_this_law(drive: Any, at_work: Any) -> None:
    session, _visit_id, cases = at_work
    driver = drive((800, 1280))
    driver.app.opened(session)
    driver.app.go("interview", record_id=cases[0], section="conditions")
    driver.settle(6)

    begins, ends = session.reference.profile.night_window
    shown = driver.all_words(driver.screen.cards["night_work"])
    assert text("screens.question.night_window", "en", begins=begins, ends=ends) in shown
    assert (begins, ends) == ("19:00", "08:00")


@pytest.mark.parametrize("language", ["en", "ur"])
def test_answers_asked_one_by_one_stand_with_what_to_say_of_each(
    drive: Any, at_work: Any, language: str
) -> None:
    session, _visit_id, cases = at_work
    driver = drive((1280, 800), language=language)
    driver.app.opened(session)
    driver.app.go("interview", record_id=cases[0], section="conditions")
    driver.settle(6)

    form = session.reference.questionnaire
    shown = driver.all_words(driver.screen.cards["hazards"])
    for choice in form.choices["hazards"]:
        assert choice.label(language) in shown
        assert not choice.say(language) or choice.say(language) in shown
    assert (text("screens.question.answers_draft", language) in shown) is False
    buttons = driver.screen.cards["hazards"].answering.buttons
    drafts = {code for code, button in buttons.items() if button.draft}
    said = {choice.code for choice in form.choices["hazards"] if choice.say("en")}
    assert drafts == (set() if language == "en" else said)


def test_an_answer_whose_label_says_the_same_is_not_said_twice(drive: Any) -> None:
    driver = drive(SMALL)
    from mobile.ui.widgets.questions import QuestionCard

    card = QuestionCard(
        "pay_form",
        Kind.SELECT_ONE,
        "Asked",
        choices=(("money", "Money"), ("in_kind", "Food, lodging or goods"), ("none", "Not paid")),
        to_say=("What do you get?", "draft"),
        asked_one_by_one={
            "money": ("Money?", "draft"),
            "in_kind": ("Food or a place to sleep?", "draft"),
        },
        today=date(2026, 11, 20),
    )
    shown = driver.all_words(card)
    assert "Money?" not in shown
    assert "Food or a place to sleep?" in shown
    assert text("screens.question.spoken_draft", "en") in shown
    signed = {button.code for button in card.answering.buttons.values() if button.draft}
    assert signed == {"money", "in_kind"}
