"""The way to the database: engine, and the two kinds of transaction.

Owns how SQLite and PostgreSQL are opened and what durability means. Knows no table.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from psycopg.abc import Buffer
from psycopg.adapt import Loader
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, PoolProxiedConnection, QueuePool

_Prepared = TypeVar("_Prepared")

BUSY_TIMEOUT_MS = 30_000
"""How long a writer waits for another on SQLite: longer than the largest parcel takes."""
BRIEF_MS = 250
"""How long a brief transaction waits; somebody looks at a page meanwhile."""
LOCK_TIMEOUT_MS = 30_000
"""The same on PostgreSQL; a request that waits longer is answered 503 and comes again."""


def open_engine(url: URL, kept_open: bool = False) -> Engine:
    """An engine for this address; SQLite durable and checked (WAL, FULL, foreign keys).

    kept_open: SQLite's connections stay open between transactions, for a process that serves: who
    closes the last one writes the whole log into the file, which takes longer than a parcel. One
    that came over a fork, or whose file was replaced since, is never used again: that is a way to
    corrupt a database (sqlite.org/howtocorrupt, 2.4 and 2.6).

    The messages of errors carry no parameters: those are rows about persons.
    """
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            **_POOLED if kept_open else {"poolclass": NullPool},
            hide_parameters=True,
            connect_args={"timeout": BUSY_TIMEOUT_MS / 1000},
        )
        event.listen(engine, "do_connect", lambda *_: _be_the_owners_alone(str(url.database)))
        event.listen(engine, "connect", _prepare_sqlite)
        if kept_open:
            file = str(url.database)
            event.listen(engine, "connect", lambda _, record: _remember(record, file))
            event.listen(
                engine, "checkout", lambda _, entry, proxy: _must_be_ours(entry, proxy, file)
            )
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=4,
        max_overflow=16,  # more together than a server process has threads
        # The one used last, which has most statements prepared.
        pool_use_lifo=True,
        connect_args={"options": " ".join(f"-c {one}" for one in _SETTINGS)},
    )
    event.listen(engine, "connect", _read_ids_as_digits)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", lambda *those: _must_answer(engine, *those))
    return engine


_SETTINGS = (
    f"lock_timeout={LOCK_TIMEOUT_MS}",
    "timezone=UTC",
    # Compiling a plan takes longer than any of ours runs.
    "jit=off",
)
"""Of every session on PostgreSQL."""


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A connection whose work is kept when the block ends and forgotten when it raises.

    On SQLite the write lock is taken at the start (BEGIN IMMEDIATE), so that what was read is
    still so when it is written.
    """
    with engine.begin() as connection:
        yield connection


@contextmanager
def brief(engine: Engine, wait_ms: int = BRIEF_MS) -> Iterator[Connection]:
    """A transaction of one or two rows beside a look at a page: on a connection of its own, and
    given up when others hold what it needs for longer than ``wait_ms``.

    Raises OperationalError then; the look itself has taken no lock.
    """
    with engine.connect() as plain:
        connection = plain.execution_options(wait_ms=wait_ms)
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"set local lock_timeout = {int(wait_ms)}"))
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one unchanging state and cannot block a writer."""
    with engine.connect() as plain:
        options: dict[str, Any] = {"reading": True}
        if plain.dialect.name == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        connection = plain.execution_options(**options)
        with connection.begin():
            yield connection


@contextmanager
def glancing(engine: Engine) -> Iterator[Connection]:
    """The same for one statement, which sees one state by itself: without the way to the database
    and back that it takes to begin and to end."""
    if engine.dialect.name != "postgresql":
        with reading(engine) as connection:
            yield connection
        return
    with engine.connect() as plain:
        yield plain.execution_options(isolation_level="AUTOCOMMIT")


def one_writes_at_a_time(engine: Engine) -> bool:
    """Whether a transaction that writes keeps all others from writing, whatever they write."""
    return engine.dialect.name == "sqlite"


_ASKED_AFTER_S = 1.0
"""A connection that was used less long ago is not asked whether it is still there: that costs as
much as a statement. One that was lost meanwhile is told as any that is lost on its way."""


class _Digits(Loader):
    """An id as it was given, without PostgreSQL's hyphens (server.db.schema.Id)."""

    def load(self, data: Buffer) -> str:
        return str(data, "ascii").replace("-", "")


def _read_ids_as_digits(connection: Any, _: object) -> None:
    connection.adapters.register_loader("uuid", _Digits)


def _note_use(_: object, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _must_answer(engine: Engine, connection: Any, record: ConnectionPoolEntry, _: object) -> None:
    used_at = record.info.get("used_at")
    if used_at is None or time.monotonic() - used_at < _ASKED_AFTER_S:
        return
    try:
        there = engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error:
        there = False
    if not there:
        raise DisconnectionError("The database has closed this connection.")


_TRIES_AHEAD = 3


def _commits(connection: Connection) -> int:
    """Another number whenever somebody else has committed (SQLite, PRAGMA data_version)."""
    return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())


@contextmanager
def prepared(
    engine: Engine,
    prepare: Callable[[Connection], _Prepared],
    version: Callable[[Connection], int] = _commits,
) -> Iterator[tuple[Connection, _Prepared | None]]:
    """A transaction with what was worked out for it before it kept anybody from writing.

    On SQLite, where one transaction writes at a time: prepare only reads, in a transaction that
    takes no lock, and what it gives stands as long as the version is the same; else it is made
    again, a few times, and then None. On PostgreSQL always None: nothing is locked by reading
    inside. Whoever gets None works it out in the block.

    version: of what prepare reads, on SQLite; of the whole database unless another is given.
    """
    if not one_writes_at_a_time(engine):
        with transaction(engine) as connection:
            yield connection, None
        return
    with engine.connect() as connection:
        for _ in range(_TRIES_AHEAD):
            connection.execution_options(reading=True)
            with connection.begin():
                read = version(connection)
                made = prepare(connection)
            connection.execution_options(reading=False)
            with connection.begin() as writing:
                if version(connection) == read:
                    yield connection, made
                    return
                writing.rollback()
        with connection.begin():
            yield connection, None


_AWAY_SQLITE = frozenset(
    (
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR),
        *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY),
    )
)
_AWAY_POSTGRESQL = ("08", "25006", "25P03", "25P04", "40", "53", "55P03", "57", "58")
"""Classes of SQLSTATE (PostgreSQL documentation, appendix A): connection, read only, a transaction
ended for its age or idleness, serialisation failure or deadlock, resources, a lock that was not
got, the operator, the system."""


def is_away(error: BaseException) -> bool:
    """Whether an error says that the database could not be used just now, whatever was asked of it:
    it is not there, is full, or others held what was needed. Nothing is wrong with the rows then,
    and the same work may do later. Any other error of a database belongs to what was asked."""
    if isinstance(error, PoolTimeout):
        return True  # every connection this process may have was in use
    if not isinstance(error, DBAPIError):
        return False
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return getattr(original, "sqlite_errorcode", 0) & 0xFF in _AWAY_SQLITE
    state = getattr(original, "sqlstate", None)
    if state is None:
        # No answer came from the server: the connection was lost or never made.
        return isinstance(error, OperationalError | InterfaceError)
    return error.connection_invalidated or state.startswith(_AWAY_POSTGRESQL)


def error_kind(error: BaseException) -> str:
    """What may be told of an error without a row in it: its class, and the database's own code."""
    original = getattr(error, "orig", None)
    code = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def _prepare_sqlite(connection: Any, _: object) -> None:
    # The driver must not begin transactions by itself; _begin_sqlite does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _be_the_owners_alone(file: str) -> None:
    """The file of a database, and what SQLite keeps beside it, is read by its owner only, whatever
    the folder and the process allow. SQLite gives its own files the mode of the database's.

    One that is there is never opened here: closing it would drop every lock this process holds on
    it (sqlite.org/howtocorrupt, 2.2).
    """
    if file in ("", "None", ":memory:"):
        return
    with _MAKING, suppress(OSError):  # it is there, or its folder is not: SQLite's to tell
        if not os.path.exists(file):
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    for name in (file, f"{file}-wal", f"{file}-shm"):
        with suppress(OSError):
            if os.stat(name).st_mode & 0o077:
                os.chmod(name, 0o600)


_MAKING = threading.Lock()
"""While one thread makes the file no other opens it."""


def _remember(record: ConnectionPoolEntry, file: str) -> None:
    record.info["opened"] = _process_and_file(file)


def _must_be_ours(record: ConnectionPoolEntry, proxy: PoolProxiedConnection, file: str) -> None:
    if record.info.get("opened") == _process_and_file(file):
        return
    # Forgotten, not closed: closing uses it. The pool makes another one.
    _FORGOTTEN.append(record.dbapi_connection)
    record.dbapi_connection = proxy.dbapi_connection = None  # type: ignore[misc]
    raise DisconnectionError("This connection is another process's, or to another file.")


_FORGOTTEN: list[object] = []
_POOLED: dict[str, Any] = {"poolclass": QueuePool, "pool_size": 4, "max_overflow": 16}


def _process_and_file(file: str) -> tuple[int, int]:
    try:
        return os.getpid(), os.stat(file).st_ino
    except OSError:
        return os.getpid(), 0


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    is_reading = options.get("reading", False)
    wait_ms = int(options.get("wait_ms", BUSY_TIMEOUT_MS))
    if connection.info.get("wait_ms", BUSY_TIMEOUT_MS) != wait_ms:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={wait_ms}")
        connection.info["wait_ms"] = wait_ms
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")
