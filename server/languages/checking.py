"""What is wrong with a translation, before it reaches a child: everything at once, by place."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from server.languages.fonts import letters_shipped, named, needs_a_glyph
from server.languages.sentences import Sentence
from server.languages.translation_file import OUR_HEADERS, Translation, is_draft

ERRORS = ("place", "forms", "letters", "control", "direction", "header")
"""Kinds that keep a translation from being laid into a folder."""
_ONE_LINE = " / "
_OURS = {name.casefold(): name for name in OUR_HEADERS}
_OF_GETTEXT = ("Language-Team", "Last-Translator")
"""Headers of every PO file that look like one of ours."""
_PLACES = re.compile(r"\{[a-z_0-9]*\}|\$\{[^}]*\}")


@dataclass(frozen=True)
class LanguageRemark:
    """kind: 'missing', 'older' (the English changed since), 'unknown' (there is no such sentence
    any more), 'term' (not the official term), 'draft', or one of ERRORS."""

    kind: str
    place: str
    sentence: str

    @property
    def is_error(self) -> bool:
        """Whether the translation cannot be used before it is mended."""
        return self.kind in ERRORS


def remarks(
    translation: Translation, sentences: Sequence[Sentence], own_font: Collection[int] = ()
) -> list[LanguageRemark]:
    """Everything that is to be said of the translation. sentences: as the program has them now.
    own_font: the letters of the font an office added for the language."""
    now = {sentence.place: sentence for sentence in sentences}
    return [
        *_about_the_whole(translation),
        *_boxes(translation, own_font),
        *(one for place in now for one in _about(translation, now[place])),
        *(
            LanguageRemark("unknown", place, "There is no such sentence any more; it is left out.")
            for place in translation.sentences
            if place not in now
        ),
    ]


def _about_the_whole(translation: Translation) -> Iterator[LanguageRemark]:
    if translation.direction not in ("ltr", "rtl"):
        yield LanguageRemark("direction", "X-Direction", "It is ltr (from the left) or rtl.")
    for name in translation.headers:
        near = difflib.get_close_matches(name.casefold(), _OURS, n=1, cutoff=0.75)
        if name not in OUR_HEADERS and name not in _OF_GETTEXT and near:
            yield LanguageRemark(
                "header", name, f"Nothing reads this header; did you mean {_OURS[near[0]]}?"
            )
    if "X-Language-Name" not in translation.headers:
        yield LanguageRemark(
            "name",
            "X-Language-Name",
            f"No header says how its speakers write the language: tablets call it "
            f"{translation.name}.",
        )
    for english in translation.without_place:
        yield LanguageRemark(
            "unknown", _on_one_line(english), "It does not say its place (msgctxt); it is left out."
        )


def _boxes(translation: Translation, own_font: Collection[int]) -> Iterator[LanguageRemark]:
    """Letters no font of a tablet has, by their script."""
    drawn = set(own_font) | letters_shipped()
    counts = Counter(
        letter
        for words in (translation.name, *_all_said(translation))
        for letter in words
        if ord(letter) not in drawn and needs_a_glyph(letter)
    )
    of_script: dict[str, list[str]] = {}
    for letter in sorted(counts):
        of_script.setdefault(_script(letter), []).append(letter)
    for script, letters in of_script.items():
        count = sum(counts[letter] for letter in letters)
        yield LanguageRemark(
            "letters",
            script.title() or "Signs",
            f"{count} would be boxes, for no font of a tablet has them: "
            f"{named([ord(letter) for letter in letters])}. An office adds a font by: "
            f"tally87 language font {translation.language} FONT.ttf.",
        )


def _all_said(translation: Translation) -> Iterator[str]:
    for sentence in translation.sentences.values():
        yield from sentence.said


def _about(translation: Translation, sentence: Sentence) -> Iterator[LanguageRemark]:
    given = translation.sentences.get(sentence.place)
    if given is None or not given.said:
        yield LanguageRemark("missing", sentence.place, _on_one_line(sentence.english[0]))
        return
    if given.english != sentence.english:
        yield LanguageRemark(
            "older", sentence.place, f"The English is now: {_on_one_line(sentence.english[0])}"
        )
    if len(sentence.english) > 1 and len(given.said) != translation.forms:
        yield LanguageRemark(
            "forms", sentence.place, f"The language has {translation.forms} forms of a number."
        )
    wanted = set(_PLACES.findall(" ".join(sentence.english)))
    for words in given.said:
        there = set(_PLACES.findall(words))
        # "one case" may leave the number out; nothing may be asked for that is not given.
        lost = wanted - there if len(sentence.english) == 1 else wanted - there - {"{n}"}
        if lost or there - wanted:
            what = ", ".join(sorted(lost | (there - wanted)))
            yield LanguageRemark(
                "place", sentence.place, f"{what} is not as in the English: {words}"
            )
        # Words to say of several questions have a line for each.
        lines = words.replace("\n", "") if "\n" in sentence.english[0] else words
        if any(unicodedata.category(letter) in ("Cc", "Cs", "Co") for letter in lines):
            yield LanguageRemark(
                "control", sentence.place, "It has a character that cannot be shown."
            )
    yield from _terms(translation, sentence, given)
    if is_draft(translation, given):
        yield LanguageRemark("draft", sentence.place, _on_one_line(given.said[0]))


def _terms(
    translation: Translation, sentence: Sentence, given: Sentence
) -> Iterator[LanguageRemark]:
    if sentence.place.startswith("glossary/"):
        return
    for place, term in translation.sentences.items():
        name = place.removeprefix("glossary/")
        if name == place or not term.said:
            continue
        asked = any(re.search(rf"\b{name}\b", one, re.IGNORECASE) for one in sentence.english)
        words = term.said[0].casefold().split("|")
        if asked and not any(one in form.casefold() for form in given.said for one in words):
            yield LanguageRemark("term", sentence.place, f"{name} is {term.said[0]} elsewhere.")


def _script(letter: str) -> str:
    """The script of a letter by its Unicode name; "" for what every script shares."""
    if not letter.isalpha():
        return ""
    first = unicodedata.name(letter, "").split(" ")[0]
    return "" if first in ("MODIFIER", "FEMININE", "MASCULINE") else first


def _on_one_line(words: str) -> str:
    return _ONE_LINE.join(words.splitlines())
