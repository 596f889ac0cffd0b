"""Words to read aloud: reviewed, a draft and marked so, or not offered at all."""

from dataclasses import replace

import pytest

from shared.questionnaire import Wording, answer_to_say, words_to_say
from shared.questionnaire.reading_aloud import (
    fingerprint_of,
    is_sensitive,
    review_of,
)
from shared.reference import load_reference

FORM = load_reference("PAK").questionnaire
WITH_WORDS = [question for question in FORM.questions.values() if question.say("en")]
GRAVE = [question for question in WITH_WORDS if is_sensitive(question)]
PLAIN = [question for question in WITH_WORDS if not is_sensitive(question)]


def reviewed(question, language, fingerprint=None, rest="A. Khan 2026-11-20"):
    mark = f"{fingerprint or fingerprint_of(question, language)} {rest}"
    return replace(question, reviews={**question.reviews, language: mark})


def test_there_are_words_of_both_kinds():
    assert {question.name for question in GRAVE} == {"abuse", "recruitment_words"}
    assert len(PLAIN) > 40


def test_english_is_the_source_and_reviewed():
    for question in WITH_WORDS:
        assert words_to_say(question, FORM, "en").wording is Wording.REVIEWED


def test_words_nobody_reviewed_are_marked_as_a_draft():
    for question in PLAIN:
        for language in FORM.languages[1:]:
            said = words_to_say(question, FORM, language)
            assert said.wording is Wording.DRAFT, (question.name, language)
            assert said.words == question.say(language)


def test_the_gravest_words_are_not_offered_before_a_review():
    for question in GRAVE:
        for language in FORM.languages[1:]:
            said = words_to_say(question, FORM, language)
            assert (said.words, said.wording) == ("", Wording.WITHHELD), (question.name, language)


def test_a_programme_may_sign_for_them_and_they_stay_marked():
    said = words_to_say(GRAVE[0], FORM, "ur", signed_for=True)

    assert (said.words, said.wording) == (GRAVE[0].say("ur"), Wording.DRAFT)


def test_a_review_of_the_words_as_they_stand_offers_them():
    question = reviewed(GRAVE[0], "ur")

    assert review_of(question, "ur").by == "A. Khan"
    assert words_to_say(question, FORM, "ur").wording is Wording.REVIEWED
    assert words_to_say(question, FORM, "bn").wording is Wording.WITHHELD


@pytest.mark.parametrize("changed", ["en", "ur"])
def test_a_change_of_the_words_makes_them_a_draft_again(changed):
    question = reviewed(GRAVE[0], "ur")
    other = replace(question, says={**question.says, changed: "Something else."})

    assert words_to_say(other, FORM, "ur").wording is Wording.WITHHELD


@pytest.mark.parametrize("mark", ["", "x", "12345678", "12345678 2026-11-20", "12345678 A soon"])
def test_a_mark_that_names_nobody_is_no_review(mark):
    question = replace(GRAVE[0], reviews={"ur": mark})

    assert review_of(question, "ur") is None
    question = reviewed(GRAVE[0], "ur", rest=mark.partition(" ")[2])
    assert words_to_say(question, FORM, "ur").wording is Wording.WITHHELD


def test_a_language_reviewed_as_a_whole_is_reviewed():
    form = replace(FORM, translation_status={**FORM.translation_status, "ur": "reviewed"})

    assert words_to_say(GRAVE[0], form, "ur").wording is Wording.REVIEWED


def test_the_words_of_another_language_are_never_offered():
    assert words_to_say(PLAIN[0], FORM, "xx") is None


HAZARDS = FORM.questions["hazards"]
HEAVY = FORM.choice("hazards", "heavy_loads")


def test_answers_that_are_asked_one_by_one_have_words_of_their_own():
    assert answer_to_say(HEAVY, HAZARDS, FORM, "en").wording is Wording.REVIEWED
    assert answer_to_say(HEAVY, HAZARDS, FORM, "ur").wording is Wording.DRAFT
    assert answer_to_say(HEAVY, HAZARDS, FORM, "xx") is None
    assert answer_to_say(FORM.choice("hazards", "none"), HAZARDS, FORM, "en") is None


def test_words_of_an_answer_to_the_gravest_questions_wait_for_their_review():
    abuse = FORM.questions["abuse"]
    beaten = replace(FORM.choice("abuse", "beaten"), says={"en": "Beaten?", "ur": "Maar?"})

    assert answer_to_say(beaten, abuse, FORM, "ur").wording is Wording.WITHHELD
    assert answer_to_say(beaten, abuse, FORM, "ur", signed_for=True).wording is Wording.DRAFT
    by_khan = f"{fingerprint_of(beaten, 'ur')} A. Khan 2026-11-20"
    assert answer_to_say(replace(beaten, reviews={"ur": by_khan}), abuse, FORM, "ur").wording is (
        Wording.REVIEWED
    )
