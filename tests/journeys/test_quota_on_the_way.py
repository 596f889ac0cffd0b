"""A tablet brings more than the office lets it: it waits, loses nothing, and nobody else waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from demo.cast import TABLETS
from server.db.engine import reading
from server.intake import quota
from server.office import Office
from server.programme.model import EnrolledTablet, Officer
from tests.journeys.surroundings import Journey, shift

ONE, OTHER, OF_ANOTHER_YEAR = 0, 3, 1
ALL = (ONE, OTHER, OF_ANOTHER_YEAR)
SLOW_DOWN = "tablet.slow_down"


@pytest.fixture
def journey(tmp_path: Path) -> Iterator[Journey]:
    journey = Journey(tmp_path)
    yield journey
    journey.office.close()


def tablet_of(office: Office, number: int) -> str:
    organisation, place = TABLETS[number]
    query = (
        select(EnrolledTablet.tablet_id)
        .join(Officer, Officer.number == EnrolledTablet.officer_number)
        .where(Officer.code == f"{organisation.code}-{place}")
    )
    with reading(office.engine) as connection:
        return connection.execute(query).scalar_one()


@pytest.mark.slow
def test_tablet_over_its_quota_waits_and_loses_nothing_while_others_behind_its_address_go_on(
    journey: Journey,
) -> None:
    """One by volume, one by the years of its visits; all three share one address. What the office
    lets in the end is there once."""
    office = journey.office.office
    quota.change(office, {"at_once": 3, "a_day": 1}, "test")
    with journey.office.serving():
        for number in ALL:
            journey.enrol(number)
        # Three visits are three records at least: they use up what is let in at once.
        for number, visits in ((ONE, 3), (OTHER, 3), (OF_ANOTHER_YEAR, 3)):
            with journey.tablet(number) as tablet:
                tablet.obey("record", **shift(number, visits))
                if number == OF_ANOTHER_YEAR:
                    window = {"from_year": 2090, "outside_at_once": 3, "outside_a_day": 1}
                    own = {"at_once": 5_000, "a_day": 1_000, **window}
                    quota.change(office, own, "test", tablet_of(office, number))
                # While anything is left a parcel is taken in whole, however large it is.
                assert tablet.obey("send")["problem"] == ""
        for number in (ONE, OF_ANOTHER_YEAR):
            with journey.tablet(number) as tablet:
                tablet.obey("record", **shift(number, 5))
                told = tablet.obey("send")
                assert told["problem"] == SLOW_DOWN
                assert told["still_waiting"] > 0
                assert 0 < told["retry_after_s"] <= quota.LONGEST_WAIT_S
        quota.change(office, {"at_once": 5_000, "a_day": 1_000}, "test")
        with journey.tablet(OTHER) as tablet:
            tablet.obey("record", **shift(OTHER, 5))
            assert tablet.obey("send")["still_waiting"] == 0
        for number in (ONE, OF_ANOTHER_YEAR):
            with journey.tablet(number) as tablet:
                if number == OF_ANOTHER_YEAR:
                    assert tablet.obey("send")["problem"] == SLOW_DOWN
                    lifted = {"outside_at_once": 5_000}
                    quota.change(office, lifted, "test", tablet_of(office, number))
                assert tablet.obey("send")["still_waiting"] == 0

    assert journey.disagreements(ALL) == []
