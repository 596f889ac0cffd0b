"""An attacker of a whole release who supposes the register behind it. Nothing of the product's.

Unknown is how many persons there are of every crossing of everything the tables count by. Each
published count is a sum of some of them, each withheld one a sum that is at least 1 (or what an
organisation knows of its own). Editions: a register that only grew has at least as many of every
crossing as before; one that did not change is the same. scipy solves, linear or integer programs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix

Codes = tuple[str, ...]


class ReadTable(NamedTuple):
    """A published file as it was read. covers: of each dimension and code the finest codes."""

    names: Sequence[str]
    cells: Mapping[Codes, int | None]
    population: str
    where: Mapping[str, str]
    covers: Mapping[str, Mapping[str, frozenset[str]]]


class Place(NamedTuple):
    edition: int
    table: str
    codes: Codes


class RegisterAttacker:
    """editions: tables by name, the newest last. same: whether nothing changed between them; else
    the register grew. least: of a withheld cell. inside: (population, conditions) of persons that
    are among those of another, with the dimensions both have."""

    def __init__(
        self,
        editions: Sequence[Mapping[str, ReadTable]],
        *,
        same: bool = False,
        least: Callable[[Place], int] = lambda place: 1,
        inside: Sequence[tuple[str, Mapping[str, str], str, Mapping[str, str], Sequence[str]]] = (),
    ) -> None:
        tables = [t for edition in editions for t in edition.values()]
        self._atoms = {
            population: self._atoms_of([t for t in tables if t.population == population])
            for population in {t.population for t in tables}
        }
        self._start: dict[tuple[int, str], int] = {}
        number = 0
        layers = [0] if same else range(len(editions))
        for layer in layers:
            for population in sorted(self._atoms):
                self._start[layer, population] = number
                number += int(np.prod([len(a) for a in self._atoms[population].values()]))
        self.number = number
        self._layer = (lambda edition: 0) if same else (lambda edition: edition)
        rows, low, high = [], [], []
        self.row: dict[Place, list[int]] = {}
        for at, edition in enumerate(editions):
            for name, table in edition.items():
                for codes, count in table.cells.items():
                    place = Place(at, name, codes)
                    columns = self._columns(at, table, dict(zip(table.names, codes, strict=True)))
                    self.row[place] = columns
                    rows.append([(column, 1) for column in columns])
                    low.append(least(place) if count is None else count)
                    high.append(np.inf if count is None else count)
        if not same:
            for at in range(1, len(editions)):
                for population, atoms in self._atoms.items():
                    size = int(np.prod([len(a) for a in atoms.values()]))
                    for column in range(size):
                        now = self._start[at, population] + column
                        before = self._start[at - 1, population] + column
                        rows.append([(now, 1), (before, -1)])
                        low.append(0)
                        high.append(np.inf)
        for inner, some, outer, those, along in inside:
            last = len(editions) - 1
            for codes in product(*(["Total", *self._codes(tables, outer, n)] for n in along)):
                chosen = dict(zip(along, codes, strict=True))
                left = self._by_conditions(last, inner, chosen | dict(some), tables)
                right = self._by_conditions(last, outer, chosen | dict(those), tables)
                rows.append([*((c, 1) for c in right), *((c, -1) for c in left)])
                low.append(0)
                high.append(np.inf)
        entries = [(at, c, sign) for at, row in enumerate(rows) for c, sign in row]
        r, c, v = zip(*entries, strict=True)
        self._matrix = csr_matrix((v, (r, c)), shape=(len(rows), number))
        self._low, self._high = np.array(low, float), np.array(high, float)

    @staticmethod
    def _atoms_of(tables: Sequence[ReadTable]) -> dict[str, list[frozenset[str]]]:
        found = {}
        for name in sorted({n for t in tables for n in (*t.names, *t.where)}):
            sets = {
                covered
                for t in tables
                if name in t.names or name in t.where
                for code, covered in t.covers[name].items()
                if code != "Total"
            }
            groups: dict[tuple[bool, ...], set[str]] = {}
            order = sorted(sets, key=sorted)
            for code in sorted(frozenset().union(*sets)):
                groups.setdefault(tuple(code in one for one in order), set()).add(code)
            # A dimension that was left out of every table divides nobody.
            found[name] = [frozenset(one) for one in groups.values()] or [frozenset({""})]
        return found

    @staticmethod
    def _codes(tables: Sequence[ReadTable], population: str, name: str) -> list[str]:
        return sorted(
            {
                code
                for t in tables
                if t.population == population and name in t.names
                for code in t.covers[name]
                if code != "Total"
            }
        )

    def _columns(self, edition: int, table: ReadTable, codes: Mapping[str, str]) -> list[int]:
        chosen = dict(table.where) | dict(codes)
        return self._some(edition, table.population, chosen, table.covers)

    def _by_conditions(
        self,
        edition: int,
        population: str,
        chosen: Mapping[str, str],
        tables: Sequence[ReadTable],
    ) -> list[int]:
        covers: dict[str, Mapping[str, frozenset[str]]] = {}
        for t in tables:
            if t.population == population:
                covers.update(t.covers)
        return self._some(edition, population, chosen, covers)

    def _some(
        self,
        edition: int,
        population: str,
        chosen: Mapping[str, str],
        covers: Mapping[str, Mapping[str, frozenset[str]]],
    ) -> list[int]:
        atoms = self._atoms[population]
        ways = []
        for name, some in atoms.items():
            code = chosen.get(name, "Total")
            ways.append(
                [at for at, a in enumerate(some) if code == "Total" or a <= covers[name][code]]
            )
        shape = [len(a) for a in atoms.values()]
        start = self._start[self._layer(edition), population]
        return [start + int(np.ravel_multi_index(way, shape)) for way in product(*ways)]

    def is_possible(self) -> bool:
        return self._solve(np.zeros(self.number), whole=False) is not None

    def interval(self, place: Place, *, whole: bool = False) -> tuple[float, float]:
        """Least and greatest value the attacker must hold possible."""
        cost = np.zeros(self.number)
        cost[self.row[place]] = 1
        low, high = self._solve(cost, whole=whole), self._solve(-cost, whole=whole)
        assert low is not None
        assert high is not None
        return low, -high

    def _solve(self, cost: np.ndarray, *, whole: bool) -> float | None:
        if whole:
            found = milp(
                cost,
                constraints=LinearConstraint(self._matrix, self._low, self._high),
                bounds=Bounds(np.zeros(self.number), np.full(self.number, 1e5)),
                integrality=np.ones(self.number),
            )
            return None if found.x is None else float(found.fun)
        equal = self._low == self._high
        open_ = np.isfinite(self._high) & ~equal
        found = linprog(
            cost,
            A_ub=csr_matrix(
                np.vstack([-self._matrix[~equal].toarray(), self._matrix[open_].toarray()])
            ),
            b_ub=np.concatenate([-self._low[~equal], self._high[open_]]),
            A_eq=self._matrix[equal],
            b_eq=self._low[equal],
            bounds=(0, 1e5),
            method="highs",
        )
        return None if found.status == 2 else float(found.fun)
