"""A look at a page writes nothing but who looked, waits for nobody, and costs the same for any size
of the register."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, inspect, select, text

from server.db.engine import reading, transaction
from server.jobs.worker import work_off
from server.office import Office
from server.staff import accounts
from server.staff.model import AuditEntry
from server.web import create_app
from tests.server.field import NOW, Clock, FieldTablet, seeded, somebody

PASSWORD = "a quite long sentence"
NOT_HERE = ("/api/v1/authority", "/countries", "/rollup", "/rollup/draft.zip")
"""An office without an authority of its own has none to give; it is no roll-up of countries."""
FOR_STATISTICIANS = frozenset({"/tables", "/counts", "/counts.csv", "/bench", "/estimates"})
NOTED = {
    *("/intake", "/today", "/today/conflicts", "/today/returned"),
    *("/programme/tablets", "/programme/log", "/programme/log.csv", "/programme/quotas"),
    *("/today/pairs", "/today/odd-tablets", "/assignments", "/today/queries"),
}
"""Pages of figures that are not protected: who looks at one stands in the audit log."""
LOOKED_FOR_ON_DEMAND = {"/today/odd-tablets"}
"""Looks over what came in the days a steward chooses; what stands on /today was found by a job."""
MAY_BE_WRITTEN = {"audit_entry", "staff_session"}


def make_read_only(office: Office) -> None:
    """From now on the database itself refuses to write any table but those two."""
    with transaction(office.engine) as connection:
        names = sorted(set(inspect(connection).get_table_names()) - MAY_BE_WRITTEN)
        if connection.dialect.name == "postgresql":
            connection.execute(
                text(
                    "create function refuse() returns trigger language plpgsql as "
                    "$$ begin raise exception 'a look writes'; end $$"
                )
            )
        for name in names:
            for what in ("insert", "update", "delete"):
                if connection.dialect.name == "postgresql":
                    ends = "for each statement execute function refuse()"
                else:
                    ends = "begin select raise(abort, 'a look writes'); end"
                connection.execute(
                    text(f'create trigger no_{what}_{name} before {what} on "{name}" {ends}')
                )


def fill(office: Office, tablet: FieldTablet, cases: int) -> None:
    visit = tablet.visit()
    tablet.send(visit, *(tablet.case(visit, somebody(number)) for number in range(cases)))
    bad = tablet.visit()
    tablet.send(*(tablet.case(bad, given_name="MARKER") for _ in range(cases)))
    work_off(office)


@pytest.fixture
def signed_in(office: Office) -> Iterator[tuple[Flask, FlaskClient]]:
    """The pages of an office with cases, some of which still wait to be linked."""
    tablet = FieldTablet.enrol(office)
    fill(office, tablet, 3)
    visit = tablet.visit()
    tablet.send(visit, tablet.case(visit, somebody(9)))
    accounts.add_account(office, "boss", "administrator", PASSWORD)
    app = create_app(office.config, Clock(), seeded(6))
    client = app.test_client()
    assert client.post("/sign-in", data={"name": "boss", "password": PASSWORD}).status_code == 303
    yield app, client
    app.extensions["tally87"].close()


def gets(app: Flask) -> list[str]:
    found = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.rule not in NOT_HERE
    ]
    assert {"/counts", "/counts.csv", "/intake", "/jobs", "/healthz", "/metrics"} <= set(found)
    return found


def test_no_look_writes_anything_but_who_looked(
    office: Office, signed_in: tuple[Flask, FlaskClient]
) -> None:
    app, client = signed_in
    make_read_only(office)
    app.extensions["tally87"].clock.now = NOW + timedelta(minutes=3)

    for path in gets(app):
        # What is not protected is for statisticians only.
        refused = path in FOR_STATISTICIANS
        expected = (403,) if refused else (404,) if path in NOT_HERE else (200, 302)
        assert client.get(path).status_code in expected, path

    with reading(office.engine) as connection:
        newest = connection.execute(
            select(AuditEntry.actor, AuditEntry.action, AuditEntry.details)
            .order_by(AuditEntry.number.desc())
            .limit(1)
        ).one()
        (seen_at_s,) = connection.scalars(text("select last_seen_at_s from staff_session"))
    assert tuple(newest[:2]) == ("account boss", "looked_at")
    assert newest.details["page"] in {path.rsplit("/", 1)[-1] for path in NOTED}
    assert seen_at_s == int((NOW + timedelta(minutes=3)).timestamp())


def test_a_look_that_cannot_be_noted_is_refused_and_no_other_waits(
    office: Office, signed_in: tuple[Flask, FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, client = signed_in
    monkeypatch.setattr("server.web.pages.looks.LOOK_WAITS_MS", 200)
    app.extensions["tally87"].clock.now = NOW + timedelta(minutes=3)
    with transaction(office.engine) as writing:
        if writing.dialect.name == "postgresql":
            writing.execute(text("lock table audit_entry, staff_session in exclusive mode"))
        for path in gets(app):
            began = time.monotonic()
            status = client.get(path).status_code
            allowed = (503,) if path in NOTED else (404,) if path in NOT_HERE else (200, 302)
            if path in FOR_STATISTICIANS:
                allowed = (403,)
            assert status in allowed, path
            assert time.monotonic() - began < 20, path

    for path in NOTED:
        assert client.get(path).status_code == 200


def steps(office: Office, look: Callable[[], Any]) -> int:
    """Thousands of instructions of SQLite's machine that a look takes: a clock no load disturbs."""
    counted = 0

    def count() -> None:
        nonlocal counted
        counted += 1

    def listen(connection: Any, _: object) -> None:
        connection.set_progress_handler(count, 100)

    event.listen(office.engine, "connect", listen)
    try:
        look()
    finally:
        event.remove(office.engine, "connect", listen)
    return counted


def test_no_look_costs_more_in_a_larger_register(
    lite: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a page shows at most, a small register has too: what is beyond it must cost nothing.
    for name in ("stewardship.waiting.WINDOW", "web.pages.today.A_PAGE"):
        monkeypatch.setattr(f"server.{name}", 20)
    monkeypatch.setattr("server.web.pages.audit_log.A_PAGE", 5)
    tablet = FieldTablet.enrol(lite)
    fill(lite, tablet, 20)
    accounts.add_account(lite, "boss", "administrator", PASSWORD)
    app = create_app(lite.config, Clock(), seeded(6))
    office, client = app.extensions["tally87"], app.test_client()
    client.post("/sign-in", data={"name": "boss", "password": PASSWORD})
    try:
        paths = gets(app)
        small = {path: steps(office, lambda path=path: client.get(path)) for path in paths}  # type: ignore[misc]
        for _ in range(10):
            fill(lite, tablet, 20)
        large = {path: steps(office, lambda path=path: client.get(path)) for path in paths}  # type: ignore[misc]
    finally:
        office.close()

    for path in set(paths) - LOOKED_FOR_ON_DEMAND:
        assert large[path] <= 1.5 * small[path] + 20, (path, small[path], large[path])
