"""What an edition, its tables and the states of a number are called in a document. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from server.exports.edition import ExportedEdition, ExportedTable
from server.exports.industries import crosswalk_in_words
from server.releases.files import NumberState
from shared.texts import ENGLISH, has_text, text

UNPUBLISHED = (
    NumberState.WITHHELD,
    NumberState.NOT_COLLECTED,
    NumberState.CANNOT_EXIST,
    NumberState.NOT_YET_PUBLISHED,
)
"""The states that have no count."""
_OF_PERSONS = frozenset({"child_labour", "forced_labour"})
"""Populations of persons; of others records and visits are counted."""


def title_of(edition: ExportedEdition, language: str) -> str:
    """What the whole edition is called."""
    said = text("releases.page.title", language, number=edition.number, version=edition.version)
    return f"{edition.programme}, {edition.country}. {said}"


def table_title(table: ExportedTable, language: str) -> str:
    """What the office calls it; without a title of its own whom it counts, and by what."""
    if own := table.titles.get(language) or table.titles.get(ENGLISH):
        return own
    by = ", ".join(dimension_name(one.name, language) for one in table.dimensions)
    message = f"tables.title.{table.population}"
    if not has_text(message, ENGLISH):
        return f"{table.code}: {by}"  # Of an office whose program knows more.
    return text(message, language, by=by)


def is_of_persons(table: ExportedTable) -> bool:
    """Whether its numbers are persons, and not records or visits."""
    return table.population in _OF_PERSONS


def unit_name(table: ExportedTable, language: str) -> str:
    """What its numbers are numbers of."""
    return text("exports.persons" if is_of_persons(table) else "exports.count", language)


def dimension_name(name: str, language: str) -> str:
    """What a dimension is called; of one that takes several answers, which answer, too."""
    plain, _, answer = name.partition(":")
    message = f"tables.dimension.{plain}"
    said = text(message, language) if has_text(message, ENGLISH) else plain.replace("_", " ")
    return f"{said}: {_answer(answer, language)}" if answer else said


def _answer(code: str, language: str) -> str:
    message = f"tables.code.{code}"
    return text(message, language) if has_text(message, ENGLISH) else code


def state_name(state: NumberState, language: str) -> str:
    """What the state of a number that has no count is called."""
    return text(f"releases.state.{state.value}", language)


def state_explained(state: NumberState, edition: ExportedEdition, language: str) -> str:
    """What a number that is not there means."""
    if state is NumberState.WITHHELD:
        return text("server.counts.withheld", language, n=edition.threshold)
    if state is NumberState.NOT_YET_PUBLISHED:
        return text("exports.not_yet_published", language)
    return text(f"releases.page.{state.value}", language)


def warnings_of(edition: ExportedEdition, language: str) -> list[str]:
    """That its persons are made up, or its records were made to learn with."""
    return [
        " ".join(text(f"server.banner.{kind}.{part}", language) for part in ("title", "text"))
        for kind in _made_up(edition)
    ]


def made_up(edition: ExportedEdition, language: str) -> str:
    """The same in a few words, where no sentence fits; "" where it is from the field."""
    return " ".join(text(f"server.banner.{kind}.title", language) for kind in _made_up(edition))


def _made_up(edition: ExportedEdition) -> list[str]:
    kinds = (edition.origin, "practice" if edition.is_practice else "")
    return [kind for kind in kinds if has_text(f"server.banner.{kind}.title", ENGLISH)]


def notes_of(edition: ExportedEdition, language: str) -> tuple[str, ...]:
    """What whoever reads a number of it has to know, most important first."""
    found = warnings_of(edition, language)
    found += [
        text("releases.page.lead", language),
        text("server.counts.not_sdg", language),
        text("exports.do_not_add", language),
    ]
    if "unconfirmed_law" in edition.marks:
        found.append(text("releases.page.law", language))
    if sections := crosswalk_in_words(edition):
        found.append(text("exports.isic", language, sections=sections))
    found.append(text("exports.signed_list", language, digest=edition.digest))
    return tuple(found)


def published_at(edition: ExportedEdition) -> datetime:
    """When it was published, UTC."""
    return datetime.fromtimestamp(edition.published_at_s, UTC)


def number(count: int) -> str:
    """A count with narrow no-break spaces between thousands (ISO 80000-1)."""
    return f"{count:,}".replace(",", "\u202f")
