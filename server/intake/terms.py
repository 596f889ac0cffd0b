"""What the room of intake keeps no longer than it is needed. Ids and fingerprints stay, so that the
same bytes that come again are known."""

from __future__ import annotations

from sqlalchemy import Connection, delete, or_, update

from server.intake.model import Conflict, UnreadableRecord


def empty_decided_conflicts(connection: Connection, before_s: int) -> int:
    """Empties conflicts that somebody decided before then; how many."""
    decided = update(Conflict).where(
        Conflict.decided_at_s < before_s,
        or_(Conflict.canonical.is_not(None), Conflict.codes.is_not(None)),
    )
    return connection.execute(decided.values(canonical=None, codes=None)).rowcount


def forget_codes_aside(connection: Connection, before_s: int) -> int:
    """Destroys the linkage codes of conflicts that came before then; of how many."""
    aside = update(Conflict).where(Conflict.received_at_s < before_s, Conflict.codes.is_not(None))
    return connection.execute(aside.values(codes=None)).rowcount


def forget_unreadable(connection: Connection, before_s: int) -> int:
    """Forgets that a record nobody could read came before then; how many."""
    return connection.execute(
        delete(UnreadableRecord).where(UnreadableRecord.received_at_s < before_s)
    ).rowcount
