"""What is said to the person asks one thing at a time, in sentences a child of nine can hold.

No sentence is longer than 20 words, the limit of A. N. Oppenheim, Questionnaire Design,
Interviewing and Attitude Measurement (1992), for questions to adults. English, which every other
language is made from, keeps to 15: other languages need up to a third more words for the same, and
a child holds fewer than an adult. Every language here writes its words apart, so each is counted.
"""

import re

import pytest

from shared.questionnaire import Kind
from shared.reference import load_reference

FORM = load_reference("PAK").questionnaire
MOST_WORDS = dict.fromkeys(FORM.languages, 20) | {"en": 15}
MOST_ALTERNATIVES = 2
"""Words for "or" in one sentence: "heavy, wet or cold", and no list beyond it."""
OR = {
    "am": {"ወይም", "ወይስ"},
    "ar": {"أو", "أم"},
    "bn": {"বা", "নাকি", "অথবা"},
    "en": {"or"},
    "es": {"o", "u"},
    "fr": {"ou"},
    "hi": {"या"},
    "ne": {"वा", "कि"},
    "pt": {"ou"},
    "sw": {"au", "ama"},
    "ur": {"یا"},
}
ASKS = re.compile(r"[?؟]")
SENTENCE = re.compile(r"[^.?!؟۔।።]+[.?!؟۔।።]*")
WORD = re.compile(r"\w[\w'’\u0300-\u036f\u064b-\u0652\u0900-\u0dff\u200c\u200d-]*")


def said(language):
    """Everything that is said in a language, line by line, with where it stands."""
    for question in FORM.questions.values():
        for line in question.say(language).splitlines():
            yield question.name, line
    for listed, choices in FORM.choices.items():
        for choice in choices:
            for line in choice.say(language).splitlines():
                yield f"{listed}/{choice.code}", line


def words_of(sentence):
    return WORD.findall(sentence)


each_language = pytest.mark.parametrize("language", FORM.languages)


@each_language
def test_a_line_asks_one_thing(language):
    several = [where for where, line in said(language) if len(ASKS.findall(line)) > 1]
    assert several == []


@each_language
def test_no_sentence_is_longer_than_a_child_can_hold(language):
    too_long = [
        (where, len(words_of(sentence)), sentence)
        for where, line in said(language)
        for sentence in SENTENCE.findall(line)
        if len(words_of(sentence)) > MOST_WORDS[language]
    ]
    assert too_long == []


@each_language
def test_no_question_is_a_list_in_one_breath(language):
    assert set(OR) == set(FORM.languages)
    lists = [
        (where, line)
        for where, line in said(language)
        if sum(word.casefold() in OR[language] for word in words_of(line)) > MOST_ALTERNATIVES
    ]
    assert lists == []


@each_language
def test_a_list_asked_one_by_one_has_words_for_each_answer(language):
    """Once one answer of a list has words to say, each has, but for those nobody asks for."""
    silent = {"none", "unknown", "other", "refused"}
    for listed, choices in FORM.choices.items():
        spoken = {choice.code for choice in choices if choice.say(language)}
        if spoken:
            assert {choice.code for choice in choices} - silent <= spoken, (listed, language)


@each_language
def test_nothing_is_said_in_two_forms_at_once(language):
    """Nobody can read "do you (m/f)" aloud: it is said in words that fit everybody."""
    assert [line for _, line in said(language) if re.search(r"\w/\w", line)] == []


NO = {
    "am": r"አይ\w+ም|የለም",
    "ar": r"\b(?:لا|لم|لن|ليس)\b",
    "bn": r"\bনা\b|নেই",
    "en": r"\b(?:not|no|cannot|never)\b|n't",
    "es": r"\b(?:no|nunca)\b",
    "fr": r"\b(?:pas|ne|jamais)\b|\bn'",
    "hi": r"नहीं|मत\b",
    "ne": r"छैन|हुन्न|होइन",
    "pt": r"\b(?:não|nunca)\b",
    "sw": r"\b(?:hu|ha|si)(?:wezi|wezekani|na)\b|\bsi\b",
    "ur": r"نہیں|نہ\b",
}
"""What makes a yes to a question mean no."""


@each_language
def test_a_yes_to_what_is_impossible_says_that_it_is(language):
    """Asked one by one, "you cannot?" is answered yes and no for the same thing."""
    (cannot,) = [one for one in FORM.choices["wg_levels"] if one.code == "cannot"]
    assert not re.search(NO[language], cannot.say(language), re.IGNORECASE)


def test_many_signs_are_asked_one_by_one():
    """Whoever is asked for hazards, chores, coercion or difficulties hears one after the other."""
    lists = {
        question.choice_list
        for question in FORM.questions.values()
        if question.say("en")
        and question.kind is Kind.SELECT_MULTIPLE
        and any(choice.say("en") for choice in FORM.choices[question.choice_list])
    }
    assert lists == {
        "consent_purposes",
        "chore_hazards",
        "chores",
        "hazards",
        "involuntariness",
        "menace",
    }


def test_legal_words_are_not_said_to_the_person():
    of_law = re.compile(
        r"\b(coerc\w*|penalt\w*|exploit\w*|involuntar\w*|traffick\w*|bondage|menace|hazard\w*"
        r"|occupation|recruit\w*|vulnerab\w*|consent|undetermined|parcel|record)\b",
        re.IGNORECASE,
    )
    assert [line for _, line in said("en") if of_law.search(line)] == []
