"""An attacker who reads the whole file of national counts, all tables of it, with another solver.

The attacker knows the rules, too: a child in forced labour is in child labour, everybody of 5 to 17
has a class, and behind all tables stands one register of whole persons.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from server.disclosure.cube import TOTAL, Cube
from server.office import Office
from server.programme.model import Programme
from server.programme.programme import programme_of
from server.tables import national
from server.tables.kept import NationalTables, Parameters, as_text, from_text
from server.tables.levels import propose_levels
from server.tables.national import (
    NoSuchPeriod,
    kept_tables,
    national_tables,
    not_worked_out,
    shown_table,
)
from server.tables.visit_counts import AreaCoverage
from server.web.pages.counts_page import as_csv, headlines, notes_of, rows
from tests.server.field import FieldTablet
from tests.server.tables.synthetic import DECLARED, release

THRESHOLD = 10
Place = tuple[str, tuple[str, ...]]
"""Table and codes, as the file says them."""


def made(cubes: Mapping[str, Cube]) -> tuple[NationalTables, dict[str, Cube]]:
    proposal = propose_levels(DECLARED, cubes, THRESHOLD)
    shown = [
        shown_table(name, cube, proposal.withheld[name], proposal.shown[name])
        for name, cube in proposal.tables.items()
    ]
    coverage = (AreaCoverage(TOTAL, 9, 1),)
    tables = NationalTables("2026", Parameters(THRESHOLD, ""), tuple(shown), coverage, 0)
    return tables, dict(proposal.tables)


def file_of(tables: NationalTables) -> dict[Place, int | None]:
    """Every cell of the file; None where it is withheld."""
    programme = Programme(name="P", country="PAK", practice=False, data_origin="field")
    text = as_csv(tables, notes_of(tables, programme, "en"))
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    names = {table.code: [one.name for one in table.dimensions] for table in tables}
    return {
        (row["table"], tuple(row[name] for name in names[row["table"]])): int(row["persons"])
        if row["status"] == "shown"
        else None
        for row in csv.DictReader(lines)
        if row["table"] in names
    }


def leaves(cube: Cube, name: str) -> list[str]:
    return [d.codes[at] for d in cube.dimensions if d.name == name for at in d.leaves]


def above(cube: Cube, name: str, code: str) -> list[str]:
    """A code and everything it is part of; Total alone where the table leaves the dimension out."""
    (dimension,) = (d for d in cube.dimensions if d.name == name)
    if code not in dimension.places:
        assert dimension.codes == (TOTAL,)
        return [TOTAL]
    return [dimension.codes[at] for at in dimension.above[dimension.places[code]]]


def agree(by_area: Cube, word: str, by_age: Cube, kind: str) -> bool:
    """Whether somebody can have this class in one table and that one in the other: one of them is,
    or stands in a group with, something that is above the other."""
    ours = [code for code in above(by_area, "child_labour", word) if code != TOTAL]
    theirs = [code for code in above(by_age, "child_labour", kind) if code != TOTAL]
    return any(code in kind for code in ours) or any(code in word for code in theirs)


@pytest.mark.parametrize(("persons", "areas", "seed"), [(150, 4, 1), (1_060, 9, 2), (5_000, 9, 3)])
def test_all_tables_of_the_file_together_give_no_small_cell_away(
    persons: int, areas: int, seed: int
) -> None:
    tables, cubes = made(release(persons, areas, 4, seed))
    cells = file_of(tables)
    by_area, by_age, by_sector, by_form = (
        cubes[code] for code in ("CL-AREA", "CL-AGE", "CL-SECTOR-SEX", "FL-FORM")
    )
    columns: list[list[Place]] = []
    for sex, age, kind in product(
        *(leaves(by_age, name) for name in ("sex", "age_band", "child_labour"))
    ):
        inside = "IN_CHILD_LABOUR" in above(by_age, "child_labour", kind)
        kinds = [
            word for word in leaves(by_area, "child_labour") if agree(by_area, word, by_age, kind)
        ]
        for area, word in product(leaves(by_area, "area"), kinds):
            base = [
                ("CL-AGE", codes)
                for codes in product(
                    *(
                        above(by_age, name, code)
                        for name, code in (("sex", sex), ("age_band", age), ("child_labour", kind))
                    )
                )
            ]
            base += [
                ("CL-AREA", codes)
                for codes in product(
                    above(by_area, "area", area), above(by_area, "child_labour", word)
                )
            ]
            if not inside:
                columns.append(base)
                continue
            for industry in leaves(by_sector, "industry"):
                work = [
                    ("CL-SECTOR-SEX", codes)
                    for codes in product(
                        above(by_sector, "sex", sex), above(by_sector, "industry", industry)
                    )
                ]
                columns.append(base + work)
                for form in leaves(by_form, "forced_labour_form"):
                    columns.append(base + work + forced(by_form, sex, "child", form))
    for sex, form in product(leaves(by_form, "sex"), leaves(by_form, "forced_labour_form")):
        columns.append(forced(by_form, sex, "adult", form))
    # Of the country's table of forced labour: in it as found by form, the rest by themselves.
    for code in ("NOT_FL", "UNDETERMINED"):
        columns.append([("FL-COUNTRY", (code,)), ("FL-COUNTRY", (TOTAL,))])
    attack(cells, columns, cubes)


def forced(by_form: Cube, sex: str, grown: str, form: str) -> list[Place]:
    found: list[Place] = [
        ("FL-FORM", codes)
        for codes in product(
            above(by_form, "sex", sex),
            above(by_form, "child_or_adult", grown),
            above(by_form, "forced_labour_form", form),
        )
    ]
    return [*found, ("FL-COUNTRY", ("IN_FORCED_LABOUR",)), ("FL-COUNTRY", (TOTAL,))]


def attack(
    cells: Mapping[Place, int | None], columns: list[list[Place]], cubes: Mapping[str, Cube]
) -> None:
    """Works out from the file what can be known of each withheld cell, and holds it to the rule."""
    touched = {place for column in columns for place in column}
    row_of = {place: at for at, place in enumerate(sorted(touched & cells.keys()))}
    at, of = zip(
        *(
            (row_of[place], column)
            for column, places in enumerate(columns)
            for place in dict.fromkeys(places)
            if place in row_of
        ),
        strict=True,
    )
    matrix = csr_matrix((np.ones(len(at)), (at, of)), shape=(len(row_of), len(columns)))
    known = np.array([cells[place] is not None for place in row_of])
    counts = np.array([cells[place] or 0 for place in row_of], dtype=float)
    small = [
        place for place in row_of if cells[place] is None and 0 < truth(cubes, place) < THRESHOLD
    ]
    random.Random(1).shuffle(small)
    for place in small[:12]:
        cost = matrix[row_of[place]].toarray().ravel()
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(
                sign * cost,
                A_eq=matrix[known],
                b_eq=counts[known],
                A_ub=-matrix[~known],
                b_ub=-np.ones(int((~known).sum())),
                bounds=(0, 1e6),
            )
            assert found.status == 0, place
            ends.append(sign * found.fun)
        low, high = ends
        assert low - 1e-6 <= truth(cubes, place) <= high + 1e-6
        assert high - low >= THRESHOLD - 1 - 1e-6, place


def truth(cubes: Mapping[str, Cube], place: Place) -> int:
    cube = cubes[place[0]]
    return int(cube.counts.ravel()[cube.place(place[1])])


def test_headlines_show_nothing_the_file_withholds() -> None:
    tables, _ = made(release(40, 3, 4, 7))
    cells = file_of(tables)
    head = headlines(tables)

    assert head.children == cells["CL-AREA", (TOTAL, TOTAL)]
    assert head.child_labour.low == cells["CL-AREA", (TOTAL, "IN_CHILD_LABOUR")]
    assert head.forced_labour.low == cells["FL-COUNTRY", ("IN_FORCED_LABOUR",)]


def test_tables_come_back_from_what_is_kept_as_they_were() -> None:
    tables, _ = made(release(400, 9, 4))

    assert from_text("2026", tables.parameters, 0, as_text(tables)) == tables
    assert {row.depth for row in rows(tables["CL-AREA"])} <= {0, 1, 2}


def test_fingerprint_is_the_same_for_tables_that_look_the_same(make: Callable[..., Office]) -> None:
    shown_with = []
    for small in (3, 4):
        office = make()
        tablet = FieldTablet.enrol(office, seed=50)
        visit = tablet.visit()
        tablet.send(visit, *(tablet.case(visit) for _ in range(small)))
        tables = national_tables(office, "2026")
        notes = dict(notes_of(tables, programme_of(office), "en"))
        shown_with.append((tables.tables, notes["shown_sha256"]))

    assert shown_with[0] == shown_with[1]


def test_page_of_a_minute_ago_is_shown_when_a_new_area_arrives(
    make: Callable[..., Office],
) -> None:
    office = make()
    tablet = FieldTablet.enrol(office)
    tablet.send(tablet.visit(area="PK-PB-01"))
    now_s = office.now_s()
    national_tables(office, "2026", now_s=now_s)
    tablet.send(tablet.visit(area="PK-PB-02"))

    later = kept_tables(office, "2026")

    assert [one.area for one in later.coverage] == [TOTAL, "PK-PB-01"]
    after = national_tables(office, "2026", now_s=now_s + 6)
    assert [one.area for one in after.coverage] == [TOTAL, "PK-PB-01", "PK-PB-02"]


def test_tables_made_with_one_threshold_are_never_shown_under_another(
    make: Callable[..., Office],
) -> None:
    office = make(threshold=5)
    tablet = FieldTablet.enrol(office)
    visit = tablet.visit()
    tablet.send(visit, *(tablet.case(visit) for _ in range(7)))
    now_s = office.now_s()
    before = national_tables(office, "2026", now_s=now_s)

    office.config = replace(office.config, threshold=10)
    with pytest.raises(NoSuchPeriod):
        kept_tables(office, "2026")
    assert not_worked_out(office) == ["2026"]
    after = national_tables(office, "2026", now_s=now_s + 1)

    assert after.threshold == 10
    assert after["CL-AREA"].total is None
    assert ("threshold", "10") in notes_of(after, programme_of(office), "en")
    office.config = replace(office.config, threshold=5)
    again = kept_tables(office, "2026")
    assert (again.threshold, again.tables) == (5, before.tables)


def test_all_numbers_of_a_page_are_of_one_moment(make: Callable[..., Office]) -> None:
    office = make()
    tablet = FieldTablet.enrol(office)
    visit = tablet.visit()
    tablet.send(visit, *(tablet.case(visit) for _ in range(12)))
    now_s = office.now_s()
    first = national_tables(office, "2026", now_s=now_s)
    tablet.send(tablet.visit(), tablet.visit(area="PK-PB-03", nobody_found="yes"))

    assert kept_tables(office, "2026") == first


def test_two_processes_that_work_out_one_page_both_show_it(make: Callable[..., Office]) -> None:
    office = make()
    tablet = FieldTablet.enrol(office)
    tablet.send(tablet.visit())

    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda _: national_tables(office, "2026"), range(8)))

    assert len({page.shown_digest for page in pages}) == 1


def test_tables_worked_out_from_older_counts_never_replace_newer_ones(
    make: Callable[..., Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one process solves, more cases come and another process works out the same page."""
    office = make()
    tablet = FieldTablet.enrol(office)
    tablet.send(tablet.visit())
    propose, slow = national.propose_levels, [True]

    def overtaken(*given: Any) -> Any:
        if slow:
            slow.clear()
            tablet.send(tablet.visit())
            national_tables(office, "2026")
        return propose(*given)

    monkeypatch.setattr(national, "propose_levels", overtaken)
    tables = national_tables(office, "2026")

    assert tables.coverage[0].visits == 2
    assert national.kept_tables(office, "2026").coverage[0].visits == 2
