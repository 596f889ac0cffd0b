"""The files of releases before an attacker who shares nothing with the product but the files.

He supposes the register behind them (tests/server/disclosure/register_attacker.py): every crossing
of everything the tables count by, withheld counts at least 1 (0 where nobody is: he knows where
zeros are hidden), or what an organisation recorded itself; earlier editions of one that grew;
whole persons on small registers.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from server.disclosure.methods import OWN_BEFORE
from server.releases import provenance
from server.releases.counted import Levels, ReleaseCounts, at_levels
from server.releases.making import NotPublishable, TooFewNewPersons
from server.releases.structure import EditionRead
from server.tables.levels import wanted_for
from tests.server.disclosure.register_attacker import Place, ReadTable, RegisterAttacker
from tests.server.releases.synthetic_release import OWN, as_read, counted, published
from tests.server.tables.synthetic import DIVISIONS

Inside = tuple[str, dict[str, str], str, dict[str, str], tuple[str, ...]]
ROOM = 9
"""Persons a small count must stay open for."""


def inside(tables: Mapping[str, ReadTable]) -> list[Inside]:
    """A child in forced labour is in child labour: of use where some file has children apart."""
    forced = [t for t in tables.values() if t.population == "forced_labour@2026"]
    if not any("child" in codes for t in forced for codes in t.cells):
        return []
    children = {"child_labour": "IN_CHILD_LABOUR"}
    child = {"child_or_adult": "child"}
    return [("forced_labour@2026", child, "child_labour@2026", children, ())]


def true_counts(counts: ReleaseCounts, levels: Levels, at: int = 0) -> dict[Place, int]:
    found = {}
    for name, table in counts.tables.items():
        cube = at_levels(table, levels).cube
        for codes, count in zip(cube.keys(), cube.counts.ravel(), strict=True):
            found[Place(at, name, codes)] = int(count)
    return found


def own_counts(counts: ReleaseCounts, levels: Levels, at: int = 0) -> dict[Place, int]:
    """What an organisation knows at most of each cell to be its own."""
    found = {}
    for name, table in counts.tables.items():
        laid = at_levels(table, levels)
        most = np.max([*laid.own.values(), np.zeros_like(laid.cube.counts)], axis=0)
        for codes, count in zip(laid.cube.keys(), most.ravel(), strict=True):
            found[Place(at, name, codes)] = int(count)
    return found


def must_tell_nothing(
    attacker: RegisterAttacker,
    truth: Mapping[Place, int],
    hidden: list[Place],
    *,
    whole: bool = False,
) -> int:
    """The small counts that were looked at; each is open for ROOM persons, no other is known."""
    looked = 0
    for place in hidden:
        low, high = attacker.interval(place, whole=whole)
        assert low - 1e-6 <= truth[place] <= high + 1e-6
        if 0 < truth[place] < 10:
            looked += 1
            assert high - low >= ROOM - 1e-6, (place, low, high)
        elif truth[place]:
            assert high - low >= 1 - 1e-6, (place, low, high)
    return looked


def hidden_in(tables: Mapping[str, ReadTable], at: int = 0) -> list[Place]:
    return [
        Place(at, name, codes)
        for name, table in tables.items()
        for codes, count in table.cells.items()
        if count is None
    ]


@pytest.mark.parametrize(
    ("persons", "areas", "seed"), [(60, 3, 1), (200, 9, 2), (800, 9, 3), (5_000, 9, 4)]
)
def test_reader_of_all_files_places_no_small_count(persons: int, areas: int, seed: int) -> None:
    counts = counted(persons, areas, seed=seed)
    made = published(counts)
    tables = as_read(made.files)

    truth = true_counts(counts, made.levels)
    attacker = RegisterAttacker([tables], least=lambda at: min(1, truth[at]), inside=inside(tables))

    assert attacker.is_possible()
    must_tell_nothing(attacker, truth, hidden_in(tables)[:40], whole=persons <= 200)
    assert made.findings.may_leave


@pytest.mark.parametrize(("persons", "areas", "seed"), [(300, 3, 5), (1_060, 9, 6)])
def test_organisation_that_subtracts_its_own_records_places_no_small_count(
    persons: int, areas: int, seed: int
) -> None:
    counts = counted(persons, areas, seed=seed, organisations=OWN)
    made = published(counts)
    tables = as_read(made.files)
    own = own_counts(counts, made.levels)

    truth = true_counts(counts, made.levels)
    attacker = RegisterAttacker(
        [tables], least=lambda at: max(min(1, truth[at]), own[at]), inside=inside(tables)
    )

    assert attacker.is_possible()
    for place, count in truth.items():
        mine = own[place]
        if place in attacker.row and tables[place.table].cells[place.codes] is not None:
            assert not 0 < count < 10
            assert not (mine and 0 < count - mine < 10), "others are few, and published"
    must_tell_nothing(attacker, truth, hidden_in(tables)[:40])


QUARTER = (
    "CL-CLASS:area,child_labour",
    "CL-CLASS:sex,age_band,child_labour",
    "CL-SECTOR",
)


def test_a_quarter_in_districts_that_are_all_alike_shows_nearly_all() -> None:
    """Of some sixty children in each district every organisation knows a third."""
    alike = counted(900, 9, seed=3, organisations=OWN, tables=QUARTER, even=True)
    made = published(alike)

    assert made.findings.may_leave
    for name, shown in made.shown.items():
        assert wanted_for(900).met_by({name: shown}), (name, shown)
    areas = {codes[0] for codes in as_read(made.files)["CL-CLASS-by-area-child_labour_2026"].cells}
    assert len(areas - {"Total"}) >= 3
    assert any(area.startswith("Other: ") for area in areas)


CUT = {
    "child_labour": {
        "HAZARDOUS": "HAZARDOUS",
        **dict.fromkeys(
            (
                *("WFCL_OTHER", "BELOW_MIN_AGE", "HAZ_HOUSEHOLD_SERVICES"),
                *("LIGHT_WORK", "PERMITTED_WORK", "NOT_WORKING", "UNDETERMINED"),
            ),
            "Other: all but hazardous work",
        ),
    },
    "industry": dict.fromkeys(DIVISIONS, "any"),
}


def test_number_less_another_tells_of_nobody_few_in_no_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By sex and age: those in child labour (the sectors' totals) less those in hazardous work."""
    counts = counted(700, 3, seed=2, tables=QUARTER[1:])
    with monkeypatch.context() as before:
        before.setattr(provenance, "METHOD", provenance.method_in_words(OWN_BEFORE))
        with pytest.raises(NotPublishable) as refused:
            published(counts, levels=CUT)
    assert "stand in no" in str(refused.value.proposal)

    few = published(counts, levels=CUT)
    assert few.findings.may_leave
    classes, sectors = as_read(few.files).values()
    at = [sectors.names.index(name) for name in ("sex", "age_band")]
    pairs = {
        tuple(codes[place] for place in at): (whole, classes.cells[*(codes[p] for p in at), part])
        for codes, whole in sectors.cells.items()
        if all(c == "Total" for place, c in enumerate(codes) if place not in at)
        for part in ["HAZARDOUS"]
    }
    assert len(pairs) == 15
    assert any(None in pair for pair in pairs.values())
    assert not any(0 < a - b < 10 for a, b in pairs.values() if a is not None and b is not None)

    many = published(counted(40_000, 3, seed=2, tables=QUARTER[1:]), levels=CUT)
    assert many.findings.may_leave, "differences of many persons tell of nobody"


@pytest.mark.parametrize("seed", [7, 8])
def test_reader_of_two_editions_of_a_register_that_grew_places_no_small_count(seed: int) -> None:
    before = counted(500, 5, seed=seed)
    first = published(before)
    now = counted(500, 5, seed=seed, more=600)
    second = published(now, [EditionRead(1, first.files, before)])
    then, tables = as_read(first.files), as_read(second.files)

    truth = {
        **true_counts(before, first.levels, 0),
        **true_counts(now, second.levels, 1),
    }
    attacker = RegisterAttacker([then, tables], least=lambda at: min(1, truth[at]))
    assert attacker.is_possible()
    hidden = [*hidden_in(then, 0)[:20], *hidden_in(tables, 1)[:20]]
    must_tell_nothing(attacker, truth, hidden)
    assert second.findings.may_leave


def test_who_sends_a_record_and_looks_again_finds_no_difference() -> None:
    """One person more, or thirty, makes no other edition; nobody more makes the same bytes."""
    before = counted(700, 3, seed=9)
    first = published(before)
    edition = EditionRead(1, first.files, before)

    again = published(before, [edition])

    assert {n: c for n, c in again.files.items() if n.endswith("_2026.csv")} == {
        n: c for n, c in first.files.items() if n.endswith("_2026.csv")
    }
    for more in (1, 30):
        with pytest.raises(TooFewNewPersons):
            published(counted(700, 3, seed=9, more=more), [edition])
