"""The words to say stand under the question, and say when nobody has reviewed them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shared.questionnaire import Kind
from shared.texts import text

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


def test_withheld_words_are_not_drawn(drive: Any, tablet: Any) -> None:
    drive(SMALL)
    from mobile.ui.widgets.questions import QuestionCard

    card = QuestionCard(
        "abuse", Kind.TEXT, "Asked", to_say=("", "withheld"), today=date(2026, 11, 20)
    )
    words = {child.words for child in card.walk() if hasattr(child, "words")}

    assert text("screens.question.words_withheld", "en") in words
