"""Every declared table reaches readers: persons, records and visits, with their bounds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from server.db.engine import reading
from server.exports.edition import edition_of
from server.office import Office
from server.office.config import config_for
from server.reference.in_force import reference_of
from server.releases import approval, build, published, store
from server.releases.files import NumberState
from server.releases.states import ReleaseState
from server.releases.verify import verify
from server.tables.generations import declarations_of
from server.web import create_app
from tests.server.field import AREAS, Clock, FieldTablet, make_office, seeded, somebody
from tests.server.reference.test_editions import SURVEY
from tests.server.releases.register import APPROVER, DECLARER, WARNINGS, Field, declaration, work

CAME_OF_IT = ({}, *({"visit_outcomes": (one,)} for one in ("advice", "fine", "none")))
"""Of a quarter of the visits nobody wrote it down."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "office"
    office = make_office(folder)
    field = Field.begin(office)
    field.meet(300)
    for tablet in field.tablets:
        tablet.send(
            *(
                tablet.visit(
                    visit_date=f"2026-11-{day % 28 + 1:02}",
                    area=AREAS[day % len(AREAS)],
                    nobody_found="yes",
                    **CAME_OF_IT[day % 4],
                )
                for day in range(60)
            )
        )
    work(office)
    office.close()
    return folder


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Office:
    shutil.copytree(made, tmp_path / "office")
    return Office.open(config_for(tmp_path / "office"), Clock(), seeded(2))


def proposal(office: Office, number: int) -> object:
    with reading(office.engine) as connection:
        return store.release_of(connection, number).proposal


def published_with(office: Office, *tables: str) -> int:
    number = build.declare(office, DECLARER, declaration(tables=tables, steps=300))
    work(office)
    with reading(office.engine) as connection:
        kept = store.release_of(connection, number)
    assert kept.state is ReleaseState.AUDITED, kept.proposal
    approval.approve(office, APPROVER, number, read=WARNINGS)
    return approval.publish(office, number)


def test_visits_records_and_persons_are_released_together(office: Office) -> None:
    edition = published_with(
        office, "CL-CLASS:area,child_labour", "CASE-LIST", "C81-VISITS", "C81-OUTCOMES"
    )

    _, tables = published.tables_of(office, edition)
    found = {table.code: table for table in tables}
    assert found["CASE-LIST"].rows["Total", "Total"] == (NumberState.PUBLISHED, 300)
    assert found["C81-OUTCOMES-advice"].rows["Total", "advice"] == (NumberState.PUBLISHED, 30)
    # How often anybody looked stands beside what came of it, whole, as in coverage.csv.
    visits = found["VISIT-COVERAGE"].rows
    assert visits["Total", "Total"] == (NumberState.PUBLISHED, 126)
    assert all(state is not NumberState.WITHHELD for state, _ in visits.values())
    assert verify(office, edition) == []


def test_bounds_are_released_beside_the_classes_they_bound(office: Office) -> None:
    edition = published_with(
        office, "CL-CLASS:sex,child_labour", "CL-BOUNDS:sex,child_labour_bounds"
    )

    _, tables = published.tables_of(office, edition)
    rows = {table.code: table.rows for table in tables}
    classes, bounds = (
        next(r for c, r in rows.items() if c.startswith(one)) for one in ("CL-C", "CL-B")
    )
    (_, in_it), (_, certain) = classes["Total", "IN_CHILD_LABOUR"], bounds["Total", "certain"]
    assert in_it is not None
    assert certain is not None
    assert certain >= in_it


def test_every_declared_table_can_be_asked_for(office: Office) -> None:
    codes = tuple(declarations_of(office).tables)
    for code in codes:
        build.declare(office, DECLARER, declaration(tables=(code,)))


OWN_TABLE = """
[dimension.kiln_work]
question = "kiln_work"
label = { en = "Work at a kiln" }
codes = ["yes", "no"]

[[table]]
code = "PAK-KILN"
of = "child_labour"
by = ["sex", "kiln_work"]
title = { en = "Children by work at a kiln" }
"""

MANDATE = """
[mandate]
source = "Act 7, s. 4"
words = { en = "The office makes statistics" }
"""


def test_question_of_a_country_is_published_as_a_dimension_without_code(tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "questionnaire").mkdir(parents=True)
    (own / "questionnaire" / "survey.csv").write_text(SURVEY, encoding="utf-8")
    (own / "tables.toml").write_text(OWN_TABLE, encoding="utf-8")
    (own / "profile.toml").write_text(MANDATE, encoding="utf-8")
    office = make_office(tmp_path / "office", country_folders=(own,))
    for tablet in (FieldTablet.enrol(office, number, number + 1) for number in (0, 1)):
        tablet.reference = reference_of(office)
        visit = tablet.visit()
        cases = [
            tablet.case(
                visit,
                somebody(number),
                sex=("female", "male")[number % 2],
                kiln_work="yes" if number % 4 < 2 else "no",
            )
            for number in range(60)
        ]
        tablet.send(visit, *cases)

    edition = published_with(office, "PAK-KILN")

    structure, (table,) = published.tables_of(office, edition)
    assert structure.tables[table.name].titles == {"en": "Children by work at a kiln"}
    readers = create_app(office.config, office.clock, office.random_bytes).test_client()
    for page in (f"/editions/{edition}", f"/explore/{edition}/{table.name}", "/knowledge"):
        assert "Children by work at a kiln" in readers.get(page).text, page
    count = table.rows["Total", "yes"]
    assert count[0] is NumberState.PUBLISHED
    assert table.rows["female", "yes"][0] is NumberState.PUBLISHED
    assert verify(office, edition) == []
    assert edition_of(office, edition).mandate["en"] == "The office makes statistics (Act 7, s. 4)"
    office.close()
