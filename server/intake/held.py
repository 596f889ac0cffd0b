"""What is held of a tablet and of its records, locked until the transaction ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, literal_column, select

from server.db.among import among
from server.db.settings import BY_INDEX
from server.db.upsert import insert_new_keys
from server.intake.decide import ConflictReason, Held, History
from server.intake.model import Conflict, RecordHead, RecordRevision, TabletQuarantine
from server.intake.quota import Used
from server.intake.validate import Validated
from server.programme.model import EnrolledTablet, Officer
from shared.identifiers import Fingerprint, RecordId
from shared.lifecycle import Outcome

_FINGERPRINT_BYTES = 16


@dataclass(frozen=True)
class LockedTablet:
    """A tablet nobody else writes for until the transaction ends."""

    tablet_id: str
    officer_number: int
    organisation_number: int
    revoked_at_s: int | None
    total_count: int
    total_digest: str
    in_quarantine: bool
    """Whether what it brings stands nowhere (server.intake.tablet_quarantine)."""
    used: Used


def lock_tablet(connection: Connection, tablet_id: str) -> LockedTablet:
    """The tablet's row, locked against other writers."""
    row = connection.execute(_TABLET[connection.dialect.name], {"tablet": tablet_id}).one()
    return LockedTablet(
        row.tablet_id,
        row.officer_number,
        row.organisation_number,
        row.revoked_at_s,
        row.total_count,
        row.total_digest,
        row.in_quarantine,
        Used(row.quota_used, row.quota_used_outside, row.quota_used_at_s),
    )


def lock_histories(
    connection: Connection, validated: Iterable[Validated], officer_number: int
) -> tuple[dict[RecordId, History], set[RecordId]]:
    """What is held of every record named, locked until the transaction ends; and the records
    nobody heard of before.

    A head row is made for records never heard of, so that there is something to lock; always in
    the order of ids, so that two parcels cannot wait for each other.
    """
    kinds = {
        verdict.record.record_id: verdict.record.kind.value
        for verdict in validated
        if verdict.record is not None
    }
    ids = sorted(kinds)
    heads = [
        {"record_id": one, "kind": kinds[one], "officer_number": officer_number} for one in ids
    ]
    new = {RecordId(one) for one in insert_new_keys(connection, RecordHead, heads)}
    histories = {one: History(owner=officer_number, kind=kinds[one]) for one in new}
    ids = [one for one in ids if one not in new]
    if not ids:
        return histories, new
    known = connection.execute(_HEADS, {"records": ids})
    for record_id, kind, owner in known:
        histories[RecordId(record_id)] = History(owner=owner, kind=kind)
    held = connection.execute(_REVISIONS, {"records": ids})
    for record_id, revision, mark, outcome, ancestors, findings, tablet_id in held:
        histories[RecordId(record_id)].revisions[revision] = Held(
            Fingerprint(mark),
            Outcome(outcome),
            tuple(
                Fingerprint(ancestors[at : at + _FINGERPRINT_BYTES].hex())
                for at in range(0, len(ancestors), _FINGERPRINT_BYTES)
            ),
            tuple((code, question, values) for code, question, values in findings),
            tablet_id,
        )
    filed = connection.execute(_CONFLICTS, {"records": ids})
    for record_id, revision, mark, reason in filed:
        aside = histories[RecordId(record_id)].conflicts
        aside[revision, Fingerprint(mark)] = ConflictReason(reason)
    return histories, new


# Written once: to build a statement costs more than to run it.
_WANTED: BindParameter[str] = bindparam("tablet")
_LOCKED = (
    select(
        EnrolledTablet.tablet_id,
        EnrolledTablet.officer_number,
        Officer.organisation_number,
        EnrolledTablet.revoked_at_s,
        EnrolledTablet.total_count,
        EnrolledTablet.total_digest,
        select(TabletQuarantine.number)
        .where(
            TabletQuarantine.tablet_id == _WANTED,
            TabletQuarantine.brought_back_at_s.is_(None),
        )
        .exists()
        .label("in_quarantine"),
        EnrolledTablet.quota_used,
        EnrolledTablet.quota_used_outside,
        EnrolledTablet.quota_used_at_s,
    )
    .join(Officer, Officer.number == EnrolledTablet.officer_number)
    .where(EnrolledTablet.tablet_id == _WANTED)
    .with_for_update(of=EnrolledTablet, key_share=True)
)
_TABLET: Mapping[str, Any] = {
    "sqlite": _LOCKED,
    # By the way: intake looks up nothing but its own rows.
    "postgresql": _LOCKED.add_columns(literal_column(BY_INDEX)),
}
_HEADS = (
    select(RecordHead.record_id, RecordHead.kind, RecordHead.officer_number)
    .where(among(RecordHead.record_id, "records"))
    .order_by(RecordHead.record_id)
    .with_for_update(key_share=True)
)
_REVISIONS = select(
    RecordRevision.record_id,
    RecordRevision.revision,
    RecordRevision.fingerprint,
    RecordRevision.outcome,
    RecordRevision.ancestors,
    RecordRevision.findings,
    RecordRevision.tablet_id,
).where(among(RecordRevision.record_id, "records"))
_CONFLICTS = select(
    Conflict.record_id, Conflict.revision, Conflict.fingerprint, Conflict.reason
).where(among(Conflict.record_id, "records"), Conflict.decision.is_distinct_from("taken"))
