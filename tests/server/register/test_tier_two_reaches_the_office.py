"""A programme may have its tablets send more codes: they arrive, and link with what was there."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from server.db.engine import reading
from server.intake.code_book import codes_of_cases
from server.office import Office
from server.register.model import Person
from server.stewardship.doctor import check
from server.tables import recount
from shared.linkage import SENT
from shared.linkage.code_types import codes_of
from tests.server.field import REFERENCE, FieldTablet, somebody, words


@pytest.mark.parametrize("sent", SENT)
def test_every_choice_of_codes_arrives_and_links_with_the_usual_ones(
    lite: Office, sent: str
) -> None:
    usual, tablet = FieldTablet.enrol(lite, 0, 1), FieldTablet.enrol(lite, 1, 2)
    tablet.code_types = SENT[sent]
    for one in (usual, tablet):
        visit = one.visit()
        case = one.case(visit, somebody(1))
        assert words(one.send(visit, case)) == ["accepted", "accepted"]
    recount.link_what_waits(lite)

    with reading(lite.engine) as connection:
        ((_, stored),) = codes_of_cases(connection, [case.record_id])
        assert len(stored) == codes_of(SENT[sent])
        assert connection.scalars(select(Person.case_count)).all() == [2]
    assert check(lite) == []


def test_profile_says_which_codes_tablets_make() -> None:
    assert REFERENCE.profile.linkage_codes in SENT
