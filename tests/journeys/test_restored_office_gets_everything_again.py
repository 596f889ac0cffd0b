"""The office loses its database and restores a backup of days ago: after one sync of each tablet
every record is there once, also those of tablets that the backup has never heard of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.cast import TABLETS
from server.operations import backups
from server.stewardship import doctor
from tests.journeys.surroundings import Journey, shift

BEFORE, AFTER = (0, 3), (0, 1, 3)
"""Tablets that sent before the backup; and all of them: 1 was enrolled after it."""
VISITS_BEFORE, VISITS = 2, 12


@pytest.fixture
def journey(tmp_path: Path) -> Iterator[Journey]:
    journey = Journey(tmp_path)
    yield journey
    journey.office.close()


def record_and_send(journey: Journey, number: int, visits: int) -> None:
    with journey.tablet(number) as tablet:
        tablet.obey("record", **shift(number, visits))
        report = tablet.obey("send")
        assert (report["problem"], report["still_waiting"]) == ("", 0)


@pytest.mark.slow
def test_after_one_sync_of_each_tablet_every_record_is_there_once(
    journey: Journey, tmp_path: Path
) -> None:
    with journey.office.serving():
        for number in BEFORE:
            journey.enrol(number)
            record_and_send(journey, number, VISITS_BEFORE)
        backup, _ = backups.back_up(journey.office.office, tmp_path / "backups")
        for number in set(AFTER) - set(BEFORE):
            journey.enrol(number)
        for number in AFTER:
            record_and_send(journey, number, VISITS)
    assert journey.disagreements(AFTER) == []
    whole = journey.figures()

    backups.restore(journey.office.office, backup, replacing=True)
    lost = journey.figures()
    assert len(whole.cases) - len(lost.cases) > 20  # far more than totals alone can name

    with journey.office.serving():
        for number in AFTER:
            with journey.tablet(number) as tablet:
                if number not in BEFORE:
                    assert tablet.obey("send")["problem"] == "tablet.signed_out"
                    organisation, place = TABLETS[number]
                    ticket = journey.office.ticket(f"{organisation.code}-{place}")
                    tablet.obey("enrol", ticket=ticket.text())
                tablet.obey("send")

    assert journey.disagreements(AFTER) == []
    again = journey.figures()
    assert (again.cases.keys(), again.visits.keys()) == (whole.cases.keys(), whole.visits.keys())
    assert again.persons == whole.persons
    assert doctor.check(journey.office.office) == []
