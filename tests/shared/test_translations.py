"""Translations: whole, of the same names and places as the English, and marked as drafts."""

import csv
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from shared.questionnaire.loading import STANDARD
from shared.reference import load_reference, translations
from shared.texts import LANGUAGES
from shared.texts.compile import compiled

FOLDERS = sorted(folder for folder in LANGUAGES.iterdir() if (folder / "questionnaire").is_dir())
ENGLISH = "English (en)"
WHAT = ("label", "hint", "say", "constraint_message")
SCRIPTS = {
    "ar": "\u0600-\u06ff",
    "ur": "\u0600-\u06ff",
    "bn": "\u0980-\u09ff",
    "hi": "\u0900-\u097f",
    "ne": "\u0900-\u097f",
    "am": "\u1200-\u137f",
}
"""Unicode ranges of the letters of languages not written in Latin ones."""

AWAITED = frozenset(
    (Path(__file__).parent / "awaited_translations.txt").read_text("utf-8").splitlines()
)
"""English texts that wait for their translations and show in English until then. A text that is
there in every language may not stand in the list."""

PLACE = re.compile(r"\{\w*\}|\$\{\w+\}")
LETTER = re.compile(r"[^\W\d_]")
NAMES = {"Tally87", "DD", "MM"}
"""What may read in any language as it does in English: names, and signs of a date."""
ALIKE = {
    "fr": {
        *("Notes", "Rural", "Questionnaire", "Programme", "Organisation", "Dimension {n}"),
        *("Licence", "Code (ISO 3166-1 alpha-3)", "Police", "Version"),
    },
    "es": {"Rural", "No"},
    "pt": {"Rural"},
    "sw": set(),
    "ar": set(),
    "hi": set(),
    "ne": set(),
    "am": set(),
    "ur": set(),
    "bn": set(),
}
"""Words two languages share, letter by letter."""


@cache
def rows(folder, sheet):
    with (folder / f"{sheet}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def filled(row, language):
    """The texts of one row by what they are; language: ``French (fr)``."""
    return {what: row.get(f"{what}::{language}", "") for what in WHAT}


def said_as(folder):
    """The name of a language as the columns of its sheets give it."""
    header = rows(folder / "questionnaire", "choices")[0]
    (column,) = [column for column in header if column.startswith("label::")]
    return column.removeprefix("label::")


def english_sheet(sheet, *key):
    return {
        tuple(row[part] for part in key): texts
        for row in rows(STANDARD, sheet)
        if any((texts := filled(row, ENGLISH)).values())
    }


def sheet_of(folder, sheet, *key):
    found = rows(folder / "questionnaire", sheet)
    texts = {tuple(row[part] for part in key): filled(row, said_as(folder)) for row in found}
    assert len(texts) == len(found), f"{folder.name}: a row of {sheet} is there twice"
    return texts


@cache
def catalogue(source):
    with source.open("rb") as stream:
        return read_po(stream, locale=source.parent.name)


def forms(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def sentences(source):
    return {message.id: forms(message) for message in catalogue(source) if message.id}


def words_of(text):
    """What is left to translate of a text: its letters, without places and signs."""
    return "".join(LETTER.findall(PLACE.sub("", text)))


@cache
def pairs(folder):
    """Every English text of questionnaire and catalogues with what the language says for it."""
    return tuple(_pairs(folder))


def _pairs(folder):
    for sheet, key in (("survey", ("name",)), ("choices", ("list_name", "name"))):
        theirs = sheet_of(folder, sheet, *key)
        for name, texts in english_sheet(sheet, *key).items():
            for what, english in texts.items():
                yield f"{sheet} {name} {what}", english, theirs.get(name, {}).get(what, "")
    for source in sorted((LANGUAGES / "en").glob("*.po")):
        if not (folder / source.name).exists():
            continue
        theirs = sentences(folder / source.name)
        for name, english in sentences(source).items():
            said = theirs.get(name, ())
            for number in range(max(len(english), len(said))):
                in_english = english[min(number, len(english) - 1)]
                yield f"{name} {number}", in_english, said[number] if number < len(said) else ""


each_language = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@each_language
def test_every_text_is_there_in_the_language(folder):
    missing = [
        name
        for name, english, text in pairs(folder)
        if english and not text and name not in AWAITED
    ]
    assert not missing


def test_a_text_that_is_there_in_every_language_is_not_awaited():
    missing = {
        name for folder in FOLDERS for name, english, text in pairs(folder) if english and not text
    }
    assert not AWAITED - missing


@each_language
def test_every_catalogue_is_there_in_the_language(folder):
    english = {source.name for source in (LANGUAGES / "en").glob("*.po")}
    assert english == {source.name for source in folder.glob("*.po")}


@each_language
def test_nothing_is_translated_that_is_not_there_in_english(folder):
    for sheet, key in (("survey", ("name",)), ("choices", ("list_name", "name"))):
        english = english_sheet(sheet, *key)
        assert not set(sheet_of(folder, sheet, *key)) - set(english)
    assert not [name for name, english, text in pairs(folder) if text and not english]
    for source in folder.glob("*.po"):
        assert not set(sentences(source)) - set(sentences(LANGUAGES / "en" / source.name))


@each_language
def test_places_for_values_are_those_of_the_english(folder):
    for name, english, text in pairs(folder):
        wanted, found = sorted(PLACE.findall(english)), sorted(PLACE.findall(text))
        # A form for one or two alone may say the number in a word: a case, two cases.
        assert (
            not text or found == wanted or found == [place for place in wanted if place != "{n}"]
        ), name


@each_language
def test_no_text_was_left_in_english(folder):
    allowed = NAMES | ALIKE[folder.name]
    left = [
        (name, text)
        for name, english, text in pairs(folder)
        if text == english and words_of(text) and text not in allowed
    ]
    assert not left


@each_language
def test_texts_are_written_in_the_letters_of_the_language(folder):
    letters = re.compile(f"[{SCRIPTS.get(folder.name, 'A-Za-zÀ-ÿ')}]")
    foreign = [
        (name, text)
        for name, english, text in pairs(folder)
        if words_of(text) and text not in NAMES and not letters.search(text)
    ]
    assert not foreign


@each_language
def test_every_number_has_its_plural_form(folder):
    seen = 0
    for source in folder.glob("*.po"):
        read = catalogue(source)
        for message in read:
            if isinstance(message.id, tuple):
                assert len(forms(message)) == read.num_plurals, message.id
                seen += 1
    assert seen >= 17


@each_language
def test_what_is_read_is_what_is_written(folder):
    sources = list(folder.glob("*.po"))
    assert len(sources) >= 5
    for source in sources:
        assert source.with_suffix(".mo").read_bytes() == compiled(source), source.name


@each_language
def test_a_translation_nobody_reviewed_says_so(folder):
    for source in folder.glob("*.po"):
        assert source.read_text(encoding="utf-8").startswith(
            "# Draft: to be reviewed by a speaker."
        )


def test_each_language_keeps_its_own_state_of_review():
    questionnaire = load_reference("PAK").questionnaire
    assert questionnaire.translation_status["en"] == "reviewed"
    for folder in translations():
        language = folder.parent.name
        assert questionnaire.translation_status[language] == "draft"
        assert language in questionnaire.languages


BETWEEN_US = {
    "en": "between us",
    "fr": "entre nous",
    "es": "entre nosotros",
    "pt": "entre nós",
    "ar": "بيننا",
    "sw": "kati yetu",
    "hi": "हमारे बीच",
    "ne": "हामीबीच",
    "am": "መካከል",
    "ur": "ہمارے درمیان",
    "bn": "আমাদের মধ্যে",
}


@pytest.mark.parametrize(("language", "promise"), BETWEEN_US.items())
def test_nobody_is_promised_that_it_stays_between_us(language, promise):
    """Where the law obliges the officer to report, it does not."""
    questionnaire = load_reference("PAK").questionnaire
    assert set(BETWEEN_US) == set(questionnaire.languages)
    note = questionnaire.questions["limits_note"]
    for words in (note.label(language), note.say(language)):
        assert words
        assert promise not in words.casefold()
