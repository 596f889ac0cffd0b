"""What the files of a release say together, as somebody who reads all of them puts it down. Pure.

Two cells that count the same persons are one unknown, in whichever table, file or edition they
stand: a cell is what its codes cover, never where it is printed. Shares no model with the modules
that choose the cells: it knows tables as they leave, and of each code which finest codes it covers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from server.disclosure.attack import Cell, Constraint

Codes = tuple[str, ...]
Counts = Mapping[Codes, int | None]
Extent = frozenset[str]
Meaning = tuple[str, ...]
"""Who is counted: the population, then in words which codes of which dimensions are covered."""
_TOTAL = "Total"
NOBODY_ASKED: Extent = frozenset({"\0"})
MOST_CROSSINGS = 20_000
"""Crossings of all dimensions of a population that a solver still goes through; more are refused
where sums of single tables are not all a reader can use."""


@dataclass(frozen=True)
class ReleasedTable:
    """A protected table as its readers have it; cells: None where the count is withheld.

    population: tables with the same one count the same persons. where: conditions that all persons
    of the table meet. extents: for each dimension (those of ``where``, too) which finest codes each
    code covers; Total covers all. sensitive: the dimension that says what happened to somebody.
    is_open: published whole, however few are in a cell.
    """

    names: tuple[str, ...]
    cells: Counts
    population: str
    extents: Mapping[str, Mapping[str, Extent]]
    where: Mapping[str, str] = field(default_factory=dict)
    sensitive: str | None = None
    is_open: bool = False


class CodesOverlap(ValueError):
    """Codes of one dimension that share some persons and not others: nothing adds up."""


def meaning_of(table: ReleasedTable, codes: Codes) -> Meaning:
    """Whom a cell counts."""
    conditions = dict(table.where) | {
        name: code for name, code in zip(table.names, codes, strict=True) if code != _TOTAL
    }
    return meaning(table.population, conditions, table.extents)


def meaning(
    population: str, conditions: Mapping[str, str], extents: Mapping[str, Mapping[str, Extent]]
) -> Meaning:
    """The persons of a population who meet these conditions."""
    words = (
        f"{name}={'|'.join(sorted(_extent(extents, name, code)))}"
        for name, code in conditions.items()
        if code != _TOTAL
    )
    return (population, *sorted(words))


def _extent(extents: Mapping[str, Mapping[str, Extent]], name: str, code: str) -> Extent:
    return extents.get(name, {}).get(code, frozenset({code}))


class ReleaseBook:
    """Tables that are read together. number: of the edition, for the names of the unknowns.

    known: the counts that some table publishes. hidden: those that none does. contradictions:
    meanings that two tables publish with different counts; leaked: withheld here, published there.
    """

    def __init__(self, tables: Sequence[ReleasedTable], number: int) -> None:
        self.tables, self.number = list(tables), number
        self.known: dict[Meaning, int] = {}
        self.contradictions: set[Meaning] = set()
        withheld: set[Meaning] = set()
        for table in tables:
            for codes, count in table.cells.items():
                what = meaning_of(table, codes)
                if count is None:
                    withheld.add(what)
                elif self.known.setdefault(what, count) != count:
                    self.contradictions.add(what)
        self.hidden = {what for what in withheld if what not in self.known}
        self.leaked = withheld & self.known.keys()

    def cell(self, what: Meaning) -> Cell:
        """The unknown behind a meaning."""
        return (self.number, what)

    def has(self, what: Meaning) -> bool:
        """Whether some table has such a cell."""
        return what in self.known or what in self.hidden

    def equations(self) -> tuple[list[Constraint], list[Cell]]:
        """All that ties the unknowns, and the unknowns that stand in no table (crossings).

        Where the tables of a population hang together like a tree their sums are all there is to
        know (decomposable sets; Lauritzen 1996, Graphical Models, 4.4); else the unknown register
        itself, every crossing of every dimension, goes into the equations. Raises CodesOverlap
        when that would be more than MOST_CROSSINGS.
        """
        rows: list[Constraint] = []
        crossings: list[Cell] = []
        for population in dict.fromkeys(table.population for table in self.tables):
            some = [table for table in self.tables if table.population == population]
            if _is_nested(some) and _is_tree(some):
                for table in some:
                    rows += self._sums(table)
                    rows += self._some_among_all(table, some)
            else:
                more, new = self._register(population, some)
                rows += more
                crossings += new
        return rows, crossings

    def row(self, terms: Iterable[tuple[Meaning, int]], room: float = 0.0) -> Constraint:
        """The signed counts add up to between 0 and ``room``; known ones are taken out."""
        unknown, known = [], 0
        for what, sign in terms:
            if what in self.known:
                known += sign * self.known[what]
            else:
                unknown.append((self.cell(what), sign))
        return Constraint(tuple(unknown), -float(known), room - known)

    def _sums(self, table: ReleasedTable) -> Iterator[Constraint]:
        for at in range(len(table.names)):
            parts_of = parts(table, at)
            for codes in table.cells:
                below = parts_of.get(codes[at])
                if below:
                    members = [
                        (meaning_of(table, (*codes[:at], code, *codes[at + 1 :])), 1)
                        for code in below
                    ]
                    whole = meaning_of(table, codes)
                    if [what for what, _ in members] != [whole]:
                        yield self.row([*members, (whole, -1)])

    def _some_among_all(
        self, table: ReleasedTable, others: Sequence[ReleasedTable]
    ) -> Iterator[Constraint]:
        """A table of some persons beside those that count more: nobody of its cells is missing
        there. Sums of single tables do not say so."""
        for other in others:
            if other is table or other.where == table.where:
                continue
            for codes in table.cells:
                who = dict(table.where) | {
                    n: c for n, c in zip(table.names, codes, strict=True) if c != _TOTAL
                }
                extents = {n: _extent(table.extents, n, c) for n, c in who.items()}
                if any(n not in other.names and n not in table.where for n in who) or any(
                    n not in who or not extents[n] <= _extent(other.extents, n, c)
                    for n, c in other.where.items()
                ):
                    continue
                wider = []
                for at, n in enumerate(other.names):
                    used = dict.fromkeys(cell[at] for cell in other.cells if cell[at] != _TOTAL)
                    ways = [
                        c for c in used if n in who and extents[n] <= _extent(other.extents, n, c)
                    ]
                    wider.append(
                        min(ways, key=lambda c: len(_extent(other.extents, n, c)), default=_TOTAL)
                    )
                inner, outer = meaning_of(table, codes), meaning_of(other, tuple(wider))
                if inner != outer and self.has(outer):
                    yield self.row([(outer, 1), (inner, -1)], float("inf"))

    def _register(
        self, population: str, tables: Sequence[ReleasedTable]
    ) -> tuple[list[Constraint], list[Cell]]:
        names = sorted({name for table in tables for name in (*table.names, *table.where)})
        atoms = {name: _atoms(tables, name) for name in names}
        number = 1
        for some in atoms.values():
            number *= len(some)
        if number > MOST_CROSSINGS:
            raise CodesOverlap(
                f"The tables of {population} cross {number} ways and do not hang together like a "
                "tree: what a reader can conclude from them cannot be worked out."
            )
        crossings = [
            (self.number, ("crossing", population, *map(str, places)))
            for places in product(*(range(len(atoms[name])) for name in names))
        ]
        place_of = {places[1][2:]: at for at, places in enumerate(crossings)}
        rows: list[Constraint] = []
        done: set[Meaning] = set()
        for table in tables:
            for codes in table.cells:
                what = meaning_of(table, codes)
                if what in done:
                    continue
                done.add(what)
                chosen = dict(table.where) | dict(zip(table.names, codes, strict=True))
                ways = [
                    [
                        str(at)
                        for at, atom in enumerate(atoms[name])
                        if chosen.get(name, _TOTAL) == _TOTAL
                        or atom <= _extent(table.extents, name, chosen[name])
                    ]
                    for name in names
                ]
                terms = tuple((crossings[place_of[way]], 1) for way in product(*ways))
                if what in self.known:
                    rows.append(Constraint(terms, float(self.known[what]), float(self.known[what])))
                else:
                    rows.append(Constraint((*terms, (self.cell(what), -1)), 0.0, 0.0))
        return rows, crossings


def parts(table: ReleasedTable, at: int) -> dict[str, list[str]]:
    """Of one dimension, for each code of which others it is the sum. Raises CodesOverlap."""
    name = table.names[at]
    used = list(dict.fromkeys(codes[at] for codes in table.cells))
    extent = {code: _extent(table.extents, name, code) for code in used if code != _TOTAL}
    whole: Extent = frozenset[str]().union(*extent.values()) if extent else frozenset()
    found: dict[str, list[str]] = {}
    for code in used:
        mine = whole if code == _TOTAL else extent[code]
        below = [c for c, theirs in extent.items() if c != code and theirs <= mine]
        if code != _TOTAL:
            below = [c for c in below if extent[c] < mine]
        tops = [c for c in below if not any(extent[c] < extent[other] for other in below)]
        tops = list({extent[c]: c for c in tops}.values())  # two words for one thing count once
        if tops:
            if sum(len(extent[c]) for c in tops) != len(mine):
                raise CodesOverlap(f"The codes of {name} below {code} do not add up to it.")
            found[code] = tops
    return found


def _is_nested(tables: Sequence[ReleasedTable]) -> bool:
    """Whether of every dimension any two codes contain one another or share nobody."""
    of: dict[str, set[Extent]] = {}
    for table in tables:
        for name, codes in table.extents.items():
            if name in table.names or name in table.where:
                of.setdefault(name, set()).update(
                    extent for code, extent in codes.items() if code != _TOTAL
                )
    return not any(
        one & other and not one <= other and not other <= one
        for extents in of.values()
        for one in extents
        for other in extents
    )


def _is_tree(tables: Sequence[ReleasedTable]) -> bool:
    """Whether the sets of dimensions are acyclic (Graham's reduction: Beeri et al. 1983, On the
    Desirability of Acyclic Database Schemes, J. ACM 30)."""
    edges = [set(table.names) | set(table.where) for table in tables]
    while True:
        before = [set(edge) for edge in edges]
        for edge in edges:
            for name in list(edge):
                if sum(name in other for other in edges) == 1:
                    edge.discard(name)
        kept: list[set[str]] = []
        for at, edge in enumerate(edges):
            covered = any(
                edge < other or (edge == other and at > place)
                for place, other in enumerate(edges)
                if place != at
            )
            if not covered:
                kept.append(edge)
        edges = kept
        if len(edges) <= 1:
            return True
        if edges == before:
            return False


def _atoms(tables: Sequence[ReleasedTable], name: str) -> list[Extent]:
    """The finest codes of a dimension, those together that no table tells apart."""
    extents = {
        extent
        for table in tables
        if name in table.names or name in table.where
        for code, extent in table.extents.get(name, {}).items()
        if code != _TOTAL
    }
    groups: dict[frozenset[Extent], set[str]] = {}
    for code in frozenset[str]().union(*extents) if extents else frozenset[str]():
        groups.setdefault(frozenset(one for one in extents if code in one), set()).add(code)
    found = sorted((frozenset(one) for one in groups.values()), key=sorted)
    if not found or not any(name in table.names for table in tables):
        found.append(NOBODY_ASKED)  # No table goes by it: others are there, beside those named.
    return found
