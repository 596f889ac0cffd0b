"""What codes are called, in every language there is, frozen with a release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from server.disclosure.cube import TOTAL
from server.releases.counted import SourceTable
from server.tables.cubes import NOT_FURTHER_KNOWN, Lists
from server.tables.declaration import DeclaredDimension
from shared.texts import ENGLISH, LANGUAGES, has_text, text

_WORDS = ("tables.code", "tables.word", "server.word", "releases.word", "classification.class")


def languages() -> list[str]:
    """Every language sentences are kept in, English first."""
    found = sorted(folder.name for folder in LANGUAGES.iterdir() if folder.is_dir())
    return [ENGLISH, *(name for name in found if name != ENGLISH)]


def labels_of(
    tables: Iterable[SourceTable], declared: Mapping[str, DeclaredDimension], lists: Lists
) -> dict[str, dict[str, dict[str, str]]]:
    """By dimension, code and language."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for table in tables:
        for dimension in table.cube.dimensions:
            mine = found.setdefault(dimension.name, {})
            said = declared[dimension.name.partition(":")[0]]
            for code in dimension.codes:
                if code != TOTAL and code not in mine:
                    mine[code] = {one: _label(code, said, lists, one) for one in languages()}
    return found


def _label(code: str, declared: DeclaredDimension, lists: Lists, language: str) -> str:
    plain = code.removesuffix(NOT_FURTHER_KNOWN)
    codes = lists.get(declared.codelist)
    words = [f"{way}.{plain}" for way in _WORDS if has_text(f"{way}.{plain}", language)]
    if codes is not None and plain in codes:
        said = codes.label(plain, language)
    elif words:
        said = text(words[0], language)
    else:
        said = plain
    return text("releases.only_known", language, name=said) if plain != code else said
