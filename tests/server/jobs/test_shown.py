"""How jobs stand is told to stewards, to Prometheus and to load balancers, and to nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from server import queue
from server.db.engine import transaction
from server.office import Office
from server.queue import JobKind
from server.staff import accounts
from server.web import create_app
from tests.server.field import Clock, FieldTablet, seeded, somebody

PASSWORD = "a quite long sentence"


@pytest.fixture
def app(lite: Office) -> Iterator[Flask]:
    """An office where two cases wait for an hour and one table was put aside."""
    tablet = FieldTablet.enrol(lite)
    visit = tablet.visit()
    tablet.send(visit, tablet.case(visit, somebody(1)), tablet.case(visit, somebody(2)))
    with transaction(lite.engine) as connection:
        queue.ask(connection, JobKind.PROTECT, ["1999"], lite.now_s())
        for _ in range(queue.MOST_TRIES):
            queue.failed(connection, JobKind.PROTECT, "1999", "NotSafe", lite.now_s())
    for role in ("steward", "viewer"):
        accounts.add_account(lite, role, role, PASSWORD)
    clock = Clock()
    app = create_app(lite.config, clock, seeded(6))
    clock.now = clock.now.replace(hour=13)
    yield app
    app.extensions["tally87"].close()


def test_steward_sees_what_waits_and_what_was_put_aside_with_its_reason(app: Flask) -> None:
    client = app.test_client()
    client.post("/sign-in", data={"name": "steward", "password": PASSWORD})

    page = client.get("/jobs").get_data(as_text=True)

    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))
    assert "Link a case 2 0 0 0 60" in plain
    assert "Protect tables 1999 Put aside 60 5 NotSafe" in plain
    assert "server." not in plain
    assert 'href="/jobs"' in client.get("/intake").get_data(as_text=True)


def test_who_has_no_business_with_jobs_does_not_see_them(app: Flask) -> None:
    client = app.test_client()
    client.post("/sign-in", data={"name": "viewer", "password": PASSWORD})

    assert client.get("/jobs").status_code == 403
    assert 'href="/jobs"' not in client.get("/").get_data(as_text=True)


def test_prometheus_reads_the_jobs_from_this_machine_only(app: Flask) -> None:
    reply = app.test_client().get("/metrics")

    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(reply.get_data(as_text=True))
        for sample in family.samples
    }
    assert found["tally87_jobs", "link", "waits"] == 2
    assert found["tally87_jobs", "protect", "put_aside"] == 1
    assert found["tally87_oldest_job_seconds", "link"] == 3600
    elsewhere = app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 403
    assert elsewhere.json is not None, "as the description of the API says"
    assert elsewhere.json["code"] == "forbidden"


def test_health_tells_strangers_that_jobs_are_late_and_no_figure(app: Flask) -> None:
    reply = app.test_client().get("/healthz", environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert reply.get_json() == {"status": "ok", "jobs": "late"}


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_figures_of_jobs_are_for_nobody_behind_a_proxy_on_this_machine(
    app: Flask, header: str
) -> None:
    """To the office everybody who comes through such a proxy looks like this machine."""
    reply = app.test_client().get("/metrics", headers={header: "192.0.2.7"})

    assert reply.status_code == 403
