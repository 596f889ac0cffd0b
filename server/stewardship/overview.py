"""What stewards look at: what came in, what was refused and why, what waits for a decision."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from server.db.engine import reading
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
from server.programme.model import EnrolledTablet, Officer, Organisation
from server.register.model import Person
from server.staff import audit

MOST_SHOWN = 50
"""Rows of one list on a page; the newest."""


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
class OpenConflict:
    """A revision a steward has to look at."""

    record_id: str
    revision: int
    reason: str
    tablet_id: str
    officer: str
    received_at_s: int


@dataclass(frozen=True)
class TabletLine:
    """One tablet: whose, when last heard, how far its clock is off."""

    tablet_id: str
    officer: str
    organisation: str
    records: int
    last_parcel_at_s: int | None
    clock_ahead_s: int | None
    revoked: bool


@dataclass(frozen=True)
class Overview:
    """The whole page."""

    totals: OfficeTotals
    reasons: tuple[RejectionReason, ...]
    conflicts: tuple[OpenConflict, ...]
    tablets: tuple[TabletLine, ...]
    audit_broken_at: int | None


def overview(office: Office) -> Overview:
    """Everything stewards look at, from one unchanging state of the database."""
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
        for (findings,) in connection.execute(
            select(RecordRevision.findings).where(RecordRevision.outcome == "rejected")
        ):
            why.update({(code, question or "") for code, question, _ in findings})
        if unreadable:
            why["record.unreadable", ""] += unreadable
        open_conflicts = connection.execute(
            select(
                Conflict.record_id,
                Conflict.revision,
                Conflict.reason,
                Conflict.tablet_id,
                Officer.code,
                Conflict.received_at_s,
            )
            .join(EnrolledTablet, EnrolledTablet.tablet_id == Conflict.tablet_id)
            .join(Officer, Officer.number == EnrolledTablet.officer_number)
            .where(Conflict.decided_at_s.is_(None))
            .order_by(Conflict.number.desc())
            .limit(MOST_SHOWN)
        ).all()
        tablets = connection.execute(
            select(
                EnrolledTablet.tablet_id,
                Officer.code,
                Organisation.code,
                EnrolledTablet.total_count,
                EnrolledTablet.last_parcel_at_s,
                EnrolledTablet.clock_ahead_s,
                EnrolledTablet.revoked_at_s.is_not(None),
            )
            .join(Officer, Officer.number == EnrolledTablet.officer_number)
            .join(Organisation, Organisation.number == Officer.organisation_number)
            .order_by(Organisation.code, Officer.code, EnrolledTablet.tablet_id)
        ).all()
        return Overview(
            totals,
            tuple(RejectionReason(*key, number) for key, number in why.most_common()),
            tuple(OpenConflict(*row) for row in open_conflicts),
            tuple(TabletLine(*row) for row in tablets),
            audit.broken_at(connection),
        )
