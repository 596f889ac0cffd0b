"""Counts that are not published: for the office only, true ones for statisticians and noted."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server.db.engine import reading
from server.jobs.worker import work_off
from server.office import Office
from server.staff import accounts
from server.staff.model import AuditEntry
from server.tables.declaration import standard
from server.web import create_app
from tests.server.field import CHEAP_HASHER, Clock, FieldTablet, seeded, somebody

PASSWORD = "a quite long sentence"


@pytest.fixture
def app(lite: Office) -> Iterator[Flask]:
    """An office with thirty children in three areas."""
    tablet = FieldTablet.enrol(lite)
    records = []
    for number in range(30):
        visit = tablet.visit(area=f"PK-PB-0{number % 3 + 1}")
        records += [visit, tablet.case(visit, somebody(number))]
    tablet.send(*records)
    work_off(lite)
    app = create_app(lite.config, Clock(), seeded(6))
    app.extensions["tally87"].hasher = CHEAP_HASHER
    yield app
    app.extensions["tally87"].close()


def sign_in(app: Flask, role: str) -> FlaskClient:
    accounts.add_account(app.extensions["tally87"], role, role, PASSWORD)
    client = app.test_client()
    reply = client.post("/sign-in", data={"name": role, "password": PASSWORD})
    assert reply.status_code == 303
    return client


def test_reader_without_a_role_in_the_office_sees_nothing_that_is_not_published(
    app: Flask,
) -> None:
    client = sign_in(app, "viewer")

    front = client.get("/")

    assert front.status_code == 200
    assert "Nothing is published yet" in front.get_data(as_text=True)
    assert ">30<" not in front.get_data(as_text=True)
    for path in ("/counts", "/counts.csv", "/tables", "/tables?table=CL-CLASS&period=2026"):
        assert client.get(path).status_code == 403


@pytest.mark.parametrize("role", ["administrator", "steward"])
def test_counts_beside_no_edition_are_for_statisticians_and_each_look_is_noted(
    app: Flask, role: str
) -> None:
    office: Office = app.extensions["tally87"]
    other = sign_in(app, role)
    for path in ("/counts", "/counts.csv"):
        assert other.get(path).status_code == 403

    assert sign_in(app, "statistician").get("/counts").status_code == 200

    with reading(office.engine) as connection:
        looks = connection.scalars(
            select(AuditEntry.details).where(AuditEntry.action == "looked_at")
        )
        assert [one["page"] for one in looks] == ["counts"]


def test_statistician_sees_true_counts_with_a_warning_and_each_look_is_noted(app: Flask) -> None:
    office: Office = app.extensions["tally87"]
    client = sign_in(app, "statistician")

    page = client.get("/tables?table=CL-CLASS&period=2026").get_data(as_text=True)

    assert "True counts, not protected." in page
    assert ">10<" in page
    assert "server." not in re.sub(r"<[^>]*>", "", page)
    assert "tables." not in re.sub(r"<[^>]*>", "", page)
    with reading(office.engine) as connection:
        entries = connection.execute(
            select(AuditEntry.actor, AuditEntry.details).where(AuditEntry.action == "looked_at")
        ).all()
    assert [tuple(one) for one in entries] == [
        ("account statistician", {"page": "tables", "table": "CL-CLASS", "period": "2026"})
    ]
    assert client.get("/tables?table=NOTHING&period=2026").status_code == 404
    for other in ("administrator", "steward"):
        assert sign_in(app, other).get("/tables").status_code == 403


def test_every_declared_table_has_a_title_and_words(app: Flask) -> None:
    client = sign_in(app, "statistician")
    for code in standard().tables:
        page = client.get(f"/tables?table={code}&period=2026")
        said = re.sub(r"<[^>]*>", "", page.get_data(as_text=True))
        assert page.status_code == 200, code
        assert not re.findall(r"(?:server|tables)\.[a-z]", said), code
