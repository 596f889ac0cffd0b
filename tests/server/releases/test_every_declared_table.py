"""Every declared table reaches readers: persons, records and visits, with their bounds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from server.db.engine import reading
from server.office import Office
from server.office.config import config_for
from server.releases import approval, build, published, store
from server.releases.files import NumberState
from server.releases.states import ReleaseState
from server.releases.verify import verify
from server.tables.generations import declarations_of
from tests.server.field import AREAS, Clock, make_office, seeded
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
