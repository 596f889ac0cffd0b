"""Every sentence of the tablet in one language: screens, questions, lists, findings, explanations.

A sentence has a place that names it for ever, whatever its English becomes:

    screens.home.title          a message id of the catalogues DOMAINS (shared.texts)
    survey/NAME/COLUMN          a question: label, hint, say, constraint_message, required_message
    choices/LIST/NAME           a choice; choices/LIST/NAME/say what to say of it to the person
    codes/LIST/CODE             a code of a code list
    glossary/TERM               an official term of the ILO, to which every sentence keeps
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from babel.messages.pofile import read_po

from server.languages.reviews import FILE, SentenceReview, fingerprint, reviews_in
from shared.codelists import CodeList
from shared.questionnaire.loading import STANDARD
from shared.questionnaire.sheets import Row, Sheets, read_sheets
from shared.reference import load_reference, reference_that_came, translations
from shared.texts import ENGLISH, LANGUAGES

DOMAINS = ("screens", "tablet", "findings", "classification")
"""The catalogues a tablet reads."""
COLUMNS = ("label", "hint", "say", "constraint_message", "required_message")
NOT_TRANSLATED = ("areas", "countries")
"""Lists whose labels are names: a country gives its areas their names with the areas, and the names
of countries come from the Unicode CLDR."""
TERMS = (
    "child labour",
    "forced labour",
    "worst forms",
    "hazardous work",
    "light work",
    "debt bondage",
    "trafficking",
    "commercial sexual exploitation",
    "menace",
    "minimum age",
)
"""Terms of ILO conventions 29, 138 and 182 and of the resolutions of the ICLS."""


@dataclass(frozen=True)
class Sentence:
    """english: one form, or that for one and that for other numbers. said: in the language, as many
    as it has forms; empty when there is none. draft: whether nobody has reviewed it. review: who
    did, where it is known of this very sentence."""

    place: str
    english: tuple[str, ...]
    said: tuple[str, ...] = ()
    draft: bool = True
    review: SentenceReview | None = None


def sentences_of(language: str, iso3: str = "", folders: Sequence[Path] = ()) -> list[Sentence]:
    """Every sentence a tablet of that country can say, with what the language has already.

    language: ISO 639-1 or 639-3. iso3: "" for what every country has. folders: country folders.
    Raises QuestionnaireError.
    """
    reference = load_reference(iso3, folders) if iso3 else reference_that_came(iso3)
    own = [
        folder / "questionnaire"
        for folder in folders
        if any(
            (folder / "questionnaire" / f"{name}.csv").is_file() for name in ("survey", "choices")
        )
    ]
    sheets = read_sheets([STANDARD, *own], translations())
    said_by_choices = {row["list_name"] for row in sheets.choices}
    reviews: dict[str, tuple[str, SentenceReview]] = {}
    for folder in folders:
        reviews |= reviews_in(folder / "languages" / language / FILE)
    found = [
        *_terms(language, folders),
        *_catalogues(language, folders),
        *_questions(sheets, language),
        *_choices(sheets, language),
        *(
            one
            for name in sorted(set(reference.codelists) - said_by_choices)
            for one in _codes(reference.codelists[name], language)
        ),
    ]
    return [_as_reviewed(one, reviews) for one in found]


def words_said(language: str, iso3: str = "", folders: Sequence[Path] = ()) -> list[str]:
    """All that a tablet of that country says in that language by now, names of areas with it."""
    said = [words for one in sentences_of(language, iso3, folders) for words in one.said]
    reference = load_reference(iso3, folders) if iso3 else reference_that_came(iso3)
    for name in NOT_TRANSLATED:
        if name in reference.codelists:
            labels = (entry.labels.get(language, "") for entry in reference.codelists[name])
            said.extend(label for label in labels if label)
    return said


def _as_reviewed(sentence: Sentence, reviews: Mapping[str, tuple[str, SentenceReview]]) -> Sentence:
    """The sentence, no draft where these very words were reviewed."""
    words, review = reviews.get(sentence.place, ("", None))
    if review is None or words != fingerprint(sentence.english, sentence.said):
        return sentence
    return replace(sentence, draft=False, review=review)


def _terms(language: str, folders: Sequence[Path]) -> Iterator[Sentence]:
    said: dict[str, str] = {}
    for folder in (LANGUAGES, *(folder / "languages" for folder in folders)):
        file = folder / language / "glossary.csv"
        if file.is_file():
            lines = [line for line in file.read_text("utf-8").splitlines() if line[:1] != "#"]
            said.update({row["term"]: row["said"] for row in csv.DictReader(lines)})
    for term in TERMS:
        yield Sentence(f"glossary/{term}", (term,), (said[term],) if said.get(term) else ())


def _catalogues(language: str, folders: Sequence[Path]) -> Iterator[Sentence]:
    for domain in DOMAINS:
        said: dict[str, tuple[tuple[str, ...], bool]] = {}
        for top in (LANGUAGES, *(folder / "languages" for folder in folders)):
            said |= _said(top / language / f"{domain}.po")
        for place, (english, _) in _said(LANGUAGES / ENGLISH / f"{domain}.po").items():
            words, draft = said.get(place, ((), True))
            yield Sentence(place, english, words, draft)


def _said(file: Path) -> dict[str, tuple[tuple[str, ...], bool]]:
    """The sentences of a catalogue by message id, and whether each is a draft."""
    if not file.is_file():
        return {}
    with file.open("rb") as stream:
        catalogue = read_po(stream, locale=file.parent.name)
    reviewed = any(name == "X-Reviewed-By" and words for name, words in catalogue.mime_headers)
    found = {}
    for message in catalogue:
        if message.id and message.string:
            place = message.id[0] if isinstance(message.id, tuple) else message.id
            words = message.string if isinstance(message.string, tuple) else (message.string,)
            if all(words):
                found[str(place)] = (tuple(map(str, words)), not reviewed or message.fuzzy)
    return found


def _questions(sheets: Sheets, language: str) -> Iterator[Sentence]:
    for row in sheets.survey:
        for column in COLUMNS:
            if row["name"]:
                yield from _of_row(f"survey/{row['name']}/{column}", row, column, language, sheets)


def _choices(sheets: Sheets, language: str) -> Iterator[Sentence]:
    for row in sheets.choices:
        place = f"choices/{row['list_name']}/{row['name']}"
        yield from _of_row(place, row, "label", language, sheets)
        yield from _of_row(f"{place}/say", row, "say", language, sheets)


def _of_row(place: str, row: Row, column: str, language: str, sheets: Sheets) -> Iterator[Sentence]:
    texts = row.texts(column)
    if not texts.get(ENGLISH):
        return
    status = f"{language}=reviewed" in sheets.settings["translation_status"].split()
    marked = column == "say" and bool(row.texts("reviewed").get(language))
    said = (texts[language],) if texts.get(language) else ()
    yield Sentence(place, (texts[ENGLISH],), said, not (status or marked))


def _codes(codes: CodeList, language: str) -> Iterator[Sentence]:
    if codes.name in NOT_TRANSLATED:
        return
    for entry in codes:
        english = entry.labels.get(ENGLISH)
        if english:
            said = entry.labels.get(language)
            yield Sentence(f"codes/{codes.name}/{entry.code}", (english,), (said,) if said else ())
