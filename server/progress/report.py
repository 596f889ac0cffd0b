"""A report: what is declared, judged on a day, beside what editions publish; kept to compare."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from server.db.engine import reading, transaction
from server.exports.edition import ExportedEdition
from server.exports.periods import is_period
from server.office import Office
from server.programme.programme import programme_of
from server.progress import store
from server.progress.changes import changes_between
from server.progress.figures import EditionsThatHold, entered_figure, published_figure
from server.progress.judging import is_judged, judged_commitment, judged_target
from server.progress.store import Framework, Said
from server.releases import published
from server.staff import audit
from shared.errors import ServiceError

FORMAT = "tally87 progress report 1"
"""Which layout the document has; a program that knows another says so."""


class NothingDeclared(ServiceError):
    """A report that would be empty."""


@dataclass(frozen=True)
class MadeReport:
    """A report. document: what it says; canonical: these bytes are signed."""

    number: int
    document: Mapping[str, Any]

    @property
    def canonical(self) -> bytes:
        """The document as it is signed and kept."""
        return canonical(self.document)


def canonical(document: Mapping[str, Any]) -> bytes:
    """The one way a document is written."""
    return (json.dumps(document, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode()


def make(
    office: Office, period: str, action_group: str = "", by: str = "command line"
) -> MadeReport:
    """Makes and keeps the report of a period, of everything or of one action group.

    Raises NothingDeclared, figures.CellNotFound.
    """
    if not is_period(period):
        raise NothingDeclared("A period is a year, 2026-Q1 or 2026-11. No report was made.")
    with reading(office.engine) as connection:
        declared = of_group(store.framework(connection), action_group)
    if not any(declared.values()):
        what = f"for the action group {action_group}" if action_group else "yet"
        raise NothingDeclared(
            f"Nothing is declared {what}: `tally87 report template indicator` shows how to begin. "
            "No report was made."
        )
    editions = EditionsThatHold(office)
    sections = sections_of(declared, editions, period, office.today().isoformat())
    withdrawn = frozenset(one.number for one in published.published(office) if one.is_withdrawn)
    programme, now_s = programme_of(office), office.now_s()
    with transaction(office.engine) as connection:
        number = store.next_number(connection)
        before = store.last_report(connection, action_group)
        known = store.read_document(before.document) if before else None
        document = {
            "format": FORMAT,
            "number": number,
            "period": period,
            "as_of": office.today().isoformat(),
            "made_at_s": now_s,
            "action_group": action_group,
            "country": programme.country,
            "programme": {"id": programme.programme_id, "name": programme.name},
            "origin": programme.data_origin,
            "practice": bool(programme.practice),
            **sections,
            "since": before.number if before else None,
            "changes": changes_between(known, sections, withdrawn) if known else [],
        }
        made = MadeReport(number, document)
        store.keep_report(connection, number, period, action_group, now_s, made.canonical)
        audit.enter(connection, now_s, by, "progress_report", {"report": number, "period": period})
    return made


def of_group(declared: Framework, action_group: str) -> Framework:
    """What belongs to an action group: a view of the same entries. "": everything."""
    if not action_group:
        return declared
    found: dict[str, tuple[Said, ...]] = {}
    for kind, entries in declared.items():
        found[kind] = tuple(
            one for one in entries if action_group in one.get("action_groups", "").split()
        )
    codes = {one["code"] for one in found["indicator"]}
    for kind in ("target", "value"):
        found[kind] = tuple(one for one in declared[kind] if one["indicator"] in codes)
    return found


def sections_of(
    declared: Framework, editions: Iterable[ExportedEdition], period: str, as_of: str
) -> dict[str, Any]:
    """The parts of a report that are compared with the report before."""
    return {
        "indicators": [
            _indicator(declared, editions, one, period, as_of) for one in declared["indicator"]
        ],
        "commitments": [judged_commitment(one, as_of) for one in declared["commitment"]],
        "pilots": [dict(one) for one in declared["pilot"]],
        "standards": [dict(one) for one in declared["standard"]],
        "availability": [dict(one) for one in declared["availability"]],
    }


def _indicator(
    declared: Framework,
    editions: Iterable[ExportedEdition],
    said: Said,
    period: str,
    as_of: str,
) -> dict[str, Any]:
    if said["table"]:
        latest: dict[str, Any] | None = published_figure(editions, said, period)
    else:
        values = [one for one in declared["value"] if one["indicator"] == said["code"]]
        latest = entered_figure(values, period)
    value = latest["value"] if latest else None
    return {
        **said,
        "is_judged": is_judged(said),
        "latest": latest,
        "targets": [
            judged_target(said, one, value, as_of)
            for one in declared["target"]
            if one["indicator"] == said["code"]
        ],
    }
