"""One conflict looked at: what is held, what came, and the answers in which they differ.

Answers that agree are not shown, only counted: who decides needs what differs, and no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from server.intake.conflicts import TAKEN, why_not_taken
from server.intake.consent import EMPTY
from server.intake.decide import ConflictReason
from server.intake.model import Conflict, RecordHead, RecordRevision
from server.programme.model import EnrolledTablet, Officer, Organisation
from shared.answers import Value
from shared.errors import RecordUnreadable
from shared.reference import Reference
from shared.wire.records import Record, decode_record


@dataclass(frozen=True)
class ConflictSide:
    """One of the two revisions. outcome: of one that is held or was; withdrawn: its reason code;
    is_kept: its answers are."""

    revision: int
    received_s: int
    officer: str
    organisation: str
    tablet_id: str
    outcome: str
    withdrawn: str | None
    danger: bool
    is_kept: bool


@dataclass(frozen=True)
class Differing:
    """An answer, or a class, in which the two differ; None where one has none. questionnaire: the
    digest of the one that knows the question, "" for a class."""

    name: str
    questionnaire: str
    held: Value | None
    came: Value | None


@dataclass(frozen=True)
class ConflictLook:
    """A conflict side by side. held: what stands in its way, or stood before it was taken; None
    when nothing of the record is held. alike: answers in which they agree. why_not_taken: a word of
    ``problem.*``, "" when it can be taken. Moments in seconds since 1970."""

    number: int
    record_id: str
    level: str
    reason: str
    decided_s: int | None
    decision: str | None
    decided_by: str | None
    held: ConflictSide | None
    came: ConflictSide
    differing: tuple[Differing, ...]
    alike: int
    why_not_taken: str

    @property
    def can_be_reopened(self) -> bool:
        """Whether what was decided can be taken back here."""
        return self.decided_s is not None and self.reason != ConflictReason.DISPLACED.value


def look(connection: Connection, reference: Reference, number: int) -> ConflictLook | None:
    """The conflict of that number; None when there is none."""
    came = connection.execute(
        select(Conflict.__table__, *_WHOSE)
        .join(EnrolledTablet, EnrolledTablet.tablet_id == Conflict.tablet_id)
        .join(Officer, Officer.number == EnrolledTablet.officer_number)
        .join(Organisation, Organisation.number == Officer.organisation_number)
        .where(Conflict.number == number)
    ).first()
    if came is None:
        return None
    held = _other_side(connection, came)
    read = [read_record(one, reference) for one in (held, came)]
    differing, alike = compared(*read)
    level = select(RecordHead.kind).where(RecordHead.record_id == came.record_id)
    return ConflictLook(
        came.number,
        came.record_id,
        connection.execute(level).scalar_one(),
        came.reason,
        came.decided_at_s,
        came.decision,
        came.decided_by,
        None if held is None else _side(held, read[0]),
        _side(came, read[1]),
        differing,
        alike,
        why_not_taken(connection, came, read[1]),
    )


_WHOSE = (Officer.code.label("officer"), Organisation.code.label("organisation"))


def _other_side(connection: Connection, came: Row[Any]) -> Row[Any] | None:
    """The newest revision held; of a conflict that was taken, what it displaced."""
    if came.decision == TAKEN:
        displaced = connection.execute(
            select(Conflict.__table__, *_WHOSE)
            .join(EnrolledTablet, EnrolledTablet.tablet_id == Conflict.tablet_id)
            .join(Officer, Officer.number == EnrolledTablet.officer_number)
            .join(Organisation, Organisation.number == Officer.organisation_number)
            .where(Conflict.displaced_by == came.number)
            .order_by(Conflict.revision.desc())
            .limit(1)
        ).first()
        if displaced is not None:
            return displaced
    # A rejected revision has no answers to compare with: an accepted one comes first.
    return connection.execute(
        select(RecordRevision.__table__, *_WHOSE)
        .join(EnrolledTablet, EnrolledTablet.tablet_id == RecordRevision.tablet_id)
        .join(Officer, Officer.number == EnrolledTablet.officer_number)
        .join(Organisation, Organisation.number == Officer.organisation_number)
        .where(
            RecordRevision.record_id == came.record_id,
            RecordRevision.fingerprint != came.fingerprint,
        )
        .order_by(RecordRevision.outcome, RecordRevision.revision.desc())
        .limit(1)
    ).first()


def _side(row: Row[Any], record: Record | None) -> ConflictSide:
    said: Mapping[str, Any] = row._asdict()
    return ConflictSide(
        row.revision,
        row.received_at_s,
        row.officer,
        row.organisation,
        row.tablet_id,
        said.get("outcome") or (said.get("held_as") or {}).get("outcome", ""),
        record.withdrawn if record is not None else said.get("withdrawn"),
        row.danger,
        record is not None,
    )


def read_record(row: Row[Any] | None, reference: Reference) -> Record | None:
    """The record in a row of revisions or conflicts; None when its answers are not kept."""
    if row is None or row.canonical is None or bytes(row.canonical) == EMPTY:
        return None
    try:
        return decode_record(bytes(row.canonical), reference.questionnaire_by_digest)
    except RecordUnreadable:
        return None  # its questionnaire went with a folder, before editions were kept


def compared(held: Record | None, came: Record | None) -> tuple[tuple[Differing, ...], int]:
    """What differs, and in how many answers they agree; nothing beside one that is not kept."""
    if held is None or came is None:
        return (), 0
    names = list(dict.fromkeys((*held.content, *came.content)))
    differing = [
        Differing(
            name,
            came.questionnaire if name in came.content else held.questionnaire,
            held.content.get(name),
            came.content.get(name),
        )
        for name in names
        if held.content.get(name) != came.content.get(name)
    ]
    alike = len(names) - len(differing)
    classes = list(dict.fromkeys((*held.classes, *came.classes)))
    differing += [
        Differing(name, "", held.classes.get(name), came.classes.get(name))
        for name in classes
        if held.classes.get(name) != came.classes.get(name)
    ]
    return tuple(differing), alike
