"""Two editions of one register, by other areas or at other levels, before somebody who has both.

He supposes the register behind them (tests/server/disclosure/register_attacker.py) and asks of
every group that their codes cut out between them, in a table or in none, how many are in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from server.disclosure.cube import TOTAL
from server.disclosure.methods import UNTOLD
from server.disclosure.release_book import CodesOverlap, ReleasedTable
from server.disclosure.release_pieces import FinestCounts, counts_of, cut_up, new_cells, pieces_of
from server.releases import provenance
from server.releases.counted import ReleaseCounts, SourceTable
from server.releases.making import ReleaseMade
from server.releases.structure import EditionRead, before_audit
from server.tables.cubes import cubes_of
from shared.codelists import CodeList
from shared.codelists.lists import Entry
from tests.server.disclosure.register_attacker import RegisterAttacker
from tests.server.releases.synthetic_release import as_read, counted, published
from tests.server.releases.test_attackers_of_releases import ROOM, true_counts
from tests.server.tables.synthetic import DECLARED

BY_AREA = "CL-CLASS-by-area-child_labour_2026"
TABLES = ("CL-CLASS:area,child_labour", "CL-CLASS:sex,age_band,child_labour")
MOVED = {"AA-1-5": "AA-2-1"}
"""A district that was taken in by one of the other province."""


def recounted(counts: ReleaseCounts, became: Mapping[str, str]) -> ReleaseCounts:
    """By the areas of today."""
    area = counts.tables[BY_AREA].cube.dimensions[0]
    words = {area.codes[leaf]: area.codes[leaf] for leaf in area.leaves}
    return replace(counts, recount={"area": {code: became.get(code, code) for code in words}})


def placed(
    first: tuple[ReleaseCounts, ReleaseMade],
    second: tuple[ReleaseCounts, ReleaseMade],
    *,
    same: bool,
) -> list[tuple[object, ...]]:
    """Groups of few persons that whoever has both editions places within less than ROOM persons."""
    both = [{BY_AREA: as_read(made.files)[BY_AREA]} for _, made in (first, second)]
    truth = {
        **true_counts(first[0], first[1].levels, 0),
        **true_counts(second[0], second[1].levels, 1),
    }
    attacker = RegisterAttacker(both, same=same, least=lambda at: min(1, truth[at]))
    assert attacker.is_possible()
    population = both[0][BY_AREA].population
    atoms = attacker._atoms[population]
    found: list[tuple[object, ...]] = []
    for layer, (counts, _) in enumerate((first, second)):
        finest = finest_of(counts.tables[BY_AREA])
        for place, area in enumerate(atoms["area"]):
            for kind in (None, *range(len(atoms["child_labour"]))):
                kinds = range(len(atoms["child_labour"])) if kind is None else [kind]
                said = [c for one in kinds for c in atoms["child_labour"][one]]
                true = sum(finest[a, c] for a in area for c in said)
                if not 0 < true < 10:
                    continue
                cost = np.zeros(attacker.number)
                start = attacker._start[0 if same else layer, population]
                shape = [len(some) for some in atoms.values()]
                cost[[start + int(np.ravel_multi_index((place, one), shape)) for one in kinds]] = 1
                low, high = attacker._solve(cost, whole=False), attacker._solve(-cost, whole=False)
                assert low is not None
                assert high is not None
                if -high - low < ROOM - 1e-6:
                    found.append((layer, sorted(area), sorted(said), true, low, -high))
    return found


def finest_of(table: SourceTable) -> Counter[tuple[str, str]]:
    cells = zip(table.cube.keys(), table.cube.counts.ravel(), strict=True)
    return Counter({(codes[0], codes[1]): int(count) for codes, count in cells})


@pytest.mark.parametrize("more", [0, 60])
@pytest.mark.parametrize("seed", [1, 5, 6])
@pytest.mark.parametrize("is_today_first", [False, True])
def test_a_reader_of_both_trees_places_nobody(
    *, seed: int, more: int, is_today_first: bool
) -> None:
    then = counted(600, 9, seed=seed, tables=TABLES)
    now = counted(600, 9, seed=seed, tables=TABLES, more=more)
    if is_today_first:
        then = recounted(then, MOVED)
    else:
        now = recounted(now, MOVED)
    first = published(then)
    second = published(now, [EditionRead(1, first.files, then)])

    assert placed((then, first), (now, second), same=not more) == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_register_that_grew_is_not_told_apart_by_finer_levels(seed: int) -> None:
    then = counted(600, 9, seed=seed, tables=TABLES)
    first = published(then)
    now = counted(600, 9, seed=seed, tables=TABLES, more=60)
    second = published(now, [EditionRead(1, first.files, then)])

    assert placed((then, first), (now, second), same=False) == []


def test_an_edition_of_before_is_attacked_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way of before finds less: what it published is made again by it."""
    monkeypatch.setattr(provenance, "METHOD", f"{provenance._METHOD}{UNTOLD}")
    then, now = (counted(600, 9, seed=1, tables=TABLES, more=more) for more in (0, 60))
    first = published(then)
    second = published(now, [EditionRead(1, first.files, then)])

    assert placed((then, first), (now, second), same=False)


def provinces(*, with_districts: bool) -> CodeList:
    entries = {code: Entry(code, {}) for code in ("AA-1", "AA-2")}
    if with_districts:
        entries |= {f"AA-1-{n}": Entry(f"AA-1-{n}", {}, "AA-1") for n in (1, 2)}
    return CodeList("areas", "", "", (), entries)


def test_a_province_that_is_given_districts_is_the_same_to_a_reader() -> None:
    """Records that name the province are of the same persons, known no further from then on."""
    meanings = []
    for with_districts in (False, True):
        counts = counted(600, 9, seed=1, tables=TABLES[:1])
        cells = {("AA-1", "HAZARDOUS"): 40, ("AA-2", "HAZARDOUS"): 50}
        margin = DECLARED.tables["CL-CLASS"]
        laid = type(margin)(**{**vars(margin), "dimensions": ("area", "child_labour")})
        lists = {"areas": provinces(with_districts=with_districts)}
        cube = cubes_of(DECLARED, laid, cells, lists)[margin.code]
        table = replace(counts.tables[BY_AREA], cube=cube, own={})
        counts = replace(counts, tables={BY_AREA: table})
        edition = EditionRead(1, published(counts).files, counts)
        read, finest = edition.as_read()[BY_AREA], before_audit(edition).finest[BY_AREA]
        code = next(code for code in ("AA-1~", "AA-1") if code in read.extents["area"])
        meanings.append((read.extents["area"][code], finest.cells["AA-1", "HAZARDOUS"]))

    assert meanings == [({"AA-1"}, 40)] * 2


TWO = {"area": {"P": frozenset("abc"), "Q": frozenset("de")}}
OTHER = {"area": {"P": frozenset("ab"), "Q": frozenset("cde"), "a": frozenset("a")}}


def released(extents: Mapping[str, Mapping[str, frozenset[str]]]) -> ReleasedTable:
    cells = {(code,): 20 for code in (TOTAL, *extents["area"])}
    return ReleasedTable(("area",), cells, "cases@2026", extents)


def test_tables_are_cut_into_what_no_edition_tells_apart() -> None:
    pieces = pieces_of([released(TWO), released(OTHER)])
    cut = cut_up(released(TWO), pieces)

    assert pieces["cases@2026", "area"] == [
        frozenset("a"), frozenset("b"), frozenset("c"), frozenset("de")
    ]  # fmt: skip
    assert {cut.extents["area"][code] for (code,) in new_cells(cut)} == {*map(frozenset, "abc")}
    assert counts_of(cut, FinestCounts(("area",), {("a",): 3, ("d",): 4}))[("P",)] == 3
    assert cut_up(released(TWO), pieces_of([released(TWO)])) == released(TWO)


def test_what_cannot_be_worked_out_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.disclosure.release_pieces.MOST_CELLS", 4)
    with pytest.raises(CodesOverlap, match="levels of that edition"):
        cut_up(released(TWO), pieces_of([released(TWO), released(OTHER)]))
