"""A sign that no database can hold is refused in a sentence, whatever the database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.office import Office
from server.web import create_app
from tests.server.field import add_account_of_every_role, seeded
from tests.server.web.conftest import PASSWORD, Workplace, token_of


@pytest.fixture
def workplace_on(office: Office) -> Iterator[Workplace]:
    add_account_of_every_role(office, PASSWORD)
    app = create_app(office.config, office.clock, seeded(6))
    yield Workplace(office, app)
    app.extensions["tally87"].close()


def test_null_sign_in_addresses_and_forms_is_a_bad_request(workplace_on: Workplace) -> None:
    stranger = workplace_on.app.test_client()
    assert stranger.post("/sign-in", data={"name": "a\0b", "password": "c"}).status_code == 400
    assert stranger.get("/sign-in?to=%00").status_code == 400
    assert stranger.get("/api/editions?before=%00").status_code == 400

    client = workplace_on.sign_in("administrator")
    token = token_of(client)
    refused = client.post(
        "/programme/messages/send", data={"csrf_token": token, "text\0": "a", "whom": "b"}
    )
    assert refused.status_code in (400, 404)
    asked = 0
    for rule in workplace_on.app.url_map.iter_rules():
        if "<" in rule.rule or rule.endpoint == "static":
            continue
        if "POST" in (rule.methods or ()) and not rule.rule.startswith("/api/"):
            asked += 1
            reply = client.post(rule.rule, data={"csrf_token": token, "name": "a\0b"})
            assert reply.status_code in (400, 403), rule.rule
        if "GET" in (rule.methods or ()):
            asked += 1
            reply = client.get(rule.rule + "?q=a%00b&organisation=%00")
            assert reply.status_code in (400, 403), rule.rule
    assert asked > 60
