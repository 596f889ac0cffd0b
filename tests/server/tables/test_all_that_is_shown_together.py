"""An attacker who reads the whole file of national counts, both tables of it, with another solver.

The attacker knows the rules, too: a child in forced labour is in a worst form of child labour,
everybody of 5 to 17 has a class, and nobody under 5 is in either table.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from server.disclosure.control import ALL, protect
from server.intake.attributes import AGE_BANDS, SEXES
from server.office import Office
from server.programme.model import Programme
from server.programme.programme import programme_of
from server.tables import national
from server.tables.counts import Cell
from server.tables.national import (
    CHILD_BANDS,
    CHILD_LABOUR,
    CHILD_LABOUR_CLASSES,
    CLASSES,
    FORCED_LABOUR,
    FORCED_LABOUR_CLASSES,
    IN_CHILD_LABOUR,
    WORST,
    Coverage,
    NationalTables,
    NoSuchPeriod,
    Parameters,
    both_tables,
    kept_tables,
    national_table,
    national_tables,
    not_worked_out,
)
from server.web.pages.counts_page import as_csv, by_area, headlines, notes_of
from shared.counting import NOT_KNOWN
from tests.server.field import FieldTablet

AREAS = ("north", "south")
AGES = (*AGE_BANDS, NOT_KNOWN)
THRESHOLD = 10
Row = tuple[str, str, str, str, str]
"""Table, area, sex, age, class: as the file says them."""


def counted(persons: int, seed: int) -> Counter[Cell]:
    chance = random.Random(seed)
    cells: Counter[Cell] = Counter()
    for _ in range(persons):
        age = chance.choices(("5-11", "12-14", "15-17", "18+"), (3, 3, 3, 1))[0]
        form = chance.choices((*FORCED_LABOUR_CLASSES, "NOT_FL"), (3, 1, 0.2, 8))[0]
        word = chance.choices(CLASSES, (1, 4, 3, 1, 1, 4))[0]
        if form != "NOT_FL":
            word = WORST
        if age == "18+":
            word = "OUT_OF_SCOPE"
        area, sex = chance.choices(AREAS, (4, 2))[0], chance.choices(SEXES, (5, 4, 0.2))[0]
        cells[Cell("2026", area, sex, age, word, form)] += 1
    return cells


def shown(cells: Counter[Cell]) -> tuple[NationalTables, dict[Row, int | None]]:
    tables = both_tables(protect(national_table(cells, AREAS), THRESHOLD).table)
    coverage = (Coverage(ALL, 9, 1), *(Coverage(area, 4, 0) for area in AREAS))
    national = NationalTables(
        "2026",
        Parameters(THRESHOLD),
        tables[CHILD_LABOUR],
        tables[FORCED_LABOUR],
        0,
        coverage,
        AREAS,
        0,
    )
    programme = Programme(name="P", country="PAK", practice=False, data_origin="field")
    text = as_csv(national, notes_of(national, programme, "en"))
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return national, {
        (row["table"], row["area"], row["sex"], row["age"], row["class"]): int(row["persons"])
        if row["status"] == "shown"
        else None
        for row in csv.DictReader(lines)
        if row["table"] in (CHILD_LABOUR, FORCED_LABOUR)
    }


KINDS = (
    *((word, "") for word in CLASSES),
    *((WORST, form) for form in FORCED_LABOUR_CLASSES),
    *(("", form) for form in FORCED_LABOUR_CLASSES),
)


def is_counted_in(row: Row, area: str, sex: str, age: str, word: str, form: str) -> bool:
    table, row_area, row_sex, row_age, row_class = row
    if row_area not in (area, "total") or row_sex not in (sex, "total"):
        return False
    if table == CHILD_LABOUR:
        band = age if age in CHILD_BANDS else NOT_KNOWN
        classes = {word, "total"} | ({IN_CHILD_LABOUR} if word in CHILD_LABOUR_CLASSES else set())
        return bool(word) and row_age in (band, "total") and row_class in classes
    group = NOT_KNOWN if age == NOT_KNOWN else "adult" if age == "18+" else "child"
    return bool(form) and row_age in (group, "total") and row_class in (form, "total")


def truth_of(cells: Counter[Cell], row: Row) -> int:
    return sum(
        n
        for cell, n in cells.items()
        if is_counted_in(
            row,
            cell.area,
            cell.sex,
            cell.age_band,
            "" if cell.child_labour == "OUT_OF_SCOPE" else cell.child_labour,
            "" if cell.forced_labour == "NOT_FL" else cell.forced_labour,
        )
    )


@pytest.mark.parametrize(("persons", "seed"), [(120, 4), (900, 3)])
def test_both_tables_of_the_file_together_give_no_small_cell_away(persons: int, seed: int) -> None:
    attack(counted(persons, seed))


def test_forced_girls_shown_in_one_table_do_not_bound_the_boys_withheld_in_the_other() -> None:
    place = ("2026", "north")
    attack(
        Counter(
            {
                Cell(*place, "female", "12-14", WORST, "FL_PRIVATE"): 14,
                Cell(*place, "male", "12-14", WORST, "NOT_FL"): 6,
                Cell(*place, "female", "12-14", "HAZARDOUS", "NOT_FL"): 40,
                Cell(*place, "male", "12-14", "HAZARDOUS", "NOT_FL"): 40,
            }
        )
    )


def attack(cells: Counter[Cell]) -> None:
    """Works out from the file what can be known of each withheld cell, and holds it to the rule."""
    _, rows = shown(cells)
    rows = {row: n for row, n in rows.items() if row[0] == CHILD_LABOUR or row[4] != "UNDETERMINED"}
    inner = [
        (area, sex, age, word, form)
        for area, sex, age, (word, form) in product(AREAS, SEXES, AGES, KINDS)
        if age == NOT_KNOWN or (age != "0-4" and (age in CHILD_BANDS) is bool(word))
    ]
    parts = {row: [is_counted_in(row, *one) for one in inner] for row in rows}
    known = [row for row, n in rows.items() if n is not None]
    matrix = csr_array(np.array([parts[row] for row in known], dtype=float))
    right = np.array([float(rows[row] or 0) for row in known])

    left_out = [row for row, n in rows.items() if n is None]
    assert left_out
    # Zeros are shown: there is somebody in every cell that is left out.
    somebody = csr_array(-np.array([parts[row] for row in left_out], dtype=float))
    least = np.full(len(left_out), -1.0)
    for row in left_out:
        true = truth_of(cells, row)
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(
                sign * np.array(parts[row], dtype=float),
                A_eq=matrix,
                b_eq=right,
                A_ub=somebody,
                b_ub=least,
                bounds=(0, None),
            )
            assert found.status in (0, 3)
            ends.append(np.inf if found.status == 3 else sign * found.fun)
        low, high = ends
        assert low - 1e-6 <= true <= high + 1e-6
        if true < THRESHOLD:
            assert high >= THRESHOLD - 1e-6, row
            assert high - low >= THRESHOLD - 1 - 1e-6, row
        else:
            assert high - low >= 1 - 1e-6, row


def test_headlines_show_nothing_the_file_withholds() -> None:
    national, rows = shown(counted(40, 7))
    head = headlines(national)

    everybody = ("total", "total", "total")
    assert head.children == rows[(CHILD_LABOUR, *everybody, "total")]
    assert head.child_labour.low == rows[(CHILD_LABOUR, *everybody, IN_CHILD_LABOUR)]
    assert head.forced_labour.low == rows[(FORCED_LABOUR, *everybody, "total")]


def test_fingerprint_is_the_same_for_tables_that_look_the_same(make: Callable[..., Office]) -> None:
    shown_with = []
    for small in (3, 4):
        office = make()
        tablet = FieldTablet.enrol(office, seed=50)
        visit = tablet.visit()
        tablet.send(visit, *(tablet.case(visit) for _ in range(small)))
        national = national_tables(office, "2026")
        notes = dict(notes_of(national, programme_of(office), "en"))
        shown_with.append((national.child_labour, national.forced_labour, notes["shown_sha256"]))

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

    assert [row.words for row in by_area(later)] == [("PK-PB-01",), (ALL,)]
    assert by_area(national_tables(office, "2026", now_s=now_s + 6))[1].words == ("PK-PB-02",)


def test_tables_made_with_one_threshold_are_never_shown_under_another(
    make: Callable[..., Office],
) -> None:
    office = make(threshold=5)
    tablet = FieldTablet.enrol(office)
    visit = tablet.visit()
    tablet.send(visit, *(tablet.case(visit) for _ in range(7)))
    now_s = office.now_s()
    before = national_tables(office, "2026", now_s=now_s)
    assert before.child_labour[ALL, ALL, ALL, ALL] == 7

    office.config = replace(office.config, threshold=10)
    with pytest.raises(NoSuchPeriod):
        kept_tables(office, "2026")
    assert not_worked_out(office) == ["2026"]
    after = national_tables(office, "2026", now_s=now_s + 1)

    assert after.threshold == after.child_labour.threshold == 10
    assert after.child_labour[ALL, ALL, ALL, ALL] is None
    assert ("threshold", "10") in notes_of(after, programme_of(office), "en")
    office.config = replace(office.config, threshold=5)
    again = kept_tables(office, "2026")
    assert (again.threshold, again.child_labour) == (5, before.child_labour)


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
    protect, slow = national.protect, [True]

    def overtaken(*given: Any) -> Any:
        if slow:
            slow.clear()
            tablet.send(tablet.visit())
            national_tables(office, "2026")
        return protect(*given)

    monkeypatch.setattr(national, "protect", overtaken)
    made = national_tables(office, "2026")

    assert made.coverage[0].visits == 2
    assert national.kept_tables(office, "2026").coverage[0].visits == 2
