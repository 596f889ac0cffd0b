"""Requests of tablets through the whole application: paced, answered, logged without content."""

from __future__ import annotations

import io
import json
import logging
from dataclasses import replace

from server.office import Office
from server.web import create_app
from tests.server.field import Clock, FieldTablet, seeded, somebody


def test_too_many_requests_are_slowed_down_with_the_time_to_wait(lite: Office) -> None:
    app = create_app(replace(lite.config, parcels_per_minute=3), Clock(), seeded(6))
    client = app.test_client()
    for _ in range(3):
        assert client.post("/api/v1/parcels", data=b"x").status_code == 400

    reply = client.post("/api/v1/parcels", data=b"x")

    assert reply.status_code == 429
    assert int(reply.headers["Retry-After"]) >= 1
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
