"""Disclosure control against an attacker of another make: scipy's solver, the plain equations."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from server.disclosure.control import (
    ALL,
    CountTable,
    Key,
    Protection,
    Reason,
    View,
    every_margin,
    protect,
    unsafe_cells,
)

DIMENSIONS = ("area", "sex", "class")
CATEGORIES = {
    "area": ("north", "south", "east"),
    "sex": ("female", "male"),
    "class": ("worst", "hazardous", "young", "none"),
}
STATUS = View("class", {"worst": "IN", "hazardous": "IN", "young": "IN", "none": "none"})


def table(counts: dict[Key, int]) -> CountTable:
    margins = (
        *every_margin(("area",), ("sex",), ("class",)),
        ("status",),
        ("area", "status"),
    )
    return CountTable(DIMENSIONS, CATEGORIES, counts, margins, {"status": STATUS})


def drawn(persons: int, seed: int) -> CountTable:
    chance = random.Random(seed)
    counts: dict[Key, int] = {}
    for _ in range(persons):
        key = (
            chance.choices(CATEGORIES["area"], [6, 3, 1])[0],
            chance.choices(CATEGORIES["sex"], [5, 4])[0],
            chance.choices(CATEGORIES["class"], [1, 8, 5, 6])[0],
        )
        counts[key] = counts.get(key, 0) + 1
    return table(counts)


def intervals(source: CountTable, protection: Protection) -> Iterator[tuple[Key, float, float]]:
    """What somebody can know of each left-out cell who reads the shown ones.

    Zeros are shown: that a cell is left out says that there is somebody in it.
    """
    words = [CATEGORIES[name] for name in DIMENSIONS]
    inner = [(a, s, c) for a in words[0] for s in words[1] for c in words[2]]
    rows, right = [], []
    sums = {
        key: [float(key in source.covers(cell)) for cell in inner] for key in protection.table.cells
    }
    somebody = []
    for key, count in protection.table.cells.items():
        if count is not None:
            rows.append(sums[key])
            right.append(float(count))
        else:
            somebody.append([-part for part in sums[key]])
    equations = {"A_eq": np.array(rows), "b_eq": np.array(right)} if rows else {}
    if somebody:
        equations |= {"A_ub": np.array(somebody), "b_ub": np.full(len(somebody), -1.0)}
    for key, count in protection.table.cells.items():
        if count is None:
            ends = []
            for sign in (1.0, -1.0):
                found = linprog(sign * np.array(sums[key]), bounds=(0, None), **equations)
                assert found.status in (0, 3)
                ends.append(np.inf if found.status == 3 else sign * found.fun)
            yield key, ends[0], ends[1]


@pytest.mark.parametrize(
    ("persons", "seed", "threshold"),
    [
        *((12, 1, 5), (60, 2, 5), (200, 3, 5), (700, 4, 5)),
        *((12, 1, 10), (60, 2, 10), (200, 3, 10), (700, 4, 10), (1200, 5, 10), (2000, 5, 30)),
    ],
)
def test_attacker_of_another_make_finds_no_small_cell(
    persons: int, seed: int, threshold: int
) -> None:
    source = drawn(persons, seed)

    protection = protect(source, threshold)

    assert Reason.PRIMARY in protection.reasons.values(), "nothing is hidden, nothing is tried"
    for key, low, high in intervals(source, protection):
        if protection.reasons[key] is Reason.PRIMARY:
            assert high >= threshold - 1e-6
            assert high - low >= threshold - 1 - 1e-6
        else:
            assert high - low >= 1 - 1e-6


def test_cell_left_out_beside_another_is_not_bounded_by_that_nobody_can_be_in_neither() -> None:
    """10 persons in two cells that are left out: neither holds 10, because neither holds 0."""
    counts = {("north", "female", "worst"): 1, ("north", "female", "hazardous"): 9}

    protection = protect(table(counts), 10)

    for key, low, high in intervals(table(counts), protection):
        assert high - low >= (9 if protection.reasons[key] is Reason.PRIMARY else 1) - 1e-6, key


def test_margin_subtraction_gives_small_cells_away_without_complementary_suppression() -> None:
    source = drawn(200, 3)
    truth = source.published()
    primary = {key for key, count in truth.items() if 0 < count < 10}

    assert primary
    assert unsafe_cells(source, truth, primary, 10)


@given(
    st.dictionaries(
        st.tuples(*(st.sampled_from(CATEGORIES[name]) for name in DIMENSIONS)),
        st.integers(1, 40),
        max_size=24,
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_shown_cells_are_true_small_ones_are_not_shown_and_zeros_are(
    counts: dict[Key, int],
) -> None:
    source = table(counts)

    cells = protect(source, 10).table.cells

    for key, count in source.published().items():
        assert cells[key] in (None, count)
        if 0 < count < 10:
            assert cells[key] is None
        if count == 0:
            assert cells[key] == 0


def test_same_table_is_always_protected_the_same_way() -> None:
    assert protect(drawn(300, 8), 10) == protect(drawn(300, 8), 10)


def test_table_of_large_cells_is_shown_whole() -> None:
    counts = {
        (area, sex, word): 25
        for area in CATEGORIES["area"]
        for sex in CATEGORIES["sex"]
        for word in CATEGORIES["class"]
    }

    protection = protect(table(counts), 10)

    assert protection.reasons == {}
    assert protection.table[ALL, ALL, "IN"] == 25 * 18


def test_empty_table_is_shown_as_zeros() -> None:
    assert set(protect(table({}), 10).table.cells.values()) == {0}


def test_threshold_that_protects_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="protects nobody"):
        protect(table({}), 1)
