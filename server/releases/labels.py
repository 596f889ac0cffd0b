"""What codes are called, in every language there is, frozen with a release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from server.disclosure.cube import TOTAL
from server.releases.counted import SourceTable
from server.tables.cubes import NOT_FURTHER_KNOWN, Lists
from server.tables.declaration import QUESTION, DeclaredDimension
from server.tables.labels import choice_of
from shared.questionnaire import Questionnaire
from shared.texts import ENGLISH, LANGUAGES, has_text, text

_WORDS = ("tables.code", "tables.word", "server.word", "releases.word", "classification.class")


def languages() -> list[str]:
    """Every language sentences are kept in, English first."""
    found = sorted(folder.name for folder in LANGUAGES.iterdir() if folder.is_dir())
    return [ENGLISH, *(name for name in found if name != ENGLISH)]


def labels_of(
    tables: Iterable[SourceTable],
    declared: Mapping[str, DeclaredDimension],
    lists: Lists,
    questionnaire: Questionnaire,
) -> dict[str, dict[str, dict[str, str]]]:
    """By dimension, code and language."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for table in tables:
        for dimension in table.cube.dimensions:
            mine = found.setdefault(dimension.name, {})
            said = declared[dimension.name.partition(":")[0]]
            for code in dimension.codes:
                if code != TOTAL and code not in mine:
                    mine[code] = {
                        one: label_of(code, said, lists, questionnaire, one) for one in languages()
                    }
    return found


def label_of(
    code: str,
    declared: DeclaredDimension,
    lists: Lists,
    questionnaire: Questionnaire,
    language: str,
) -> str:
    """What the code list calls it; of a country's own question what its choice is called, whatever
    the same code means elsewhere (1 is no yes); else our word; else the code."""
    plain = code.removesuffix(NOT_FURTHER_KNOWN)
    codes = lists.get(declared.codelist)
    choice = choice_of(declared, plain, questionnaire)
    # A code may mean one thing as a sector and another as what makes work hazardous.
    own = f"tables.code.{declared.name}.{plain}"
    word = text(own, language) if has_text(own, language) else word_of(plain, language)
    if codes is not None and plain in codes:
        said = codes.label(plain, language)
    elif choice is not None and (declared.source == QUESTION or not word):
        said = choice.label(language)
    else:
        said = word or plain
    return text("releases.only_known", language, name=said) if plain != code else said


def word_of(code: str, language: str) -> str:
    """Our word for a code of the tables or of a classification; "" where there is none."""
    ways = (f"{way}.{code}" for way in _WORDS)
    return next((text(one, language) for one in ways if has_text(one, language)), "")
