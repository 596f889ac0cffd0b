"""What the room of intake keeps no longer than it is needed. Ids and fingerprints stay, so that the
same bytes that come again are known."""

from __future__ import annotations

from server.db.terms import Ending, rows_older_than
from server.intake.model import Conflict, UnreadableRecord

DECIDED_CONFLICTS: Ending = rows_older_than(
    Conflict.decided_at_s, Conflict.number, empties=(Conflict.canonical, Conflict.codes)
)
"""Emptied, by when somebody decided."""
CODES_ASIDE: Ending = rows_older_than(
    Conflict.received_at_s, Conflict.number, empties=(Conflict.codes,)
)
"""Linkage codes of conflicts, by when they came."""
UNREADABLE: Ending = rows_older_than(UnreadableRecord.received_at_s, UnreadableRecord.fingerprint)
"""That a record came which nobody could read."""
