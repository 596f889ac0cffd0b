"""Sentences: found by id, in the language or in English, whatever the values are."""

import gettext
import re

import pytest

from shared.texts import (
    LANGUAGE_NAMES,
    LANGUAGES,
    has_text,
    is_reviewed,
    lay_over,
    listed,
    plural,
    text,
)
from shared.texts.compile import compile_all, compiled

CATALOGUES = sorted(LANGUAGES.glob("*/*.po"))
PLACE = re.compile(r"\{\w+\}")


def messages(source):
    from babel.messages.pofile import read_po

    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=source.parent.name)
    return {message.id: message.string for message in catalogue if message.id}


def test_a_sentence_is_filled_with_its_values():
    assert "190" in text("findings.hours.over_a_week", "en", hours=190, week=168)


def test_a_missing_value_stays_visible_and_does_not_fail():
    assert "{hours}" in text("findings.hours.over_a_week", "en", week=168)


@pytest.mark.parametrize("language", ["xx", "../en", "", "de-AT"])
def test_an_unknown_language_reads_english(language):
    assert text("findings.answer.required", language) == text("findings.answer.required", "en")


@pytest.mark.parametrize("message_id", ["findings.no_such_thing", "nowhere.at_all", "", "../../x"])
def test_an_unknown_id_is_shown_as_it_is(message_id):
    assert text(message_id, "en") == message_id
    assert plural(message_id, "en", 2) == message_id
    assert not has_text(message_id, "en")


def test_every_catalogue_is_compiled_as_it_stands():
    for source in CATALOGUES:
        assert source.with_suffix(".mo").read_bytes() == compiled(source), (
            f"run python -m shared.texts.compile: {source.parent.name}/{source.name}"
        )


def test_compiling_gives_the_sentences_and_their_plural_forms(tmp_path, monkeypatch):
    folder = tmp_path / "pl"
    folder.mkdir()
    (folder / "box.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 '
        '&& (n%100<10 || n%100>=20) ? 1 : 2);\\n"\n\n'
        'msgid "box.sent"\nmsgid_plural "box.sent"\n'
        'msgstr[0] "{n} sprawa"\nmsgstr[1] "{n} sprawy"\nmsgstr[2] "{n} spraw"\n',
        "utf-8",
    )
    assert compile_all(tmp_path) == [folder / "box.mo"]
    assert compile_all(tmp_path) == []

    monkeypatch.setattr("shared.texts.LANGUAGES", tmp_path)

    assert [plural("box.sent", "pl", n) for n in (1, 3, 5)] == ["1 sprawa", "3 sprawy", "5 spraw"]


@pytest.mark.parametrize(
    "source",
    [path for path in CATALOGUES if path.parent.name != "en"],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_a_translation_has_known_ids_and_the_places_of_the_english(source):
    english = messages(LANGUAGES / "en" / source.name)
    for message_id, translated in messages(source).items():
        assert message_id in english
        wanted, found = (
            set(PLACE.findall(" ".join(s) if isinstance(s, tuple) else s))
            for s in (english[message_id], translated)
        )
        assert found <= wanted, message_id
        if not isinstance(message_id, tuple):
            assert found == wanted, message_id


def of_debian_12(self, message):
    """gettext.GNUTranslations.gettext as CPython 3.11.2 has it, the one of Debian 12."""
    missing = object()
    found = self._catalog.get(message, missing)
    if found is missing:
        return self._fallback.gettext(message) if self._fallback else message
    return found


@pytest.mark.parametrize("gettext_of", [None, of_debian_12], ids=["this Python", "Debian 12"])
def test_every_sentence_is_found_whether_or_not_it_has_plural_forms(gettext_of, monkeypatch):
    if gettext_of is not None:
        monkeypatch.setattr("gettext.GNUTranslations.gettext", gettext_of)
    asked = with_plurals = 0
    for source in CATALOGUES:
        language = source.parent.name
        for message_id in messages(source):
            name = message_id[0] if isinstance(message_id, tuple) else message_id
            with_plurals += isinstance(message_id, tuple)
            assert has_text(name, language), (name, language)
            assert text(name, language) != name
            asked += 1
    assert asked > 1000
    assert with_plurals >= 17


def test_a_catalogue_is_a_draft_until_it_says_who_reviewed_it():
    class Reviewed(gettext.NullTranslations):
        def info(self):
            return {"x-reviewed-by": "a speaker, 2026-11-20"}

    assert is_reviewed("en", "screens")
    assert not is_reviewed("ur", "screens")
    lay_over({("ur", "screens"): Reviewed()})
    try:
        assert is_reviewed("ur", "screens")
        assert not is_reviewed("ur", "classification")
    finally:
        lay_over({})


@pytest.mark.parametrize("source", CATALOGUES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_sentence_stands_in_a_catalogue_twice(source):
    ids = re.findall(r'^msgid "(.+)"$', source.read_text("utf-8"), re.MULTILINE)

    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("language", ["ar", "ur"])
def test_no_bracket_follows_latin_letters_in_a_text_from_right_to_left(language):
    """A bracket after Latin letters is drawn on their side, and closes what it should open."""
    wrong = re.compile(r"[A-Za-z]\s?\([^()]*\)")
    sheets = (LANGUAGES / language / "questionnaire").glob("*.csv")
    rows = [row for sheet in sheets for row in sheet.read_text("utf-8").splitlines()[1:]]
    sentences = [
        said
        for source in CATALOGUES
        if source.parent.name == language
        for said in messages(source).values()
        if isinstance(said, str)
    ]

    assert [text for text in (*rows, *sentences) if wrong.search(text)] == []


def test_every_language_that_comes_with_it_has_its_own_name() -> None:
    assert set(LANGUAGE_NAMES) == {file.parent.name for file in CATALOGUES}
    assert len(set(LANGUAGE_NAMES.values())) == len(LANGUAGE_NAMES)


@pytest.mark.parametrize(
    ("language", "light", "heavy"),
    [("en", "a, b", "a, or b; c"), ("ar", "a، b", "a, or b؛ c"), ("am", "a፣ b", "a, or b፤ c")],
)
def test_things_with_a_comma_of_their_own_are_told_apart_by_a_semicolon(
    language: str, light: str, heavy: str
) -> None:
    assert listed(("a", "b"), language) == light
    assert listed(iter(("a, or b", "c")), language) == heavy
    assert listed(("a",), language) == "a"


@pytest.mark.parametrize("language", sorted(LANGUAGE_NAMES))
def test_a_comma_of_any_language_is_known_for_one(language: str) -> None:
    comma = text("tablet.list_separator", language)
    assert listed((f"a{comma}b", "c"), language) != f"a{comma}b{comma}c"
