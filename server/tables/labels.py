"""What a code or dimension of a declared table is called, in every language."""

from __future__ import annotations

from collections.abc import Mapping

from server.disclosure.recode import REST
from server.tables.contributions import TOTAL
from server.tables.cubes import NOT_FURTHER_KNOWN, WITHOUT
from server.tables.declaration import (
    QUESTION,
    Declarations,
    DeclaredDimension,
    DeclaredTable,
)
from shared.questionnaire import Choice, Questionnaire
from shared.reference import Reference
from shared.texts import listed, text


def dimension_name(dimension: DeclaredDimension, language: str) -> str:
    """The name of a dimension: a country's own, else ours."""
    own = _in_language(dimension.labels, language)
    return own or _said(f"tables.dimension.{dimension.name}", language) or dimension.name


def code_label(dimension: DeclaredDimension, code: str, reference: Reference, language: str) -> str:
    """The label of a code: of its code list, of the question's choices, else ours, else itself."""
    if code == TOTAL:
        whole = dimension.name == "area"
        return text("server.counts.country" if whole else "server.counts.total", language)
    if code.startswith(REST):
        parts = code.removeprefix(REST).split(", ")
        labels = (code_label(dimension, one, reference, language) for one in parts)
        named = listed(labels, language)
        return text("server.word.others", language, names=named)
    if code.startswith(WITHOUT):
        named = code_label(dimension, code.removeprefix(WITHOUT), reference, language)
        return text("server.word.without", language, name=named)
    if code.endswith(NOT_FURTHER_KNOWN):
        whole_code = code.removesuffix(NOT_FURTHER_KNOWN)
        named = code_label(dimension, whole_code, reference, language)
        return text("server.word.not_further_known", language, name=named)
    codes = reference.codelists.get(dimension.codelist)
    if codes is not None and code in codes:
        return codes.label(code, language)
    choice = choice_of(dimension, code, reference.questionnaire)
    if choice is not None:
        return choice.label(language)
    # A code may mean one thing as a sector and another as what makes work hazardous.
    own = f"tables.code.{dimension.name}.{code}"
    messages = (own, f"server.word.{code}", f"tables.code.{code}")
    return next((said for one in messages if (said := _said(one, language))), code)


def choice_of(
    dimension: DeclaredDimension, code: str, questionnaire: Questionnaire
) -> Choice | None:
    """The choice of a code: in the list the dimension names, else in that of its question."""
    asked = questionnaire.questions.get(dimension.name_of_source)
    of_question = asked.choice_list if asked and dimension.source == QUESTION else ""
    return questionnaire.choice(dimension.choices or of_question or "", code)


def title_of(declarations: Declarations, table: DeclaredTable, language: str) -> str:
    """What is counted, and by which dimensions."""
    own = _in_language(table.titles, language)
    if own:
        return own
    dimensions = (declarations.dimensions[name] for name in table.dimensions)
    by = listed((dimension_name(one, language) for one in dimensions), language)
    return text(f"tables.title.{table.population.value}", language, by=by)


def _in_language(labels: Mapping[str, str], language: str) -> str:
    return labels.get(language) or labels.get(language.partition("-")[0]) or labels.get("en", "")


def _said(message: str, language: str) -> str:
    found = text(message, language)
    return "" if found == message else found
