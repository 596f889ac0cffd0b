"""Databases that have their shape already: migrated once a process, then copied for each test.

What migrations do is tested where they are; here they would cost half of the time of a test.
"""

from __future__ import annotations

import os
import tempfile
from functools import lru_cache
from pathlib import Path

import psycopg
from sqlalchemy import URL, Engine, make_url

from server.db.engine import open_engine
from server.db.migrate import migrate
from server.db.shape import current_revision


def bring_to_shape(engine: Engine) -> None:
    """Gives an empty database the shape of today; one that has it stays as it is."""
    file = Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None
    if file is not None and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(0o600)
        file.write_bytes(_migrated_file())
    elif current_revision(engine) is None:
        migrate(engine)


@lru_cache
def shaped_template(postgres_url: str) -> str:
    """The name of a database of that server to make others from."""
    name = f"shape_{os.getpid()}"
    plain = postgres_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    engine = open_engine(make_url(postgres_url).set(database=name))
    migrate(engine)
    engine.dispose()  # a template nobody is connected to
    return name


@lru_cache
def _migrated_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "shape.sqlite"
        engine = open_engine(URL.create("sqlite", database=str(file)))
        migrate(engine)
        engine.dispose()  # the last to leave brings the log into the file
        return file.read_bytes()
