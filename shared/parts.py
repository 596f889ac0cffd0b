"""Reference data as parts: bundles of files that travel by themselves, and what they make together.

    questionnaire/N     sheets of the standard (0), and of what a country lays over it (1, 2 ...)
    profile             default.toml, and profile.toml of each layer: law, helplines, contacts
    codelists/NAME      the files of one code list, layer by layer
    languages/LANGUAGE  the standard questionnaire in that language, and a programme's own wording
    fonts/LANGUAGE      a font an office added for the letters of that language
    messages            what the office tells its officers

Parts are read in memory, as ``shared.places`` has it. The same files give the same bytes, so a
program knows without asking which parts came with it.
"""

from __future__ import annotations

import contextlib
import gettext
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from shared.codelists.lists import CodeList, codelist_of
from shared.errors import ParcelUnreadable, QuestionnaireError
from shared.fonts import read_font
from shared.places import FileInMemory, Place
from shared.profiles.files import COUNTRIES
from shared.questionnaire.loading import load_questionnaire
from shared.questionnaire.model import Questionnaire
from shared.reference import Reference, Sources, earlier_sources, reference_of, sources_of
from shared.texts import ENGLISH, catalogue_of
from shared.wire.bundles import bundle, unbundle
from shared.wire.limits import MAX_FONT_BYTES

QUESTIONNAIRE, PROFILE, MESSAGES = "questionnaire", "profile", "messages"
CODELIST, LANGUAGE, FONT = "codelists/", "languages/", "fonts/"
READ_WITH = (QUESTIONNAIRE, LANGUAGE)
"""Beginnings of the names of the parts that make a questionnaire, in all its languages."""
LONGEST_MESSAGE = 500
"""Characters: a message is read on a small screen between two visits."""
MOST_MESSAGES = 20

REGULAR, BOLD = "regular.ttf", "bold.ttf"
"""Files of the font of a language; headings are drawn with the second where there is one."""
_SHEETS = ("survey.csv", "choices.csv", "settings.csv")
_MESSAGES_FILE = "messages.json"
_DOMAINS = ("screens", "tablet", "findings", "classification")
"""Catalogues a tablet reads; a country folder may have them below languages/LANGUAGE as .mo."""
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}")

Parts = Mapping[str, bytes]
"""Bundles by name of the part."""


@dataclass(frozen=True)
class OfficeMessage:
    """A short message of the office to its officers. number: grows, never used twice. made_s:
    seconds since 1970. texts: by language, English always there."""

    number: int
    made_s: int
    texts: Mapping[str, str]

    def words(self, language: str) -> str:
        """In that language, else in English."""
        return self.texts.get(language) or self.texts[ENGLISH]


@dataclass(frozen=True)
class Unpacked:
    """What the parts of an edition make. catalogues: the programme's own wording. fonts: files
    (REGULAR, BOLD) of the fonts an office added, by language."""

    reference: Reference
    messages: tuple[OfficeMessage, ...]
    catalogues: Mapping[tuple[str, str], gettext.GNUTranslations]
    fonts: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)


def parts_of(country: str, folders: Sequence[Path] = ()) -> dict[str, bytes]:
    """The parts of a country's reference data, without messages, from the files load_reference
    reads. Raises as it does."""
    sources = sources_of(country, folders)
    parts = questionnaire_parts(sources.questionnaire, sources.translations)
    profile = {f"{n}/profile.toml": _plain(file) for n, file in enumerate(sources.profile)}
    parts[PROFILE] = bundle({"default.toml": _plain(sources.defaults), **profile})
    for name, files in sources.codelists.items():
        parts[CODELIST + name] = bundle(
            {f"{number}/{name}.csv": _plain(file) for number, file in enumerate(files)}
        )
    for language, wording in _own_wording(country, folders).items():
        before = unbundle(parts[LANGUAGE + language]) if LANGUAGE + language in parts else {}
        parts[LANGUAGE + language] = bundle(before | wording)
    for language, font in _own_fonts(country, folders).items():
        parts[FONT + language] = bundle(font)
    return parts


def questionnaire_parts(
    folders: Sequence[Place], translations: Sequence[Place]
) -> dict[str, bytes]:
    """The parts that make one questionnaire in all its languages. translations: folders
    ``.../LANGUAGE/questionnaire``."""
    parts = {}
    for number, folder in enumerate(folders):
        sheets = {s: _plain(folder / s) for s in _SHEETS if (folder / s).is_file()}
        parts[f"{QUESTIONNAIRE}/{number}"] = bundle(sheets)
    for folder in translations:
        words = {
            f"questionnaire/{s}": _plain(folder / s) for s in _SHEETS if (folder / s).is_file()
        }
        parts[LANGUAGE + folder.parent.name] = bundle(words)
    return parts


def earlier_questionnaires(
    country: str, folders: Sequence[Path] = ()
) -> Iterator[tuple[Questionnaire, dict[str, bytes]]]:
    """The older questionnaires kept beside the one in use, each with the parts it is read from."""
    for layers, translations in earlier_sources(country, folders):
        parts = questionnaire_parts(layers, translations)
        with contextlib.suppress(QuestionnaireError):  # additions that were never used with it
            yield questionnaire_in(parts), parts


def messages_part(messages: Sequence[OfficeMessage]) -> dict[str, bytes]:
    """The part with these messages, if there are any."""
    if not messages:
        return {}
    told = [[one.number, one.made_s, dict(sorted(one.texts.items()))] for one in messages]
    written = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return {MESSAGES: bundle({_MESSAGES_FILE: written.encode()})}


def unpacked(country: str, parts: Parts, *, mend: bool = False) -> Unpacked:
    """Everything the parts make, each read to the end.

    mend: of an edition that is out: what of the profile would be refused today is untold, so that
    nobody stands still for it (shared.profiles.mending).
    Raises QuestionnaireError or ParcelUnreadable for what cannot be used.
    """
    files = _files(parts)
    top = FileInMemory(files)
    sources = Sources(
        questionnaire=tuple(_layers(top / QUESTIONNAIRE)),
        translations=tuple(_translations(top, parts)),
        defaults=top / PROFILE / "default.toml",
        profile=tuple(layer / "profile.toml" for layer in _layers(top / PROFILE)),
        codelists=MappingProxyType(_list_files(top, parts)),
    )
    try:
        reference = reference_of(country, sources, mend=mend)
        must_be_complete(reference)
        return Unpacked(
            reference,
            _messages(top),
            MappingProxyType(dict(_catalogues(files))),
            MappingProxyType(dict(_fonts(top, parts))),
        )
    except FileNotFoundError as lacking:
        raise QuestionnaireError(f"The edition lacks a file: {lacking}.") from lacking
    except (UnicodeDecodeError, ValueError) as wrong:
        raise QuestionnaireError(f"A file of the edition cannot be read: {wrong}.") from wrong


def questionnaire_in(parts: Parts) -> Questionnaire:
    """The questionnaire of these parts. Raises QuestionnaireError, ParcelUnreadable."""
    top = FileInMemory(_files(parts))
    return load_questionnaire(tuple(_layers(top / QUESTIONNAIRE)), tuple(_translations(top, parts)))


def codelists_in(parts: Parts) -> dict[str, CodeList]:
    """The code lists among these parts, by name of the list. Raises as unpacked does."""
    top = FileInMemory(_files(parts))
    return {name: codelist_of(name, files) for name, files in _list_files(top, parts).items()}


def _list_files(top: FileInMemory, parts: Parts) -> dict[str, tuple[FileInMemory, ...]]:
    names = sorted(name.removeprefix(CODELIST) for name in parts if name.startswith(CODELIST))
    return {
        name: tuple(layer / f"{name}.csv" for layer in _layers(top / (CODELIST + name)))
        for name in names
    }


def must_be_complete(reference: Reference) -> None:
    """Raises QuestionnaireError when a question needs a code list that is not there."""
    for question in reference.questionnaire.questions.values():
        if question.from_file and question.choice_list not in reference.codelists:
            raise QuestionnaireError(
                f"The question {question.name!r} needs the code list {question.choice_list!r}."
            )


def _files(parts: Parts) -> dict[str, bytes]:
    return {
        f"{name}/{path}": content
        for name, data in parts.items()
        for path, content in unbundle(data).items()
    }


def _layers(folder: FileInMemory) -> Iterator[FileInMemory]:
    """The numbered folders below, in order."""
    number = 0
    while (folder / str(number)).is_dir():
        yield folder / str(number)
        number += 1


def _translations(top: FileInMemory, parts: Parts) -> Iterator[FileInMemory]:
    for name in sorted(parts):
        folder = top / name / "questionnaire"
        if name.startswith(LANGUAGE) and (folder / "survey.csv").is_file():
            yield folder


def _messages(top: FileInMemory) -> tuple[OfficeMessage, ...]:
    file = top / MESSAGES / _MESSAGES_FILE
    if not file.is_file():
        return ()
    try:
        told = json.loads(file.read_bytes())
        messages = tuple(
            OfficeMessage(int(number), int(made_s), MappingProxyType(dict(texts)))
            for number, made_s, texts in told
        )
    except (ValueError, TypeError, RecursionError) as wrong:
        raise ParcelUnreadable("The messages of the edition cannot be read.") from wrong
    for message in messages:
        check_message(message.texts)
    return messages[:MOST_MESSAGES]


def check_message(texts: Mapping[str, object]) -> None:
    """Raises QuestionnaireError unless there is English and every text is short enough."""
    if not isinstance(texts.get(ENGLISH), str):
        raise QuestionnaireError("A message needs its English text.")
    for language, words in texts.items():
        if not _LANGUAGE_CODE.fullmatch(str(language)):
            raise QuestionnaireError(f"{language!r} is no code of a language.")
        if not isinstance(words, str) or not 0 < len(words.strip()) <= LONGEST_MESSAGE:
            raise QuestionnaireError(f"A message has 1 to {LONGEST_MESSAGE} characters.")


def _catalogues(
    files: Mapping[str, bytes],
) -> Iterator[tuple[tuple[str, str], gettext.GNUTranslations]]:
    for path, content in files.items():
        if path.startswith(LANGUAGE) and path.endswith(".mo"):
            _, language, name = path.split("/")
            yield (language, name.removesuffix(".mo")), catalogue_of(content)


def _fonts(top: FileInMemory, parts: Parts) -> Iterator[tuple[str, Mapping[str, bytes]]]:
    """Every font of the edition, read with care: tablets draw with it."""
    for name in sorted(parts):
        if not name.startswith(FONT):
            continue
        both = [top / name / file for file in (REGULAR, BOLD)]
        files = {file.name: file.read_bytes() for file in both if file.is_file()}
        if REGULAR not in files or sum(map(len, files.values())) > MAX_FONT_BYTES:
            raise QuestionnaireError(
                f"{name} is no font of at most {MAX_FONT_BYTES:,} bytes in {REGULAR}."
            )
        for content in files.values():
            read_font(content)
        yield name.removeprefix(FONT), MappingProxyType(files)


def _own_fonts(country: str, folders: Sequence[Path]) -> dict[str, dict[str, bytes]]:
    """The fonts in the folders by language; of two folders the later one's."""
    found: dict[str, dict[str, bytes]] = {}
    for folder in (COUNTRIES / country, *folders):
        for file in sorted((folder / "languages").glob(f"*/{REGULAR}")):
            if _LANGUAGE_CODE.fullmatch(file.parent.name):
                both = (file, file.with_name(BOLD))
                found[file.parent.name] = {f.name: f.read_bytes() for f in both if f.is_file()}
    return found


def _own_wording(country: str, folders: Sequence[Path]) -> dict[str, dict[str, bytes]]:
    """A programme's .mo files by language; of two folders the later one's."""
    found: dict[str, dict[str, bytes]] = {}
    for folder in (COUNTRIES / country, *folders):
        for file in sorted((folder / "languages").glob("*/*.mo")):
            if file.stem in _DOMAINS and _LANGUAGE_CODE.fullmatch(file.parent.name):
                found.setdefault(file.parent.name, {})[file.name] = file.read_bytes()
    return found


def _plain(file: Place) -> bytes:
    """The bytes of a text file with every end of line as one newline: a copy of the project made
    on Windows gives the same parts."""
    return file.read_bytes().replace(b"\r\n", b"\n")
