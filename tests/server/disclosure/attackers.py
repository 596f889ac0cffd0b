"""Attackers of another make: they read what `tally87 protect` writes, and use scipy's programs.

Unknown are the finest cells; every published count, of any margin, is the sum of some of them; a
withheld one is at least 1 (or may be 0). Nothing of the product is imported.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix

Codes = tuple[str, ...]


def read(path: Path) -> tuple[list[str], dict[Codes, int | None]]:
    """The dimensions and cells of a protected file."""
    with path.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert header[-2:] == ["count", "status"]
    cells: dict[Codes, int | None] = {}
    for *codes, count, status in rows:
        assert status in ("published", "withheld", "zero")
        assert (count == "") == (status == "withheld")
        assert (count == "0") == (status == "zero")
        cells[tuple(codes)] = int(count) if count else None
    return header[:-2], cells


@dataclass
class Attacker:
    """parents: for each dimension code to parent, if not ``Total``."""

    names: Sequence[str]
    cells: Mapping[Codes, int | None]
    parents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    least: int = 1
    own: Mapping[Codes, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        finest = []
        for at, name in enumerate(self.names):
            codes = {cell[at] for cell in self.cells}
            inner = {self.parents.get(name, {}).get(code, "Total") for code in codes} | {"Total"}
            finest.append(sorted(codes - inner) or ["Total"])
        self.inner = list(product(*finest))
        self.column = {cell: at for at, cell in enumerate(self.inner)}
        self.keys = list(self.cells)
        self.row = {cell: at for at, cell in enumerate(self.keys)}
        matrix = np.zeros((len(self.keys), len(self.inner)))
        for cell in self.inner:
            ways = [self._above(name, code) for name, code in zip(self.names, cell, strict=True)]
            for above in product(*ways):
                matrix[self.row[above], self.column[cell]] = 1
        self.matrix = csr_matrix(matrix)
        floor = [max(self.least, self.own.get(cell, 0)) for cell in self.keys]
        self.low = np.array(
            [
                floor[at] if self.cells[c] is None else self.cells[c]
                for at, c in enumerate(self.keys)
            ],
            dtype=float,
        )
        self.high = np.array(
            [np.inf if self.cells[c] is None else self.cells[c] for c in self.keys]
        )
        self.z_low = np.array([float(self.own.get(cell, 0)) for cell in self.inner])

    def _above(self, name: str, code: str) -> list[str]:
        found = [code]
        while found[-1] != "Total":
            found.append(self.parents.get(name, {}).get(found[-1], "Total"))
        return found

    def withheld(self) -> list[Codes]:
        return [cell for cell in self.keys if self.cells[cell] is None]

    def is_possible(self) -> bool:
        return self._solve(np.zeros(len(self.inner)), whole=False) is not None

    def interval(
        self, cell: Codes, *, whole: bool = False, cap: float = 1e5
    ) -> tuple[float, float]:
        """Least and greatest value of a cell, by linear or by integer programs."""
        cost = self.matrix[self.row[cell]].toarray().ravel()
        low = self._solve(cost, whole=whole)
        high = self._solve(-cost, whole=whole, cap=cap)
        assert low is not None
        assert high is not None
        return low, -high

    def _solve(self, cost: np.ndarray, *, whole: bool, cap: float = 1e5) -> float | None:
        if whole:
            found = milp(
                cost,
                constraints=LinearConstraint(self.matrix, self.low, self.high),
                bounds=Bounds(self.z_low, np.full(len(self.inner), cap)),
                integrality=np.ones(len(self.inner)),
            )
            return None if found.x is None else float(found.fun)
        open_ = ~np.isfinite(self.high)
        found = linprog(
            cost,
            A_ub=-self.matrix[open_],
            b_ub=-self.low[open_],
            A_eq=self.matrix[~open_],
            b_eq=self.low[~open_],
            bounds=[(low, cap) for low in self.z_low],
            method="highs",
        )
        return None if found.status == 2 else float(found.fun)

    def known_classes(self, sensitive: str, truth: Mapping[Codes, int]) -> list[Codes]:
        """Lines of somebody in which all but one class are published as nobody."""
        at = list(self.names).index(sensitive)
        tops = sorted(
            {
                cell[at]
                for cell in self.keys
                if cell[at] != "Total"
                and self.parents.get(sensitive, {}).get(cell[at], "Total") == "Total"
            }
        )
        found = []
        for cell in self.keys:
            if cell[at] == "Total" and truth[cell] > 0:
                line = [self.cells[*cell[:at], top, *cell[at + 1 :]] for top in tops]
                if sum(count is None or count > 0 for count in line) < 2:
                    found.append(cell)
        return found


def with_margins(
    names: Sequence[str],
    finest: Mapping[Codes, int],
    parents: Mapping[str, Mapping[str, str]],
) -> dict[Codes, int]:
    """Every cell of the table, its sums worked out the plain way."""
    sums: dict[Codes, int] = {}
    for cell, count in finest.items():
        ways = []
        for name, code in zip(names, cell, strict=True):
            above = [code]
            while above[-1] != "Total":
                above.append(parents.get(name, {}).get(above[-1], "Total"))
            ways.append(above)
        for above in product(*ways):
            sums[above] = sums.get(above, 0) + count
    return sums


def write(path: Path, names: Iterable[str], finest: Mapping[Codes, int]) -> Path:
    """A table as `tally87 protect` reads it."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow([*names, "count"])
        writer.writerows([*cell, count] for cell, count in finest.items())
    return path
