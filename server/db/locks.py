"""Locks that have a name: what one process at a time may do, whatever row it touches.

PostgreSQL's advisory locks (documentation, 13.3.5), held until the transaction ends. SQLite lets
one transaction write at a time anyway: there it is only counted how often LINKING was held, so that
who works something out beforehand sees whether it still stands. Whoever takes several takes them in
the order of their numbers.

A turn is a lock held beyond transactions, for as long as its process lives at most: a session's
advisory lock on PostgreSQL, a lock on a file beside the database on SQLite.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, TextClause, text


class Lock(IntEnum):
    """Every advisory lock of the server. A number that has been used never means another thing."""

    MIGRATION = 870_000
    AUDIT_LOG = 870_001
    LINKING = 870_002
    VISITS_IN_STEP = 870_003
    """Has parts: groups of visits."""
    SIGN_IN = 870_004
    """Held while a try to sign in is reserved."""
    JOBS = 870_005
    """Has parts: kinds of jobs. Held as a turn, beyond transactions."""
    KEPT_TABLES = 870_006
    """Held while protected tables are kept in the place of others."""
    PEPPERS = 870_007
    """Held while kept codes go through another secret, and by who moves kept codes."""
    PROGRESS = 870_008
    """Held while lines of progress reports are entered: whose a key is cannot change meanwhile."""
    EDITIONS = 870_009
    """Held while a release is approved or comes out: one after another, each beside the last."""


def hold(connection: Connection, lock: Lock, *settings: str) -> None:
    """Waits until nobody else holds this lock, and holds it until the transaction ends.

    settings: of server.db.settings, for this transaction: by the same statement.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_held(settings), {"lock": int(lock)})
    elif lock is Lock.LINKING:
        following = (times_linking(connection) + 1) % _MOST_TIMES
        connection.exec_driver_sql(f"PRAGMA user_version = {following}")


def times_linking(connection: Connection) -> int:
    """On SQLite how often LINKING was held in a transaction that was kept, as a number that comes
    again after two thousand million times. It is kept in the header of the file (sqlite.org,
    PRAGMA user_version), and goes with its transaction."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


_MOST_TIMES = 2**31


def hold_parts(connection: Connection, lock: Lock, parts: Mapping[int, bool]) -> None:
    """The same for parts of what the lock guards, by one statement, in the order of their numbers.

    parts: for each whether others may share it.
    """
    if connection.dialect.name == "postgresql" and parts:
        connection.execute(_HOLD_PARTS, named_parts(lock, parts))


def named_parts(lock: Lock, parts: Mapping[int, bool]) -> dict[str, Any]:
    """The parameters of HELD_PARTS."""
    ordered = sorted(parts)
    return {"lock": int(lock), "parts": ordered, "shared": [parts[one] for one in ordered]}


@cache
def _held(settings: tuple[str, ...]) -> TextClause:
    return text(", ".join(("select pg_advisory_xact_lock(:lock)", *settings)))


HELD_PARTS = (
    "select count(case when shared then cast(pg_advisory_xact_lock_shared(:lock, part) as text) "
    "else cast(pg_advisory_xact_lock(:lock, part) as text) end) as held "
    "from unnest(cast(:parts as integer[]), cast(:shared as boolean[])) as wanted(part, shared)"
)
"""What ``hold_parts`` says to PostgreSQL; also as a part of another statement."""
_HOLD_PARTS = text(HELD_PARTS)


@contextmanager
def turn(engine: Engine, lock: Lock, part: int) -> Iterator[bool]:
    """Whether this is the only one in the block with this part of the lock; never waits.

    Who dies inside gives the turn back by dying.
    """
    if engine.dialect.name != "postgresql":
        with _file_turn(engine.url.database, part) as ours:
            yield ours
        return
    numbers = {"lock": int(lock), "part": part}
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        ours = connection.scalar(text("select pg_try_advisory_lock(:lock, :part)"), numbers)
        try:
            yield bool(ours)
        except BaseException:
            # Nobody knows in what state the session is: with it the lock goes for certain.
            connection.invalidate()
            raise
        if ours:
            connection.execute(text("select pg_advisory_unlock(:lock, :part)"), numbers)


@contextmanager
def _file_turn(database: str | None, part: int) -> Iterator[bool]:
    if database in (None, "", ":memory:"):
        yield True
        return
    with Path(f"{database}.turn{part}").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
