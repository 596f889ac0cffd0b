"""An office for every test, on SQLite and on PostgreSQL, each with a database of its own."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from server.db.engine import reading
from server.office import Office
from tests.server.field import FieldTablet, make_office
from tests.server.shapes import shaped_template

_numbers = itertools.count(1)


def new_database(postgres_url: str, template: str = "template1") -> str:
    """The address of a fresh database on the session's server, empty or made from a template."""
    name = f"office_{next(_numbers)}"
    plain = postgres_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'create database "{name}" template "{template}"')
    return postgres_url.rsplit("/", 1)[0] + f"/{name}"


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


@pytest.fixture(params=["sqlite", "postgresql"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Office]]:
    """Makes offices on the database of this run; closes them afterwards."""
    made: list[Office] = []

    def make_one(**settings: Any) -> Office:
        if request.param == "postgresql":
            server = request.getfixturevalue("postgres_url")
            url = new_database(server, shaped_template(server))
            settings.setdefault("database_url", url)
        made.append(make_office(tmp_path / f"office{len(made)}", **settings))
        return made[-1]

    yield make_one
    for office in made:
        office.close()


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
