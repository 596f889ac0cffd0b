"""Work on everything that came waits until no more of it comes, and never for long.

Tables that are protected while a country sends change before anybody has read them, and protecting
them takes longer than taking in what they count. So whoever asks lets a job wait a moment, each
further one puts the work off by that moment again, and after LONGEST_S it is done all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection, bindparam, select

from server.queue.model import Job
from server.queue.waiting import JobKind

PROTECT_WITHIN_S, FIGURES_WITHIN_S = 10, 15
"""Records have paused when none came for so long. Parcels of one evening come closer together."""
LONGEST_S: Mapping[JobKind, int] = MappingProxyType(
    {JobKind.PROTECT: 10 * 60, JobKind.FIGURES: 10 * 60}
)
"""What is shown is at most so much behind what was counted, and the time its making takes: less
than it takes until a job is called late (server.web.api.health)."""


def may_begin(connection: Connection, kind: JobKind, now_s: int) -> bool:
    """Whether no more of this kind is asked for just now, or it has waited long enough. Two rows
    are read by index, however many wait. Kinds that do not gather may always begin."""
    longest_s = LONGEST_S.get(kind)
    if longest_s is None:
        return True
    asked = {"kind": kind.value, "now_s": now_s}
    if connection.execute(_STILL_COMES, asked).first() is None:
        return True
    oldest = connection.execute(_OLDEST, asked).scalar()
    return oldest is not None and oldest <= now_s - longest_s


_HERE = (Job.kind == bindparam("kind"), Job.put_aside_at_s.is_(None))
_STILL_COMES = (
    # What failed waits for another reason.
    select(Job.number).where(*_HERE, Job.tries == 0, Job.due_at_s > bindparam("now_s")).limit(1)
)
_OLDEST = select(Job.made_at_s).where(*_HERE).order_by(Job.due_at_s, Job.number).limit(1)
