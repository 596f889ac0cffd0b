"""Whether a report is genuine, and its figures are what editions say. No office is needed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from server.exports.edition import ExportedEdition
from server.exports.signed_edition import NotGenuine
from server.progress.figures import CellNotFound, cell_in, cell_of
from server.progress.report import FORMAT
from server.progress.signing import genuine_document


@dataclass(frozen=True)
class VerifiedReport:
    """What holds of a genuine report. compared: figures that are as their edition has them.

    missing: editions (number and digest) that were not handed over, so that nobody compared."""

    said: str
    compared: int
    entered: int
    missing: tuple[tuple[int, str], ...]


def verify(
    name: str, file: bytes, beside: bytes, key: str, editions: Iterable[ExportedEdition]
) -> VerifiedReport:
    """Checks a file of a report. editions: genuine ones. Raises NotGenuine."""
    document = genuine_document(name, file, beside, key)
    if document is None:
        figures, said = list(_in_csv(file)), "Open data of a progress report"
    elif document.get("format") != FORMAT:
        raise NotGenuine(
            "The signature holds, and this program cannot read the report: take a newer."
        )
    else:
        figures = [one for one in document["indicators"] if one["latest"]]
        said = (
            f"Progress report {document['number']}, {document['period']}, of "
            f"{document['programme']['name']}, {document['country']}"
        )
    return _compared(said, figures, {one.digest: one for one in editions})


def _compared(
    said: str, figures: Iterable[Mapping[str, Any]], editions: Mapping[str, ExportedEdition]
) -> VerifiedReport:
    compared, entered, wrong = 0, 0, []
    missing: dict[tuple[int, str], None] = {}
    for indicator in figures:
        latest = indicator["latest"]
        if "digest" not in latest:
            entered += "source" in latest
            continue
        edition = editions.get(latest["digest"])
        if edition is None:
            missing[latest["edition"], latest["digest"]] = None
        elif _holds(edition, indicator):
            compared += 1
        else:
            wrong.append(indicator["code"])
    if wrong:
        raise NotGenuine(
            f"The report is signed, and {', '.join(wrong)} is not what the edition says. Tell the "
            "programme that signed both; use none of these figures."
        )
    return VerifiedReport(said, compared, entered, tuple(missing))


def _holds(edition: ExportedEdition, indicator: Mapping[str, Any]) -> bool:
    latest = indicator["latest"]
    table = next((one for one in edition.tables if one.code == latest["table"]), None)
    if table is None or latest["period"] not in table.periods:
        return False
    try:
        cell = cell_in(table, latest["period"], latest["cell"], indicator["code"])
    except CellNotFound:
        return False
    value = None if cell.count is None else str(cell.count)
    return (value, cell.state.value) == (latest["value"], latest["state"])


def _in_csv(file: bytes) -> Iterable[dict[str, Any]]:
    for row in csv.DictReader(io.StringIO(file.decode("utf-8-sig"))):
        if row["what"] != "latest":
            continue
        latest: dict[str, Any] = {
            "period": row["period"].replace("-M", "-"),
            "value": row["value"] or None,
            "state": row["state"],
        }
        if row["digest"]:
            latest |= {
                "digest": row["digest"],
                "edition": int(row["edition"]),
                "table": row["table"],
                "cell": cell_of(row["cell"], row["indicator"]),
            }
        elif row["source"]:
            latest["source"] = row["source"]
        yield {"code": row["indicator"], "latest": latest}
