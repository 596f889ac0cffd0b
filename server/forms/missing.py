"""What a form that stands alone is given of the standard, and what the rules still miss in it."""

from __future__ import annotations

from collections.abc import Iterator

from server.forms.sheets import OutRow
from shared.questionnaire.model import Questionnaire
from shared.questionnaire.sheets import Row, Sheets

_NEEDED = {
    "visit.date": "cannot count by period: no date of the visit",
    "visit.area": "cannot count by area: no area of the visit",
    "sex": "cannot count girls and boys: no sex",
    "age.completed_years": "cannot decide child labour: no age",
    "work.activity": "cannot decide whether somebody works: no work",
    "work.hours": "cannot decide light work: no hours",
    "work.hazards": "cannot decide hazardous work: no hazards",
    "chores.hours": "cannot decide long hours of chores: no hours of chores",
}


def missing_measures(questionnaire: Questionnaire) -> Iterator[tuple[str, str]]:
    """What is missing and what therefore cannot be decided, for each need that is not met."""
    for measure, why in _NEEDED.items():
        if not questionnaire.measured(measure):
            yield f"missing: measure {measure}", why


def visit_rows(standard: Sheets) -> list[Row]:
    """The questions no record can be counted without."""
    wanted = {"visit.date", "visit.area"}
    return [row for row in standard.survey if row["bind::tally:measure"] in wanted]


def visit_group(standard: Sheets) -> list[OutRow]:
    """The two questions no record can be counted without, from the standard questionnaire."""
    found = [OutRow("begin_group", "visit", {"label": {"en": "The visit"}})]
    for row in visit_rows(standard):
        cells = {
            column: text
            for column, text in row.cells.items()
            if text and "::" not in column.replace("bind::", "") and column not in {"type", "name"}
        }
        texts = {
            what: {"en": row.texts(what)["en"]}
            for what in ("label", "hint", "constraint_message")
            if "en" in row.texts(what)
        }
        found.append(OutRow(row["type"], row["name"], texts, cells))
    return [*found, OutRow("end_group", "", {})]
