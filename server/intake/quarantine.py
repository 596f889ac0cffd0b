"""Parcels of signed-out tablets: what waits, and a person's decision about each.

Owns the decision. A parcel is taken in as if it had come in time, or discarded; either way its
sealed bytes are let go, and the audit log says who decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, case, select, update

from server.db.engine import reading, transaction
from server.intake import held
from server.intake.model import QuarantinedParcel
from server.intake.peppers import with_current_peppers
from server.intake.receive import (
    counted,
    kind_of_tablet,
    open_for,
    store_records,
    tells_of_danger,
    validate_all,
)
from server.office import Office
from server.programme.enrolment import NotPossible
from server.programme.model import EnrolledTablet, Officer
from server.staff import audit
from shared.errors import TallyError
from shared.wire.parcels import OpenedParcel

ACCEPTED, DISCARDED = "accepted", "discarded"


@dataclass(frozen=True)
class Waiting:
    """One parcel nobody has decided about.

    Times in seconds since 1970. made_at_s: by the tablet's clock, which may say anything;
    revoked_at_s: when the tablet was signed out. records and made_at_s: None when the parcel can
    no longer be read; it can still be discarded. danger: whether it tells of immediate danger.
    """

    parcel_id: str
    tablet_id: str
    officer: str
    records: int | None
    made_at_s: int | None
    received_at_s: int
    revoked_at_s: int
    danger: bool = False


MOST_LISTED = 500
"""Of one list, oldest first: what is decided makes room for the next."""


def waiting(office: Office, most: int = MOST_LISTED) -> tuple[Waiting, ...]:
    """What waits for a decision: what tells of immediate danger, then the rest, each oldest first.

    No parcel is opened for it, except those that were quarantined before their contents were noted;
    one that cannot be read hides no other."""
    with reading(office.engine) as connection:
        rows = connection.execute(
            select(
                QuarantinedParcel.parcel_id,
                QuarantinedParcel.tablet_id,
                Officer.code,
                QuarantinedParcel.record_count,
                QuarantinedParcel.made_at_s,
                QuarantinedParcel.received_at_s,
                EnrolledTablet.revoked_at_s,
                QuarantinedParcel.danger,
            )
            .join(EnrolledTablet, EnrolledTablet.tablet_id == QuarantinedParcel.tablet_id)
            .join(Officer, Officer.number == EnrolledTablet.officer_number)
            .where(QuarantinedParcel.decided_at_s.is_(None))
            .order_by(
                case((QuarantinedParcel.danger.is_(True), 0), else_=1),
                QuarantinedParcel.received_at_s,
                QuarantinedParcel.parcel_id,
            )
            .limit(most)
        ).all()
    found = []
    for parcel_id, tablet_id, officer, records, made_at_s, received_at_s, revoked_s, danger in rows:
        if records is None:
            opened = _look_into(office, parcel_id)
            if opened is not None:
                records, made_at_s = len(opened.records), opened.clock_s
        found.append(
            Waiting(
                parcel_id,
                tablet_id,
                officer,
                records,
                made_at_s,
                received_at_s,
                revoked_s or 0,
                bool(danger),
            )
        )
    return tuple(found)


def _look_into(office: Office, parcel_id: str) -> OpenedParcel | None:
    """What a parcel holds; None of one that cannot be read."""
    try:
        with reading(office.engine) as connection:
            return open_for(office, _data(connection, parcel_id))
    except TallyError:
        return None


@dataclass(frozen=True)
class DangerInParcel:
    """A parcel that tells of immediate danger and waits for a decision. received_s: seconds since
    1970."""

    parcel_id: str
    received_s: int


def danger_waiting(office: Office, most: int = MOST_LISTED) -> list[DangerInParcel]:
    """Parcels with immediate danger that nobody decided about, the oldest first."""
    with reading(office.engine) as connection:
        rows = connection.execute(
            select(QuarantinedParcel.parcel_id, QuarantinedParcel.received_at_s)
            .where(QuarantinedParcel.decided_at_s.is_(None), QuarantinedParcel.danger.is_(True))
            .order_by(QuarantinedParcel.received_at_s, QuarantinedParcel.parcel_id)
            .limit(most)
        ).all()
    return [DangerInParcel(*row) for row in rows]


def note_danger(office: Office) -> None:
    """Looks into parcels that were quarantined before it was noted whether they tell of immediate
    danger, and notes it."""
    unknown = (QuarantinedParcel.decided_at_s.is_(None), QuarantinedParcel.danger.is_(None))
    with reading(office.engine) as connection:
        found = list(connection.scalars(select(QuarantinedParcel.parcel_id).where(*unknown)))
    for parcel_id in found:
        opened = _look_into(office, parcel_id)
        danger = opened is not None and tells_of_danger(office, opened)
        with transaction(office.engine) as connection:
            connection.execute(
                update(QuarantinedParcel)
                .where(QuarantinedParcel.parcel_id == parcel_id, *unknown)
                .values(danger=danger)
            )


def accept(office: Office, parcel_id: str, actor: str) -> Mapping[str, int]:
    """Takes the parcel in; how many records got which outcome.

    Records it holds that came by another road get the outcome they had. Raises NotPossible when no
    such parcel waits.
    """
    with reading(office.engine) as connection:
        parcel = open_for(office, _data(connection, parcel_id))
    validated = validate_all(office, parcel, kind_of_tablet(office, parcel.tablet_id))

    def stored() -> Mapping[str, int]:
        with transaction(office.engine) as connection:
            tablet = held.lock_tablet(connection, parcel.tablet_id)
            received_at_s = _decide(connection, office, parcel_id, ACCEPTED)
            outcomes, _ = store_records(
                connection, office, parcel, tablet, validated, received_at_s, None
            )
            words = counted(outcomes)
            details = {"parcel": parcel_id, **words}
            audit.enter(connection, office.now_s(), actor, "set_aside_accepted", details)
        return words

    return with_current_peppers(office, stored)


def discard(office: Office, parcel_id: str, actor: str) -> None:
    """Lets the parcel go unread. Raises NotPossible when no such parcel waits."""
    with transaction(office.engine) as connection:
        _decide(connection, office, parcel_id, DISCARDED)
        details = {"parcel": parcel_id}
        audit.enter(connection, office.now_s(), actor, "set_aside_discarded", details)


def _data(connection: Connection, parcel_id: str) -> bytes:
    found = connection.scalar(
        select(QuarantinedParcel.data).where(
            QuarantinedParcel.parcel_id == parcel_id, QuarantinedParcel.decided_at_s.is_(None)
        )
    )
    if found is None:
        raise NotPossible("No such parcel waits for a decision.", "parcel_gone")
    return bytes(found)


def _decide(connection: Connection, office: Office, parcel_id: str, decision: str) -> int:
    """Notes the decision, once; when the parcel came."""
    received_at_s = connection.scalar(
        update(QuarantinedParcel)
        .where(QuarantinedParcel.parcel_id == parcel_id, QuarantinedParcel.decided_at_s.is_(None))
        .values(decided_at_s=office.now_s(), decision=decision, data=b"")
        .returning(QuarantinedParcel.received_at_s)
    )
    if received_at_s is None:
        raise NotPossible("No such parcel waits for a decision.", "parcel_gone")
    return int(received_at_s)
