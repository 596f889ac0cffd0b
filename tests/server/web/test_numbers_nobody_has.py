"""A number that no database can hold is told as any that is not there, never a fault."""

from __future__ import annotations

import pytest

from server.staff.accounts import ROLES
from tests.server.web.conftest import Workplace, token_of

HUGE = 10**30


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_numbers_that_cannot_be_are_not_there(workplace: Workplace, role: str) -> None:
    client = workplace.sign_in(role)
    token = token_of(client)
    asked = 0
    for rule in workplace.app.url_map.iter_rules():
        if "<int:" not in rule.rule:
            continue
        address = rule.rule.replace("<int:number>", str(HUGE)).replace("<name>", "counts")
        is_get = "GET" in (rule.methods or ())
        reply = client.get(address) if is_get else client.post(address, data={"csrf_token": token})
        assert reply.status_code in (403, 404, 405), address
        asked += 1
    assert asked > 10


@pytest.mark.parametrize(
    "address", [f"/api/editions?before={HUGE}", f"/api/editions/{HUGE}", f"/editions/{HUGE}"]
)
def test_readers_asking_for_them_are_refused(workplace: Workplace, address: str) -> None:
    assert workplace.app.test_client().get(address).status_code in (404, 422)
