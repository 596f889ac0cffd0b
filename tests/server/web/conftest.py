"""An office with an account of every role, made once and copied for each test, and its pages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server.db.engine import reading
from server.office import Office
from server.office.config import config_for
from server.staff.model import AuditEntry
from server.web import create_app
from tests.server.field import NOW, Clock, add_account_of_every_role, make_office, seeded

PASSWORD = "a quite long sentence"


@dataclass
class Workplace:
    """An office and its pages; the clock of the pages is three days after what was sent."""

    office: Office
    app: Flask

    def sign_in(self, name: str, password: str = PASSWORD) -> FlaskClient:
        """A browser in which this account is signed in."""
        client = self.app.test_client()
        reply = client.post("/sign-in", data={"name": name, "password": password})
        assert reply.status_code == 303, reply.text
        return client

    def post(self, client: FlaskClient, path: str, **fields: str) -> str:
        """What the page after a form says."""
        reply = client.post(path, data={"csrf_token": token_of(client), **fields})
        assert reply.status_code == 303, reply.text
        return client.get(reply.headers["Location"]).text

    def last_act(self) -> tuple[str, str]:
        """Who did what last, looks left out, by the audit log."""
        acts = select(AuditEntry.actor, AuditEntry.action).where(AuditEntry.action != "looked_at")
        newest = acts.order_by(AuditEntry.number.desc()).limit(1)
        with reading(self.office.engine) as connection:
            actor, action = connection.execute(newest).one()
        return actor, action


def token_of(client: FlaskClient) -> str:
    """The token every form of this session carries."""
    found = re.search(r'name="csrf_token" value="(\w+)"', client.get("/account").text)
    assert found is not None
    return found[1]


@pytest.fixture(scope="session")
def office_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office nobody has sent anything to."""
    folder = tmp_path_factory.mktemp("made") / "office"
    office = make_office(folder)
    add_account_of_every_role(office, PASSWORD)
    office.close()
    return folder


@pytest.fixture
def workplace(office_folder: Path, tmp_path: Path) -> Iterator[Workplace]:
    """A copy of that office for one test, with its pages."""
    folder = shutil.copytree(office_folder, tmp_path / "workplace")
    config = config_for(folder, public_url="http://127.0.0.1:8087")
    office = Office.open(config, Clock(), seeded(2))
    app = create_app(config, Clock(NOW + timedelta(days=3)), seeded(6))
    yield Workplace(office, app)
    app.extensions["tally87"].close()
    office.close()
