"""Immediate danger that came in: what nobody has seen yet, and the act of having seen it.

Whatever became of the record: also one that was rejected, or is held in conflict, tells of somebody
in danger.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    update,
)

from server import notes
from server.db.engine import reading, transaction
from server.db.upsert import insert_new
from server.intake.model import Conflict, RecordRevision
from server.intake.within import brought_within
from server.notes.model import TabletNote
from server.office import Office
from server.operations.model import AlertSent, SeenAlarm
from server.programme.enrolment import NotPossible
from server.programme.model import EnrolledTablet, Officer, Organisation
from server.reference.reach import EVERYTHING, Reach
from server.staff import audit
from server.tables.pace import stand_back
from shared.identifiers import RecordId
from shared.wire.note_kinds import AlarmSeen


@dataclass(frozen=True)
class Alarm:
    """An alarm nobody has seen. received_s: seconds since 1970, of its newest revision."""

    record_id: RecordId
    revision: int
    received_s: int
    officer: str
    organisation: str
    tablet_id: str


def unseen_alarms(
    office: Office,
    most: int = 200,
    not_told_at: int | None = None,
    reach: Reach = EVERYTHING,
) -> list[Alarm]:
    """The oldest first, each record once: whoever waits longest stands on top.

    not_told_at: only those nobody was told of at this step (server.operations.alerts); reach: of
    whoever looks.
    """
    rows: list[tuple[str, int, int, str, str, str]] = []
    with reading(office.engine) as connection:
        for model in _RAISED_IN:
            query = (
                select(
                    model.record_id,
                    model.revision,
                    model.received_at_s,
                    Officer.code,
                    Organisation.code,
                    model.tablet_id,
                )
                .join(EnrolledTablet, EnrolledTablet.tablet_id == model.tablet_id)
                .join(Officer, Officer.number == EnrolledTablet.officer_number)
                .join(Organisation, Organisation.number == Officer.organisation_number)
                # Those marked as seen are not even read; whoever was not marked is looked up.
                .where(model.danger, model.alarm_seen.is_(None))
                .where(_is_newest(model), ~_was_seen(model))
                .where(*brought_within(reach, model.record_id, model.tablet_id))
                .order_by(model.received_at_s, model.number)
                .limit(most)
            )
            if not_told_at is not None:
                told = exists().where(
                    AlertSent.record_id == model.record_id,
                    AlertSent.revision == model.revision,
                    AlertSent.step == not_told_at,
                )
                query = query.where(~told)
            rows += connection.execute(query).all()
    first = {row[0]: row for row in sorted(rows, key=lambda row: row[2], reverse=True)}
    return [
        Alarm(RecordId(record_id), revision, received_s, officer, organisation, tablet_id)
        for record_id, revision, received_s, officer, organisation, tablet_id in reversed(
            first.values()
        )
    ][:most]


@dataclass(frozen=True)
class SeenLately:
    """An alarm somebody saw. seen_s: when, seconds since 1970; told: the officer's tablet keeps the
    note that says so."""

    record_id: RecordId
    officer: str
    organisation: str
    seen_s: int
    seen_by: str
    told: bool


def seen_lately(office: Office, most: int, reach: Reach = EVERYTHING) -> list[SeenLately]:
    """The alarms seen last, the newest first; reach: of whoever looks."""
    rows: list[tuple[str, str, str, int, str, bool]] = []
    with reading(office.engine) as connection:
        for model in _RAISED_IN:
            arrived = exists().where(
                TabletNote.tablet_id == model.tablet_id,
                TabletNote.kind == AlarmSeen.kind.value,
                TabletNote.subject == _subject(SeenAlarm.record_id, SeenAlarm.revision),
                TabletNote.acknowledged_at_s.is_not(None),
            )
            query = (
                select(
                    SeenAlarm.record_id,
                    Officer.code,
                    Organisation.code,
                    SeenAlarm.seen_at_s,
                    SeenAlarm.seen_by,
                    or_(SeenAlarm.told_at_s.is_not(None), arrived),
                )
                .join(
                    model,
                    and_(
                        model.record_id == SeenAlarm.record_id,
                        model.revision == SeenAlarm.revision,
                        # Not by the index of all alarms there ever were: those seen are fewer.
                        case((model.danger, 1), else_=0) == 1,
                    ),
                )
                .join(EnrolledTablet, EnrolledTablet.tablet_id == model.tablet_id)
                .join(Officer, Officer.number == EnrolledTablet.officer_number)
                .join(Organisation, Organisation.number == Officer.organisation_number)
                .where(*brought_within(reach, model.record_id, model.tablet_id))
                .order_by(SeenAlarm.seen_at_s.desc(), SeenAlarm.record_id)
                .limit(most)
            )
            rows += connection.execute(query).all()
    newest = sorted(rows, key=lambda row: (-row[3], row[0]))[:most]
    return [SeenLately(RecordId(row[0]), *row[1:5], bool(row[5])) for row in newest]


def see_alarm(
    office: Office, record_id: RecordId, by: str, actor: str, reach: Reach = EVERYTHING
) -> bool:
    """Notes that somebody saw the alarm of a record, and tells the tablet that raised it.

    by: who, at most 60 characters, as the officer in the field knows them. Gives False when it was
    seen before: who saw it first stays. Raises NotPossible: no alarm stands at that record, within
    this reach; a name nobody can be told.
    """
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        standing = (
            connection.execute(
                _newest_of(one, record_id).where(
                    *brought_within(reach, one.record_id, one.tablet_id)
                )
            ).first()
            for one in _RAISED_IN
        )
        found = next(filter(None, standing), None)
        if found is None:
            raise NotPossible(
                "There is no alarm at a record of that id: `tally87 alarm list`.", "no_alarm"
            )
        revision, tablet_id, revoked_at_s = found
        try:
            content = AlarmSeen(record_id, revision, now_s, by)
        except ValueError as error:
            raise NotPossible(f"Say who saw it. {error}") from None
        if not _keep_seen(connection, content):
            return False
        for one in _RAISED_IN:
            connection.execute(
                update(one)
                .where(one.record_id == record_id, one.revision <= revision, one.danger)
                .values(alarm_seen=True)
            )
        if revoked_at_s is None:
            notes.say(
                connection,
                office.random_bytes,
                tablet_id,
                content,
                subject=f"{record_id} {revision}",
                now_s=now_s,
                term_days=notes.ALARM_TERM_DAYS,
            )
        details = {"record": record_id, "revision": revision, "by": by}
        audit.enter(connection, now_s, actor, "alarm_seen", details)
    return True


def let_old_notes_go(office: Office) -> None:
    """Lets go of notes to tablets that are no longer needed, a little at a time; that a tablet was
    told of an alarm stays known."""
    now_s = office.now_s()
    while True:
        with reading(office.engine) as connection:
            if not notes.can_let_go(connection, now_s):
                return
        with transaction(office.engine) as connection:
            for note in notes.let_go(connection, now_s):
                if note.kind == AlarmSeen.kind.value and note.arrived_s is not None:
                    record_id, _, revision = note.subject.partition(" ")
                    connection.execute(
                        update(SeenAlarm)
                        .where(
                            SeenAlarm.record_id == record_id, SeenAlarm.revision == int(revision)
                        )
                        .values(told_at_s=note.arrived_s)
                    )
        stand_back(office.engine, 0.0)


def _keep_seen(connection: Connection, seen: AlarmSeen) -> bool:
    row = {
        "record_id": seen.record_id,
        "revision": seen.revision,
        "seen_at_s": seen.seen_s,
        "seen_by": seen.by,
    }
    return bool(insert_new(connection, SeenAlarm, [row]))


_Raised = type[RecordRevision] | type[Conflict]


def _subject(record_id: Any, revision: Any) -> ColumnElement[str]:
    """What a note about this alarm is said to be about; an id as its digits on either database."""
    digits = func.replace(cast(record_id, String), "-", "")
    return digits + " " + cast(revision, String)


_RAISED_IN: tuple[_Raised, ...] = (RecordRevision, Conflict)
"""Tables with revisions that may tell of danger."""


def _newest_of(model: _Raised, record_id: RecordId) -> Select[int, str, int | None]:
    return (
        select(model.revision, model.tablet_id, EnrolledTablet.revoked_at_s)
        .join(EnrolledTablet, EnrolledTablet.tablet_id == model.tablet_id)
        .where(model.record_id == record_id, model.danger, _is_newest(model))
    )


def _is_newest(model: _Raised) -> ColumnElement[bool]:
    """Among the revisions with danger: what comes after without it does not make it unsaid."""
    later = (one.__table__.alias() for one in _RAISED_IN)
    return and_(
        *(
            ~exists().where(
                one.c.record_id == model.record_id,
                one.c.danger,
                one.c.revision > model.revision,
            )
            for one in later
        )
    )


def _was_seen(model: _Raised) -> ColumnElement[bool]:
    return exists().where(
        and_(SeenAlarm.record_id == model.record_id, SeenAlarm.revision == model.revision)
    )
