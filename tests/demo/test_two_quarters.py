"""What readers of the demonstration find: two quarters, and answers to what people ask first."""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from random import Random

import pytest
from flask.testing import FlaskClient
from rich.console import Console

from demo import edition
from demo.cast import survey_beside_the_project
from demo.officers.interviews import SurveyInterview
from demo.officers.next_quarter import (
    AGES,
    AT_HOME,
    AT_OTHER_WORK,
    FIRST_NUMBER,
    ON_FARMS,
    draw_next_quarter,
)
from demo.telling import Teller
from server.releases import published
from server.web import create_app
from tests.demo.quick_office import demo_office

GIRLS = (
    "/explore/2/CL-SECTOR_2014-Q4?rows=age_band&columns=industry&sex=female",
    r"<th scope=\"row\"[^>]*>12–14</th>.*?</tr>",
)


def _interviews() -> list[SurveyInterview]:
    kinds = ({"worked_own_farm": "yes"}, {"worked_other_paid": "yes"}, {})
    return [
        SurveyInterview(
            100 * at + age,
            2014,
            8,
            "Lahore",
            "rural",
            sex,
            age,
            True,
            {**said, **({"hazards": ("heavy_loads",)} if said else {})},
        )
        for sex in ("female", "male")
        for age in range(5, 18)
        for at, said in enumerate(kinds)
    ]


def test_next_quarter_meets_as_many_of_each_and_the_same_for_the_same_seed() -> None:
    drawn = list(draw_next_quarter(_interviews(), Random(3)))

    assert drawn == list(draw_next_quarter(_interviews(), Random(3)))
    each = ON_FARMS + AT_OTHER_WORK + AT_HOME
    bands = Counter(
        (one.sex, band) for one in drawn for band in AGES if band[0] <= one.age <= band[1]
    )
    assert set(bands.values()) == {each}
    assert len(bands) == 2 * len(AGES)
    assert sum(one.answers.get("worked_own_farm") == "yes" for one in drawn) == 6 * ON_FARMS
    assert {one.month for one in drawn} == {10, 11, 12}
    numbers = [one.number for one in drawn]
    assert numbers == list(range(FIRST_NUMBER, FIRST_NUMBER + len(drawn)))


def _reader(folder: Path, survey: Path) -> FlaskClient:
    office, notes = demo_office(folder, survey)
    with (folder / "story.txt").open("w", encoding="utf-8") as told:
        number = edition.make_editions(Teller(Console(file=told, width=110)), office, notes)
    assert number == edition.EDITIONS
    story = " ".join((folder / "story.txt").read_text(encoding="utf-8").split())
    # The first quarter is tried at the levels chosen by hand, too, and shows too little there.
    assert story.count("0 unsafe, 0 known, 0 known classes") == edition.EDITIONS + 1
    assert "with edition 1 beside it" in story
    # Of 14 persons in forced labour in the first quarter each organisation knows some itself.
    assert re.findall(r"(\d+)% │ +(\d+)%", story).count(("100", "100")) == 7, story
    assert [one.version for one in published.published(office.office)] == ["2.0.0", "1.0.0"]
    return create_app(office.config, lambda: datetime.now(UTC), os.urandom).test_client()


@pytest.mark.slow
def test_reader_finds_what_people_ask_first(tmp_path: Path) -> None:
    survey = survey_beside_the_project()
    if survey is None:
        pytest.skip("the survey is not beside the project")
    reader = _reader(tmp_path / "demo", survey)

    front = reader.get("/", follow_redirects=True).text
    asked = dict(
        re.findall(r'<li><a href="([^"]+)">([^<]+\?)</a></li>', front.split("questions", 1)[1])
    )
    assert len(asked) == 4
    for there in asked:
        assert reader.get(unescape(there)).status_code == 200
    path, row = GIRLS
    (girls,) = re.findall(row, reader.get(path).text, re.DOTALL)
    assert re.findall(r'class="num[^"]*"[^>]*>(\d+)<', girls)[-1] == str(ON_FARMS)
    where = next(there for there, said in asked.items() if "hazardous" in said)
    assert "Hazardous work, most of those shown: Bahawalpur" in reader.get(unescape(where)).text
    changed = reader.get("/trends").text
    assert "2014-Q3" in changed
    assert "made up" in changed, "every page says so"
    forced = f"/explore/1/{edition.FORCED}_2014-Q3"
    assert "What is hidden, and why?" in reader.get(forced).text
