"""Every letter of every language is in the font that draws it: there is no fallback."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont
from kivy import kivy_data_dir

from mobile.ui.widgets.scripts import FONTS, is_right_to_left, script_of, visual_line
from shared.texts import LANGUAGE_NAMES as LANGUAGES
from shared.texts import LANGUAGES as FOLDER
from shared.texts import is_right_to_left as reads_right_to_left

UNSEEN = {0x0A, 0x0D, 0x20, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F}
"""Spaces, ends of lines, joiners and marks of direction: they need no glyph of their own."""


@cache
def letters_of(font: str) -> frozenset[int]:
    return frozenset(TTFont(FONTS / f"{font}.ttf").getBestCmap())


def texts(language: str) -> Iterator[str]:
    folder = FOLDER / language
    for source in folder.glob("*.po"):
        with source.open("rb") as stream:
            for message in read_po(stream, locale=language):
                if message.id:
                    said = message.string
                    yield from (said,) if isinstance(said, str) else said
    for sheet in folder.glob("questionnaire/*.csv"):
        with sheet.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                yield from (text for column, text in row.items() if "::" in column and text)


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_is_in_the_font_that_draws_the_text(language: str, weight: str) -> None:
    lacking: set[str] = set()
    for text in texts(language):
        known = letters_of(f"NotoSans-{script_of(text)[0]}-{weight}")
        shown = text
        if is_right_to_left(text):
            shown = "".join(visual_line(line, base_rtl=True) for line in text.split("\n"))
        lacking |= {letter for letter in shown if ord(letter) not in known | UNSEEN}

    assert not lacking


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_runs_the_way_its_letters_run(language: str) -> None:
    assert is_right_to_left(LANGUAGES[language]) == reads_right_to_left(language)


def test_sentence_that_begins_with_a_latin_name_and_a_danda_keeps_its_own_font() -> None:
    assert script_of("{name}। পাসওয়ার্ড বাছুন।") == ("Bengali", "Beng")
    assert script_of("Tally87। साइन इन") == ("Devanagari", "Deva")
    assert script_of("Tally87।") == ("Devanagari", "Deva")


def test_letters_that_only_urdu_has_are_joined() -> None:
    for letter in "ٹڈڑگکچپژیےہھںۓ":
        joined = visual_line(f"ب{letter}ب", base_rtl=True)
        assert letter not in joined, letter


def test_letters_of_bengali_and_hindi_are_drawn_as_one_where_they_belong_together() -> None:
    from kivy.core.text import Label

    for word, script in (("ক্ষ", "Beng"), ("क्ष", "Deva")):
        font = str(FONTS / f"NotoSans-{script_of(word)[0]}-Regular.ttf")
        width = Label(text=word, font_name=font, font_script_name=script, font_size=40).get_extents(
            word
        )[0]
        apart = sum(
            Label(text=letter, font_name=font, font_script_name=script, font_size=40).get_extents(
                letter
            )[0]
            for letter in (word[0], word[2])
        )
        assert width < apart


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
@pytest.mark.parametrize(
    ("script", "letters"),
    [
        (
            "Cyrillic",
            "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ" + "ҒӢҚӮҲҶ" + "ҢӨҮ" + "ӘҰҺІЇЄҐЎ" + "№«»“”—",
        ),
        ("Greek", "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩάέήίόύώϊϋΐΰς"),
    ],
    ids=["Tajik, Kyrgyz, Mongolian and others", "Greek"],
)
def test_letters_of_languages_that_may_come_are_in_the_font_kivy_brings(
    script: str, letters: str, weight: str
) -> None:
    font = Path(kivy_data_dir) / "fonts" / f"Roboto-{weight}.ttf"
    known = set(TTFont(font).getBestCmap())

    assert {one for one in letters + letters.lower() if ord(one) not in known} == set()
    assert {script_of(one)[0] for one in letters if one.isalpha()} == {script}
    assert script_of(f"Tally87 {letters}")[0] == script
