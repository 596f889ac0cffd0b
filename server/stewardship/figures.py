"""Counts of everything since the programme began, worked out by a job and kept.

Working them out reads the whole register, so no page does it: pages read what is kept and say of
when it is.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Select, func, select

from server.db.engine import reading, transaction
from server.db.upsert import upsert
from server.intake.model import (
    CaseRecord,
    Conflict,
    QuarantinedParcel,
    RecordHead,
    RecordRevision,
    UnreadableRecord,
    VisitRecord,
)
from server.office import Office
from server.register.model import Person
from server.stewardship.model import KeptFigures

TOTALS, AUDIT, ODD, TERMS = "totals", "audit", "odd", "terms"
"""Names of what is kept."""
_AT_A_TIME = 1000


@dataclass(frozen=True)
class OfficeTotals:
    """Counts of everything since the programme began.

    received: record revisions that got an outcome of their own. several_organisations: persons
    recorded by more than one organisation. merged_cases: cases that are a further record of a
    person already recorded.
    """

    received: int
    accepted: int
    rejected: int
    unreadable: int
    conflicts: int
    superseding: int
    withdrawn: int
    danger: int
    classes_differ: int
    future_visits: int
    cases: int
    visits: int
    persons: int
    merged_cases: int
    several_organisations: int
    set_aside: int


@dataclass(frozen=True)
class RejectionReason:
    """Why records were rejected. question: name, or "" when it is about the whole record."""

    code: str
    question: str
    records: int


@dataclass(frozen=True)
class StewardFigures:
    """What is kept. at_s: when it was worked out."""

    at_s: int
    totals: OfficeTotals
    reasons: tuple[RejectionReason, ...]


def work_out(office: Office) -> None:
    """Works the figures out from one unchanging state of the database, and keeps them."""
    with reading(office.engine) as connection:

        def count(query: Select[int]) -> int:
            return connection.scalar(query) or 0

        revisions = select(func.count()).select_from(RecordRevision)
        accepted = count(revisions.where(RecordRevision.outcome == "accepted"))
        rejected = count(revisions.where(RecordRevision.outcome == "rejected"))
        unreadable = count(select(func.count()).select_from(UnreadableRecord))
        conflicts = count(select(func.count()).select_from(Conflict))
        kinds = dict(
            connection.execute(
                select(RecordHead.kind, func.count()).group_by(RecordHead.kind)
            ).all()
        )
        cases = select(func.count()).select_from(CaseRecord)
        standing = cases.where(CaseRecord.withdrawn.is_(False))
        people, linked = connection.execute(
            select(func.count(), func.coalesce(func.sum(Person.case_count), 0))
        ).one()
        totals = OfficeTotals(
            received=accepted + rejected + unreadable + conflicts,
            accepted=accepted,
            rejected=rejected,
            unreadable=unreadable,
            conflicts=conflicts,
            superseding=count(
                revisions.where(RecordRevision.outcome == "accepted", RecordRevision.revision > 1)
            ),
            withdrawn=count(revisions.where(RecordRevision.withdrawn.is_not(None))),
            danger=count(standing.where(CaseRecord.danger)),
            classes_differ=count(standing.where(CaseRecord.classes_differ)),
            future_visits=count(
                select(func.count())
                .select_from(VisitRecord)
                .where(VisitRecord.month > f"{office.today():%Y-%m}")
            ),
            cases=count(standing),
            visits=kinds.get("visit", 0),
            persons=people,
            merged_cases=linked - people,
            several_organisations=count(
                select(func.count()).select_from(Person).where(Person.organisation_count > 1)
            ),
            set_aside=count(
                select(func.count())
                .select_from(QuarantinedParcel)
                .where(QuarantinedParcel.decided_at_s.is_(None))
            ),
        )
        why: Counter[tuple[str, str]] = Counter()
        rejections = select(RecordRevision.findings).where(RecordRevision.outcome == "rejected")
        for (findings,) in connection.execute(rejections.execution_options(yield_per=_AT_A_TIME)):
            why.update({(code, question or "") for code, question, _ in findings})
        if unreadable:
            why["record.unreadable", ""] += unreadable
    reasons = [[*key, number] for key, number in why.most_common()]
    keep(office, TOTALS, json.dumps({"totals": asdict(totals), "reasons": reasons}))


def kept(connection: Connection) -> StewardFigures | None:
    """The figures as they were worked out last, or None."""
    row = document(connection, TOTALS)
    if row is None:
        return None
    raw = json.loads(row[1])
    return StewardFigures(
        row[0],
        OfficeTotals(**raw["totals"]),
        tuple(RejectionReason(*one) for one in raw["reasons"]),
    )


def audit_result(connection: Connection) -> tuple[int, int | None] | None:
    """When the audit log was looked through last, and the number of the first entry that was
    changed, None when it was whole; None before the first look."""
    row = document(connection, AUDIT)
    return None if row is None else (row[0], json.loads(row[1])["broken_at"])


def keep(office: Office, name: str, document: str) -> None:
    """Keeps a result, worked out now."""
    row = {"name": name, "made_at_s": office.now_s(), "document": document}
    with transaction(office.engine) as connection:
        upsert(connection, KeptFigures, ["name"], [row])


def made_at_s(connection: Connection, name: str) -> int:
    """When this was worked out last, 0 if never."""
    row = document(connection, name)
    return row[0] if row else 0


def document(connection: Connection, name: str) -> tuple[int, str] | None:
    """When this was worked out last, and what was kept; None if never."""
    found = connection.execute(
        select(KeptFigures.made_at_s, KeptFigures.document).where(KeptFigures.name == name)
    ).first()
    return (found[0], found[1]) if found else None
