"""A release by the areas of its period, or by what has become of them."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from server.db.engine import reading
from server.office import Office
from server.office.config import config_for
from server.reference.in_force import look_for_edition
from server.reference.publish import publish
from server.releases import build, published, store
from server.releases.areas import first_day, last_day
from server.releases.declaration import DeclarationRefused
from server.releases.files import read_states
from server.web import create_app
from tests.server.field import Clock, make_office, seeded
from tests.server.releases.register import (
    DECLARER,
    Field,
    declaration,
    released,
    with_two_people,
    work,
)

BY_AREA = "CL-CLASS-by-area-child_labour_2026"
CHANGED = """code,parent,level,label::English (en),until,became,renamed,was::English (en)
PK-PB-02,PK-PB,admin2,,2026-11-20,PK-PB-01,,
PK-PB-03,PK-PB,admin2,Faisalabad,,,2027-02-01,Lyallpur
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with 240 children of three areas, whose country then changed two of them."""
    folder = tmp_path_factory.mktemp("made")
    own = folder / "country"
    own.mkdir()
    office = make_office(folder / "office")
    Field.begin(office).meet(240)
    work(office)
    office.close()
    (own / "areas.csv").write_text(CHANGED, "utf-8")
    config = replace(config_for(folder / "office"), country_folders=(own,))
    office = Office.open(config, Clock(), seeded(2))
    publish(office, "test")
    office.close()
    return folder


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Office:
    shutil.copytree(made, tmp_path / "copy")
    folder = tmp_path / "copy"
    config = replace(config_for(folder / "office"), country_folders=(folder / "country",))
    return Office.open(config, Clock(), seeded(2))


def totals(office: Office, areas: str) -> dict[str, int]:
    """Persons by area as a release would publish them."""
    number = build.declare(office, DECLARER, declaration(areas=areas))
    work(office)
    with reading(office.engine) as connection:
        release = store.release_of(connection, number)
        assert release.state.value == "audited", release
        content = store.file_of(connection, number, f"{BY_AREA}.csv")
    assert content is not None
    _, rows = read_states(content.decode(), BY_AREA)
    return {
        codes[0]: count
        for codes, (_, count) in rows.items()
        if codes[1] == "Total" and count is not None
    }


def test_areas_of_the_period_stay_as_they_were_recorded(office: Office) -> None:
    found = totals(office, "period")

    assert {"PK-PB-01", "PK-PB-02", "PK-PB-03"} <= found.keys()
    assert found["PK-PB"] == sum(found[f"PK-PB-0{n}"] for n in (1, 2, 3))


def test_areas_of_today_count_an_area_in_the_one_that_took_its_place(office: Office) -> None:
    before, now = totals(office, "period"), totals(office, "today")

    assert "PK-PB-02" not in now
    assert now["PK-PB-01"] == before["PK-PB-01"] + before["PK-PB-02"]
    assert (now["PK-PB"], now["PK-PB-03"]) == (before["PK-PB"], before["PK-PB-03"])


def test_areas_are_called_as_they_were_in_the_period(office: Office) -> None:
    totals(office, "period")
    with reading(office.engine) as connection:
        content = store.file_of(connection, 1, "structure.json")

    assert content is not None
    said = json.loads(content)["dimensions"]["area"]
    assert said["PK-PB-03"]["labels"]["en"] == "Lyallpur"


BEFORE_ANY_VISIT = """code,parent,level,label::English (en),since,until,became
PK-PB-02,PK-PB,admin2,,,2026-01-01,PK-PB-01
PK-PB-03,PK-PB,admin2,,,2026-01-01,PK-PB-97;PK-PB-98
PK-PB-97,PK-PB,admin2,Lyallpur East,2026-01-01,,
PK-PB-98,PK-PB,admin2,Lyallpur West,2026-01-01,,
"""
AFTER_ALL_VISITS = """code,parent,level,label::English (en),since,until,became
PK-PB-02,PK-PB,admin2,,2027-01-01,,
PK-PB-03,PK-PB,admin2,,2027-01-01,,
PK-PB-97,PK-PB,admin2,Whole,,2027-01-01,PK-PB-02;PK-PB-03
"""


def test_records_of_tablets_that_had_not_heard_of_a_change_count_where_it_says(
    office: Office,
) -> None:
    """Merged long before the visits, split long before them: the tree of the period has neither."""
    before = totals(office, "period")
    republished(office, BEFORE_ANY_VISIT)
    found = totals(office, "period")

    assert not {"PK-PB-02", "PK-PB-03"} & found.keys()
    assert found["PK-PB-01"] == before["PK-PB-01"] + before["PK-PB-02"]
    assert found["PK-PB~"] == before["PK-PB-03"]
    assert found["PK-PB"] == before["PK-PB"]
    # Somebody looked in the area that both are parts of: perhaps there.
    assert not {"PK-PB-97", "PK-PB-98"} & {*not_looked_in(office)}
    assert "PK-PB-04" in not_looked_in(office)


def test_areas_that_came_later_count_in_the_one_they_were_parts_of(office: Office) -> None:
    before = totals(office, "period")
    republished(office, AFTER_ALL_VISITS)
    found = totals(office, "period")

    assert not {"PK-PB-02", "PK-PB-03"} & found.keys()
    assert found["PK-PB-97"] == before["PK-PB-02"] + before["PK-PB-03"]


def test_an_edition_says_by_whose_areas_it_is(office: Office) -> None:
    with_two_people(office)
    said = []
    for areas in ("period", "today"):
        number = released(office, areas=areas)
        said.append(published.edition(office, number).manifest["areas"])

    assert said == [{"of": "period", "on": None}, {"of": "today", "on": "2026-11-22"}]
    assert "Recounted to those of today (2026-11-22)" in page_of(office, 2)
    assert "As they were in the period" in page_of(office, 1)


def test_a_country_of_another_calendar_is_told_whose_months_they_are(office: Office) -> None:
    with_two_people(office)
    number = released(office)
    told = "those of the Gregorian calendar"
    assert told not in page_of(office, number)

    folder = office.config.country_folders[0]
    (folder / "profile.toml").write_text('calendar = "bikram_sambat"\n', "utf-8")
    publish(office, "test")

    assert told in page_of(office, number)


def page_of(office: Office, edition: int) -> str:
    client = create_app(office.config, office.clock).test_client()
    return re.sub(r"\s+", " ", client.get(f"/editions/{edition}?lang=en").get_data(as_text=True))


def not_looked_in(office: Office) -> list[str]:
    with reading(office.engine) as connection:
        content = store.file_of(connection, 2, "structure.json")
    assert content is not None
    found: list[str] = json.loads(content)["not_collected"]["area"]
    return found


def republished(office: Office, areas: str) -> None:
    """The next edition, with these areas and the names they had."""
    folder = office.config.country_folders[0]
    (folder / "areas.csv").write_text(areas, "utf-8")
    publish(office, "test")
    look_for_edition(office)


def test_other_areas_than_those_are_refused(office: Office) -> None:
    with pytest.raises(DeclarationRefused, match="period, today"):
        build.declare(office, DECLARER, declaration(areas="yesterday"))


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ("2026", ("2026-01-01", "2026-12-31")),
        ("2026Q1", ("2026-01-01", "2026-03-31")),
        ("2026-Q4", ("2026-10-01", "2026-12-31")),
        ("2028-02", ("2028-02-01", "2028-02-29")),
    ],
)
def test_a_period_has_its_first_and_last_day(period: str, days: tuple[str, str]) -> None:
    assert (first_day(period).isoformat(), last_day(period).isoformat()) == days
