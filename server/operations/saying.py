"""What a person at the office says to tablets: a few words to one, a restored database to all."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from server import notes
from server.db.engine import transaction
from server.office import Office
from server.operations.model import DatabaseGeneration
from server.programme.enrolment import NotPossible
from server.programme.model import EnrolledTablet
from server.staff import audit
from shared.wire.note_kinds import Generation, Message
from shared.wire.notes import NoteId

MOST_WAITING = 100
"""Messages and other notes that may wait for one tablet before somebody looks after it."""


def send_message(
    office: Office, tablet_id: str, words: str, actor: str, days: int = notes.MESSAGE_TERM_DAYS
) -> NoteId:
    """Says a few words to one tablet, within so many days. Raises NotPossible, with the reason.

    The words are kept in the database until then: name nobody they could harm.
    """
    try:
        content = Message(words)
    except ValueError as error:
        raise NotPossible(f"This cannot be said. {error}") from None
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        found = connection.execute(
            select(EnrolledTablet.revoked_at_s).where(EnrolledTablet.tablet_id == tablet_id)
        ).first()
        if found is None or found.revoked_at_s is not None:
            raise NotPossible("There is no such tablet, or it is signed out.")
        if notes.waiting_count(connection, tablet_id, now_s) >= MOST_WAITING:
            raise NotPossible(f"{MOST_WAITING} notes wait for this tablet: look where it is.")
        try:
            note_id = notes.say(
                connection,
                office.random_bytes,
                tablet_id,
                content,
                subject="",
                now_s=now_s,
                term_days=days,
            )
        except ValueError as error:
            raise NotPossible(f"This cannot be said. {error}") from None
        assert note_id is not None, "a message is its own reason"
        details = {"tablet": tablet_id, "note": note_id}
        audit.enter(connection, now_s, actor, "message_sent", details)
    return note_id


def generation_of(connection: Connection) -> str:
    """Which database this is (32 hexadecimal digits); "" before the first restore."""
    newest = select(DatabaseGeneration.generation).order_by(DatabaseGeneration.number.desc())
    return connection.scalar(newest.limit(1)) or ""


def new_generation(office: Office, actor: str) -> tuple[str, int]:
    """Says that this database was restored from a backup: its new generation (32 hexadecimal
    digits), and how many tablets will be told.

    They offer again what they were given a receipt for, as far as they keep it.
    """
    generation, now_s = office.random_bytes(16).hex(), office.now_s()
    with transaction(office.engine) as connection:
        connection.execute(
            insert(DatabaseGeneration).values(generation=generation, made_at_s=now_s)
        )
        tablets = connection.scalars(
            select(EnrolledTablet.tablet_id).where(EnrolledTablet.revoked_at_s.is_(None))
        ).all()
        for tablet_id in tablets:
            notes.say(
                connection,
                office.random_bytes,
                tablet_id,
                Generation(generation),
                subject=generation,
                now_s=now_s,
                term_days=notes.GENERATION_TERM_DAYS,
            )
        audit.enter(connection, now_s, actor, "database_restored", {"tablets": len(tablets)})
    return generation, len(tablets)
