"""What editions are called by on pages, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.reference.in_force import reference_of
from server.releases.structure import ReleaseStructure
from server.web.application import language, the_office
from shared.texts import has_text, listed, text


def say(message: str, **values: object) -> str:
    """A sentence of ``releases.po`` in the reader's language."""
    return text(f"releases.{message}", language(), **values)


def in_language(words: dict[str, str]) -> str:
    """Public words in the reader's language, else in English."""
    return words.get(language()) or words.get("en", "")


def made_up_said(manifest: Mapping[str, Any]) -> list[str]:
    """That the persons of an edition are made up, or its records were made to learn with."""
    kinds = (str(manifest.get("origin", "")), "practice" if manifest.get("practice") else "")
    return [
        text(f"server.banner.{kind}.title", language())
        for kind in kinds
        if has_text(f"server.banner.{kind}.title", "en")
    ]


def area_word(code: str) -> str:
    """An area nobody looked in: the file has no word for it."""
    areas = reference_of(the_office()).codelists.get("areas")
    return areas.label(code, language()) if areas is not None and code in areas else code


def list_word(code: str) -> str:
    """A kind of source that recorded persons."""
    lists = reference_of(the_office()).codelists.get("source_lists")
    return lists.label(code, language()) if lists is not None and code in lists else code


def title_of(code: str) -> str:
    """Whom a table counts, in words where there are some."""
    population = code[:2]
    known = {"CL": "children", "FL": "forced", "TI": "forced"}.get(population, "")
    return say(f"counted.{known}") if known else code


_SAID_ALREADY = frozenset({"IN_FORCED_LABOUR"})
"""What the name of the population says."""


def title_of_table(structure: ReleaseStructure, name: str) -> str:
    """What the office calls a table of an edition; without a title of its own whom it counts, with
    what holds of all of them."""
    layout = structure.tables[name]
    if own := in_language(dict(layout.titles)):
        return own
    held = [one for one in sorted(layout.where.items()) if one[1] not in _SAID_ALREADY]
    return listed([title_of(layout.code), *(_holds(structure, *one) for one in held)], language())


def _holds(structure: ReleaseStructure, dimension: str, code: str) -> str:
    if code in structure.dimensions.get(dimension, {}):
        return structure.label(dimension, code, language())
    for way in ("tables.code", "tables.word", "classification.class"):
        if has_text(f"{way}.{code}", language()):
            return text(f"{way}.{code}", language())
    return code.replace("_", " ").lower()


def dimension_word(name: str) -> str:
    """What a dimension of an edition is called."""
    plain = name.partition(":")[0]
    for message in (f"releases.dimension.{plain}", f"tables.dimension.{plain}"):
        if has_text(message, language()):
            return text(message, language())
    return plain.replace("_", " ")
