"""`tally87 protect` against attackers of another make, on the bytes that it writes."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.cli import main
from tests.server.disclosure.attackers import Attacker, Codes, read, with_margins, write
from tests.server.disclosure.registers import NAMES, provinces, register

Parents = Mapping[str, Mapping[str, str]]
THRESHOLD = 10
PROTECT = "from server.cli import main; main()"


def protect(table: Path, out: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["protect", str(table), "--out", str(out), *more])


def protected(
    folder: Path,
    finest: Mapping[Codes, int],
    parents: Parents | None = None,
    *more: str,
    names: tuple[str, ...] = NAMES,
) -> tuple[Attacker, dict[Codes, int]]:
    """What the command wrote, before an attacker, and the true counts with all sums."""
    folder.mkdir(parents=True, exist_ok=True)
    table, arguments = write(folder / "table.csv", names, finest), list(more)
    if parents:
        arguments += ["--hierarchy", str(hierarchy(folder, parents))]
    result = protect(table, folder / "out", *arguments)
    assert result.exit_code == 0, result.output
    assert result.output == ""
    found, cells = read(folder / "out" / "protected.csv")
    assert tuple(found) == names
    truth = with_margins(names, finest, parents or {})
    assert cells.keys() == truth.keys()
    assert all(count in (None, truth[cell]) for cell, count in cells.items())
    return Attacker(names, cells, parents or {}), truth


def hierarchy(folder: Path, parents: Parents) -> Path:
    path = folder / "hierarchy.csv"
    lines = ["dimension,code,parent"]
    for dimension, codes in parents.items():
        lines += [f"{dimension},{code},{parent}" for code, parent in codes.items()]
        lines += [f"{dimension},{top},Total" for top in sorted(set(codes.values()))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def found_out(
    attacker: Attacker, truth: Mapping[Codes, int], *, whole: bool = False, sample: int = 25
) -> list[tuple[Codes, float, float]]:
    """Withheld cells that the attacker places too narrowly, among some of them."""
    found = []
    cells = attacker.withheld()
    random.Random(1).shuffle(cells)
    for cell in cells[:sample]:
        low, high = attacker.interval(cell, whole=whole)
        small = 0 < truth[cell] < THRESHOLD
        need = THRESHOLD - 1 if small else 1
        if high - low < need - 1e-6 or (small and high < THRESHOLD - 1e-6):
            found.append((cell, low, high))
    return found


def audit(folder: Path) -> dict[str, object]:
    raw = json.loads((folder / "out" / "audit.json").read_text(encoding="utf-8"))
    assert isinstance(raw, dict)
    return raw


REGISTERS = [(60, 3, None), (200, 4, 2), (500, 4, None)]


@pytest.mark.parametrize(("persons", "areas", "number"), REGISTERS)
def test_reader_who_knows_that_withheld_is_at_least_one_places_no_small_cell(
    tmp_path: Path, persons: int, areas: int, number: int | None
) -> None:
    parents = provinces(areas, number) if number else {}
    attacker, truth = protected(tmp_path, register(persons, areas, 1), parents)
    assert all(n is None or n == 0 or n >= THRESHOLD for n in attacker.cells.values())
    if attacker.is_possible():
        assert found_out(attacker, truth) == []
    attacker.least = 0
    attacker.__post_init__()
    assert found_out(attacker, truth) == []
    assert attacker.known_classes("class", truth) == []
    report = audit(tmp_path)
    assert (report["unsafe"], report["exact"]) == (0, 0)


@pytest.mark.parametrize("seed", [1, 2])
def test_integer_programs_place_no_small_cell_either(tmp_path: Path, seed: int) -> None:
    attacker, truth = protected(tmp_path, register(150, 3, seed, ages=2, classes=3))
    assert found_out(attacker, truth, whole=True) == []


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    counts=st.lists(st.sampled_from([0, 0, 1, 2, 5, 9, 10, 12, 40, 300]), min_size=18, max_size=18)
)
def test_no_table_however_odd_gives_a_small_cell_or_a_class_away(
    tmp_path_factory: pytest.TempPathFactory, counts: list[int]
) -> None:
    names = ("area", "sex", "class")
    codes = [(a, s, c) for a in "XYZ" for s in "FM" for c in ("in", "out", "unknown")]
    folder = tmp_path_factory.mktemp("odd")
    attacker, truth = protected(folder, dict(zip(codes, counts, strict=True)), names=names)
    if attacker.is_possible():
        assert found_out(attacker, truth, whole=True) == []
    attacker.least = 0
    attacker.__post_init__()
    assert found_out(attacker, truth) == []
    classes = [c for c in ("in", "out", "unknown") if truth[("Total", "Total", c)]]
    if len(classes) > 1:
        assert attacker.known_classes("class", truth) == []


def test_zeros_are_published_unless_their_line_tells_a_class_or_is_withheld_whole(
    tmp_path: Path,
) -> None:
    finest = register(3000, 4, 3)
    for cell in list(finest):  # everybody known of one group falls into one class
        if cell[:3] == ("A001", "F", "g0") and cell[3] != "HAZARDOUS":
            finest[cell] = 0
    attacker, truth = protected(tmp_path, finest)
    hidden = [cell for cell in attacker.withheld() if truth[cell] == 0]
    assert ("A001", "F", "g0", "NONE") in hidden
    for cell in hidden:
        line = [other for other in attacker.keys if other[:3] == cell[:3]]
        tells = sum(truth[other] > 0 for other in line if other[3] != "Total") == 1
        assert tells or all(attacker.cells[other] is None for other in line if truth[other])
    assert attacker.known_classes("class", truth) == []


def test_organisation_that_subtracts_its_own_records_places_nobody_else(tmp_path: Path) -> None:
    finest = register(1500, 4, 5, ages=2)
    chance = np.random.default_rng(5)
    own = {cell: int(chance.binomial(count, 0.4)) for cell, count in finest.items()}
    path = write(tmp_path / "own.csv", NAMES, own)
    attacker, truth = protected(tmp_path, finest, {}, "--own", str(path))
    theirs = with_margins(NAMES, own, {})
    # Nobody's few others beside the organisation's own are published.
    for cell, count in attacker.cells.items():
        if count is not None and theirs[cell]:
            assert not 0 < count - theirs[cell] < THRESHOLD
    insider = Attacker(NAMES, attacker.cells, {}, own=theirs)
    assert found_out(insider, truth) == []


def test_organisation_does_not_learn_that_all_others_have_one_class(tmp_path: Path) -> None:
    names = ("area", "class")
    finest = {("X", "in"): 60, ("X", "out"): 40, ("Y", "in"): 50, ("Y", "out"): 70}
    # All of its own in X are "in", and nobody else there is: the others would all be "out".
    own = {("X", "in"): 60, ("X", "out"): 10, ("Y", "in"): 20, ("Y", "out"): 0}
    path = write(tmp_path / "own.csv", names, own)
    attacker, _ = protected(tmp_path, finest, {}, "--own", str(path), names=names)
    insider = Attacker(names, attacker.cells, own=with_margins(names, own, {}))
    assert attacker.cells["X", "in"] is None
    assert insider.interval(("X", "in"))[1] > 60


def test_sums_are_checked_and_bad_files_get_a_sentence(tmp_path: Path) -> None:
    good = "area,class,count\nX,in,12\nX,out,30\nY,in,14\nY,out,9\n"
    bad = {
        "": "is empty",
        "area,class,count\n": "has no rows",
        "area,class,number\nX,in,12\n": "must name the dimensions",
        good + "X,in,12\n": "stands there twice",
        good + "Total,in,25\n": "its parts add up to 26",
        good + "Z,in,-1\n": "whole number of persons",
        good + "Z,in,1.5\n": "whole number of persons",
        good + "Z,in\n": "3 filled columns",
        'area,class,count\n"X,in,12\n': "is no CSV file",
        good + "Z,in," + "9" * 5000 + "\n": "whole number of persons",
        good + "TOTAL,in,26\n": "looks like a margin",
        good + "\uff34otal,in,26\n": "looks like a margin",
        good + "T\u043etal,in,26\n": "looks like a margin",
        good + "All,in,26\nAll,out,39\n": "'All' of area is the sum of the other codes",
        good + "X,both,42\nY,both,23\n": "'both' of class is the sum of the other codes",
        good + "X\0,in,1\n": "cannot be printed",
        good.replace("area", "status"): "called 'status'",
        good.replace(",", ";"): "separated by commas",
    }
    for text, sentence in bad.items():
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        result = protect(path, tmp_path / "out")
        assert result.exit_code == 1, text
        assert sentence in result.output, (text, result.output)
        assert "Traceback" not in result.output
        assert not (tmp_path / "out" / "protected.csv").exists()
    for fine in ("Total,in,26\n", "All other areas,in,26\nAll other areas,out,38\n"):
        path.write_text(good + fine, encoding="utf-8")
        assert protect(path, tmp_path / "out").exit_code == 0


def test_time_limit_ends_in_a_coarser_proposal_and_no_table(tmp_path: Path) -> None:
    folder = tmp_path / "once"
    parents = provinces(12, 3)
    protected(folder, register(2000, 12, 1, ages=1, classes=3), parents, "--threshold", "5")
    assert (folder / "out" / "protected.csv").exists()
    result = protect(
        folder / "table.csv",
        folder / "out",
        "--hierarchy",
        str(folder / "hierarchy.csv"),
        "--time-limit",
        "0.01",
    )
    assert result.exit_code == 3
    # What an earlier run left is gone: nobody takes it for this one's.
    assert not (folder / "out" / "protected.csv").exists()
    proposal = json.loads((folder / "out" / "proposal.json").read_text(encoding="utf-8"))
    assert (proposal["dimension"], proposal["codes"]) == ("area", ["P00", "P01", "P02"])
    assert proposal["cells"] < proposal["cells_before"]


def test_same_table_gives_the_same_bytes_and_the_solver_prints_nothing(tmp_path: Path) -> None:
    table = write(tmp_path / "table.csv", NAMES, register(100, 2, 7, ages=2, classes=3))
    for name in ("one", "two"):
        run = subprocess.run(
            [sys.executable, "-c", PROTECT, "protect", str(table), "--out", tmp_path / name],
            capture_output=True,
            check=True,
        )
        assert (run.stdout, run.stderr) == (b"", b"")
    written = [(tmp_path / name / "protected.csv").read_bytes() for name in ("one", "two")]
    assert written[0] == written[1]


def test_later_edition_narrows_nothing_of_the_earlier_one(tmp_path: Path) -> None:
    before = register(900, 3, 2, ages=2, classes=3)
    chance = np.random.default_rng(2)
    weights = np.array(list(before.values())) / sum(before.values())
    grown = dict(zip(before, map(int, chance.multinomial(150, weights)), strict=True))
    after = {cell: count + grown[cell] for cell, count in before.items()}
    first, truth_before = protected(tmp_path / "first", before)
    second, truth_after = protected(
        tmp_path / "second", after, {}, "--earlier", str(tmp_path / "first" / "out")
    )
    assert found_out(second, truth_after) == []
    both = Both(first, second)
    assert both.narrow(truth_before, truth_after) == []


def test_earlier_edition_of_the_same_counts_gives_nothing_away(tmp_path: Path) -> None:
    finest = register(2000, 6, 4, ages=1, classes=3)
    coarse: dict[Codes, int] = {}
    for (area, sex, age, kind), count in finest.items():
        key = (provinces(6, 2)["area"][area], sex, age, kind)
        coarse[key] = coarse.get(key, 0) + count
    first, _ = protected(tmp_path / "first", coarse)
    second, truth = protected(
        tmp_path / "second", finest, provinces(6, 2), "--earlier", str(tmp_path / "first" / "out")
    )
    # What either shows is known to whoever reads both.
    cells = {
        cell: count if count is not None else first.cells.get(cell)
        for cell, count in second.cells.items()
    }
    assert found_out(Attacker(NAMES, cells, provinces(6, 2)), truth) == []


@pytest.mark.parametrize("many", [3 * 10**9, 10**11])
def test_table_with_more_persons_than_fit_in_32_bits_is_protected(
    tmp_path: Path, many: int
) -> None:
    names = ("area", "class")
    finest = {("X", "in"): 4, ("X", "out"): many, ("Y", "in"): 50, ("Y", "out"): 70}
    attacker, truth = protected(tmp_path, finest, names=names)
    assert attacker.cells["X", "in"] is None
    assert attacker.cells["Total", "Total"] == truth["Total", "Total"]
    assert sum(count is not None for count in attacker.cells.values()) == 5


def test_level_that_an_earlier_edition_leaves_too_narrow_is_not_published(tmp_path: Path) -> None:
    names = ("area", "class")
    coarse = {("P", "in"): 10, ("P", "out"): 40, ("Q", "in"): 30, ("Q", "out"): 30}
    finer = {("A", "in"): 4, ("B", "in"): 6, ("A", "out"): 20, ("B", "out"): 20}
    finer |= {("Q", "in"): 30, ("Q", "out"): 30}
    first = tmp_path / "first"
    protected(first, coarse, names=names)
    # 10 persons are public: two parts of them lie between 1 and 9, whatever is withheld.
    table = write(tmp_path / "table.csv", names, finer)
    arguments = ["--hierarchy", str(hierarchy(tmp_path, {"area": {"A": "P", "B": "P"}}))]
    arguments += ["--earlier", str(first / "out")]
    result = protect(table, tmp_path / "out", *arguments)
    assert result.exit_code == 3
    assert "beside what is public already" in result.output
    assert not (tmp_path / "out" / "protected.csv").exists()
    assert (tmp_path / "out" / "proposal.json").exists()


class Both:
    """A reader of two editions of a table that only grew."""

    def __init__(self, first: Attacker, second: Attacker) -> None:
        self.first, self.second = first, second

    def narrow(
        self, before: Mapping[Codes, int], after: Mapping[Codes, int]
    ) -> list[tuple[str, Codes, float, float]]:
        from scipy.optimize import linprog
        from scipy.sparse import block_diag, csr_matrix, hstack, identity, vstack

        one, two = self.first, self.second
        number = len(one.inner)
        assert one.inner == two.inner
        matrix = csr_matrix(block_diag([one.matrix, two.matrix]))
        low, high = np.concatenate([one.low, two.low]), np.concatenate([one.high, two.high])
        open_ = ~np.isfinite(high)
        growth = hstack([identity(number), -identity(number)])
        found = []
        for name, attacker, truth, offset in (
            ("before", one, before, 0),
            ("after", two, after, len(one.keys)),
        ):
            for cell in attacker.withheld()[::2]:
                if not 0 < truth[cell] < THRESHOLD:
                    continue
                cost = matrix[offset + attacker.row[cell]].toarray().ravel()
                ends = [
                    linprog(
                        sign * cost,
                        A_ub=vstack([-matrix[open_], growth]),
                        b_ub=np.concatenate([-low[open_], np.zeros(number)]),
                        A_eq=matrix[~open_],
                        b_eq=low[~open_],
                        bounds=(0, 1e5),
                        method="highs",
                    ).fun
                    * sign
                    for sign in (1, -1)
                ]
                if ends[1] - ends[0] < THRESHOLD - 1 - 1e-6:
                    found.append((name, cell, *ends))
        return found


def test_shares_shown_without_recoding_are_at_least_those_promised(tmp_path: Path) -> None:
    attacker, truth = protected(tmp_path, register(5000, 12, 1), provinces(12, 3))
    shown = sum(count is not None and count > 0 for count in attacker.cells.values())
    assert shown >= 0.5 * sum(count > 0 for count in truth.values())
    assert float(str(audit(tmp_path)["seconds"])) < 60


def test_file_of_hierarchies_with_a_circle_is_refused(tmp_path: Path) -> None:
    table = write(tmp_path / "table.csv", ("area", "class"), {("X", "in"): 3, ("Y", "out"): 4})
    circle = tmp_path / "h.csv"
    circle.write_text("dimension,code,parent\narea,X,Y\narea,Y,X\n", encoding="utf-8")
    result = protect(table, tmp_path / "out", "--hierarchy", str(circle))
    assert result.exit_code == 1
    assert "part of itself" in result.output


def test_margins_are_all_there_and_rows_are_in_a_settled_order(tmp_path: Path) -> None:
    protected(tmp_path, register(100, 4, 1), provinces(4, 2))
    with (tmp_path / "out" / "protected.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    assert rows[0] == [*NAMES, "count", "status"]
    assert rows[1][:4] == ["Total"] * 4
    assert len(rows) == 1 + (4 + 2 + 1) * 3 * 4 * 5
