"""A share of the report on quality never tells what a table beside it withholds."""

from __future__ import annotations

import numpy as np
import pytest

from server.disclosure.cube import Codes, Cube, cube_of, tree
from server.disclosure.methods import GROUPED
from server.disclosure.protect import Policy, protect
from server.releases.counted import ReleaseCounts, SourceTable, at_levels
from server.releases.provenance import METHOD
from server.releases.told_quality import told_quality

ROWS = (
    ("no_answer", "2026", "CL-CLASS sex", "percent", 26),
    ("no_answer", "2026", "CL-CLASS region", "percent", 12),
    ("no_sex", "2026", "", "percent", 26),
    ("child_labour_undetermined", "2026", "", "percent", 30),
    ("complete", "2026", "", "percent", 90),
)


def children(males: int, not_known: int) -> SourceTable:
    sex = tree("sex", ("female", "male", "unknown"), {})
    of_class = tree("child_labour", ("yes", "UNDETERMINED"), {})
    counts = {
        ("female", "yes"): 30, ("female", "UNDETERMINED"): 25,
        ("male", "yes"): males, ("male", "UNDETERMINED"): 15 if males > 9 else 0,
        ("unknown", "yes"): not_known, ("unknown", "UNDETERMINED"): 12,
    }  # fmt: skip
    cube: Cube = cube_of((sex, of_class), counts, 1)
    return SourceTable("CL-CLASS-by-sex", "2026", "children", cube)


def told(table: SourceTable, levels: dict[str, dict[str, str]]) -> dict[str, int | None]:
    counts = ReleaseCounts({table.name: table}, (), (), {}, quality=ROWS)
    at = at_levels(table, levels)
    withheld = protect(at.cube, Policy(10), steps=300).withheld
    rows = told_quality(counts, {table.name: at}, {table.name: np.asarray(withheld)})
    return {f"{measure} {by}".strip(): value for measure, _, by, _, value in rows}


def test_share_of_a_cell_that_is_withheld_for_another_is_not_told() -> None:
    # 3 boys are withheld, and 20 of whom it is not known for them: 26 % of 78 can only be 20.
    found = told(children(3, 8), {})

    assert found["no_answer CL-CLASS sex"] is None
    assert found["no_sex"] is None
    assert found["no_answer CL-CLASS region"] == 12
    assert found["complete"] == 90


def test_share_is_told_where_the_table_shows_it() -> None:
    assert told(children(40, 21), {})["no_answer CL-CLASS sex"] == 26


def test_share_of_classes_nobody_could_decide_is_not_told_where_they_are_merged() -> None:
    merged = {"child_labour": {"yes": "yes", "UNDETERMINED": "NOT_CHILD_LABOUR"}}

    assert told(children(40, 21), {})["child_labour_undetermined"] == 30
    assert told(children(40, 21), merged)["child_labour_undetermined"] is None


def test_share_within_a_coarser_cell_is_not_told() -> None:
    coarser = {"sex": {"female": "female", "male": "rest", "unknown": "rest"}}

    assert told(children(3, 21), coarser)["no_answer CL-CLASS sex"] is None


@pytest.mark.parametrize(
    ("period", "is_told"), [("2026", False), ("2026-Q4", False), ("2026-Q3", True), ("2025", True)]
)
def test_share_of_a_longer_or_shorter_period_does_not_tell_what_a_table_withholds(
    period: str, is_told: bool
) -> None:
    table = children(3, 8)
    counts = ReleaseCounts(
        *({table.name: table}, (), (), {}),
        quality=[("no_sex", period, "", "percent", 26)],
    )
    of_november = {table.name: SourceTable(table.code, "2026-11", "children", table.cube)}
    withheld = {table.name: protect(table.cube, Policy(10), steps=300).withheld}

    (row,) = told_quality(counts, of_november, withheld)

    assert (row[4] == 26) is is_told


def test_share_of_complete_records_is_not_told_beside_a_table_that_withholds_it() -> None:
    complete = tree("complete", ("yes", "no"), {})
    of_class = tree("child_labour", ("yes", "NO"), {})
    counts = {("yes", "yes"): 40, ("yes", "NO"): 38, ("no", "yes"): 12, ("no", "NO"): 4}
    cube = cube_of((complete, of_class), counts, 1)
    table = SourceTable("COMPLETE", "2026", "children", cube)
    quality = (("complete", "2026", "", "percent", 83),)
    some = ReleaseCounts({table.name: table}, (), (), {}, quality=quality)
    withheld = np.zeros_like(cube.counts, dtype=bool)

    assert [row[4] for row in told_quality(some, {table.name: table}, {table.name: withheld})] == [
        83
    ]
    withheld.ravel()[[cube.place(("yes", "Total")), cube.place(("no", "Total"))]] = True
    assert [row[4] for row in told_quality(some, {table.name: table}, {table.name: withheld})] == [
        None
    ]


def children_of_two_areas(north: int, south: int) -> SourceTable:
    area = tree("area", ("N", "S"), {})
    of_class = tree("child_labour", ("yes", "no"), {})
    counts: dict[Codes, int] = {("N", "yes"): 30, ("N", "no"): north - 30}
    counts |= {("S", "yes"): 4, ("S", "no"): south - 4}
    return SourceTable("CL-AREA", "2026", "children", cube_of((area, of_class), counts, 1))


@pytest.mark.parametrize("is_withheld", [False, True])
def test_shares_of_each_area_do_not_tell_how_many_a_table_withholds_of_them(
    is_withheld: bool,
) -> None:
    """All records of the one area came soon and none of the other, 75 % of all: 60 of 80."""
    table = children_of_two_areas(60, 20)
    rows = [("timely", "2026", by, "percent", n) for by, n in (("", 75), ("N", 100), ("S", 0))]
    rows += [("timely", "2025", "S", "percent", 0), ("timely", "2026", "X", "percent", 50)]
    counts = ReleaseCounts({table.name: table}, (), (), {}, quality=tuple(rows))
    withheld = np.zeros_like(table.cube.counts, dtype=bool)
    for area in ("N", "S"):
        withheld.ravel()[table.cube.place((area, "Total"))] = is_withheld

    told_now = [row[4] for row in told_quality(counts, {table.name: table}, {table.name: withheld})]

    assert told_now == ([75, None, None, 0, 50] if is_withheld else [75, 100, 0, 0, 50])


def test_shares_of_who_was_met_again_are_not_told_beside_lists_that_are_withheld() -> None:
    lists = tree("known_to", ("ngo", "police"), {})
    counted: dict[Codes, int] = {("ngo",): 40, ("police",): 12}
    cube = cube_of((lists,), counted, 0)
    table = SourceTable("LISTS", "2026", "children", cube)
    rows = (("met_again", "2026", "police", "percent", 92),)
    counts = ReleaseCounts({table.name: table}, (), (), {}, quality=rows)
    withheld = np.zeros_like(cube.counts, dtype=bool)

    def now() -> list[int | None]:
        return [row[4] for row in told_quality(counts, {table.name: table}, {table.name: withheld})]

    assert now() == [92]
    withheld.ravel()[cube.place(("police",))] = True
    assert now() == [None]


@pytest.mark.parametrize("method", [1, 2])
def test_editions_of_before_are_made_again_as_they_were(method: int) -> None:
    table = children(3, 8)
    made_by = {"method": METHOD.rstrip("0123456789") + str(method)}
    counts = ReleaseCounts({table.name: table}, (), (), made_by, quality=ROWS)
    everything = np.ones_like(table.cube.counts, dtype=bool)

    rows = told_quality(counts, {table.name: table}, {table.name: everything})

    assert ("no_sex", "2026", "", "percent", 26) in rows


def test_shares_of_areas_of_editions_before_are_as_they_were() -> None:
    table = children_of_two_areas(60, 20)
    made_by = {"method": METHOD.rstrip("0123456789") + str(GROUPED)}
    rows = (("timely", "2026", "S", "percent", 0),)
    counts = ReleaseCounts({table.name: table}, (), (), made_by, quality=rows)
    everything = np.ones_like(table.cube.counts, dtype=bool)

    assert [*told_quality(counts, {table.name: table}, {table.name: everything})] == [*rows]
