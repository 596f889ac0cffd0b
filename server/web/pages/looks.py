"""Who looks at figures that are not protected stands in the audit log before anything is shown."""

from __future__ import annotations

from flask import g
from sqlalchemy.exc import OperationalError

from server.db.engine import brief
from server.staff import audit
from server.web.application import RETRY_AFTER_S, Refusal, the_office

LOOK_WAITS_MS = 2000
"""How long a look waits for its entry in the audit log: longer than any job holds the lock."""


def note_look(page: str, **more: str) -> None:
    """Notes in the audit log who looks at this page, and at what of it, in a short transaction of
    its own. What cannot be noted is not shown."""
    office = the_office()
    try:
        with brief(office.engine, LOOK_WAITS_MS) as connection:
            audit.enter(connection, office.now_s(), actor(), "looked_at", {"page": page, **more})
    except OperationalError:
        raise Refusal("busy", 503, RETRY_AFTER_S) from None


def actor() -> str:
    """Who is signed in, as the audit log names them."""
    return f"account {g.signed_in.name}"
