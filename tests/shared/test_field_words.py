"""What an officer reads is said in words of the field: none of the program's own come back."""

import csv
import re

import pytest
from babel.messages.pofile import read_po

from shared.texts import LANGUAGES
from tests.shared.field_words import OF_THE_PROGRAM_IN

READ_BY_OFFICERS = ("screens", "tablet", "findings", "classification", "manual")
SHEETS = LANGUAGES.parent / "questionnaire"
OF_THE_PROGRAM = {
    r"(?<!\{)parcels?(?!\})": "an envelope, or what is to be sent",
    r"(?:an?|this|that|the|\{n\}|\d+) records?|other records|records (?:are|of)": "a form, a case",
    r"payloads?|sync\w*|upload\w*|outbox|endpoint|server|database|cache": "send, the office",
    r"reference data": "questions and lists",
    r"(?<!\{)(?:editions?|revisions?)(?!\})": "a version",
    r"the store of|certificate|token|hash|digest|fingerprint|schema|parameter": "say what happened",
    r"diagnostic|debug|logs?|stack|exception occurred|null": "notes for a repair",
    r"country profile|the profile": "the law of the country",
    r"(?:a|an|the|this) findings?": "a remark, what was found",
    r"boolean|enum\w*|JSON|UUID|regex|payload": "no word of a form",
    r"the own": "no English: the family's, the parents",
}
"""By pattern: what is said instead. A case is recorded: the verb is the officer's own."""


def read_by_officers(language="en"):
    for name in READ_BY_OFFICERS:
        with (LANGUAGES / language / f"{name}.po").open("rb") as stream:
            for message in read_po(stream, locale=language):
                said = message.string if isinstance(message.string, tuple) else (message.string,)
                yield from ((f"{name}: {message.id}", words) for words in said if message.id)
    sheets = SHEETS if language == "en" else LANGUAGES / language / "questionnaire"
    for sheet in ("survey", "choices"):
        with (sheets / f"{sheet}.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                for column, words in row.items():
                    if column and column.endswith(f"({language})") and words:
                        yield f"{sheet}: {row['name']} {column}", words


TEXTS = tuple(read_by_officers())


def test_there_are_texts_of_every_kind():
    assert len(TEXTS) > 1_500
    assert {where.split(":")[0] for where, _ in TEXTS} == {*READ_BY_OFFICERS, "survey", "choices"}


@pytest.mark.parametrize("words", OF_THE_PROGRAM)
def test_no_word_of_the_program_stands_in_what_an_officer_reads(words):
    pattern = re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    found = [(where, said) for where, said in TEXTS if pattern.search(said)]

    assert found == [], OF_THE_PROGRAM[words]


@pytest.mark.parametrize(
    ("language", "words"),
    [(language, words) for language, each in OF_THE_PROGRAM_IN.items() for words in each],
)
def test_no_word_of_the_program_stands_in_what_an_officer_reads_in_another_language(
    language, words
):
    pattern = re.compile(words)
    found = [(where, said) for where, said in read_by_officers(language) if pattern.search(said)]

    assert found == [], OF_THE_PROGRAM_IN[language][words]


def test_every_language_that_comes_with_it_has_its_words_of_the_program():
    folders = {one.name for one in LANGUAGES.iterdir() if (one / "screens.po").exists()}
    assert set(OF_THE_PROGRAM_IN) == folders - {"en"}
