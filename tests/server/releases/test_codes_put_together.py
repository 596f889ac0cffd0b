"""The smallest areas stand together, and a reader knows that none of them is larger than any area
that stands by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pytest
from scipy.optimize import linprog

from server.disclosure.methods import WITHIN_FIRST
from server.disclosure.recode import REST
from server.releases import provenance
from server.releases.counted import Levels, ReleaseCounts
from server.releases.levels import choices_of
from tests.server.releases.synthetic_release import as_read, counted, published
from tests.server.tables.synthetic import DECLARED

TABLE = "CL-CLASS:area,child_labour"


def small_areas_together(counts: ReleaseCounts) -> Levels:
    """Classes as coarse as can be, and of areas the finest level that has the smallest together."""
    some = choices_of(counts.tables, DECLARED.dimensions).levels
    areas = next(
        one for one in some["area"] if sum(code.startswith(REST) for code in {*one.values()}) == 1
    )
    return {"area": areas, "child_labour": some["child_labour"][-1]}


def placed(files: Mapping[str, bytes], counts: ReleaseCounts) -> Iterator[tuple[int, float, float]]:
    """Of each area of few persons in the group: how many there are, and the least and the most
    there can be by the totals of areas alone, as a program knows that shares nothing with ours."""
    (read,) = as_read(files).values()
    totals = {codes[0]: count for codes, count in read.cells.items() if codes[1] == "Total"}
    everybody = totals.pop("Total")
    (group,) = [code for code in totals if code.startswith(REST)]
    together = totals.pop(group)
    alone, within = [*totals.values()], sorted(read.covers["area"][group])
    number, size = len(alone), len(within)
    all_of_them = [1] * (number + size)
    of_group = [0] * number + [1] * size
    order = np.zeros((number * size, number + size))
    for at, (one, part) in enumerate(np.ndindex(number, size)):
        order[at, one], order[at, number + part] = -1, 1
    known = ((all_of_them, everybody), (of_group, together))
    same = [(row, count) for row, count in known if count is not None]
    bounds = [(1, None) if count is None else (count, count) for count in alone]
    (source,) = counts.tables.values()
    areas = source.cube.dimensions[0]
    for part, code in enumerate(within):
        count = int(source.cube.counts[areas.places[code], 0])
        ends = []
        for sign in (1, -1):
            cost = np.zeros(number + size)
            cost[number + part] = sign
            found = linprog(
                cost,
                A_ub=order,
                b_ub=np.zeros(len(order)),
                A_eq=[row for row, _ in same] or None,
                b_eq=[n for _, n in same] or None,
                bounds=[*bounds, *[(0, 1e4)] * size],
            )
            ends.append(sign * found.fun)
        if 0 < count < 10:
            yield count, ends[0], ends[1]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_who_knows_the_rule_places_no_small_area(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = counted(50, 9, seed=seed, tables=(TABLE,))
    levels = small_areas_together(counts)

    found = [*placed(published(counts, levels=levels).files, counts)]

    assert all(low - 1e-6 <= count <= high + 1e-6 for count, low, high in found)
    assert all(high - low > 9 - 1e-6 for _, low, high in found), found
    monkeypatch.setattr(provenance, "METHOD", provenance.method_in_words(WITHIN_FIRST))
    before = [*placed(published(counts, levels=levels).files, counts)]
    assert any(high - low < 9 for _, low, high in before), "before, nobody looked"


def test_where_all_is_large_the_rule_tells_of_nobody_and_costs_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts = counted(900, 9, seed=1, tables=(TABLE,))
    levels = small_areas_together(counts)
    now = published(counts, levels=levels)
    monkeypatch.setattr(provenance, "METHOD", provenance.method_in_words(WITHIN_FIRST))

    assert published(counts, levels=levels).files == now.files
