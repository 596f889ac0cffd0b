"""CSV with a row for each number and the names beside the codes, described by CSVW metadata. Pure.

The metadata (Model for Tabular Data on the Web, W3C 2015) says the type of each column, its title
in every language and what an empty count means: the column ``status`` keeps the states apart, for
``null`` says missing only. No cell begins a formula or reads as a date.

Where persons are made up, or simulated, each row says so in a last column: a file of rows is passed
on without what stands beside it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

from server.exports.codes import codes_of, column, period_code
from server.exports.edition import Cell, ExportedDimension, ExportedEdition, ExportedTable
from server.exports.industries import sections_in_rev_5
from server.exports.words import (
    UNPUBLISHED,
    dimension_name,
    made_up,
    notes_of,
    published_at,
    state_explained,
    state_name,
    table_title,
    title_of,
)
from server.releases.files import BETWEEN, COUNT, NEAREST, STATUS, NumberState
from server.releases.labels import languages
from shared.formulas import no_formula
from shared.texts import text

PERIOD, NAME, MADE_UP = "period", "_name", "made_up"
METADATA = "-metadata.json"
"""What follows the name of a CSV file in that of its metadata (CSVW, 5.2)."""
_BAND = re.compile(r"^(\d+)-(\d+)$")


def csv_files(edition: ExportedEdition, language: str) -> dict[str, bytes]:
    """For each table a CSV file with names in this language, and its metadata."""
    found: dict[str, bytes] = {}
    for table in edition.tables:
        name = f"{table.code}.{language}.csv"
        found[name] = _rows_text(edition, table, language).encode()
        said = json.dumps(_metadata(edition, table, name, language), ensure_ascii=False, indent=1)
        found[name + METADATA] = (said + "\n").encode()
    return found


def harmless(label: str) -> str:
    """A label that no spreadsheet takes for a formula or, like the ages 5-14, for a day."""
    return no_formula(_BAND.sub(r"\1–\2", label))


def _rows_text(edition: ExportedEdition, table: ExportedTable, language: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    names = [column(one.name) for one in table.dimensions]
    both = [part for name in names for part in (name, name + NAME)]
    last = [MADE_UP] if made_up(edition, language) else []
    writer.writerow([PERIOD, *both, COUNT, STATUS, NEAREST, *last])
    writer.writerows(_rows(edition, table, language))
    return out.getvalue()


def _rows(edition: ExportedEdition, table: ExportedTable, language: str) -> Iterator[list[object]]:
    codes, told = codes_of(edition), made_up(edition, language)
    last = [told] if told else []
    labels = [
        {one.code: harmless(one.label(language)) for one in dimension.codes}
        for dimension in table.dimensions
    ]
    for (period, cell), number in table.cells.items():
        row: list[object] = [period_code(period)]
        for written, one, called in zip(codes.cell(table, cell), cell, labels, strict=True):
            row += [written, called[one]]
        near = codes.cell(table, number.nearest) if number.nearest else ()
        yield [*row, _count(number), number.state.value, BETWEEN.join(near), *last]


def _count(number: Cell) -> object:
    return "" if number.count is None else number.count


def _metadata(
    edition: ExportedEdition, table: ExportedTable, name: str, language: str
) -> dict[str, Any]:
    columns: list[dict[str, Any]] = [_column(PERIOD, _in_all("exports.period"))]
    for dimension in table.dimensions:
        called = column(dimension.name)
        in_all = {one: dimension_name(dimension.name, one) for one in languages()}
        columns.append({**_column(called, in_all), **_industries(dimension)})
        columns.append({**_column(called + NAME, in_all), "lang": language})
    number = {"base": "integer", "minimum": 0}
    said: dict[str, Any] = {**_column(COUNT, _in_all("exports.count")), "datatype": number}
    columns.append({**said, "null": "", "required": False})
    states = "|".join(one.value for one in NumberState)
    kind = {"base": "string", "format": states}
    columns.append({**_column(STATUS, _in_all("exports.status")), "datatype": kind})
    columns.append({**_column(NEAREST, _in_all("exports.nearest")), "required": False, "null": ""})
    if made_up(edition, language):
        columns.append({**_column(MADE_UP, _in_all("exports.made_up")), "lang": language})
    keys = [PERIOD, *(column(one.name) for one in table.dimensions)]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": language}],
        "url": name,
        "dc:title": table_title(table, language),
        "dc:publisher": edition.programme,
        "dc:issued": {"@value": published_at(edition).date().isoformat(), "@type": "xsd:date"},
        "dc:isPartOf": title_of(edition, language),
        "dc:description": " ".join(notes_of(edition, language)),
        "notes": [
            {
                "status": state.value,
                "means": state_name(state, language),
                "why": state_explained(state, edition, language),
            }
            for state in UNPUBLISHED
        ],
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n", "\n"]},
        "tableSchema": {"columns": columns, "primaryKey": keys},
    }


def _industries(dimension: ExportedDimension) -> dict[str, Any]:
    """What a column of industries says of its revision of ISIC, and where each code is in Rev.5."""
    sections = sections_in_rev_5(dimension)
    if not sections:
        return {}
    return {
        "dc:subject": "ISIC Rev.4",
        "skos:closeMatch": [
            {"@value": f"{code}: ISIC Rev.5 {'/'.join(there)}"} for code, there in sections.items()
        ],
    }


def _column(name: str, titles: dict[str, str]) -> dict[str, Any]:
    # The heading of a column is its name, so every reader finds it; what it is called in each
    # language stands beside it.
    return {
        "name": name,
        "titles": name,
        "dc:description": titles["en"],
        "rdfs:label": [{"@value": said, "@language": one} for one, said in titles.items()],
        "datatype": "string",
        "required": True,
    }


def _in_all(message: str) -> dict[str, str]:
    return {one: text(message, one) for one in languages()}
