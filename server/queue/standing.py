"""How the jobs stand, as a person reads of them: counted by kind, and one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, case, func, select

from server.db.paging import Key, Orders, Rows, read_slice
from server.queue.model import Job
from server.queue.waiting import JobKind


class Word(StrEnum):
    """In what state a job is."""

    WAITS = "waits"
    RUNS = "runs"
    PAUSES = "pauses"
    """It failed and will be tried again."""
    PUT_ASIDE = "put_aside"


MOST_COUNTED = 10_000
"""Jobs of one state and kind; more are said to be so many. Looking is quick however many wait."""
ORDERS = Orders(
    {
        "since": Key((Job.number,)),
        "kind": Key((Job.kind, Job.tries, Job.number)),
        "tries": Key((Job.tries, Job.number)),
    },
    usual="-tries",
)
"""What the list of jobs can be sorted by: what failed stands first."""


@dataclass(frozen=True)
class JobsWaiting:
    """How the jobs of one kind stand. Seconds; oldest_s: since the oldest that is not put aside
    became due, 0 when none is."""

    kind: JobKind
    waits: int
    runs: int
    pauses: int
    put_aside: int
    oldest_s: int


@dataclass(frozen=True)
class Listed:
    """One job as a person reads of it. for_s: seconds since it was made."""

    kind: str
    subject: str
    state: Word
    for_s: int
    tries: int
    reason: str


class JobLines(NamedTuple):
    """A part of the list of jobs. following: where the next part begins; None at the end."""

    lines: tuple[Listed, ...]
    following: str | None


def words(connection: Connection, now_s: int) -> list[JobsWaiting]:
    """How the jobs of every kind stand. Looks at no more than MOST_COUNTED rows of a kind."""
    return [_word_of(connection, kind, now_s) for kind in JobKind]


def _word_of(connection: Connection, kind: JobKind, now_s: int) -> JobsWaiting:
    ours = Job.kind == kind.value
    untried = select(Job.number).where(ours, Job.tries == 0).limit(MOST_COUNTED).subquery()
    tried = select(_state().label("word")).where(ours, Job.tries > 0).limit(MOST_COUNTED).subquery()
    by_word = select(tried.c.word, func.count()).group_by(tried.c.word)
    found: dict[str, int] = dict(connection.execute(by_word).all())
    since = connection.scalar(
        select(func.min(Job.due_at_s)).where(ours, Job.put_aside_at_s.is_(None))
    )
    return JobsWaiting(
        kind,
        connection.scalar(select(func.count()).select_from(untried)) or 0,
        found.get(Word.RUNS.value, 0),
        found.get(Word.PAUSES.value, 0),
        found.get(Word.PUT_ASIDE.value, 0),
        max(0, now_s - since) if since is not None else 0,
    )


def listed(connection: Connection, now_s: int, most: int = 50) -> list[Listed]:
    """The jobs somebody may want to know of: those that failed or run, then the oldest that wait;
    at most so many."""
    columns = select(*_COLUMNS)
    rows = [
        *connection.execute(columns.where(Job.tries > 0).order_by(Job.number).limit(most)),
        *connection.execute(columns.where(Job.tries == 0).order_by(Job.number).limit(most)),
    ]
    return [_line(row, now_s) for row in rows[:most]]


def part(
    connection: Connection,
    now_s: int,
    after: str,
    most: int,
    *,
    kind: str = "",
    state: str = "",
    order: str = "",
) -> JobLines:
    """Jobs in one of ORDERS, of one kind or of all, in one state or in any. Raises NoSuchPlace."""
    query: Rows = select(*_COLUMNS)
    if kind:
        query = query.where(Job.kind == kind)
    if state:
        # What was never tried waits: by that an index leaves the rest out.
        query = query.where(Job.tries == 0 if state == Word.WAITS else Job.tries > 0)
        query = query.where(_state() == state)
    found = read_slice(connection, query, ORDERS.key(order), after, most)
    return JobLines(tuple(_line(row[:6], now_s) for row in found.rows), found.following)


def _state() -> ColumnElement[str]:
    return case(
        (Job.put_aside_at_s.is_not(None), Word.PUT_ASIDE.value),
        (Job.begun_at_s.is_not(None), Word.RUNS.value),
        (Job.tries > 0, Word.PAUSES.value),
        else_=Word.WAITS.value,
    )


_COLUMNS = (Job.kind, Job.subject, _state(), Job.made_at_s, Job.tries, Job.reason)


def _line(row: Sequence[Any], now_s: int) -> Listed:
    kind, subject, word, made_at_s, tries, reason = row
    return Listed(kind, subject, Word(word), max(0, now_s - made_at_s), tries, reason or "")
