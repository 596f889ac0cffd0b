"""Staff sign in through a proxy that was told nothing but where the office is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.office import Office
from server.staff import accounts
from server.web import create_app
from tests.server.field import Clock, seeded

PASSWORD = "a long enough password"


@pytest.mark.parametrize(
    ("origin", "status"), [("https://tally.example", 303), ("https://elsewhere.example", 400)]
)
def test_form_is_ours_when_it_comes_from_the_address_staff_type(
    lite: Office, origin: str, status: int
) -> None:
    """nginx' plain proxy_pass names its own target; the browser says what staff typed."""
    accounts.add_account(lite, "viewer", "viewer", PASSWORD, False)
    config = replace(lite.config, public_url="https://tally.example")
    app = create_app(config, Clock(), seeded(6))

    reply = app.test_client().post(
        "/sign-in",
        data={"name": "viewer", "password": PASSWORD},
        headers={"Origin": origin, "Host": "127.0.0.1:8087"},
    )

    assert reply.status_code == status
    app.extensions["tally87"].close()
