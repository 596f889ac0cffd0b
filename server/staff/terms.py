"""What the room of staff keeps no longer than it is needed."""

from __future__ import annotations

from sqlalchemy import Connection, delete

from server.staff.model import Invitation, SignInTry, StaffSession


def end_sessions(connection: Connection, before_s: int) -> int:
    """Forgets sessions that began before then; how many."""
    return connection.execute(
        delete(StaffSession).where(StaffSession.started_at_s < before_s)
    ).rowcount


def forget_tries(connection: Connection, before_s: int) -> int:
    """Forgets wrong tries to sign in of before then; how many."""
    return connection.execute(delete(SignInTry).where(SignInTry.at_s < before_s)).rowcount


def forget_links(connection: Connection, before_s: int) -> int:
    """Forgets one-time links that were good until before then; how many."""
    return connection.execute(delete(Invitation).where(Invitation.expires_at_s < before_s)).rowcount
