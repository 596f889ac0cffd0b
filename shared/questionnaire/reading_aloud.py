"""Which words an officer may read aloud to the person, and which are still a draft.

Words to say hold one question. Where it is made of several, or its answers are told one by one,
each further line of the cell, and each answer, is a short question by itself.

A sentence that asks about the gravest things must not be wrong: where nobody has reviewed it in the
language, it is not offered unless the programme signs for it. The review of one sentence stands in
the column ``reviewed`` of its sheet, as ``fingerprint by on``; the fingerprint is of the English
and of what the language says, so that a change of either makes the sentence a draft again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.questionnaire.model import Choice, Question, Questionnaire

SENSITIVE_MEASURES = ("worst.", "trafficking.", "forced.commercial_sexual", "work.abuse")
"""Beginnings of the measures whose words need a review: worst forms, sexual abuse, trafficking."""


class Wording(StrEnum):
    """How far the words of one question can be trusted in a language."""

    REVIEWED = "reviewed"
    DRAFT = "draft"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class WordsToSay:
    """The words to say to the person; none (empty) when they are withheld."""

    words: str
    wording: Wording


@dataclass(frozen=True, slots=True)
class WordingReview:
    """Who reviewed a sentence, and on which day."""

    by: str
    on: date


def words_to_say(
    question: Question, questionnaire: Questionnaire, language: str, *, signed_for: bool = False
) -> WordsToSay | None:
    """What to say to the person in that language; None where the question has no such words.

    signed_for: whether the programme signs for reading unreviewed sentences about worst forms,
    sexual abuse and trafficking aloud.
    """
    words = question.say(language)
    if not words:
        return None
    if is_reviewed(question, questionnaire, language):
        return WordsToSay(words, Wording.REVIEWED)
    if is_sensitive(question) and not signed_for:
        return WordsToSay("", Wording.WITHHELD)
    return WordsToSay(words, Wording.DRAFT)


def answer_to_say(
    choice: Choice,
    question: Question,
    questionnaire: Questionnaire,
    language: str,
    *,
    signed_for: bool = False,
) -> WordsToSay | None:
    """What to say of one answer of the question, as words_to_say: a question of its own where the
    answers are asked one by one. None where the answer has no such words."""
    words = choice.say(language)
    if not words:
        return None
    if is_reviewed(choice, questionnaire, language):
        return WordsToSay(words, Wording.REVIEWED)
    if is_sensitive(question) and not signed_for:
        return WordsToSay("", Wording.WITHHELD)
    return WordsToSay(words, Wording.DRAFT)


def is_sensitive(question: Question) -> bool:
    """Whether the question, or the note, is about worst forms, sexual abuse or trafficking."""
    marked = question.asked is not None and question.asked.is_sensitive
    return marked or (question.measure or "").startswith(SENSITIVE_MEASURES)


def is_draft(questionnaire: Questionnaire, language: str) -> bool:
    """Whether nobody has reviewed the questions of this language as a whole; English is theirs."""
    return language != "en" and questionnaire.translation_status.get(language) != "reviewed"


def is_reviewed(said: Question | Choice, questionnaire: Questionnaire, language: str) -> bool:
    """Whether a speaker has reviewed the words: one by one, or the whole language."""
    if questionnaire.translation_status.get(language) == "reviewed":
        return True
    return review_of(said, language) is not None


def review_of(said: Question | Choice, language: str) -> WordingReview | None:
    """The review of the words as they stand; None when there is none, or it is of other words."""
    mark = said.reviews.get(language, "")
    fingerprint, _, rest = mark.partition(" ")
    by, _, on = rest.rpartition(" ")
    if not by or fingerprint != fingerprint_of(said, language):
        return None
    try:
        return WordingReview(by, date.fromisoformat(on))
    except ValueError:
        return None


def fingerprint_of(said: Question | Choice, language: str) -> str:
    """8 hexadecimal digits of the English words and of what the language says."""
    return fingerprint_of_words(said.say("en"), said.say(language))


def fingerprint_of_words(english: str, said: str) -> str:
    """The same of words that no questionnaire holds yet."""
    both = f"{english}\0{said}"
    return hashlib.sha256(both.encode()).hexdigest()[:8]
