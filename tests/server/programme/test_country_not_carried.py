"""No ticket is issued or spent for a country whose profile comes with no tablet."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import select, update

from server.db.engine import reading, transaction
from server.office import Office
from server.programme.enrolment import enrol, issue_ticket
from server.programme.model import EnrolledTablet, IssuedTicket, Programme
from shared.errors import CountryNotCarried
from shared.profiles import is_carried
from shared.wire.keys import TabletKeys
from shared.wire.tickets import request_enrolment
from tests.server.field import make_office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path / "office")


def moved_to(office: Office, country: str) -> Office:
    """The same office, opened again for a programme of that country."""
    with transaction(office.engine) as connection:
        connection.execute(update(Programme).values(country=country))
    return Office.open(office.config, office.clock, office.random_bytes)


def test_no_ticket_is_issued_for_a_country_no_tablet_carries(office: Office) -> None:
    office = moved_to(office, "FRA")

    with pytest.raises(CountryNotCarried, match="how-to-add-a-country"):
        issue_ticket(office, "OFFICER-0", "test")

    with reading(office.engine) as connection:
        assert connection.execute(select(IssuedTicket.ticket_id)).all() == []


def test_ticket_that_was_issued_before_is_refused_unspent(office: Office) -> None:
    ticket = issue_ticket(office, "OFFICER-0", "test")
    request = request_enrolment(ticket, TabletKeys.generate(random.Random(3).randbytes))
    office = moved_to(office, "FRA")

    with pytest.raises(CountryNotCarried):
        enrol(office, request)

    with reading(office.engine) as connection:
        assert connection.scalar(select(IssuedTicket.used_at_s)) is None
        assert connection.execute(select(EnrolledTablet.tablet_id)).all() == []
    assert enrol(moved_to(office, "PAK"), request)


@pytest.mark.parametrize(("country", "carried"), [("PAK", True), ("FRA", False), ("pak", False)])
def test_what_is_carried_is_what_comes_with_the_app(country: str, carried: bool) -> None:
    assert is_carried(country) is carried
