"""What waits for a person, by officer and by record: conflicts, and records that were returned.

Ids, codes and moments only. Looks at no more of the register than it shows: conflicts nobody
decided have an index of their own, and of the returned records the newest WINDOW are looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, SQLColumnExpression, exists, select

from server.db.paging import Key, Orders, Rows, read_slice
from server.intake.model import Conflict, RecordRevision
from server.intake.within import brought_within
from server.programme.model import EnrolledTablet, Officer, Organisation
from server.reference.reach import EVERYTHING, Reach

WINDOW = 1000
"""Returned records that are looked at for one list."""
MOST_REASONS = 3
"""Of one officer: what is most frequent."""
CONFLICTS = Orders({"received": Key((Conflict.number,))}, usual="received")
DECIDED_CONFLICTS = Orders(CONFLICTS.keys, usual="-received")
RETURNED = Orders(
    {"received": Key((RecordRevision.received_at_s, RecordRevision.number))}, usual="-received"
)
"""What the lists can be sorted by: by what their indexes give in order."""


@dataclass(frozen=True)
class WaitingConflict:
    """A revision that does not follow from what is held. Moments in seconds since 1970; decided_s:
    None while it waits; decision: ``taken`` or ``left``; danger: it tells of immediate danger."""

    number: int
    record_id: str
    revision: int
    reason: str
    tablet_id: str
    officer: str
    organisation: str
    received_s: int
    danger: bool
    decided_s: int | None
    decision: str | None
    decided_by: str | None


@dataclass(frozen=True)
class ReturnedRecord:
    """A rejected revision. reasons: code of the finding and name of the question, "" for the whole
    record. corrected: a later revision was accepted."""

    record_id: str
    revision: int
    officer: str
    organisation: str
    received_s: int
    reasons: tuple[tuple[str, str], ...]
    corrected: bool


@dataclass(frozen=True)
class ReturnedToOfficer:
    """What one officer has not corrected yet. oldest_s: when the oldest of them was returned;
    reasons: codes, most frequent first."""

    organisation: str
    officer: str
    records: int
    oldest_s: int
    reasons: tuple[str, ...]


class ConflictsWaiting(NamedTuple):
    """A part of the list of conflicts. following: where the next part begins; None at the end."""

    lines: tuple[WaitingConflict, ...]
    following: str | None


class ReturnedRecords(NamedTuple):
    """A part of the list of returned records. following: as above."""

    lines: tuple[ReturnedRecord, ...]
    following: str | None


def conflicts(
    connection: Connection,
    after: str,
    most: int,
    organisation: str = "",
    reason: str = "",
    decided: bool = False,
    reach: Reach = EVERYTHING,
    order: str = "",
) -> ConflictsWaiting:
    """Conflicts nobody decided, oldest first, or those somebody did, newest first; "" for those of
    every organisation, and for every reason; reach: of whoever looks; order: of CONFLICTS.

    Raises NoSuchPlace.
    """
    query = _of_officers(
        select(
            Conflict.number,
            Conflict.record_id,
            Conflict.revision,
            Conflict.reason,
            Conflict.tablet_id,
            Officer.code,
            Organisation.code,
            Conflict.received_at_s,
            Conflict.danger,
            Conflict.decided_at_s,
            Conflict.decision,
            Conflict.decided_by,
        ),
        Conflict.tablet_id,
    )
    if decided:
        query = query.where(Conflict.decided_at_s.is_not(None), Conflict.displaced_by.is_(None))
    else:
        query = query.where(Conflict.decided_at_s.is_(None))
    query = query.where(*brought_within(reach, Conflict.record_id, Conflict.tablet_id))
    if organisation:
        query = query.where(Organisation.code == organisation)
    if reason:
        query = query.where(Conflict.reason == reason)
    key = (DECIDED_CONFLICTS if decided else CONFLICTS).key(order)
    found = read_slice(connection, query, key, after, most)
    lines = tuple(WaitingConflict(*row[:12]) for row in found.rows)
    return ConflictsWaiting(lines, found.following)


def is_conflict_within(connection: Connection, number: int, reach: Reach) -> bool:
    """Whether there is a conflict of that number and it lies within the reach."""
    mine = brought_within(reach, Conflict.record_id, Conflict.tablet_id)
    found = select(Conflict.number).where(Conflict.number == number, *mine)
    return connection.scalar(found) is not None


def returned(
    connection: Connection,
    after: str,
    most: int,
    organisation: str = "",
    only_open: bool = False,
    reach: Reach = EVERYTHING,
    order: str = "",
) -> ReturnedRecords:
    """Rejected records in an order of RETURNED, of one organisation or of all; only_open: those no
    accepted revision corrected; reach: of whoever looks. Raises NoSuchPlace."""
    key = RETURNED.key(order)
    window = select(RecordRevision.received_at_s, RecordRevision.number).where(
        # Within the reach already here: where a part ends tells nothing of what lies outside.
        RecordRevision.outcome == "rejected",
        *brought_within(reach, RecordRevision.record_id, RecordRevision.tablet_id),
    )
    looked_at = read_slice(connection, window, key, after, WINDOW)
    query = _of_officers(
        select(
            RecordRevision.record_id,
            RecordRevision.revision,
            Officer.code,
            Organisation.code,
            RecordRevision.received_at_s,
            RecordRevision.findings,
            _was_corrected(),
        ),
        RecordRevision.tablet_id,
    ).where(RecordRevision.number.in_([row[1] for row in looked_at.rows]))
    if organisation:
        query = query.where(Organisation.code == organisation)
    if only_open:
        query = query.where(~_was_corrected())
    found = read_slice(connection, query, key, "", most)
    lines = tuple(
        ReturnedRecord(record_id, revision, officer, of, received_s, _reasons(why), bool(corrected))
        for record_id, revision, officer, of, received_s, why, corrected, *_ in found.rows
    )
    return ReturnedRecords(lines, found.following or looked_at.following)


def returned_by_officer(
    connection: Connection, reach: Reach = EVERYTHING
) -> list[ReturnedToOfficer]:
    """What of the newest WINDOW returned records is not corrected, by officer; who waits longest
    first."""
    open_ones = returned(connection, "", WINDOW, only_open=True, reach=reach).lines
    by_officer: dict[tuple[str, str], list[ReturnedRecord]] = {}
    for one in open_ones:
        by_officer.setdefault((one.organisation, one.officer), []).append(one)
    found = [
        ReturnedToOfficer(
            organisation,
            officer,
            len({one.record_id for one in records}),
            min(one.received_s for one in records),
            _most_frequent(records),
        )
        for (organisation, officer), records in by_officer.items()
    ]
    return sorted(found, key=lambda one: (one.oldest_s, one.organisation, one.officer))


def organisation_codes(connection: Connection, reach: Reach = EVERYTHING) -> list[str]:
    """The codes of all organisations, or of the one that is reached."""
    query = select(Organisation.code).order_by(Organisation.code)
    if reach.organisation:
        query = query.where(Organisation.code == reach.organisation)
    return list(connection.scalars(query))


def _most_frequent(records: Sequence[ReturnedRecord]) -> tuple[str, ...]:
    why = Counter(code for one in records for code, _ in one.reasons)
    return tuple(code for code, _ in why.most_common(MOST_REASONS))


def _reasons(findings: Sequence[Sequence[Any]]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((code, question or "") for code, question, _ in findings))


def _of_officers(query: Rows, tablet_id: SQLColumnExpression[str]) -> Rows:
    return (
        query.join(EnrolledTablet, EnrolledTablet.tablet_id == tablet_id)
        .join(Officer, Officer.number == EnrolledTablet.officer_number)
        .join(Organisation, Organisation.number == Officer.organisation_number)
    )


def _was_corrected() -> ColumnElement[bool]:
    later = RecordRevision.__table__.alias()
    return exists().where(
        later.c.record_id == RecordRevision.record_id,
        later.c.outcome == "accepted",
        later.c.revision > RecordRevision.revision,
    )
