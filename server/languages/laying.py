"""A translation laid into a country folder, in the forms tablets and office read.

    languages/LANGUAGE/DOMAIN.po and .mo     screens, findings, explanations
    languages/LANGUAGE/glossary.csv          official terms
    questionnaire/survey.csv, choices.csv    columns label::Name (code) and the like
    codelists/LIST.csv                       a column label::Name (code)

What else stands in these files stays. Only sentences that are known are laid in; those whose
English has changed since are laid in as drafts.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from babel.messages import Catalog

from server.durable import replace_file
from server.languages.reviews import FILE, SentenceReview, fingerprint, reviews_in, written_reviews
from server.languages.sentences import DOMAINS, Sentence
from server.languages.translation_file import (
    Translation,
    body_of,
    english_name,
    header_of,
    is_draft,
    locale_of,
)
from shared.questionnaire.reading_aloud import fingerprint_of_words
from shared.texts.compile import laid_out

SURVEY, CHOICES = "questionnaire/survey.csv", "questionnaire/choices.csv"


def lay_into(
    folder: Path, translation: Translation, sentences: Sequence[Sentence], on: str
) -> dict[str, int]:
    """Writes the translation into the folder; gives the number of sentences by file.

    sentences: as the program has them now. on: the day (ISO), for the words to say that were
    reviewed and say no day of their own. Every file is made in memory before the first is written.
    """
    told = _told(translation, sentences, on)
    files: dict[str, tuple[bytes, int]] = {}
    for domain in DOMAINS:
        own = {place: said for place, said in told.items() if place.startswith(f"{domain}.")}
        if own:
            top = f"languages/{translation.language}/{domain}"
            po, mo = _catalogue(translation, own)
            files[f"{top}.po"], files[f"{top}.mo"] = (po, len(own)), (mo, len(own))
    files |= _glossary(folder, translation, told)
    files |= _sheets(folder, translation, told)
    files |= _reviews(folder, translation, told)
    for name, (data, _) in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        # A full disk or a cut leaves the sheet of an office as it was.
        replace_file(target, data)
    return {name: count for name, (_, count) in files.items() if not name.endswith(".mo")}


def _told(translation: Translation, sentences: Sequence[Sentence], on: str) -> dict[str, Sentence]:
    """What the language says of the sentences there are, by place."""
    told = {}
    for sentence in sentences:
        given = translation.sentences.get(sentence.place)
        if given is not None and given.said:
            draft = is_draft(translation, given) or given.english != sentence.english
            review = None if draft else given.review or SentenceReview(translation.reviewed_by, on)
            told[sentence.place] = Sentence(
                sentence.place, sentence.english, given.said, draft, review
            )
    return told


def _reviews(
    folder: Path, translation: Translation, told: Mapping[str, Sentence]
) -> dict[str, tuple[bytes, int]]:
    """Who reviewed which sentence; what was reviewed before and is still said so stays so."""
    name = f"languages/{translation.language}/{FILE}"
    before = reviews_in(folder / name)
    found = {place: one for place, one in before.items() if place not in told}
    for place, said in told.items():
        words = fingerprint(said.english, said.said)
        given = translation.sentences[place].review
        if said.review is not None:
            standing = before.get(place)
            same = standing is not None and standing[0] == words and given is None
            found[place] = standing if same and standing else (words, said.review)
    return {name: (written_reviews(found), len(found))} if found or before else {}


def _catalogue(translation: Translation, own: Mapping[str, Sentence]) -> tuple[bytes, bytes]:
    """The .po of one domain, to be worked on further, and the .mo tablets read."""
    reviewed = "" if any(said.draft for said in own.values()) else translation.reviewed_by
    headers = {
        "Project-Id-Version": "Tally87",
        "Language": translation.language,
        "X-Language-Name": translation.name,
        "X-Direction": translation.direction,
        "X-Reviewed-By": reviewed,
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": translation.plural_forms,
    }
    strings = {"": "".join(f"{name}: {words}\n" for name, words in headers.items())}
    catalogue = Catalog(locale=locale_of(translation.language), fuzzy=False)
    for place, said in own.items():
        flags = {"fuzzy"} if said.draft else set()
        if len(said.english) == 1:
            strings[place] = said.said[0]
            catalogue.add(place, said.said[0], flags=flags)
        else:
            strings[f"{place}\0{place}#"] = "\0".join(said.said)
            catalogue.add((place, f"{place}#"), said.said, flags=flags)
    po = f"{header_of(headers)}\n{body_of(catalogue, sort=True)}"
    return po.encode(), laid_out(strings)


def _glossary(
    folder: Path, translation: Translation, told: Mapping[str, Sentence]
) -> dict[str, tuple[bytes, int]]:
    terms = {
        place.removeprefix("glossary/"): said.said[0]
        for place, said in told.items()
        if place.startswith("glossary/")
    }
    if not terms:
        return {}
    name = f"languages/{translation.language}/glossary.csv"
    rows = [{"term": term, "said": said} for term, said in terms.items()]
    return {name: (_merged(folder / name, ("term",), rows), len(rows))}


def _sheets(
    folder: Path, translation: Translation, told: Mapping[str, Sentence]
) -> dict[str, tuple[bytes, int]]:
    """The sheets and lists with a column of the language, each merged with what stands there."""
    tag = f"{english_name(translation.language)} ({translation.language})"
    rows: dict[str, dict[tuple[str, ...], dict[str, str]]] = {}
    for place, said in told.items():
        kind, _, rest = place.partition("/")
        if kind == "survey":
            name, _, column = rest.rpartition("/")
            cells = _said_cells(column, tag, said)
            rows.setdefault(SURVEY, {}).setdefault((name,), {"name": name}).update(cells)
        elif kind == "choices":
            listed, name, *columns = rest.split("/")
            cells = {"list_name": listed, "name": name}
            cells |= _said_cells(columns[0] if columns else "label", tag, said)
            rows.setdefault(CHOICES, {}).setdefault((listed, name), {}).update(cells)
        elif kind == "codes":
            listed, _, code = rest.partition("/")
            cells = {"code": code, f"label::{tag}": said.said[0]}
            rows.setdefault(f"codelists/{listed}.csv", {})[(code,)] = cells
    keys = {SURVEY: ("name",), CHOICES: ("list_name", "name")}
    return {
        name: (_merged(folder / name, keys.get(name, ("code",)), list(found.values())), len(found))
        for name, found in rows.items()
    }


def _said_cells(column: str, tag: str, said: Sentence) -> dict[str, str]:
    """The cell of one sentence of a sheet and, of words to say, who reviewed them."""
    cells = {f"{column}::{tag}": said.said[0]}
    if column == "say" and said.review is not None:
        mark = fingerprint_of_words(said.english[0], said.said[0])
        cells[f"reviewed::{tag}"] = f"{mark} {said.review.by} {said.review.on}"
    return cells


def _merged(file: Path, key: tuple[str, ...], rows: Sequence[Mapping[str, str]]) -> bytes:
    """The table with these cells filled in, and a row for each key that is not there yet."""
    notes: list[str] = []
    there: list[dict[str, str]] = []
    header: list[str] = list(key)
    if file.is_file():
        lines = file.read_text("utf-8-sig").splitlines(keepends=True)
        while lines and lines[0].startswith("#"):
            notes.append(lines.pop(0))
        reader = csv.DictReader(io.StringIO("".join(lines)))
        there, header = list(reader), list(reader.fieldnames or key)
    header += [one for one in dict.fromkeys(c for row in rows for c in row) if one not in header]
    waiting = {tuple(row[part] for part in key): row for row in rows}
    for row in there:
        row.update(waiting.pop(tuple(row.get(part) or "" for part in key), {}))
    stream = io.StringIO()
    stream.writelines(notes)
    writer = csv.DictWriter(stream, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows([*there, *waiting.values()])
    return stream.getvalue().encode()
