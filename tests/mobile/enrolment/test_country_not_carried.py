"""A country the app does not carry is refused before anything is kept; the ticket stays good."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from demo.officers.cheap_keys import cheap_derivation
from mobile.sentences import sentence_of
from mobile.tablet import Tablet
from shared.errors import CountryNotCarried, QuestionnaireError
from shared.reference import Reference
from tests.mobile.conftest import PIN, Clock
from tests.mobile.office import MemoryOffice


def test_ticket_of_a_country_the_app_lacks_works_once_the_app_has_it(
    tmp_path: Path, reference: Reference, office: MemoryOffice, clock: Clock
) -> None:
    carried: set[str] = set()

    def references(country: str) -> Reference:
        if country not in carried:
            raise QuestionnaireError(f"There is no profile for {country!r}.")
        return reference

    def tablet() -> Tablet:
        return Tablet(
            tmp_path / "tablet",
            references,
            clock,
            random.Random(1).randbytes,
            link=lambda _: office,
            uptime=clock.uptime,
            derivation=cheap_derivation,
        )

    session = tablet().set_up(PIN)
    ticket = office.ticket().text()
    with pytest.raises(CountryNotCarried) as told:
        session.enrolment.enrol(ticket)
    assert "The ticket is not spent" in sentence_of(told.value, "en")
    assert not session.is_enrolled
    session.lock()

    again = tablet().unlock(PIN)  # it opens as before
    assert not again.is_enrolled
    carried.add("PAK")
    assert again.enrolment.enrol(ticket).country == "PAK"
    assert again.casework.list_visits() == []
    again.lock()
