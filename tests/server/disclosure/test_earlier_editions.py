"""What a table says of editions before it: readers keep them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.disclosure.attackers import Attacker
from tests.server.disclosure.random_tables import random_table
from tests.server.disclosure.test_protect import protected

NAMES = ("area", "class")


def test_zero_that_an_edition_hid_is_not_told_by_the_next_one(tmp_path: Path) -> None:
    before = {("X", "in"): 30, ("X", "out"): 0, ("X", "other"): 0}
    before |= {("Y", "in"): 20, ("Y", "out"): 15, ("Y", "other"): 12}
    before |= {("Z", "in"): 50, ("Z", "out"): 45, ("Z", "other"): 52}
    after = {("X", "in"): 40, ("X", "out"): 0, ("X", "other"): 20}
    after |= {("Y", "in"): 25, ("Y", "out"): 18, ("Y", "other"): 15}
    after |= {("Z", "in"): 60, ("Z", "out"): 55, ("Z", "other"): 62}
    first, _ = protected(tmp_path / "first", before, names=NAMES)
    assert first.cells["X", "out"] is None

    alone, _ = protected(tmp_path / "alone", after, names=NAMES)
    earlier = ("--earlier", str(tmp_path / "first" / "out"))
    second, _ = protected(tmp_path / "second", after, {}, *earlier, names=NAMES)

    # Who is nobody now was nobody then, in a table that only grew.
    assert alone.cells["X", "out"] == 0
    assert second.cells["X", "out"] is None


@pytest.mark.parametrize("seed", [13, 27, 32, 33, 54])
def test_unchanged_table_is_published_again(tmp_path: Path, seed: int) -> None:
    table = random_table(seed)
    more = ("--threshold", str(table.threshold))
    first, truth = protected(
        tmp_path / "first", table.finest, table.parents, *more, names=table.names
    )
    more += ("--earlier", str(tmp_path / "first" / "out"))
    second, _ = protected(
        tmp_path / "second", table.finest, table.parents, *more, names=table.names
    )
    both = {
        cell: count if count is not None else first.cells[cell]
        for cell, count in second.cells.items()
    }
    reader = Attacker(table.names, both, table.parents, least=0)
    for cell in reader.withheld():
        low, high = reader.interval(cell)
        small = 0 < truth[cell] < table.threshold
        assert high - low >= (table.threshold - 1 if small else truth[cell] > 0) - 1e-6
