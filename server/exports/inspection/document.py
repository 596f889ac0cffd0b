"""The annual report of labour inspection as PDF: what articles 20 and 21 of ILO Convention 81 ask
for, as far as visits recorded on tablets tell it, and a list of what they do not.

Columns are kinds of organisation, for visits of others than the labour inspectorate are recorded,
too, and are no inspections of the convention.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

from server.disclosure.cube import TOTAL
from server.exports.edition import ExportedEdition, ExportedTable
from server.exports.printing import printed
from server.exports.words import (
    UNPUBLISHED,
    dimension_name,
    number,
    state_explained,
    state_name,
    title_of,
    warnings_of,
)
from shared.texts import text

TABLES = {
    "d": ("C81-VISITS",),
    "outcomes": ("C81-OUTCOMES", "C81-REMOVED", "C81-DEADLINES", "C81-WAGES", "C81-FEES"),
    "e": ("C81-VIOLATIONS", "C81-FINES"),
}
"""By what of article 21 they answer: (e) asks for violations and for penalties imposed."""
MISSING = ("a", "b", "c", "f", "g")
"""What of article 21 no tablet records."""
_LIST = "list"
_TEMPLATE = Path(__file__).parent / "inspection.typ"


def has_inspections(edition: ExportedEdition) -> bool:
    """Whether the edition has a table that the report is made of."""
    return any(table.code in codes for table in edition.tables for codes in TABLES.values())


def inspection_file(edition: ExportedEdition, language: str) -> dict[str, bytes]:
    """The report in this language; no file when the edition has no table of inspections."""
    if not has_inspections(edition):
        return {}
    pdf = printed(_TEMPLATE, edition, language, _data(edition, language))
    return {f"inspection-report.{language}.pdf": pdf}


def _data(edition: ExportedEdition, language: str) -> dict[str, Any]:
    def say(message: str) -> str:
        return text(f"exports.inspection.{message}", language)

    return {
        "over": f"{edition.country} · {edition.programme}",
        "title": say("title"),
        "under": title_of(edition, language),
        "what": say("what"),
        "footer": text("exports.signed_list", language, digest=edition.digest),
        "parts": [
            {
                "title": say(part),
                "none": say("not_here"),
                "tables": [
                    _table(one, period, language)
                    for code in codes
                    for one in edition.tables
                    if one.code == code
                    for period in one.periods
                ],
            }
            for part, codes in TABLES.items()
        ],
        "missing": {"title": say("missing"), "said": [say(one) for one in MISSING]},
        "warnings": warnings_of(edition, language),
        "notes": [
            f"{state_name(state, language)}: {state_explained(state, edition, language)}"
            for state in UNPUBLISHED
        ],
    }


def _table(table: ExportedTable, period: str, language: str) -> dict[str, Any]:
    """Kinds of organisation across, everything else down."""
    dimensions = table.dimensions
    across = next((one for one in dimensions if one.name == _LIST), None)
    down = [one for one in dimensions if one.name != _LIST]
    columns = across.codes if across else ()
    rows = []
    for line in product(*(one.codes for one in down)):
        cells = []
        for column in columns or (None,):
            chosen = {one.name: code.code for one, code in zip(down, line, strict=True)}
            if column is not None:
                chosen[_LIST] = column.code
            cell = table.cell(period, tuple(chosen[one.name] for one in dimensions))
            told = cell.count is not None
            said = number(cell.count or 0) if told else state_name(cell.state, language)
            cells.append({"said": said, "is_number": told})
        label = ", ".join(code.label(language) for code in line)
        rows.append({"label": label, "cells": cells, "is_sum": line[0].code == TOTAL})
    heading = ", ".join(dimension_name(one.name, language) for one in down)
    return {
        "period": period,
        "heading": heading,
        "columns": [one.label(language) for one in columns] or [text("exports.count", language)],
        "rows": rows,
    }
