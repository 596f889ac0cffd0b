"""What the room of staff keeps no longer than it is needed."""

from __future__ import annotations

from server.db.terms import Ending, rows_older_than
from server.staff.model import Invitation, SignInTry, StaffSession

SESSIONS: Ending = rows_older_than(StaffSession.started_at_s, StaffSession.token_hash)
"""By when they began."""
TRIES: Ending = rows_older_than(SignInTry.at_s, SignInTry.number)
"""Wrong tries to sign in."""
LINKS: Ending = rows_older_than(Invitation.expires_at_s, Invitation.token_hash)
"""One-time links, by when they were good until."""
