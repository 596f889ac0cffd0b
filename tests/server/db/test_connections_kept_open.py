"""A serving process keeps its connections to SQLite, and never uses one it must not."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from server.db.engine import _FORGOTTEN, brief, open_engine, reading, transaction
from server.office.config import config_for


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_engine(config_for(tmp_path).database, kept_open=True)
    with transaction(made) as connection:
        connection.execute(text("create table seen (number integer)"))
    yield made
    made.dispose()
    # What must not be used is not closed by the engine either: here nobody else uses the files.
    for forgotten in _FORGOTTEN:
        assert isinstance(forgotten, sqlite3.Connection)
        forgotten.close()
    _FORGOTTEN.clear()


def file_of(engine: Engine) -> Path:
    return Path(str(engine.url.database))


def test_log_is_not_written_into_the_file_after_each_transaction(engine: Engine) -> None:
    """As long as somebody has it open, it stays for the next transaction."""
    assert Path(f"{file_of(engine)}-wal").stat().st_size > 0


def test_transaction_after_a_restore_is_written_to_what_was_restored(
    engine: Engine, tmp_path: Path
) -> None:
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as made:
        made.execute("create table seen (number integer)")
    for beside in ("", "-wal", "-shm"):
        shutil.move(f"{file_of(engine)}{beside}", tmp_path / f"aside{beside}")
    shutil.move(other, file_of(engine))

    with transaction(engine) as connection:
        connection.execute(text("insert into seen values (1)"))
    engine.dispose()

    with closing(sqlite3.connect(file_of(engine))) as opened:
        assert opened.execute("select count(*) from seen").fetchone() == (1,)
    with closing(sqlite3.connect(tmp_path / "aside")) as opened:
        assert opened.execute("select count(*) from seen").fetchone() == (0,)


def test_child_of_a_fork_makes_a_connection_of_its_own(engine: Engine) -> None:
    with reading(engine) as connection:
        ours = id(connection.connection.dbapi_connection)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with transaction(engine) as connection:
                connection.execute(text("insert into seen values (2)"))
                code = int(id(connection.connection.dbapi_connection) == ours)
        finally:
            os._exit(code)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with reading(engine) as connection:
        assert connection.scalar(text("select count(*) from seen")) == 1
        assert id(connection.connection.dbapi_connection) == ours


def test_brief_wait_does_not_stay_with_a_connection(engine: Engine) -> None:
    with brief(engine, 7) as connection:
        assert connection.scalar(text("pragma busy_timeout")) == 7
    with transaction(engine) as connection:
        assert connection.scalar(text("pragma busy_timeout")) == 30_000
