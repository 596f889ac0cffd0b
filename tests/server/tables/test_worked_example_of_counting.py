"""The worked example of docs/counting.md, counted anew."""

from __future__ import annotations

import re
from pathlib import Path

from server.db.engine import reading
from server.disclosure.cube import TOTAL
from server.office import Office
from server.reference.in_force import reference_of
from server.tables import generations, read, recount
from server.tables.cubes import cubes_of
from tests.server.field import FieldTablet, somebody

PAGE = Path(__file__).parents[3] / "docs" / "counting.md"


def numbers_of(office: Office, period: str) -> list[str]:
    """The column of the example's table for a period, as the page prints it."""
    declared, reference = generations.declarations_of(office), reference_of(office)
    with reading(office.engine) as connection:
        found = {
            code: read.cells(connection, declared, reference, declared.tables[code], period)
            for code in ("CL-AREA", "CL-BOUNDS")
        }
    (cube,) = cubes_of(
        declared, declared.tables["CL-AREA"], found["CL-AREA"], reference.codelists
    ).values()

    def at(area: str, kind: str = TOTAL) -> int:
        known = cube.dimensions[0].places
        return int(cube.counts.flat[cube.place((area, kind))]) if area in known else 0

    bounds = {"certain": 0, "perhaps": 0, "not": 0}
    for (*_, word), number in found["CL-BOUNDS"].items():
        bounds[word] += number
    return [
        str(at(TOTAL)),
        str(at(TOTAL, "IN_CHILD_LABOUR")),
        f"{bounds['certain']}; {bounds['certain'] + bounds['perhaps']}",
        str(at("PK-PB-03")),
        str(at("PK-PB-01")),
        f"{at('PK-PB')}, {at('PK-PB~')}",
    ]


def test_worked_example_is_what_the_office_counts(lite: Office) -> None:
    tablet = FieldTablet.enrol(lite)
    for who, month, area, answers in (
        (1, "03", "PK-PB-01", {"work_hours": 20.0}),
        (1, "10", "PK-PB-03", {"work_hours": 50.0}),
        (2, "10", "PK-PB", {"work_hours": 10.0, "birth_date": 13, **HARMLESS}),
        (3, "10", "PK-PB-03", {"work_hours": 20.0, "birth_date": None, "age_band": "unknown"}),
    ):
        visit = tablet.visit(visit_date=f"2026-{month}-05", area=area)
        tablet.send(visit, tablet.case(visit, somebody(who), **answers))
    recount.link_what_waits(lite)
    generations.make_whole(lite)

    columns = [numbers_of(lite, period) for period in ("2026-Q1", "2026-Q4", "2026")]

    text = PAGE.read_text(encoding="utf-8")
    table = text[text.index("| | 2026-Q1 |") :].split("\n\n")[0].splitlines()[2:]
    printed = [
        [re.sub(r"\*", "", cell).strip() for cell in line.strip("|").split("|")[1:]]
        for line in table
    ]
    assert [list(column) for column in zip(*printed, strict=True)] == columns


HARMLESS = {
    "immediate_danger": "no",
    **{"hazards": ("none",), "night_work": "no", "abuse": ("none",), "confined": "no"},
}
"""Answers with which ten hours a week of a child of 13 are light work."""
