"""Opening the file, transactions, and the tables of named, sealed contents."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path

from mobile.store.errors import (
    StoreDamaged,
    StoreFull,
    StoreInUse,
    StoreLocked,
    StoreTooNew,
)
from mobile.store.log import lost_commits
from mobile.store.sealing import Sealer

FORMAT = 3
"""The newest migration; kept in the file's user_version."""
APPLICATION_ID = 0x54383753  # "T87S", so that the command file(1) can name the format
TABLES = ("settings", "cards", "bodies", "outbox", "parcels", "carried", "reference", "notes")
COUNTED = ("cards", "bodies", "outbox")  # the census watches those whose loss would be a loss
CENSUS = "census"


class Table:
    """One table of named contents."""

    def __init__(self, store: Store, name: str) -> None:
        self._store, self.name = store, name

    def get(self, name: str) -> bytes | None:
        """The content of that name, or None."""
        return self._store._get(self.name, name)

    def put(self, name: str, content: bytes) -> None:
        """Keeps the content under that name, instead of what was there. In a transaction only."""
        self._store._put(self.name, name, content)

    def delete(self, name: str) -> None:
        """Removes it, if it is there. In a transaction only."""
        self._store._delete(self.name, name)

    def contents(self) -> Iterator[bytes]:
        """Every content, in the order of the random row names."""
        return self._store._contents(self.name)


class Store:
    """An open store. May be used from any thread; transactions wait for each other."""

    def __init__(self, path: Path, sealer: Sealer, milestone: Callable[[str], None]) -> None:
        """Opens (and makes, when there is none) the file. milestone: see mobile.tablet.

        Raises StoreDamaged, StoreTooNew, StoreInUse.
        """
        self.path = path
        self._sealer, self._milestone = sealer, milestone
        self._lock = threading.RLock()
        self._depth = 0
        self._write_number = 0
        self._census_change: dict[str, int] = {}
        self._connection: sqlite3.Connection | None = None
        if _is_cut_short(path):
            raise StoreDamaged
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))  # readable by its owner only
        with self._faults():
            self._connection = connect(path)
            try:
                migrate(self._connection)
                self._load_census()
            except BaseException:
                self.close()
                raise
        self.settings, self.cards, self.bodies, self.outbox = (
            Table(self, name) for name in TABLES[:4]
        )
        self.parcels, self.carried, self.reference, self.notes = (
            Table(self, name) for name in TABLES[4:]
        )

    # -- transactions

    @contextmanager
    def transaction(self, milestone: str = "") -> Iterator[None]:
        """All or nothing, on the disk when it ends. Nested ones belong to the outermost.

        milestone: names the points ``during_<name>`` (all written, not committed) and
        ``after_<name>`` (committed).
        """
        with self._lock:
            if self._depth:
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1
                return
            with self._faults():
                self._live().execute("BEGIN IMMEDIATE")
            self._depth = 1
            self._write_number += 1
            try:
                yield
                with self._faults():
                    census = self._save_census()
                    if milestone:
                        self._milestone(f"during_{milestone}")
                    self._live().execute("COMMIT")
                    self._census = census
            except BaseException:
                self._census_change.clear()
                if self._connection is not None and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._depth = 0
            if milestone:
                self._milestone(f"after_{milestone}")

    def close(self) -> None:
        """Brings the log into the file and closes it. Further calls raise StoreLocked."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def compact(self) -> None:
        """Brings the write-ahead log into the file and empties it: erased rows are overwritten
        there too (secure_delete)."""
        with self._lock, self._faults():
            self._live().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def copy(self, path: Path) -> bytes:
        """The store's bytes as of now, made by way of a temporary file at that path."""
        path.unlink(missing_ok=True)
        try:
            with self._lock, self._faults():
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
                with closing(sqlite3.connect(path)) as copy:
                    self._live().backup(copy)
            return path.read_bytes()
        finally:
            path.unlink(missing_ok=True)

    # -- escrow: sealed to the programme, not by this store

    def put_escrow(self, name: str, sealed: bytes) -> None:
        """Keeps a copy only the office can read. In a transaction only."""
        with self._faults():
            self._live().execute(
                "INSERT OR REPLACE INTO escrow VALUES (?, ?)",
                (self._sealer.row_of("escrow", name), sealed),
            )

    def escrow(self, name: str) -> bytes | None:
        """The copy sealed to the programme; None when there is none."""
        row = (self._sealer.row_of("escrow", name),)
        found = self._live().execute("SELECT sealed FROM escrow WHERE row = ?", row).fetchone()
        return bytes(found[0]) if found is not None else None

    def delete_escrow(self, name: str) -> None:
        """Removes it when the office has the record. In a transaction only."""
        with self._faults():
            self._live().execute(
                "DELETE FROM escrow WHERE row = ?", (self._sealer.row_of("escrow", name),)
            )

    # -- salvage

    def adopt(
        self,
        rows: Iterable[tuple[str, bytes, bytes]],
        escrow: Iterable[tuple[bytes, bytes]],
        write_number: int,
    ) -> None:
        """Takes over sealed rows (table, row, sealed) of another copy of this store.

        write_number: the highest of theirs; what is written from now on is newer.
        """
        self._write_number = write_number
        with self.transaction(), self._faults():
            for table, row, sealed in rows:
                self._live().execute(
                    f"INSERT INTO {table} VALUES (?, ?)",  # noqa: S608
                    (row, sealed),
                )
                self._census_change[table] = self._census_change.get(table, 0) + 1
            self._live().executemany("INSERT INTO escrow VALUES (?, ?)", escrow)

    # -- rows, for Table only

    def _live(self) -> sqlite3.Connection:
        if self._connection is None:
            raise StoreLocked
        return self._connection

    def _get(self, table: str, name: str) -> bytes | None:
        row = self._sealer.row_of(table, name)
        with self._lock, self._faults():
            found = (
                self._live()
                .execute(f"SELECT sealed FROM {table} WHERE row = ?", (row,))  # noqa: S608
                .fetchone()
            )
        return None if found is None else self._sealer.open(table, row, found[0])[1]

    def _put(self, table: str, name: str, content: bytes) -> None:
        assert self._depth, "put belongs in a transaction"
        row = self._sealer.row_of(table, name)
        sealed = self._sealer.seal(table, row, content, self._write_number)
        with self._faults():
            live = self._live()
            changed = live.execute(
                f"UPDATE {table} SET sealed = ? WHERE row = ?",  # noqa: S608
                (sealed, row),
            ).rowcount
            if not changed:
                live.execute(f"INSERT INTO {table} VALUES (?, ?)", (row, sealed))  # noqa: S608
                self._census_change[table] = self._census_change.get(table, 0) + 1

    def _delete(self, table: str, name: str) -> None:
        assert self._depth, "delete belongs in a transaction"
        with self._faults():
            gone = (
                self._live()
                .execute(
                    f"DELETE FROM {table} WHERE row = ?",  # noqa: S608
                    (self._sealer.row_of(table, name),),
                )
                .rowcount
            )
        if gone:
            self._census_change[table] = self._census_change.get(table, 0) - 1

    def _contents(self, table: str) -> Iterator[bytes]:
        open_row = self._sealer.open
        with self._lock, self._faults():
            for row, sealed in self._live().execute(f"SELECT row, sealed FROM {table}"):  # noqa: S608
                number, content = open_row(table, row, sealed)
                if number > self._write_number:
                    self._write_number = number
                yield content

    # -- the census: how many rows there must be, so that a lost page is noticed

    def _load_census(self) -> None:
        live = self._live()
        counts = {
            table: live.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in COUNTED
        }
        row = self._sealer.row_of("settings", CENSUS)
        found = live.execute("SELECT sealed FROM settings WHERE row = ?", (row,)).fetchone()
        expected = dict.fromkeys(COUNTED, 0)
        if found is not None:
            self._write_number, content = self._sealer.open("settings", row, found[0])
            numbers = content.decode().split()
            expected = dict(zip(COUNTED, map(int, numbers), strict=True))
        if counts != expected:
            raise StoreDamaged
        self._census = expected

    def _save_census(self) -> dict[str, int]:
        change = {table: n for table, n in self._census_change.items() if table in COUNTED and n}
        census = {table: n + change.get(table, 0) for table, n in self._census.items()}
        if change:
            numbers = " ".join(str(census[table]) for table in COUNTED)
            self._put("settings", CENSUS, numbers.encode())
        self._census_change.clear()
        return census

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """SQLite's errors in our words; the original is kept as the cause."""
        try:
            yield
        except _FAULTS as fault:
            raise _in_our_words(fault) from fault


_FAULTS = (sqlite3.Error, UnicodeDecodeError)
"""The second when SQLite quotes a damaged table of contents in its message."""


def _in_our_words(fault: Exception) -> Exception:
    code = getattr(fault, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    if primary == sqlite3.SQLITE_FULL:
        return StoreFull()
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreInUse()
    return StoreDamaged()


def must_be_there(path: Path) -> None:
    """Raises StoreDamaged when there is no store where one was made, or nothing in it, or when
    its log lost commits.

    SQLite would make a new one, and throw the log of the old one away.
    """
    if not path.exists() or not path.stat().st_size or _is_cut_short(path):
        raise StoreDamaged
    log = path.with_name(path.name + "-wal")
    if log.exists() and lost_commits(log.read_bytes()):
        raise StoreDamaged


def _is_cut_short(path: Path) -> bool:
    """Whether the file is shorter than its own header says, with no log that could explain it.

    SQLite itself notices only when it comes to a page that is missing (SQLite documentation,
    "Database File Format", 1.3: page size at 16, size in pages at 28).
    """
    log = path.with_name(path.name + "-wal")
    if not path.exists() or (log.exists() and log.stat().st_size):
        return False
    with path.open("rb") as file:
        head = file.read(100)
    if not head:
        return False  # made a moment ago, nothing written yet
    size = int.from_bytes(head[16:18], "big")
    whole = int.from_bytes(head[28:32], "big") * (65536 if size == 1 else size)
    return len(head) < 100 or path.stat().st_size < whole


def connect(path: Path) -> sqlite3.Connection:
    """An open connection with the settings every commit relies on.

    WAL with synchronous=FULL: a commit is on the disk when it returns (SQLite documentation,
    pragma synchronous). locking_mode=EXCLUSIVE: one process at a time, and no shared-memory file.
    secure_delete: deleted rows are overwritten. One connection serves all threads, in turn.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=1.0)
    try:
        for pragma in (
            "locking_mode = EXCLUSIVE",
            "journal_mode = WAL",
            "synchronous = FULL",
            "secure_delete = ON",
            "temp_store = MEMORY",
            "trusted_schema = OFF",
            "cell_size_check = ON",
            "cache_size = -8000",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def migrate(connection: sqlite3.Connection) -> None:
    """Brings the file to FORMAT, one numbered script after the other, each in a transaction."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > FORMAT:
        raise StoreTooNew
    if version == 0:
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables:
            raise StoreDamaged
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    scripts = sorted(
        (
            item
            for item in resources.files("mobile.store.migrations").iterdir()
            if item.name[:4].isdigit()
        ),
        key=lambda item: item.name,
    )
    for script in scripts:
        number = int(script.name[:4])
        if number > version:
            connection.executescript(
                f"BEGIN IMMEDIATE;\n{script.read_text('utf-8')}\n"
                f"PRAGMA user_version = {number};\nCOMMIT;"
            )


def read_escrow(path: Path) -> list[bytes]:
    """Every escrow copy in the file, without any key. Changes nothing.

    Raises StoreInUse while the tablet is unlocked, StoreDamaged.
    """
    if not path.exists() and not path.with_name(path.name + "-wal").exists():
        return []
    must_be_there(path)
    try:
        with closing(connect(path)) as connection:
            return [sealed for (sealed,) in connection.execute("SELECT sealed FROM escrow")]
    except _FAULTS as fault:
        raise _in_our_words(fault) from fault
