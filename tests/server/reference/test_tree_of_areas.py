"""The tree of areas as it was published stays: what moves ends, and begins where it lies now."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.programme.enrolment import NotPossible
from server.reference import publish
from tests.server.field import make_office

AREA = "code,parent,level,label::English (en)\nPK-PB-77,{},admin2,Murree\n"


def test_an_area_stays_below_the_one_it_was_published_under(
    tmp_path: Path,
) -> None:
    """Moved in its row it would take every record of before along."""
    country = tmp_path / "own"
    country.mkdir()
    (country / "areas.csv").write_text(AREA.format("PK-PB"), "utf-8")
    office = make_office(tmp_path / "office", country_folders=(country,))
    publish.publish(office, "test")

    (country / "areas.csv").write_text(AREA.format("PK-SD"), "utf-8")
    with pytest.raises(NotPossible, match="stood below PK-PB and stands below PK-SD"):
        publish.publish(office, "test")
    moved = "PK-PB-77,PK-PB,admin2,Murree,,2026-12-01,PK-SD-77\n"
    (country / "areas.csv").write_text(
        "code,parent,level,label::English (en),since,until,became\n"
        f"{moved}PK-SD-77,PK-SD,admin2,Murree,2026-12-01,,\n",
        "utf-8",
    )
    publish.publish(office, "test")
    office.close()


def test_a_level_above_all_areas_moves_nothing(tmp_path: Path) -> None:
    country = tmp_path / "own"
    country.mkdir()
    header = "code,parent,level,label::English (en)\n"
    (country / "areas.csv").write_text(f"{header}PK-X-01,,admin1,Alone\n", "utf-8")
    office = make_office(tmp_path / "office", country_folders=(country,))
    publish.publish(office, "test")

    above = f"{header}PK-X,,admin1,Above\nPK-X-01,PK-X,admin2,Alone\n"
    (country / "areas.csv").write_text(above, "utf-8")
    assert publish.publish(office, "test").number == 2
    (country / "areas.csv").write_text(
        f"{header}PK-X,,admin1,Above\nPK-X-01,PK-SD,admin2,\n", "utf-8"
    )
    with pytest.raises(NotPossible, match="below PK-X and stands below PK-SD"):
        publish.publish(office, "test")
    office.close()
