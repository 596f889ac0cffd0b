"""What is held of a tablet and of its records, locked until the transaction ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Connection,
    TextClause,
    bindparam,
    literal_column,
    select,
    text,
)

from server.db.among import among
from server.db.locks import HELD_PARTS, Lock, named_parts
from server.db.settings import BY_INDEX
from server.db.upsert import insert_new_keys, inserted, literals
from server.intake.decide import ConflictReason, Held, History
from server.intake.model import (
    Conflict,
    RecordHead,
    RecordRevision,
    TabletQuarantine,
    TabletQuota,
)
from server.intake.quota import COLUMNS, NUMBER_IN_FORCE, Quota, Used
from server.intake.reclassify import parts_in_step
from server.intake.validate import Validated
from server.notes import ANY_OUTSTANDING
from server.programme.model import EnrolledTablet, Officer
from shared.identifiers import Fingerprint, RecordId
from shared.lifecycle import Outcome
from shared.questionnaire import Level
from shared.wire.parcels import OpenedParcel

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
    used: Used
    quota: Quota
    has_notes: bool
    """Whether notes may wait for it."""


def lock_tablet(connection: Connection, tablet_id: str, by_index: bool = False) -> LockedTablet:
    """The tablet's row, locked against other writers. by_index: the transaction looks up nothing
    but rows of its own (server.db.settings.BY_INDEX)."""
    is_told = by_index and connection.dialect.name == "postgresql"
    statement = _TABLET_BY_INDEX if is_told else _TABLET
    row = connection.execute(statement, {"tablet": tablet_id}).one()
    return LockedTablet(
        row.tablet_id,
        row.officer_number,
        row.organisation_number,
        row.revoked_at_s,
        row.total_count,
        row.total_digest,
        Used(row.quota_used, row.quota_used_outside, row.quota_used_at_s),
        _quota(row),
        row.has_notes,
    )


def _quota(row: Any) -> Quota:
    return Quota() if row.at_once is None else Quota(*(getattr(row, one.key) for one in COLUMNS))


class Arrived(NamedTuple):
    """What is held of the records of a parcel. is_first: whether the parcel came for the first
    time; new: records nobody heard of before; in_quarantine: whether what its tablet brings stands
    nowhere (server.intake.tablet_quarantine)."""

    is_first: bool
    histories: dict[RecordId, History]
    new: set[RecordId]
    in_quarantine: bool


def lock_histories(
    connection: Connection,
    parcel: OpenedParcel,
    validated: Sequence[Validated],
    officer_number: int,
    now_s: int,
) -> Arrived:
    """Notes that the parcel came, and locks what is held of every record in it until the
    transaction ends; empty parcels are not noted.

    A head row is made for records never heard of, so that there is something to lock; always in
    the order of ids, so that two parcels cannot wait for each other. No case is written meanwhile
    without seeing its visit, and the reverse (server.intake.reclassify.keep_in_step).
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
    if not parcel.records:
        return Arrived(True, {}, set(), False)
    row, in_step = _parcel_row(parcel, now_s), _in_step(validated)
    times, new, in_quarantine = _noted(connection, row, heads, in_step)
    histories = {one: History(owner=officer_number, kind=kinds[one]) for one in new}
    ids = [one for one in ids if one not in new]
    if not ids:
        return Arrived(times == 1, histories, new, in_quarantine)
    known = connection.execute(_HEADS, {"records": ids})
    for record_id, kind, owner in known:
        histories[RecordId(record_id)] = History(owner=owner, kind=kind)
    held = connection.execute(_REVISIONS, {"records": ids})
    for record_id, revision, mark, outcome, ancestors, findings, tablet_id, withdrawn in held:
        histories[RecordId(record_id)].revisions[revision] = Held(
            Fingerprint(mark),
            Outcome(outcome),
            tuple(
                Fingerprint(ancestors[at : at + _FINGERPRINT_BYTES].hex())
                for at in range(0, len(ancestors), _FINGERPRINT_BYTES)
            ),
            tuple((code, question, values) for code, question, values in findings),
            tablet_id,
            withdrawn,
        )
    filed = connection.execute(_CONFLICTS, {"records": ids})
    for record_id, revision, mark, reason in filed:
        aside = histories[RecordId(record_id)].conflicts
        aside[revision, Fingerprint(mark)] = ConflictReason(reason)
    return Arrived(times == 1, histories, new, in_quarantine)


def _parcel_row(parcel: OpenedParcel, now_s: int) -> dict[str, Any]:
    return {
        "parcel_id": parcel.parcel_id,
        "tablet_id": parcel.tablet_id,
        "received_at_s": now_s,
        "times_seen": 1,
        "record_count": len(parcel.records),
    }


def _in_step(validated: Sequence[Validated]) -> dict[int, bool]:
    records = [one.record for one in validated if one.record is not None]
    visits = {one.record_id for one in records if one.kind is Level.VISIT}
    awaited = {one.visit_id for one in records if one.visit_id} - visits
    return parts_in_step(visits, awaited)


def _noted(
    connection: Connection,
    parcel: Mapping[str, Any],
    heads: Sequence[Mapping[str, Any]],
    in_step: Mapping[int, bool],
) -> tuple[int, set[RecordId], bool]:
    """Notes parcel and records, with their locks; how often the parcel came, which records are new,
    and whether the tablet is put aside: who puts one aside commits before its lock is got."""
    if connection.dialect.name != "postgresql":
        times = connection.execute(_parcel_again(), parcel).scalar_one()
        new = set(insert_new_keys(connection, RecordHead, heads))
        return times, new, connection.execute(_IN_QUARANTINE, parcel).scalar_one()
    given = {
        **parcel,
        **{f"its_{name}": value for name, value in literals(RecordHead, heads, _HEAD).items()},
        **named_parts(Lock.VISITS_IN_STEP, in_step),
    }
    rows = connection.execute(_noted_together(), given).all()
    new = {RecordId(row.record_id) for row in rows if row.record_id}
    return rows[0].times_seen, new, rows[0].in_quarantine


_IN_QUARANTINE = select(
    select(TabletQuarantine.number)
    .where(
        TabletQuarantine.tablet_id == bindparam("tablet_id"),
        TabletQuarantine.brought_back_at_s.is_(None),
        # A parcel of a signed-out tablet is taken in as of when it came.
        TabletQuarantine.since_s <= bindparam("received_at_s"),
    )
    .exists()
)
_PARCEL = ("parcel_id", "tablet_id", "received_at_s", "times_seen", "record_count")
_HEAD = ("record_id", "kind", "officer_number")


# Written once: to build a statement costs more than to run it.
@cache
def _parcel_again() -> TextClause:
    return text(
        f"insert into parcel ({', '.join(_PARCEL)}) "  # noqa: S608 - names of our own tables
        f"values ({', '.join(f':{name}' for name in _PARCEL)}) "
        "on conflict (parcel_id) do update set times_seen = parcel.times_seen + 1 "
        "returning times_seen"
    )


@cache
def _noted_together() -> TextClause:
    """One way to the database and back for all of it."""
    ending = "on conflict do nothing returning record_id"
    heads = inserted(RecordHead, _HEAD, ending, lambda name: f":its_{name}")
    return text(
        f"with filed as ({_parcel_again().text}), new as ({heads}), "  # noqa: S608
        f"locked as ({HELD_PARTS}) "
        f"select new.record_id, filed.times_seen, locked.held, ({_IN_QUARANTINE}) as in_quarantine "
        "from filed cross join locked left join new on true"
    )


_WANTED: BindParameter[str] = bindparam("tablet")
_TABLET = (
    select(
        EnrolledTablet.tablet_id,
        EnrolledTablet.officer_number,
        Officer.organisation_number,
        EnrolledTablet.revoked_at_s,
        EnrolledTablet.total_count,
        EnrolledTablet.total_digest,
        EnrolledTablet.quota_used,
        EnrolledTablet.quota_used_outside,
        EnrolledTablet.quota_used_at_s,
        *COLUMNS,
        ANY_OUTSTANDING.label("has_notes"),
    )
    .select_from(EnrolledTablet)
    .join(Officer, Officer.number == EnrolledTablet.officer_number)
    .outerjoin(TabletQuota, TabletQuota.number == NUMBER_IN_FORCE)
    .where(EnrolledTablet.tablet_id == _WANTED)
    .with_for_update(of=EnrolledTablet, key_share=True)
)
# By the way: intake looks up nothing but its own rows.
_TABLET_BY_INDEX = _TABLET.add_columns(literal_column(BY_INDEX))
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
    RecordRevision.withdrawn,
).where(among(RecordRevision.record_id, "records"))
_CONFLICTS = select(
    Conflict.record_id, Conflict.revision, Conflict.fingerprint, Conflict.reason
).where(among(Conflict.record_id, "records"), Conflict.decision.is_distinct_from("taken"))
