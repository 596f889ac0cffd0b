"""Copies of a whole database: made while it is worked on, checked by opening, put in place.

Owns how either database is copied; knows no table. SQLite by its online backup (www.sqlite.org/
backup.html), PostgreSQL by pg_dump and pg_restore, which come with it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import URL

from server.db.engine import reading
from server.durable import sync_folder
from shared.errors import ServiceError

_PIECE = 1 << 20
_WAL_FILES = ("-wal", "-shm")


class CopyFailed(ServiceError):
    """A copy that could not be made, read or put in place; what was there before still is."""


@dataclass(frozen=True)
class Copy:
    """A copy of a database in one file. rows: how many each table had at that moment; sha256: of
    the file, hexadecimal."""

    dialect: str
    rows: Mapping[str, int]
    bytes: int
    sha256: str


def make_copy(engine: Engine, file: Path) -> Copy:
    """Copies the database as it is at one moment; writers go on meanwhile. The file is readable by
    its owner only, and was opened and read through before this returns. Raises CopyFailed."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if engine.dialect.name == "sqlite":
        with (
            closing(sqlite3.connect(str(engine.url.database))) as source,
            closing(sqlite3.connect(file)) as target,
        ):
            source.backup(target)
            # One file, with no log beside it: what is carried away is whole.
            target.execute("pragma journal_mode=delete")
        rows = rows_of_file(file)
    else:
        with reading(engine) as connection:
            rows = _rows(connection)
            snapshot = connection.scalar(text("select pg_export_snapshot()"))
            _run(
                *("pg_dump", "--format=custom", "--no-owner", "--no-privileges"),
                *(f"--snapshot={snapshot}", f"--file={file}", _address(engine.url)),
                url=engine.url,
            )
        check_dump(file)
    with file.open("rb") as written:
        os.fsync(written.fileno())
    return Copy(engine.dialect.name, rows, file.stat().st_size, digest_of(file))


def digest_of(file: Path) -> str:
    """SHA-256 of a file, read in pieces. Raises CopyFailed."""
    digest = hashlib.sha256()
    try:
        with file.open("rb") as opened:
            while piece := opened.read(_PIECE):
                digest.update(piece)
    except OSError:
        raise CopyFailed(f"{file.name} cannot be read.") from None
    return digest.hexdigest()


def rows_of_file(file: Path) -> dict[str, int]:
    """Rows of each table of an SQLite file that SQLite finds nothing wrong with. Raises CopyFailed.

    Checked: every page and index (integrity_check), every reference (foreign_key_check).
    """
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            found = opened.execute("pragma integrity_check(3)").fetchall()
            if found != [("ok",)]:
                raise CopyFailed(f"{file.name} is damaged: {found[0][0]}.")
            if opened.execute("pragma foreign_key_check").fetchone():
                raise CopyFailed(f"{file.name} is damaged: rows refer to rows that are not there.")
            names = [
                name
                for (name,) in opened.execute(
                    "select name from sqlite_master where type = 'table' "
                    "and name not like 'sqlite!_%' escape '!' order by name"
                )
            ]
            return {
                name: opened.execute(f'select count(*) from "{name}"').fetchone()[0]  # noqa: S608
                for name in names
            }
    except sqlite3.Error:
        raise CopyFailed(f"{file.name} is no SQLite database, or is damaged.") from None


def check_dump(file: Path) -> None:
    """Reads a dump of PostgreSQL from end to end. Raises CopyFailed."""
    _run("pg_restore", f"--file={os.devnull}", str(file))


def is_empty(engine: Engine) -> bool:
    """Whether the database has no table yet; on SQLite, whether there is no file: one that is
    there may be damaged, and is somebody's."""
    if engine.dialect.name == "sqlite":
        return not Path(str(engine.url.database)).exists()
    with engine.connect() as connection:
        return not inspect(connection).get_table_names()


def put_into_empty(engine: Engine, file: Path) -> dict[str, int]:
    """Fills an empty PostgreSQL database from a dump, in one transaction; the rows it then has.
    Raises CopyFailed, and the database stays empty."""
    _run(
        *("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner"),
        *("--no-privileges", f"--dbname={_address(engine.url)}", str(file)),
        url=engine.url,
    )
    with reading(engine) as connection:
        return _rows(connection)


@contextmanager
def put_in_place(place: Path, file: Path, aside: Path) -> Iterator[Path]:
    """Puts a copy where the embedded database is. The block is given a file to work on; when it
    ends well, that takes the place of the one before, which is kept as ``aside``.

    A copy never stands in the place half written, nor before the block has made of it what may be
    used. Raises CopyFailed when there is no room.
    """
    new = place.with_name(place.name + ".restoring")
    _remove(new)
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        shutil.copyfile(file, new)
    except OSError as error:
        _remove(new)
        raise CopyFailed(f"The copy cannot be written: {error.strerror}.") from None
    try:
        yield new
        with closing(sqlite3.connect(new)) as opened:
            opened.execute("pragma wal_checkpoint(truncate)")
            opened.execute("pragma journal_mode=delete")
        with new.open("rb") as written:
            os.fsync(written.fileno())
    except BaseException:
        _remove(new)
        raise
    if place.exists():
        for ending in ("", *_WAL_FILES):
            old = place.with_name(place.name + ending)
            if old.exists():
                old.rename(aside.with_name(aside.name + ending))
    new.rename(place)
    sync_folder(place.parent)


def _remove(file: Path) -> None:
    for ending in ("", *_WAL_FILES):
        file.with_name(file.name + ending).unlink(missing_ok=True)


def _rows(connection: Connection) -> dict[str, int]:
    names = sorted(inspect(connection).get_table_names())
    return {
        name: connection.scalar(text(f'select count(*) from "{name}"')) or 0  # noqa: S608
        for name in names
    }


def _address(url: URL) -> str:
    """For PostgreSQL's own programs; without the password, which every user of a machine could
    read in its list of processes."""
    return url.set(drivername="postgresql", password=None).render_as_string()


def _run(program: str, *arguments: str, url: URL | None = None) -> None:
    password = {} if url is None or url.password is None else {"PGPASSWORD": str(url.password)}
    try:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, no shell
            [program, *arguments],
            env=os.environ | password,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
    except FileNotFoundError:
        raise CopyFailed(
            f"{program} is not there. It comes with PostgreSQL (Debian: postgresql-client) and "
            "must be as new as the server."
        ) from None
    if done.returncode:
        # Its first line says what; later ones may quote rows.
        said = (done.stderr.decode(errors="replace").strip().splitlines() or ["no reason"])[0]
        raise CopyFailed(f"{program} failed. It says: {said}")
