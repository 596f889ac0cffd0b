"""An office with a register to publish from, made once for a file of tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.office import Office
from server.office.config import config_for
from tests.server.conftest import new_database, throw_away
from tests.server.field import Clock, make_office, seeded
from tests.server.releases.register import Field, work
from tests.server.shapes import shaped_template


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with 240 children, closed; every test opens a copy of its own."""
    return _closed(make_office(tmp_path_factory.mktemp("made") / "office"))


@pytest.fixture(scope="module")
def made_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgres_url: str
) -> Iterator[tuple[Path, str]]:
    """The same on PostgreSQL: folder and address of the database."""
    url = new_database(postgres_url, shaped_template(postgres_url))
    folder = tmp_path_factory.mktemp("made") / "office"
    yield _closed(make_office(folder, database_url=url)), url
    throw_away(postgres_url, url)


def _closed(office: Office) -> Path:
    Field.begin(office).meet(240)
    work(office)
    office.close()
    return office.config.folder


@pytest.fixture
def kept_office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """A copy of the office that was made, on SQLite unless a test asks for both."""
    settings = {}
    if getattr(request, "param", "sqlite") == "postgresql":
        server = request.getfixturevalue("postgres_url")
        folder, url = request.getfixturevalue("made_on_postgresql")
        settings["database_url"] = new_database(server, url.rsplit("/", 1)[1])
    else:
        folder = request.getfixturevalue("made")
    shutil.copytree(folder, tmp_path / "office")
    opened = Office.open(config_for(tmp_path / "office", **settings), Clock(), seeded(2))
    yield opened
    opened.close()
    if settings:
        throw_away(server, settings["database_url"])
