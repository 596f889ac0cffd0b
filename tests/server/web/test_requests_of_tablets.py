"""Requests of tablets through the whole application: paced, answered, logged without content."""

from __future__ import annotations

import io
import json
import logging
import time
from dataclasses import replace

import pytest
from sqlalchemy import Connection, event

from server.intake import quota
from server.office import Office
from server.web import create_app
from tests.server.field import Clock, FieldTablet, seeded, somebody, words


@pytest.mark.parametrize(
    "called", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "a/b"]
)
def test_parcel_is_taken_in_whatever_the_sender_calls_its_bytes(lite: Office, called: str) -> None:
    """curl --data-binary and Python's urllib call all they send a form."""
    app = create_app(lite.config, lite.clock, seeded(6))
    tablet = FieldTablet.enrol(lite)
    visit = tablet.visit()
    sent = [visit, tablet.case(visit, somebody(1))]

    reply = app.test_client().post(
        "/api/v1/parcels", data=tablet.seal(sent).data, content_type=called or None
    )

    assert reply.status_code == 200
    assert words(tablet.open(reply.data)) == ["accepted", "accepted"]
    app.extensions["tally87"].close()


def test_too_many_requests_of_a_tablet_are_slowed_down_and_no_other_with_its_address(
    lite: Office,
) -> None:
    app = create_app(replace(lite.config, parcels_per_minute=3), Clock(), seeded(6))
    client = app.test_client()
    one, other = FieldTablet.enrol(lite, 0, 1), FieldTablet.enrol(lite, 1, 2)
    for _ in range(4):
        # Nobody can use up what a tablet has by sending garbage, or its parcels with another seal.
        assert client.post("/api/v1/parcels", data=b"x").status_code == 400
        forged = replace(other, keys=one.keys).seal([])
        assert client.post("/api/v1/parcels", data=forged.data).status_code == 401
    for _ in range(3):
        assert client.post("/api/v1/parcels", data=one.seal([]).data).status_code == 200

    refused = client.post("/api/v1/parcels", data=one.seal([]).data)

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert client.post("/api/v1/parcels", data=other.seal([]).data).status_code == 200
    app.extensions["tally87"].close()


def test_whoever_asks_for_the_authority_without_end_waits_and_keeps_nobody_from_joining(
    lite: Office,
) -> None:
    app = create_app(replace(lite.config, parcels_per_minute=3), Clock(), seeded(6))
    client = app.test_client()
    for _ in range(3):
        assert client.get("/api/v1/authority").status_code == 404

    refused = client.get("/api/v1/authority")

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert client.post("/api/v1/enrolments", data=b"x").status_code == 400
    app.extensions["tally87"].close()


def test_used_up_quota_is_answered_with_the_time_to_wait(lite: Office) -> None:
    app = create_app(lite.config, Clock(), seeded(6))
    tablet = FieldTablet.enrol(lite)
    quota.change(lite, {"at_once": 2, "a_day": 24}, "test")
    first = tablet.seal([tablet.visit() for _ in range(3)])
    client = app.test_client()
    assert client.post("/api/v1/parcels", data=first.data).status_code == 200

    refused = client.post("/api/v1/parcels", data=tablet.seal([tablet.visit()]).data)
    again = client.post("/api/v1/parcels", data=first.data)

    assert refused.status_code == 429
    assert refused.json is not None
    assert refused.json["code"] == "slow_down"
    assert 3600 <= int(refused.headers["Retry-After"]) <= 3602
    assert words(tablet.open(again.data)) == ["already_accepted"] * 3
    app.extensions["tally87"].close()


_AWAY = {
    "sqlite": ("pragma query_only = on",),
    "postgresql": (
        "set transaction read only",
        "select pg_terminate_backend(pg_backend_pid())",
        "set local idle_in_transaction_session_timeout = 1",
    ),
}
"""What becomes of a transaction as it begins: a disk that is full or a replica in the place of the
database, a restart, an end put to it because the office was held up."""


def test_parcel_for_a_database_that_cannot_take_it_now_is_to_come_again_and_then_is_taken(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(office.config, Clock(), seeded(6))
    tablet, client = FieldTablet.enrol(office), app.test_client()
    engine = app.extensions["tally87"].engine

    def goes_away(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("reading") and options.get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(how)
            time.sleep(0.05)

    for how in _AWAY[engine.dialect.name]:
        parcel = tablet.seal([tablet.visit()]).data
        event.listen(engine, "begin", goes_away)
        refused = client.post("/api/v1/parcels", data=parcel)
        event.remove(engine, "begin", goes_away)
        engine.dispose()
        again = client.post("/api/v1/parcels", data=parcel)

        assert refused.status_code == 503, how
        assert int(refused.headers["Retry-After"]) >= 1
        assert words(tablet.open(again.data)) == ["accepted"]
    assert "fault" not in caplog.messages
    app.extensions["tally87"].close()


def test_parcel_over_http_gets_its_receipt_and_is_counted_afterwards(lite: Office) -> None:
    app = create_app(lite.config, Clock(), seeded(6))
    tablet = FieldTablet.enrol(lite)
    visit = tablet.visit()

    with app.test_client().post(
        "/api/v1/parcels", data=tablet.seal([visit, tablet.case(visit)]).data
    ) as reply:
        receipt = tablet.open(reply.data)
    idle = app.test_client().post("/api/v1/parcels", data=tablet.seal([]).data)

    assert receipt.totals.count == 2
    assert tablet.open(idle.data).totals == receipt.totals
    assert reply.content_type == "application/vnd.tally87.receipt"
    app.extensions["tally87"].close()


def test_logs_are_json_lines_with_ids_and_counts_and_no_content(lite: Office) -> None:
    stream = io.StringIO()
    app = create_app(lite.config, Clock(), seeded(6))
    logger = logging.getLogger("tally87")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logger.handlers[0].formatter)
    logger.addHandler(handler)
    try:
        tablet = FieldTablet.enrol(lite)
        visit = tablet.visit()
        case = tablet.case(visit, somebody(1), sex="MARKERANSWER")
        app.test_client().post(
            "/api/v1/parcels?MARKERQUERY=1",
            data=tablet.seal([visit, case]).data,
            headers={"X-Request-ID": "MARKER\tINJECTED"},
        )
        app.test_client().post("/sign-in", data={"name": "MARKERUSER", "password": "MARKERPASS"})
    finally:
        logger.removeHandler(handler)
        app.extensions["tally87"].close()

    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    taken = next(line for line in lines if line["event"] == "parcel_taken_in")
    assert taken["outcomes"] == {"accepted": 1, "rejected": 1}
    assert "MARKER" not in stream.getvalue()
