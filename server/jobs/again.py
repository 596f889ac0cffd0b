"""A person's word that work which was given up is to be tried again."""

from __future__ import annotations

from server import queue
from server.db.engine import transaction
from server.office import Office
from server.queue import JobKind
from server.staff import audit


def try_again(office: Office, kind: JobKind, actor: str) -> int:
    """Lets all jobs of this kind that were put aside be tried once more; how many."""
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        again = queue.try_again(connection, now_s, kind)
        if again:
            details = {"kind": kind.value, "jobs": again}
            audit.enter(connection, now_s, actor, "jobs_tried_again", details)
    return again
