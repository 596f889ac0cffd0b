"""The report on the quality of the data, and the whole way of a release on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from server.office import Office
from server.releases import plan, published
from server.releases.quality import shares_of_parts
from server.releases.trace import trace
from server.releases.verify import verify
from server.web import create_app
from tests.server.field import AREAS, Clock, seeded
from tests.server.releases.register import Field, released

PLAN = f"area,month,visits\n{AREAS[0]},2026-11,4\n{AREAS[1]},2026-11,2\nPK-SD,2026-11,3\n"
TO_COME = "PK-SD,2026-12,5\n"


@pytest.mark.parametrize("make", ["postgresql"], indirect=True)
def test_release_on_postgresql_says_how_visits_fell_short_of_the_plan_and_is_verified(
    make: Callable[..., Office],
) -> None:
    office = make()
    assert plan.take(office, "Amina", (PLAN + TO_COME).encode()) == 4
    Field.begin(office).meet(120)
    assert isinstance(office.clock, Clock)
    office.clock.now = datetime(2026, 12, 3, tzinfo=UTC)
    edition = released(office)

    rows = published.quality_of_edition(office, edition)
    told = {(row["measure"], row["by"]): row["value"] for row in rows}
    # Two tablets looked once in each of three areas; nobody in Sindh.
    assert told["visits_planned", ""] == "9"
    assert {by for measure, by in told if measure == "timely"} == {"", "PK-PB"}
    assert not [by for _, by in told if "2026-12" in by], "nobody learns of a visit to come"
    assert told["visits_of_plan", ""] == "4"
    assert told["visits_of_plan", f"{AREAS[1]} 2026-11"] == "2"
    assert told["visits_of_plan", "PK-SD 2026-11"] == "0"
    assert told["plan_not_visited", ""] == "1"
    assert told["no_answer", "CL-CLASS sex"] == "0"
    assert verify(office, edition) == []
    app = create_app(office.config, office.clock, seeded(7))
    page = app.test_client().get(f"/editions/{edition}").get_data(as_text=True)
    app.extensions["tally87"].close()
    assert "4 visits were made where 9 were planned; 1 planned areas and months saw none" in page
    assert "have every required answer" in page
    (traced,) = trace(office, "Amina", "CL-CLASS-by-area-child_labour_2026 / Total / Total")
    assert traced.persons == 120


def test_share_of_one_small_area_is_not_what_the_others_leave_of_all() -> None:
    found = {"A": [True] * 30 + [False] * 20, "B": [True] * 15 + [False] * 15, "C": [True] * 9}

    assert shares_of_parts(found, 10) == {"A": 60, "B": None, "C": None}
    assert shares_of_parts({**found, "C": [True] * 12}, 10) == {"A": 60, "B": 50, "C": 100}
    assert shares_of_parts({"C": [True] * 9}, 10) == {"C": None}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("area,visits\nPK-SD,3\n", "columns area, month and visits"),
        ("area,month,visits\nPK-XX,2026-11,3\n", "no area has the code"),
        ("area,month,visits\nPK-SD,11/2026,3\n", "is no month"),
        ("area,month,visits\nPK-SD,2026-11,-3\n", "whole number"),
        ("area,month,visits\nPK-SD,2026-11,3\nPK-SD,2026-11,3\n", "there twice"),
        (f"area,month,visits\nPK-PB,2026-11,3\n{AREAS[0]},2026-11,3\n", "say it once"),
        ("area,month,visits\n", "has no rows"),
    ],
)
def test_plan_that_cannot_be_used_is_refused_with_a_sentence(
    lite: Office, text: str, sentence: str
) -> None:
    with pytest.raises(plan.BadPlan, match=sentence):
        plan.take(lite, "Amina", text.encode())
