"""JSON-stat 2.0, a data set for each table (json-stat.org/full). Pure.

A value that is not published is null, and ``status`` says at its place why: a missing value alone
reads as "no data". Places are in row-major order of ``id``.
"""

from __future__ import annotations

import json
from itertools import product
from typing import Any

from server.exports.codes import codes_of, component, period_code
from server.exports.edition import ExportedDimension, ExportedEdition, ExportedTable
from server.exports.words import (
    UNPUBLISHED,
    dimension_name,
    notes_of,
    published_at,
    state_explained,
    table_title,
)
from shared.texts import text

TIME = "TIME_PERIOD"


def json_stat_files(edition: ExportedEdition, language: str) -> dict[str, bytes]:
    """For each table a data set with labels in this language."""
    return {
        f"{table.code}.{language}.jsonstat.json": (
            json.dumps(_dataset(edition, table, language), ensure_ascii=False, indent=1) + "\n"
        ).encode()
        for table in edition.tables
    }


def _dataset(edition: ExportedEdition, table: ExportedTable, language: str) -> dict[str, Any]:
    codes = codes_of(edition)
    ids = [*(component(one.name) for one in table.dimensions), TIME]
    axes = [[one.code for one in dimension.codes] for dimension in table.dimensions]
    periods = [period_code(period) for period in table.periods]
    cells = [table.cell(at[-1], at[:-1]) for at in product(*axes, table.periods)]

    def dimension(one: ExportedDimension) -> dict[str, Any]:
        written = {code.code: codes.of(one.name, code.code) for code in one.codes}
        children: dict[str, list[str]] = {}
        for code in one.codes:
            if code.parent in written and code.code != code.parent:
                children.setdefault(written[code.parent], []).append(written[code.code])
        return {
            "label": dimension_name(one.name, language),
            "category": {
                "index": list(written.values()),
                "label": {written[code.code]: code.label(language) for code in one.codes},
                "child": children,
            },
        }

    time = {
        "label": text("exports.period", language),
        "category": {"index": periods, "label": dict(zip(periods, periods, strict=True))},
    }
    role: dict[str, list[str]] = {"time": [TIME]}
    if "REF_AREA" in ids:
        role["geo"] = ["REF_AREA"]
    return {
        "version": "2.0",
        "class": "dataset",
        "label": table_title(table, language),
        "source": edition.programme,
        "updated": published_at(edition).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "note": list(notes_of(edition, language)),
        "id": ids,
        "size": [*(len(axis) for axis in axes), len(table.periods)],
        "role": role,
        "dimension": {
            **{component(one.name): dimension(one) for one in table.dimensions},
            TIME: time,
        },
        "value": [cell.count for cell in cells],
        "status": {
            str(place): cell.state.value for place, cell in enumerate(cells) if cell.count is None
        },
        "extension": {
            "edition": edition.number,
            "version": edition.version,
            "manifest_sha256": edition.digest,
            "status": {
                state.value: state_explained(state, edition, language) for state in UNPUBLISHED
            },
        },
    }
