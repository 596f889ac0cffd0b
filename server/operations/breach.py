"""What a breach may have reached: the facts a data protection authority asks for first.

Laws ask within days (72 hours in art. 33 of the GDPR) for the nature of a breach, the categories
and approximate numbers of persons and records, and who had access. Owns these facts, from the
moment on that is named: counts, ids and moments, never an answer. Likely consequences and measures
are for people to write.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, distinct, func, select

from server.db.engine import reading
from server.intake.model import CaseRecord, QuarantinedParcel, RecordRevision, TabletQuarantine
from server.office import Office
from server.operations.model import OddNotice
from server.programme.model import EnrolledTablet, Officer, Organisation
from server.staff.model import Account, AuditEntry


@dataclass(frozen=True)
class OfTablet:
    """What one tablet brought: cases that stand, ever and since the moment; when it was heard last
    and signed out (seconds since 1970)."""

    tablet_id: str
    organisation: str
    officer: str
    cases: int
    cases_since: int
    last_heard_s: int | None
    signed_out_s: int | None


@dataclass(frozen=True)
class Breach:
    """Everything since a moment (seconds since 1970).

    persons, cases: in the whole register, of which a stolen database holds the answers. acts: how
    often each account or command did what. looks: which accounts looked at which page, how often.
    """

    since_s: int
    persons: int
    cases: int
    accounts: Mapping[str, str]
    acts: Mapping[tuple[str, str], int]
    looks: Mapping[tuple[str, str], int]
    tablets: tuple[OfTablet, ...]
    put_aside: int
    set_aside_parcels: int
    odd: int
    log_is_from: int


def since(office: Office, since_s: int, tablet_id: str = "") -> Breach:
    """The facts since then; tablet_id: of this tablet alone, for one that was lost."""
    with reading(office.engine) as connection:
        acts: Counter[tuple[str, str]] = Counter()
        looks: Counter[tuple[str, str]] = Counter()
        first = 0
        for number, actor, action, details in connection.execute(
            select(AuditEntry.number, AuditEntry.actor, AuditEntry.action, AuditEntry.details)
            .where(AuditEntry.at_s >= since_s)
            .order_by(AuditEntry.number)
        ):
            first = first or number
            if action == "looked_at":
                looks[actor, str(details.get("page", ""))] += 1
            else:
                acts[actor, action] += 1
        standing = CaseRecord.withdrawn.is_(False)
        persons, cases = connection.execute(
            select(func.count(distinct(CaseRecord.person_id)), func.count()).where(standing)
        ).one()
        return Breach(
            since_s,
            persons,
            cases,
            dict(
                connection.execute(
                    select(Account.name, Account.role).where(Account.closed_at_s.is_(None))
                ).all()
            ),
            acts,
            looks,
            tuple(_tablets(connection, since_s, tablet_id)),
            _count(connection, TabletQuarantine.number, TabletQuarantine.put_at_s, since_s),
            _count(
                connection, QuarantinedParcel.parcel_id, QuarantinedParcel.received_at_s, since_s
            ),
            _count(connection, OddNotice.number, OddNotice.noticed_at_s, since_s),
            first,
        )


def _tablets(connection: Connection, since_s: int, tablet_id: str) -> list[OfTablet]:
    ever = func.count(distinct(CaseRecord.record_id))
    newer = func.count(distinct(RecordRevision.record_id)).filter(
        RecordRevision.received_at_s >= since_s
    )
    query = (
        select(
            EnrolledTablet.tablet_id,
            Organisation.code,
            Officer.code,
            ever,
            newer,
            EnrolledTablet.last_parcel_at_s,
            EnrolledTablet.revoked_at_s,
        )
        .join(Officer, Officer.number == EnrolledTablet.officer_number)
        .join(Organisation, Organisation.number == Officer.organisation_number)
        .join(RecordRevision, RecordRevision.tablet_id == EnrolledTablet.tablet_id)
        .join(CaseRecord, CaseRecord.record_id == RecordRevision.record_id)
        .where(RecordRevision.outcome == "accepted", CaseRecord.withdrawn.is_(False))
        .group_by(
            EnrolledTablet.tablet_id,
            Organisation.code,
            Officer.code,
            EnrolledTablet.last_parcel_at_s,
            EnrolledTablet.revoked_at_s,
        )
        .order_by(Organisation.code, Officer.code, EnrolledTablet.tablet_id)
    )
    if tablet_id:
        query = query.where(EnrolledTablet.tablet_id == tablet_id)
    else:
        query = query.having(newer > 0)
    return [OfTablet(*row) for row in connection.execute(query)]


def _count(connection: Connection, what: object, moment: object, since_s: int) -> int:
    found = select(func.count(what)).where(moment >= since_s)  # type: ignore[arg-type,operator]
    return connection.scalar(found) or 0
