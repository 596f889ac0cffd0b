"""A form of one's own may ask whether anybody at the place is in danger: an alarm, too."""

from __future__ import annotations

import csv

import pytest

from mobile.tablet import Session
from shared.reference import Reference, load_reference
from tests.mobile.interviews import record_visit
from tests.mobile.office import MemoryOffice

SURVEY = (
    ("type", "name", "label::English (en)", "bind::tally:privacy", "bind::tally:measure"),
    ("begin_group", "place", "", "", ""),
    ("select_one yes_no", "place_danger", "Is anybody here in danger?", "keep", "danger"),
    ("end_group", "", "", "", ""),
)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """Pakistan with a question about danger that is asked of the visit."""
    sheets = tmp_path_factory.mktemp("country") / "questionnaire"
    sheets.mkdir()
    with (sheets / "survey.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(SURVEY)
    return load_reference("PAK", [sheets.parent])


@pytest.mark.parametrize(("answer", "is_alarm"), [("yes", True), ("no", False)])
def test_visit_on_which_somebody_is_in_danger_is_an_alarm_at_the_office(
    session: Session, office: MemoryOffice, answer: str, is_alarm: bool
) -> None:
    visit_id = record_visit(session.casework, place_danger=answer)

    session.casework.finalise(visit_id)
    session.sending.send()

    assert office.newest(visit_id).danger is is_alarm
