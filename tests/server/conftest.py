"""An office for every test, on SQLite and on PostgreSQL, each with a database of its own."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import text

from server.db.engine import reading
from server.office import Office
from server.reference import publish
from tests.server.field import FieldTablet, make_office
from tests.server.shapes import shaped_template

_numbers = itertools.count(1)


def new_database(postgres_url: str, template: str = "template1") -> str:
    """The address of a fresh database on the session's server, empty or made from a template."""
    name = f"office_{next(_numbers)}"
    # The files as they are, not page by page through the log: twice as fast.
    made = f'create database "{name}" template "{template}" strategy file_copy'
    _administer(postgres_url, made)
    return postgres_url.rsplit("/", 1)[0] + f"/{name}"


def throw_away(postgres_url: str, database_url: str) -> None:
    """Removes that database of the session's server, whoever is still connected to it."""
    name = database_url.rsplit("/", 1)[1]
    _administer(postgres_url, f'drop database if exists "{name}" with (force)')


def _administer(postgres_url: str, statement: str) -> None:
    plain = postgres_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement)


def wait_until_blocked(office: Office, number: int) -> None:
    """Until so many transactions wait for another; on SQLite nobody can say, and a moment does."""
    if office.engine.dialect.name != "postgresql":
        time.sleep(0.3)
        return
    deadline = time.monotonic() + 60
    waiting = text(
        "select count(*) from pg_stat_activity "
        "where datname = current_database() and wait_event_type = 'Lock'"
    )
    while time.monotonic() < deadline:
        with reading(office.engine) as connection:
            if connection.scalar(waiting) == number:
                return
        time.sleep(0.05)
    raise AssertionError("They do not wait for one another.")


class CompiledTemplates(BytecodeCache):
    """Templates compiled once for all applications of this process."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


# Each office publishes the same reference data first: squeezed once for all of this process.
publish.squeezed = cache(publish.squeezed)
Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}


@pytest.fixture(params=["sqlite", "postgresql"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Office]]:
    """Makes offices on the database of this run; closes them afterwards."""
    made: list[Office] = []
    databases: list[str] = []

    def make_one(**settings: Any) -> Office:
        if request.param == "postgresql" and "database_url" not in settings:
            server = request.getfixturevalue("postgres_url")
            databases.append(new_database(server, shaped_template(server)))
            settings["database_url"] = databases[-1]
        made.append(make_office(tmp_path / f"office{len(made)}", **settings))
        return made[-1]

    yield make_one
    for office in made:
        office.close()
    for database in databases:
        throw_away(request.getfixturevalue("postgres_url"), database)


@pytest.fixture
def office(make: Callable[..., Office]) -> Office:
    """One office with three organisations."""
    return make()


@pytest.fixture
def tablet(office: Office) -> FieldTablet:
    """A tablet of the labour inspectorate."""
    return FieldTablet.enrol(office)


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Office]:
    """An office on SQLite only, for what has nothing to do with the database."""
    made = make_office(tmp_path / "lite")
    yield made
    made.close()
