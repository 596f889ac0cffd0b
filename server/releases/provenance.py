"""What a published number is traced to: of when, by which rules, from how many records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from sqlalchemy import Connection, func, select

from server.disclosure import methods
from server.intake.model import RecordRevision
from server.intake.reclassify_all import rules_in_use
from server.office import Office
from server.programme.programme import programme_of
from server.register.model import LinkageEdition, PersonLink
from server.releases.counted import SourceTable
from server.releases.register_rows import cases_and_persons
from shared.classification import RULES_VERSION

_METHOD = "all tables jointly, moves by linear programming, release audit, "


def method_in_words(number: int) -> str:
    """As it stands in the provenance."""
    return f"{_METHOD}{number}"


METHOD = method_in_words(methods.METHOD)
"""Goes with every edition: another method makes other bytes."""


def method_of(provenance: Mapping[str, Any]) -> int:
    """The number of the way that counts were protected by (server.disclosure.methods)."""
    number = str(provenance.get("method", METHOD)).removeprefix(_METHOD)
    return int(number) if number.isdigit() else methods.METHOD


def made_up(provenance: Mapping[str, Any]) -> str:
    """In words for programs what the records are instead of being from the field: replayed or
    synthetic, and practice; "" where they are, and in editions of before this was said in files."""
    origin = provenance.get("origin", "field")
    kinds = (origin if origin != "field" else "", "practice" if provenance.get("practice") else "")
    return " ".join(kind for kind in kinds if kind)


def software() -> dict[str, str]:
    """The versions on which the same counts give the same bytes."""
    return {name: version(name) for name in ("tally87", "highspy", "numpy")}


def provenance_of(
    office: Office,
    connection: Connection,
    periods: Sequence[str],
    tables: Mapping[str, SourceTable],
) -> dict[str, Any]:
    """For the office: as-of time, rules, how many cases were classified by which, the linkage run,
    and how many records were counted, rejected and merged into persons."""
    linkage = connection.execute(
        select(LinkageEdition.number, LinkageEdition.weights, LinkageEdition.records)
        .order_by(LinkageEdition.number.desc())
        .limit(1)
    ).first()
    counted = select(RecordRevision.outcome, func.count()).group_by(RecordRevision.outcome)
    outcomes: dict[str, int] = dict(connection.execute(counted).all())
    programme = programme_of(office)
    return {
        "as_of_s": office.now_s(),
        "origin": programme.data_origin,
        "practice": programme.practice,
        "rules": RULES_VERSION,
        "classified_by": rules_in_use(connection),
        "method": METHOD,
        "software": software(),
        "linkage": {
            "edition": linkage.number if linkage else 0,
            "weights": linkage.weights if linkage else "",
            "frozen_for_records": linkage.records if linkage else 0,
            "last_link": connection.scalar(select(func.max(PersonLink.number))) or 0,
        },
        "revisions": {name: outcomes.get(name, 0) for name in ("accepted", "rejected")},
        "periods": {
            period: dict(
                zip(("cases", "persons"), cases_and_persons(connection, period), strict=True)
            )
            for period in periods
        },
        "tables": {
            name: {
                "persons": int(table.cube.counts.ravel()[0]),
                "records": 0 if table.records is None else int(table.records.ravel()[0]),
            }
            for name, table in tables.items()
        },
    }
