"""A look at a page writes nothing but who looked, waits for nobody, and costs the same for any size
of the register."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from server.db.engine import reading, transaction
from server.jobs.worker import work_off
from server.office import Office
from server.staff import accounts
from server.staff.model import AuditEntry
from server.web import create_app
from tests.patience import PATIENCE_S
from tests.server.effort import steps
from tests.server.field import NOW, Clock, FieldTablet, seeded, somebody
from tests.server.web.conftest import Workplace
from tests.server.web.walk import (
    Look,
    fill_with_everything,
    fill_with_records,
    looked_at,
    make_read_only,
    walk,
)

PASSWORD = "a quite long sentence"
NOT_HERE = ("/api/v1/authority", "/countries", "/rollup", "/rollup/draft.zip")
"""An office without an authority of its own has none to give; it is no roll-up of countries."""
FOR_STATISTICIANS = frozenset({"/tables", "/counts", "/counts.csv", "/bench", "/estimates"})
NOT_IN_AN_OFFICE = {
    *("countries.one", "countries.edition", "countries.file"),
    "set_up.set_up",  # of an office that has a programme already
}
"""What only a roll-up of countries or an office without a programme has."""
LEADS_ON = {"staff.front", "languages.choose", "explore.latest"}
"""Routes that may lead to another page."""
NOTED = {
    "/programme/data",
    *("/intake", "/today", "/today/conflicts", "/today/returned"),
    *("/programme/tablets", "/programme/log", "/programme/log.csv", "/programme/quotas"),
    *("/today/pairs", "/today/odd-tablets", "/assignments", "/today/queries"),
}
"""Pages of figures that are not protected: who looks at one stands in the audit log."""
LOOKED_FOR_ON_DEMAND = {"odd_tablets.listed"}
"""Looks over what came in the days a steward chooses; what stands on /today was found by a job."""
PAGES = {"A_PAGE", "WINDOW", "MOST_SHOWN", "MOST_COUNTED", "MOST_LISTED", "MOST_SEEN"}
"""Names of what a page shows, or counts, at most."""
PUBLISHED = ("explore", "editions", "knowledge", "sdmx", "trends", "targets", "static", "api")
"""Routes of what is published: files, which no register makes longer."""


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


def test_no_look_writes_anything_but_who_looked(office: Office) -> None:
    """Every page of every role, with what it leads to, in an office where there is one of
    everything."""
    app = create_app(office.config, office.clock, seeded(6))
    workplace = Workplace(office, app)
    beside = fill_with_everything(workplace)
    clients = {role: workplace.sign_in(role) for role in accounts.ROLES} | {"": app.test_client()}
    make_read_only(office)
    later = office.clock.now = office.clock() + timedelta(minutes=3)  # type: ignore[attr-defined]

    told = walk(app, clients, beside)

    expected = {look: 404 if look.address in NOT_HERE else 200 for look in told}
    for look, reply in told.items():
        if look.endpoint in LEADS_ON and reply.status_code == 302:
            expected[look] = 302
    assert {look: reply.status_code for look, reply in told.items()} == expected
    assert {look.endpoint for look in told} == set(looked_at(app)) - NOT_IN_AN_OFFICE
    with reading(office.engine) as connection:
        looks = connection.scalars(
            select(AuditEntry.details).where(AuditEntry.action == "looked_at")
        ).all()
        seen_at_s = list(connection.scalars(text("select last_seen_at_s from staff_session")))
    pages = {path.rsplit("/", 1)[-1] for path in NOTED}
    assert pages <= {look["page"] for look in looks}
    assert int(later.timestamp()) in seen_at_s
    app.extensions["tally87"].close()


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
            assert time.monotonic() - began < PATIENCE_S, path

    for path in NOTED:
        assert client.get(path).status_code == 200


def show_little_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page shows at most, a small register has too: what is beyond it must cost nothing."""
    shown = 0
    for name, module in list(sys.modules.items()):
        for limit in PAGES & vars(module).keys() if name.startswith("server.") else ():
            monkeypatch.setattr(module, limit, 4)
            shown += 1
    assert shown > len(PAGES)


def test_no_look_costs_more_in_a_larger_register(
    lite: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page of every role, with what it leads to."""
    app = create_app(lite.config, lite.clock, seeded(6))
    show_little_at_a_time(monkeypatch)
    workplace, office = Workplace(lite, app), app.extensions["tally87"]
    beside = fill_with_everything(workplace)
    for seed in (50, 51):
        fill_with_records(workplace, 10, seed)
    clients = {role: workplace.sign_in(role) for role in accounts.ROLES} | {"": app.test_client()}
    looks = [
        look
        for look in walk(app, clients, beside)
        if look.endpoint not in LOOKED_FOR_ON_DEMAND and not look.endpoint.startswith(PUBLISHED)
    ]
    assert {"releases.one", "conflicts.one", "tablet_pages.one"} <= {one.endpoint for one in looks}

    def costs() -> dict[Look, int]:
        return {
            look: steps(office, lambda look=look: clients[look.role].get(look.address))  # type: ignore[misc]
            for look in looks
        }

    small = costs()
    for seed in range(60, 64):
        fill_with_records(workplace, 30, seed)
    large = costs()
    office.close()

    grew = {look: (small[look], large[look]) for look in looks if large[look] > most(small[look])}
    assert grew == {}


def most(in_a_small_register: int) -> float:
    """Of what a look may cost in one that is many times as large: trees are a little deeper."""
    return 1.5 * in_a_small_register + 60
