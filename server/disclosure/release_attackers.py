"""Who attacks a release, and what each of them knows. Pure.

Anybody; somebody who knows of hidden zeros; organisations that know their own records (readers of
earlier editions: release_editions). Each becomes one set of equations for the solver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from server.disclosure.attack import Attack, Cell, Constraint
from server.disclosure.inclusion import Inclusion
from server.disclosure.methods import METHOD, UNTOLD
from server.disclosure.release_book import (
    Codes,
    Extent,
    Meaning,
    ReleaseBook,
    ReleasedTable,
    meaning,
    meaning_of,
)
from server.disclosure.release_pieces import FinestCounts
from server.disclosure.release_untold import Untold, untold_of

_TOTAL = "Total"
THIS = -1
"""Number of the audited release among the editions in an unknown's name; earlier ones from 0."""
Needs = Mapping[Cell, int]


@dataclass(frozen=True)
class EarlierRelease:
    """An edition that was published before: its tables, the counts it was made from, and of each
    organisation its own among them. finest: the counts by the finest codes, where they are at
    hand."""

    tables: Mapping[str, ReleasedTable]
    truth: Mapping[str, Mapping[Codes, int]]
    finest: Mapping[str, FinestCounts] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, Mapping[Codes, int]]] = field(default_factory=dict)
    own_finest: Mapping[str, Mapping[str, FinestCounts]] = field(default_factory=dict)


@dataclass(frozen=True)
class AuditedRelease:
    """What is audited, by table. truth: the same cells with their counts.

    own: for each organisation its own persons in each cell. inclusions: what everybody knows of
    two populations; used where the counts allow it. method: by which the release was protected.
    finest: the counts by the finest codes, where they are at hand.
    """

    tables: Mapping[str, ReleasedTable]
    truth: Mapping[str, Mapping[Codes, int]]
    own: Mapping[str, Mapping[str, Mapping[Codes, int]]] = field(default_factory=dict)
    inclusions: Sequence[Inclusion] = ()
    earlier: Sequence[EarlierRelease] = ()
    method: int = METHOD
    finest: Mapping[str, FinestCounts] = field(default_factory=dict)


def by_meaning(
    tables: Mapping[str, ReleasedTable], counts: Mapping[str, Mapping[Codes, int]]
) -> dict[Meaning, int]:
    """Counts of tables by whom they count."""
    found: dict[Meaning, int] = {}
    for name, cells in counts.items():
        for codes, count in cells.items():
            what = meaning_of(tables[name], codes)
            found[what] = max(count, found.get(what, 0))
    return found


Own = Mapping[str, Mapping[Meaning, int]]
"""Of each organisation its own persons, by whom they count."""


class AttackedRelease:
    """A release as its attackers look at it: what is unknown, and how open it must stay.

    book: of its files; untold: groups that stand in no table, none before methods.UNTOLD. truth,
    own: by whom they count. small: meanings and groups of few persons, or few beside an
    organisation's own; needs: for each unknown the persons it must stay open for.
    """

    def __init__(
        self,
        subject: AuditedRelease,
        threshold: int,
        interval: int,
        go_on: Callable[[], None],
    ) -> None:
        self.subject, self.threshold, self.interval = subject, threshold, interval
        self.go_on = go_on
        self.book = ReleaseBook([*subject.tables.values()], THIS)
        self.truth = by_meaning(subject.tables, subject.truth)
        self.own = {who: by_meaning(subject.tables, of) for who, of in subject.own.items()}
        self.untold = self.untold_in(self.book)
        hidden = sorted(self.book.hidden)
        self.small = {what for what in hidden if self.is_small(self.truth[what], what)}
        self.zeros = {what for what in hidden if self.truth[what] == 0}
        self.needs: dict[Cell, int] = {
            self.book.cell(what): interval if what in self.small else 1 for what in hidden
        }
        self.needs |= self.needs_of(self.untold, self.book, self.truth)
        most = {
            what: max((theirs.get(what, 0) for theirs in self.own.values()), default=0)
            for what in hidden
        }
        self.one = {self.book.cell(what): max(1, most[what]) for what in hidden}
        perhaps = {self.book.cell(what): 0 for what in self.zeros}
        # Who counts for an organisation in one population need not do so in the other.
        groups = {
            self.book.cell(group): min(
                max((self.untold.own(group, theirs) for theirs in self.own.values()), default=0),
                self.untold.count(group, self.truth) or 0,
            )
            for group in self.untold.groups
        }
        self.one |= groups
        self.perhaps = {**self.one, **perhaps}

    def untold_in(self, book: ReleaseBook) -> Untold:
        """The groups that stand in no table of that book."""
        if self.subject.method < UNTOLD:
            return Untold()
        shown = {*book.known, *book.hidden} - open_meanings(book.tables)
        everybody: dict[tuple[str, str], Extent] = {}
        for table in book.tables:
            for at, name in enumerate(table.names):
                covered = table.extents.get(name, {})
                codes = {codes[at] for codes in table.cells} - {_TOTAL}
                known = everybody.setdefault((table.population, name), frozenset())
                everybody[table.population, name] = known.union(
                    *(covered.get(code, frozenset({code})) for code in codes)
                )
        found = untold_of(shown, everybody, self.go_on)
        if book is self.book:
            tables = self.subject.tables.values()
            found |= left_over(self.subject.inclusions, book, self.truth, tables)
        return found

    def needs_of(
        self,
        untold: Untold,
        book: ReleaseBook,
        truth: Mapping[Meaning, int],
        own: Own | None = None,
    ) -> dict[Cell, int]:
        """The groups that must stay open like small counts; of which nobody can say how many they
        are is held to be small, unless they are among nobody by a published count. own: where it is
        not that of this release."""
        found = {}
        nobody = untold.nobody(book.known)
        for group in untold.groups:
            if group in nobody:
                continue
            count = untold.count(group, truth)
            if count is None or self.is_small(count, group, untold, own):
                found[book.cell(group)] = self.interval
        return found

    def is_small(
        self, count: int, what: Meaning, untold: Untold | None = None, own: Own | None = None
    ) -> bool:
        """Whether so many are few, or few beside an organisation's own."""
        of_own = (
            theirs.get(what, 0) if untold is None else untold.own(what, theirs)
            for theirs in (self.own if own is None else own).values()
        )
        return 0 < count < self.threshold or any(
            mine > 0 and 0 < count - mine < self.threshold for mine in of_own
        )


def alone_of(
    theirs: Mapping[Meaning, int],
    book: ReleaseBook,
    untold: Untold,
    truth: Mapping[Meaning, int],
) -> dict[Cell, int]:
    """What an organisation knows exactly of a book, for it alone recorded them."""
    found = {
        book.cell(what): truth[what]
        for what in book.hidden
        if theirs.get(what, 0) == truth[what] > 0
    }
    for group in untold.groups if found else ():
        count = untold.count(group, truth)
        if count and count == untold.own(group, theirs):
            found[book.cell(group)] = count
    return found


def attackers(target: AttackedRelease) -> Iterator[tuple[Attack, Needs, bool]]:
    """Each attacker of a release by itself with what must stay open to them, and whether they see
    only what all do."""
    book = target.book
    rows, free = everything_known(target)
    yield Attack(rows, {**target.one, **free}, {}, target.go_on), target.needs, True
    perhaps = {**target.perhaps, **free}
    if target.zeros:
        yield Attack(rows, perhaps, {}, target.go_on), target.needs, True
    for theirs in target.own.values():
        if alone := alone_of(theirs, book, target.untold, target.truth):
            others = {
                cell: need
                for cell, need in target.needs.items()
                if cell not in alone and cell[1] not in target.zeros
            }
            yield Attack(rows, perhaps, alone, target.go_on), others, False


def everything_known(target: AttackedRelease) -> tuple[list[Constraint], dict[Cell, int]]:
    """All that ties the counts of a release by itself, and the unknowns that stand in no table."""
    subject, book = target.subject, target.book
    sums, crossings = book.equations()
    rows = [
        *sums,
        *(book.row(terms) for terms in target.untold.sums),
        *included(subject.inclusions, book, target.truth, subject.tables.values()),
    ]
    return rows, dict.fromkeys(crossings, 0)


def open_meanings(tables: Iterable[ReleasedTable]) -> set[Meaning]:
    """Who is counted in tables that are published whole."""
    return {meaning_of(one, codes) for one in tables if one.is_open for codes in one.cells}


def included(
    inclusions: Sequence[Inclusion],
    book: ReleaseBook,
    truth: Mapping[Meaning, int],
    tables: Iterable[ReleasedTable],
) -> Iterator[Constraint]:
    """What everybody knows of two populations, where the true counts allow it."""
    for _, inner, outer in _compared(inclusions, book, truth, tables):
        signed = [*((what, 1) for what in outer), *((what, -1) for what in inner)]
        yield book.row(signed, float("inf"))


def left_over(
    inclusions: Sequence[Inclusion],
    book: ReleaseBook,
    truth: Mapping[Meaning, int],
    tables: Iterable[ReleasedTable],
) -> Untold:
    """Persons of one population who are not of another, though all of that are of this: children in
    a worst form who are not in forced labour."""
    found = Untold()
    for one, inner, outer in _compared(inclusions, book, truth, tables):
        if one.leaves_persons_over and len(inner) == len(outer) == 1:
            found.add_less(outer[0], inner[0])
    return found


def _compared(
    inclusions: Sequence[Inclusion],
    book: ReleaseBook,
    truth: Mapping[Meaning, int],
    tables: Iterable[ReleasedTable],
) -> Iterator[tuple[Inclusion, list[Meaning], list[Meaning]]]:
    tables = [*tables]
    for one in inclusions:
        for table in tables:
            if table.population != one.inner:
                continue
            for codes in table.cells:
                conditions = dict(table.where) | {
                    n: c for n, c in zip(table.names, codes, strict=True) if c != _TOTAL
                }
                if any(conditions.get(n) != c for n, c in one.inner_where.items()):
                    continue
                rest = {n: c for n, c in conditions.items() if n not in one.inner_where}
                if any(n not in one.along for n in rest):
                    continue
                inner = [meaning_of(table, codes)]
                for who, where in one.inner_also:
                    inner += _there(book, tables, who, rest | dict(where))
                wanted = [(one.outer, one.outer_where), *one.outer_also]
                outer = [
                    found
                    for who, where in wanted
                    for found in _there(book, tables, who, rest | dict(where))
                ]
                if len(outer) == len(wanted) and _sum(truth, inner) <= _sum(truth, outer):
                    yield one, inner, outer


def _there(
    book: ReleaseBook,
    tables: Sequence[ReleasedTable],
    population: str,
    conditions: Mapping[str, str],
) -> list[Meaning]:
    """Whom these conditions mean, where some table has such a cell."""
    for table in tables:
        if table.population == population:
            what = meaning(population, conditions, table.extents)
            if book.has(what):
                return [what]
    return []


def _sum(truth: Mapping[Meaning, int], some: Sequence[Meaning]) -> int:
    return sum(truth.get(what, 0) for what in some)
