"""What a table says of editions before it: readers keep them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.server.disclosure.attackers import Attacker, Codes, read, write
from tests.server.disclosure.random_tables import random_table
from tests.server.disclosure.registers import NAMES as REGISTER
from tests.server.disclosure.registers import provinces, register
from tests.server.disclosure.test_protect import THRESHOLD, hierarchy, protect, protected

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


def test_reader_who_sees_no_count_fall_is_not_made_sure_of_a_small_one(tmp_path: Path) -> None:
    """One count fell and is withheld now. Who takes the table for grown sees those that were nobody
    among three persons who came."""
    now = {"b0": (3, 3), "b1": (3, 3), "b2": (2, 3), "b3": (1, 2), "b4": (2, 1), "b5": (1, 1)}
    then = {**now, "b0": (2, 3), "b2": (3, 3), "b3": (1, 1), "b4": (0, 0)}
    folders = []
    for name, rows in (("then", then), ("now", now)):
        folders.append(tmp_path / name)
        finest = {(b, c): n for b, both in rows.items() for c, n in zip("XY", both, strict=True)}
        folders[-1].mkdir()
        write(folders[-1] / "table.csv", NAMES, finest)
    more = ["--threshold", "5", "--sensitive", "area"]
    assert protect(folders[0] / "table.csv", folders[0] / "out", *more).exit_code == 0
    _, before = read(folders[0] / "out" / "protected.csv")
    assert (before["b4", "Total"], before["b2", "Total"]) == (0, 6)

    more += ["--earlier", str(folders[0] / "out")]
    result = protect(folders[1] / "table.csv", folders[1] / "out", *more)

    assert result.exit_code == 3
    assert not (folders[1] / "out" / "protected.csv").exists()


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
    assert reader.withheld()
    for cell in reader.withheld():
        low, high = reader.interval(cell)
        small = 0 < truth[cell] < table.threshold
        assert high - low >= (table.threshold - 1 if small else truth[cell] > 0) - 1e-6


@pytest.mark.parametrize(("persons", "seed"), [(500, 1), (900, 1), (900, 2)])
def test_coarser_table_does_not_tell_what_a_finer_edition_withheld(
    tmp_path: Path, persons: int, seed: int
) -> None:
    finest = register(persons, 6, seed, ages=1, classes=3)
    parents = provinces(6, 3)
    coarse: Counter[Codes] = Counter()
    for (area, *others), count in finest.items():
        coarse[parents["area"][area], *others] += count
    first, truth = protected(tmp_path / "first", finest, names=REGISTER)

    table = write(tmp_path / "coarse.csv", REGISTER, coarse)
    arguments = ["--hierarchy", str(hierarchy(tmp_path, parents))]
    arguments += ["--earlier", str(tmp_path / "first" / "out")]
    result = protect(table, tmp_path / "out", *arguments)

    if result.exit_code == 3:
        assert not (tmp_path / "out" / "protected.csv").exists()
        return
    _, provincial = read(tmp_path / "out" / "protected.csv")
    reader = Attacker(REGISTER, {**provincial, **first.cells}, parents)
    found = [
        cell
        for cell in first.withheld()
        if 0 < truth[cell] < THRESHOLD
        for low, high in [reader.interval(cell)]
        if high - low < THRESHOLD - 1 - 1e-6
    ]
    assert found == []


def test_edition_with_codes_nobody_can_place_is_refused(tmp_path: Path) -> None:
    before = {("A1", "in"): 30, ("A2", "in"): 14, ("B1", "in"): 50}
    before |= {("A1", "out"): 20, ("A2", "out"): 25, ("B1", "out"): 60}
    after = {("A", "in"): 44, ("A", "out"): 45, ("B1", "in"): 50, ("B1", "out"): 60}
    first, _ = protected(tmp_path / "first", before, names=NAMES)
    assert first.cells["A1", "in"] == 30
    table = write(tmp_path / "table.csv", NAMES, after)
    earlier = ("--earlier", str(tmp_path / "first" / "out"))

    result = protect(table, tmp_path / "out", *earlier)

    assert result.exit_code == 1
    assert "'A1' (area), which the table does not name" in result.output
    assert not (tmp_path / "out" / "protected.csv").exists()
    above = hierarchy(tmp_path, {"area": {"A1": "A", "A2": "A"}})
    assert protect(table, tmp_path / "out", *earlier, "--hierarchy", str(above)).exit_code == 0


def test_edition_that_does_not_add_up_along_the_hierarchy_lets_nothing_leave(
    tmp_path: Path,
) -> None:
    finest = {("A1", "in"): 30, ("A2", "in"): 14, ("A1", "out"): 20, ("A2", "out"): 25}
    protected(tmp_path / "first", finest, {"area": {"A1": "A", "A2": "A"}}, names=NAMES)
    table = write(tmp_path / "table.csv", NAMES, {**finest, ("A", "in"): 0})
    earlier = ("--earlier", str(tmp_path / "first" / "out"))

    result = protect(table, tmp_path / "out", *earlier)

    assert result.exit_code == 3
    assert "does not add up along this hierarchy" in result.output
