"""What a worker leaves behind when it dies, and what becomes of jobs when the clock is set."""

from __future__ import annotations

from sqlalchemy import Connection, case, delete, or_, select, update

from server.db.upsert import insert_new
from server.queue.model import Job, WorkBegun
from server.queue.waiting import FIRST_PAUSE_S, MOST_TRIES, JobKind, pause_s

MOST_WITHIN_S = 60
"""What was never tried waits for more of the same, never for longer."""


def begins(connection: Connection, kind: JobKind, now_s: int) -> bool:
    """Notes that a worker begins to do jobs of this kind. Whether one before it never said that it
    ended: it died, perhaps of what it was doing."""
    row = {"kind": kind.value, "begun_at_s": now_s}
    return not insert_new(connection, WorkBegun, [row])


def ended(connection: Connection, kind: JobKind) -> None:
    """Notes that a worker of this kind has ended as it should."""
    connection.execute(delete(WorkBegun).where(WorkBegun.kind == kind.value))


MOST_AT_ONCE = 1_000
"""Jobs in one transaction: some ten milliseconds."""


def wait_no_longer_than_told(connection: Connection, now_s: int) -> int:
    """Jobs that are to wait for longer than any pause is long were asked for, or failed, by a clock
    that was set back since: they wait as long as they should from now; how many jobs, at most
    MOST_AT_ONCE."""
    waits = case(
        *((Job.tries == tries, pause_s(tries)) for tries in range(1, MOST_TRIES)),
        (Job.tries == 0, MOST_WITHIN_S),
        else_=pause_s(MOST_TRIES),
    )
    stalled = (Job.put_aside_at_s.is_(None), Job.due_at_s > now_s + waits)
    from_now = case((Job.tries == 0, now_s), else_=now_s + waits)
    some = select(Job.number).where(*stalled).limit(MOST_AT_ONCE)
    sooner = update(Job).where(Job.number.in_(some)).values(due_at_s=from_now)
    return int(connection.execute(sooner).rowcount)


def waits_longer_than_told(connection: Connection, now_s: int) -> bool:
    """Whether a job is due so late that the clock may have been set back since. Reads only."""
    late = (Job.put_aside_at_s.is_(None), Job.due_at_s > now_s + FIRST_PAUSE_S)
    return connection.execute(select(Job.number).where(*late).limit(1)).first() is not None


def clock_set_forward(connection: Connection, now_s: int, by_s: int) -> int:
    """A pause that was not over by the clock as it was goes on for as long as it was to; how many
    jobs. by_s: how far the clock was set. Doing it twice does nothing more."""
    pausing = (
        Job.put_aside_at_s.is_(None),
        or_(Job.tries > 0, Job.begun_at_s.is_not(None)),
        Job.due_at_s > now_s - by_s,
        Job.due_at_s <= now_s,
    )
    longer = update(Job).where(*pausing).values(due_at_s=Job.due_at_s + by_s)
    return int(connection.execute(longer).rowcount)
