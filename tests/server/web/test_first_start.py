"""The first start: from nothing to an administrator who is signed in, on pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from server.cli import main
from server.db.engine import reading
from server.db.migrate import migrate
from server.db.shape import DatabaseTooOld
from server.office import Office
from server.office.config import config_for
from server.operations import first_start
from server.programme.keys import make_keys
from server.programme.programme import programme_of
from server.staff.model import Invitation
from server.web import create_app
from tests.server.field import Clock, seeded

FORM = {"name": "National programme", "country": "PAK", "administrator": "Amina"}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[tuple[Office, Flask, str]]:
    """An office nobody has set up, its pages, and the path of its link."""
    config = config_for(tmp_path / "office", public_url="http://127.0.0.1:8087")
    office = Office.open(config, Clock(), seeded(1))
    token = first_start.prepare(office)
    app = create_app(config, Clock(), seeded(2))
    yield office, app, f"/set-up/{token}"
    app.extensions["tally87"].close()
    office.close()


def test_link_leads_from_nothing_to_a_signed_in_administrator(
    empty: tuple[Office, Flask, str],
) -> None:
    office, app, link = empty
    client = app.test_client()
    assert client.get("/sign-in").status_code == 503
    for _ in range(2):
        assert "Pakistan" in client.get(link).text

    for wrong, said in (
        ({"country": "XXX"}, "choose a country"),
        ({"name": ""}, "name is missing"),
        ({"administrator": ""}, "1 to 80 characters"),
    ):
        reply = client.post(link, data={**FORM, **wrong})
        assert reply.status_code == 409
        assert said in reply.text
    page = client.post(link, data=FORM).text

    assert str(office.config.key_folder) in page
    assert programme_of(office).country == "PAK"
    assert client.get(link).status_code == 404
    assert client.post(link, data=FORM).status_code == 404
    assert first_start.prepare(office) is None
    join = re.search(r'href="(/join/\w+)"', page)
    assert join is not None
    secret = re.search(r"<code>([A-Z2-7]+)</code>", client.get(join[1]).text)
    assert secret is not None
    now = app.extensions["tally87"].clock.now
    password = {"password": "plums in the garden", "again": "plums in the garden"}
    chosen = client.post(join[1], data={**password, "code": pyotp.TOTP(secret[1]).at(now)})
    assert chosen.status_code == 200
    code = pyotp.TOTP(secret[1]).at(now + timedelta(seconds=30))
    client.post("/sign-in", data={"name": "Amina", **password, "code": code})
    assert "National programme" in client.get("/programme").text


def test_link_works_for_an_hour_from_this_machine_and_only_the_newest(
    empty: tuple[Office, Flask, str],
) -> None:
    office, app, link = empty
    client = app.test_client()
    elsewhere = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    assert client.get(link, **elsewhere).status_code == 403  # type: ignore[arg-type]
    assert client.get(link, headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    other = client.post(link, data=FORM, headers={"Origin": "https://elsewhere.example"})
    assert other.status_code == 400
    assert client.get("/set-up/" + "0" * 64).status_code == 404
    assert not first_start.has_programme(office)

    newer = first_start.prepare(office)
    assert client.get(link).status_code == 404
    assert client.get(f"/set-up/{newer}").status_code == 200
    app.extensions["tally87"].clock.now += timedelta(minutes=61)
    assert client.get(f"/set-up/{newer}").status_code == 404


def test_first_start_that_was_cut_off_is_done_again(empty: tuple[Office, Flask, str]) -> None:
    office, app, link = empty
    make_keys(office.config.key_folder, office.random_bytes)

    assert app.test_client().post(link, data=FORM).status_code == 200

    token = first_start.link_for_the_first(office)
    assert token is not None
    assert "Amina" in app.test_client().get(f"/join/{token}").text


def test_missing_database_beside_keys_is_no_first_start(tmp_path: Path) -> None:
    office = Office.open(config_for(tmp_path / "office"), Clock(), seeded(1))
    make_keys(office.config.key_folder, office.random_bytes)

    with pytest.raises(DatabaseTooOld):
        first_start.prepare(office)

    assert not (tmp_path / "office" / "tally87.sqlite").exists()
    office.close()


def test_serve_prints_the_link_of_an_empty_office_and_keeps_its_hash_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "office"
    monkeypatch.setenv("TALLY87_FOLDER", str(folder))
    monkeypatch.setenv("TALLY87_PRODUCTION", "no")
    monkeypatch.setattr("server.cli.serving._Server.run", lambda server: None)

    ran = CliRunner().invoke(main, ["serve", "--no-worker", "--port", "8123"])

    assert ran.exit_code == 0, ran.output
    link = re.search(r"http://127\.0\.0\.1:8123/set-up/(\w{64})", ran.output)
    assert link is not None
    office = Office.open(config_for(folder), Clock(), seeded(1))
    migrate(office.engine)
    with reading(office.engine) as connection:
        (kept,) = connection.scalars(select(Invitation.token_hash))
    office.close()
    assert kept != link[1]
    assert link[1].encode() not in (folder / "tally87.sqlite").read_bytes()
