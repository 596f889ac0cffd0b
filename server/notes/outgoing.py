"""Asking for a note, giving notes out, and taking note of those that arrived: the SQL of the queue.

A note is asked for in the transaction that makes its reason. It goes with every receipt of its
tablet, by whatever road, the oldest first, until a parcel names it or its term is over. Some time
after that it is let go: the table does not grow with the years.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)

from server.db.upsert import insert_new
from server.notes.model import TabletNote
from shared.identifiers import RandomBytes
from shared.wire.limits import MAX_NOTES
from shared.wire.note_kinds import Content
from shared.wire.notes import NOTE_ID_BYTES, Note, NoteId, decode_note, encode_note, fitting

DAY_S = 86_400
MESSAGE_TERM_DAYS = 90
"""A message nobody fetched for a season is better said anew."""
ALARM_TERM_DAYS = 365
GENERATION_TERM_DAYS = 3650
"""Also a tablet that lay in a drawer for years must learn that receipts may be gone."""


@dataclass(frozen=True)
class NoteState:
    """How one note stands. Moments in seconds since 1970; acknowledged_s: None while it waits."""

    note: Note
    tablet_id: str
    acknowledged_s: int | None


def say(
    connection: Connection,
    random_bytes: RandomBytes,
    tablet_id: str,
    content: Content,
    *,
    subject: str,
    now_s: int,
    term_days: int,
) -> NoteId | None:
    """Asks for a note to that tablet; None when it was asked for this reason before.

    subject: the reason, at most 64 characters; "" for none but the note itself.
    Raises ValueError for a content that is larger than a note may be.
    """
    note_id = NoteId(random_bytes(NOTE_ID_BYTES).hex())
    note = Note(note_id, now_s, now_s + term_days * DAY_S, content)
    added = insert_new(
        connection,
        TabletNote,
        [
            {
                "note_id": note_id,
                "tablet_id": tablet_id,
                "kind": str(content.kind),
                "subject": subject or note_id,
                "made_at_s": note.made_s,
                "until_s": note.until_s,
                "content": encode_note(note),
            }
        ],
    )
    return note_id if added else None


def acknowledge(
    connection: Connection, tablet_id: str, note_ids: Sequence[NoteId], now_s: int
) -> None:
    """A parcel of this tablet names these notes. Others' and unknown ones are passed over, and
    naming one again changes nothing."""
    if not note_ids:
        return
    connection.execute(
        update(TabletNote)
        .where(
            TabletNote.tablet_id == tablet_id,
            TabletNote.note_id.in_(note_ids),
            TabletNote.acknowledged_at_s.is_(None),
        )
        .values(acknowledged_at_s=now_s)
    )


ANY_OUTSTANDING = (
    select(TabletNote.number)
    .where(TabletNote.tablet_id == bindparam("tablet"), TabletNote.acknowledged_at_s.is_(None))
    .exists()
)
"""Whether any note waits for the tablet of this parameter, were its term over, too."""


def outstanding(connection: Connection, tablet_id: str, now_s: int) -> list[Note]:
    """What goes with the next receipt of this tablet: as much as fits, the oldest first."""
    encoded = connection.scalars(_OUTSTANDING, {"tablet": tablet_id, "now_s": now_s})
    return [decode_note(one) for one in fitting(bytes(content) for content in encoded)]


_OUTSTANDING = (
    select(TabletNote.content)
    .where(
        TabletNote.tablet_id == bindparam("tablet"),
        TabletNote.acknowledged_at_s.is_(None),
        TabletNote.until_s > bindparam("now_s"),
    )
    .order_by(TabletNote.number)
    .limit(MAX_NOTES)
)


KEPT_DAYS = 90
"""So long the office lists a note after it arrived, or after its term, then lets it go."""
LET_GO_AT_ONCE = 500


@dataclass(frozen=True)
class ArrivedNote:
    """What is left to know of a note that is let go. arrived_s: when a parcel named it; None of one
    that never arrived."""

    kind: str
    subject: str
    arrived_s: int | None


def can_let_go(connection: Connection, now_s: int) -> bool:
    """Whether any note is no longer needed. Reads only."""
    found = select(TabletNote.number).where(_over(now_s)).limit(1)
    return connection.execute(found).first() is not None


def let_go(connection: Connection, now_s: int, most: int = LET_GO_AT_ONCE) -> list[ArrivedNote]:
    """Deletes notes that are no longer needed, at most so many, and gives what they were about: for
    whoever has to remember that they arrived, in the same transaction."""
    some = select(TabletNote.number).where(_over(now_s)).order_by(TabletNote.number).limit(most)
    gone = connection.execute(
        delete(TabletNote)
        .where(TabletNote.number.in_(some))
        .returning(TabletNote.kind, TabletNote.subject, TabletNote.acknowledged_at_s)
    )
    return [ArrivedNote(*row) for row in gone]


def _over(now_s: int) -> ColumnElement[bool]:
    before_s = now_s - KEPT_DAYS * DAY_S
    return or_(TabletNote.acknowledged_at_s < before_s, TabletNote.until_s < before_s)


def not_acknowledged(connection: Connection, subject: str) -> set[str]:
    """The tablets that were to be told this and have not named the note in a parcel."""
    return set(
        connection.scalars(
            select(TabletNote.tablet_id).where(
                TabletNote.subject == subject, TabletNote.acknowledged_at_s.is_(None)
            )
        )
    )


def waiting_count(connection: Connection, tablet_id: str, now_s: int) -> int:
    """How many notes wait for this tablet."""
    return (
        connection.scalar(
            select(func.count()).where(
                TabletNote.tablet_id == tablet_id,
                TabletNote.acknowledged_at_s.is_(None),
                TabletNote.until_s > now_s,
            )
        )
        or 0
    )


def notes_of(connection: Connection, tablet_id: str | None, most: int) -> list[NoteState]:
    """The newest notes, of one tablet or of all."""
    query = select(TabletNote.content, TabletNote.tablet_id, TabletNote.acknowledged_at_s)
    if tablet_id is not None:
        query = query.where(TabletNote.tablet_id == tablet_id)
    rows = connection.execute(query.order_by(TabletNote.number.desc()).limit(most))
    return [NoteState(decode_note(bytes(content)), of, at_s) for content, of, at_s in rows]
