"""Asking for work, taking it, and what becomes of it: the SQL of the table of jobs.

A job is asked for in the transaction that makes the work, so that neither is there without the
other. Asking only adds a row: nobody who asks waits for anybody else who asks for the same. All
rows of one subject are done at once. What fails is tried again after growing pauses, then put aside
with its reason; asking again brings it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Integer,
    and_,
    bindparam,
    delete,
    func,
    select,
    update,
)

from server.db.among import among
from server.db.upsert import insert_all
from server.queue.model import Job


class JobKind(StrEnum):
    """Every kind of job. The order is that in which a worker looks for them."""

    ALERT = "alert"
    """Telling somebody that immediate danger waits to be seen; there is one."""
    LINK = "link"
    """A case whose links, person and counts may have changed; about a record id."""
    PROTECT = "protect"
    """The tables that may be shown of a period; about a period."""
    FIGURES = "figures"
    """What stewards look at, worked out from the whole register; there is one."""
    AUDIT = "audit"
    """A look through the audit log; there is one."""
    RECOUNT = "recount"
    """Everybody counted afresh, by other declarations of tables than before; there is one."""
    RELEASE = "release"
    """All tables of a release, protected and audited together; about its number."""
    PUBLISH = "publish"
    """A release whose embargo is over, to be published; about its number."""
    RELINK = "relink"
    """All cases to be asked for again, by another edition of linkage; there is one."""
    TIDY = "tidy"
    """Notes to tablets that are no longer needed, to be let go; there is one."""
    ODD = "odd"
    """A look for tablets and persons that look odd: by what came in a month, and apart, about
    A_YEAR, by what came in longer."""
    TERMS = "terms"
    """Ending what is over its term; there is one."""
    TRIAL = "trial"
    """What a statistician wants tried before a release; about its number."""


A_YEAR = "366"
MOST_TRIES = 5
FIRST_PAUSE_S = 5
PAUSE_GROWS = 4
LONGEST_PAUSE_S = 3600
"""Pauses of 5, 20, 80 and 320 seconds: a fault that passes within seven minutes needs nobody."""


class DueJob(NamedTuple):
    """A job to be done now. last: number of the newest row it answers; what is asked for after it
    is another job. tries: before this one."""

    subject: str
    last: int
    tries: int


def ask(
    connection: Connection, kind: JobKind, subjects: Iterable[str], now_s: int, within_s: int = 0
) -> None:
    """Asks for this work, in the transaction that makes it. within_s: it waits so long for more of
    the same."""
    ask_for(connection, [AskedJobs(kind, subjects, within_s)], now_s)


class AskedJobs(NamedTuple):
    """Work to be asked for together with other work; as for ``ask``."""

    kind: JobKind
    subjects: Iterable[str]
    within_s: int = 0


def ask_for(connection: Connection, asked: Iterable[AskedJobs], now_s: int) -> None:
    """Asks for work of several kinds, with one statement."""
    insert_all(connection, Job, rows_of(asked, now_s))


def rows_of(asked: Iterable[AskedJobs], now_s: int) -> list[dict[str, Any]]:
    """The rows of ``Job`` that ask for this work."""
    return [
        {
            "kind": one.kind.value,
            "subject": subject,
            "made_at_s": now_s,
            "due_at_s": now_s + one.within_s,
            "tries": 0,
        }
        for one in asked
        for subject in sorted(set(one.subjects))
    ]


def take(
    connection: Connection,
    kind: JobKind,
    most: int,
    now_s: int,
    only: Sequence[str] | None = None,
) -> list[str]:
    """Takes at most so many jobs that are due out of the table: for work done and committed in this
    one transaction. When it does not commit, nobody took anything. only: of these subjects, due or
    not."""
    asked: dict[str, Any] = {"kind": kind.value, "now_s": now_s, "most": most, "only": only}
    found = connection.execute(_TAKEN if only is None else _TAKEN_OF, asked)
    subjects = sorted({subject for _, subject, _ in found})
    if subjects:
        # Gone before anything is read: what changes meanwhile asks again after this.
        connection.execute(_DONE, {"kind": kind.value, "subjects": subjects})
    return subjects


def next_subjects(
    connection: Connection,
    kind: JobKind,
    most: int,
    now_s: int,
    only: Sequence[str] | None = None,
) -> list[str]:
    """What ``take`` would take, without taking it."""
    asked: dict[str, Any] = {"kind": kind.value, "now_s": now_s, "most": most, "only": only}
    found = connection.execute(_NEXT if only is None else _NEXT_OF, asked)
    return sorted({subject for _, subject, _ in found})


class AsTheyStand(NamedTuple):
    """Jobs of one kind: what they are about, and every row that asks for them now."""

    subjects: Sequence[str]
    numbers: Sequence[int]


def next_rows(
    connection: Connection,
    kind: JobKind,
    most: int,
    now_s: int,
    only: Sequence[str] | None = None,
) -> AsTheyStand:
    """The same with their rows, for ``take_rows``."""
    subjects = next_subjects(connection, kind, most, now_s, only)
    asked = {"kind": kind.value, "subjects": subjects}
    return AsTheyStand(subjects, list(connection.scalars(_ROWS_OF, asked)) if subjects else [])


def take_rows(connection: Connection, rows: Sequence[int]) -> None:
    """Takes these rows out of the table, in the transaction that keeps what was worked out after
    they were read. What was asked for since stays: its number is a higher one, as the newest row of
    a subject goes by being taken only."""
    connection.execute(_DONE_ROWS, {"numbers": rows})


def is_due(connection: Connection, kind: JobKind, now_s: int) -> bool:
    """Whether there is any job of this kind to be done now."""
    return connection.execute(_IS_DUE, {"kind": kind.value, "now_s": now_s}).first() is not None


def kinds_due(connection: Connection, now_s: int) -> frozenset[JobKind]:
    """The kinds of which there is any job to be done now."""
    found = connection.execute(_KINDS_DUE, {"now_s": now_s}).one()
    return frozenset(kind for kind, is_due in zip(JobKind, found, strict=True) if is_due)


def is_there(connection: Connection, kind: JobKind, subject: str) -> bool:
    """Whether this was asked for and is not done yet, even if it was put aside."""
    found = select(Job.number).where(Job.kind == kind.value, Job.subject == subject).limit(1)
    return connection.execute(found).first() is not None


def due(connection: Connection, kind: JobKind, now_s: int) -> DueJob | None:
    """The job of this kind that has been due longest, or None."""
    first = connection.execute(_IS_DUE, {"kind": kind.value, "now_s": now_s}).first()
    if first is None:
        return None
    last, tries = connection.execute(
        select(func.max(Job.number), func.min(Job.tries)).where(
            Job.kind == kind.value, Job.subject == first[1]
        )
    ).one()
    return DueJob(first[1], last, tries)


def begin(connection: Connection, kind: JobKind, job: DueJob, now_s: int) -> None:
    """Notes that a try begins, before it does: a worker that dies of it has tried, too."""
    here = (Job.kind == kind.value, Job.subject == job.subject)
    connection.execute(delete(Job).where(*here, Job.number < job.last))
    tries = job.tries + 1
    connection.execute(
        update(Job)
        .where(*here, Job.number == job.last)
        .values(
            tries=tries,
            begun_at_s=now_s,
            due_at_s=now_s + pause_s(tries),
            put_aside_at_s=None,
        )
    )


def finished(connection: Connection, kind: JobKind, job: DueJob) -> None:
    """The job is done, as it was asked for until it was taken."""
    here = (Job.kind == kind.value, Job.subject == job.subject)
    connection.execute(delete(Job).where(*here, Job.number <= job.last))


def failed(connection: Connection, kind: JobKind, subject: str, reason: str, now_s: int) -> bool:
    """Notes that a try failed and of what kind the failure was; whether the job is put aside now.

    A try that ``begin`` has counted is not counted twice.
    """
    here = (Job.kind == kind.value, Job.subject == subject)
    rows = connection.execute(
        select(Job.number, Job.tries, Job.begun_at_s).where(*here).order_by(Job.number)
    ).all()
    if not rows:
        return False
    begun = [row for row in rows if row.begun_at_s is not None]
    # A newer row was not tried yet: it stays as it is, and is tried for both.
    row = begun[-1] if begun else rows[-1]
    tries = row.tries if begun else min(one.tries for one in rows) + 1
    connection.execute(delete(Job).where(*here, Job.number < row.number))
    connection.execute(
        update(Job)
        .where(Job.number == row.number)
        .values(
            tries=tries,
            begun_at_s=None,
            reason=reason[:60],
            due_at_s=now_s + pause_s(tries),
            put_aside_at_s=now_s if tries >= MOST_TRIES else None,
        )
    )
    return bool(tries >= MOST_TRIES)


def try_again(connection: Connection, now_s: int, kind: JobKind | None = None) -> int:
    """Lets what was put aside be tried again, all of it or that of one kind; how many jobs."""
    aside = Job.put_aside_at_s.is_not(None)
    here = aside if kind is None else and_(aside, Job.kind == kind.value)
    again = (
        update(Job)
        .where(here)
        .values(put_aside_at_s=None, tries=0, begun_at_s=None, due_at_s=now_s, reason=None)
    )
    return int(connection.execute(again).rowcount)


def pause_s(tries: int) -> int:
    """Seconds until a job that was tried so often may be tried again."""
    return int(min(FIRST_PAUSE_S * PAUSE_GROWS ** (tries - 1), LONGEST_PAUSE_S))


def left_behind(connection: Connection, kind: JobKind) -> int:
    """Frees what a worker of this kind that is gone had begun; how many jobs. For whoever has the
    turn of the kind: nobody else does any of it now."""
    begun = (Job.kind == kind.value, Job.begun_at_s.is_not(None))
    if connection.execute(select(Job.number).where(*begun, Job.tries > 0).limit(1)).first() is None:
        return 0
    return int(connection.execute(update(Job).where(*begun).values(begun_at_s=None)).rowcount)


# Written once: to build a statement costs more than to run it.
_NOT_ASIDE = (
    select(Job.number, Job.subject, Job.tries)
    .where(Job.kind == bindparam("kind"), Job.put_aside_at_s.is_(None))
    .order_by(Job.due_at_s, Job.number)
)
_DUE = _NOT_ASIDE.where(Job.due_at_s <= bindparam("now_s"))
_IS_DUE = _DUE.limit(1)
_NEXT = _DUE.limit(bindparam("most", type_=Integer))
_NEXT_OF = _NOT_ASIDE.where(among(Job.subject, "only")).limit(bindparam("most", type_=Integer))
_TAKEN, _TAKEN_OF = (one.with_for_update(skip_locked=True) for one in (_NEXT, _NEXT_OF))
_ROWS_OF = select(Job.number).where(Job.kind == bindparam("kind"), among(Job.subject, "subjects"))
_DONE_ROWS = delete(Job).where(among(Job.number, "numbers"))
_DONE = delete(Job).where(Job.kind == bindparam("kind"), among(Job.subject, "subjects"))
_KINDS_DUE = select(
    *(
        select(Job.number)
        .where(
            Job.kind == kind.value,
            Job.put_aside_at_s.is_(None),
            Job.due_at_s <= bindparam("now_s"),
        )
        .exists()
        .label(kind.value)
        for kind in JobKind
    )
)
