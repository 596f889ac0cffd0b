"""Readers of a release who have the editions before it. Pure.

Population by population: where all counts that both publish agree the register is taken as the
same, where none fell as grown, also where only one that is withheld now did; where corrections went
both ways nothing ties the two. What is known of two populations (a year and its quarters) is known
of one that only an edition of before has, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from server.disclosure.attack import Attack, Cell, Constraint
from server.disclosure.inclusion import Inclusion
from server.disclosure.methods import PIECES, UNTOLD
from server.disclosure.release_attackers import (
    THIS,
    AttackedRelease,
    Needs,
    by_meaning,
    included,
    left_over,
)
from server.disclosure.release_book import Meaning, ReleaseBook, ReleasedTable, meaning_of
from server.disclosure.release_pieces import (
    FinestCounts,
    Pieces,
    counts_of,
    cut_up,
    new_cells,
    pieces_of,
)
from server.disclosure.release_untold import Untold


def readers_of_editions(target: AttackedRelease) -> Iterator[tuple[Attack, Needs]]:
    """A reader of this release and each edition before it, one and all together."""
    subject, truth, shown = target.subject, target.truth, target.book.known
    mine = {table.population for table in subject.tables.values()}
    everything = _Beside()
    for number, edition in enumerate(subject.earlier):
        then = by_meaning(edition.tables, edition.truth)
        alone = _Beside()
        for population in dict.fromkeys(t.population for t in edition.tables.values()):
            theirs = [t for t in edition.tables.values() if t.population == population]
            before = ReleaseBook(theirs, number)
            bound = population not in mine and _is_bound(population, mine, subject.inclusions)
            if bound and subject.method >= UNTOLD:
                asked = _asked(target, before, Untold(), then)
                for beside in (alone, everything):
                    beside.put_apart(population, theirs, then, asked)
                continue
            pairs = [(c, truth[what]) for what, c in before.known.items() if what in truth]
            # Where no count stands in both, readers may take the register as the same.
            alike = subject.method >= UNTOLD and population in mine
            if not (pairs or alike) or (
                any(c > now for c, now in pairs) and not _looks_grown(before.known, shown)
            ):
                continue
            untold = target.untold_in(before)
            asked = _asked(target, before, untold, then)
            for beside in (alone, everything):
                if all(c == now for c, now in pairs):
                    beside.same += theirs
                    beside.public |= before.known.keys()
                    beside.then = then | beside.then
                    beside.asked |= {(THIS, cell[1]): need for cell, need in asked.items()}
                else:
                    beside.grown.append((before, untold))
                    beside.asked |= asked
        if alone.is_something():
            yield _joint(target, alone)
    if len(subject.earlier) > 1 and everything.is_something():
        yield _joint(target, everything)


def _is_bound(population: str, mine: set[str], inclusions: Iterable[Inclusion]) -> bool:
    """Whether somebody of the release is known to be among those of another population, or they
    among these."""
    return any(population in of and of & mine for of in (one.populations for one in inclusions))


def _looks_grown(before: Mapping[Meaning, int], shown: Mapping[Meaning, int]) -> bool:
    """Whether the counts that both publish say so, though some that is withheld now fell: readers
    may believe it all the same."""
    both = [(count, shown[what]) for what, count in before.items() if what in shown]
    return any(c < now for c, now in both) and all(c <= now for c, now in both)


@dataclass
class _Beside:
    """Editions that are read beside a release. same: tables of a register that is taken as the
    same; apart: of other populations, the newest of each; grown: of one that only grew. asked: what
    must stay open of them. public: what they publish of the same register. then: their true
    counts."""

    same: list[ReleasedTable] = field(default_factory=list)
    apart: dict[str, list[ReleasedTable]] = field(default_factory=dict)
    grown: list[tuple[ReleaseBook, Untold]] = field(default_factory=list)
    asked: dict[Cell, int] = field(default_factory=dict)
    public: set[Meaning] = field(default_factory=set)
    then: dict[Meaning, int] = field(default_factory=dict)

    def is_something(self) -> bool:
        return bool(self.same or self.apart or self.grown)

    def put_apart(
        self,
        population: str,
        tables: list[ReleasedTable],
        then: Mapping[Meaning, int],
        asked: Mapping[Cell, int],
    ) -> None:
        """In the place of what an edition before said of that population."""
        self.apart[population] = tables
        self.asked = {c: need for c, need in self.asked.items() if c[1][0] != population}
        self.asked |= {(THIS, cell[1]): need for cell, need in asked.items()}
        self.then |= {what: count for what, count in then.items() if what[0] == population}


def _joint(target: AttackedRelease, beside: _Beside) -> tuple[Attack, Needs]:
    """Of editions of a register that grew: at the groups that all their levels cut it into, unless
    that contradicts what is published."""
    if beside.grown and target.subject.method >= PIECES:
        attack, wanted = _read_together(target, beside, pieces_of(_all_tables(target, beside)))
        if attack.is_possible:
            return attack, wanted
    return _read_together(target, beside, {})


def _all_tables(target: AttackedRelease, beside: _Beside) -> list[ReleasedTable]:
    grown = [table for before, _ in beside.grown for table in before.tables]
    return [*target.subject.tables.values(), *beside.same, *grown]


def _read_together(
    target: AttackedRelease, beside: _Beside, pieces: Pieces
) -> tuple[Attack, Needs]:
    subject = target.subject
    apart = [table for tables in beside.apart.values() for table in tables]
    tables = [*subject.tables.values(), *beside.same, *apart]
    book = ReleaseBook(tables, THIS)
    truth = beside.then | dict(target.truth)
    # What others than this release have by itself: of two editions, one less the other.
    both = target.untold_in(book) if beside.same else target.untold
    if subject.method >= UNTOLD:
        both |= left_over(subject.inclusions, book, truth, tables)
    cut = ReleaseBook([cut_up(table, pieces) for table in tables], THIS)
    sums, crossings = cut.equations()
    rows = [
        *sums,
        *(cut.row(terms) for terms in both.sums),
        *included(subject.inclusions, book, truth, tables if apart else subject.tables.values()),
    ]
    somebody = {what for what in book.hidden if what[0] in beside.apart and truth[what] > 0}
    cells = {
        cut.cell(what): target.perhaps.get(cut.cell(what), int(what in somebody))
        for what in sorted(cut.hidden)
    }
    cells |= {cut.cell(group): target.one.get(cut.cell(group), 0) for group in both.groups}
    cells |= dict.fromkeys(crossings, 0)
    small = _small_pieces(target, cut, subject.finest, subject.tables) if pieces else {}
    for before, untold in beside.grown:
        then = ReleaseBook([cut_up(table, pieces) for table in before.tables], before.number)
        sums, crossings = then.equations()
        both_have = [what for what in (*then.known, *then.hidden) if cut.has(what)]
        rows += [*sums, *(then.row(terms) for terms in untold.sums)]
        both_have += [group for group in untold.groups if group in both.groups]
        rows += [_still(then, cut, what) for what in both_have]
        cells |= {then.cell(what): int(what in before.hidden) for what in then.hidden}
        cells |= {then.cell(group): 0 for group in untold.groups}
        cells |= dict.fromkeys(crossings, 0)
        if pieces:
            edition = subject.earlier[before.number]
            small |= _small_pieces(target, then, edition.finest, edition.tables)
    needs = {cell: need for cell, need in target.needs.items() if cell[1] not in target.zeros}
    needs |= target.needs_of(both, book, truth)
    # What is public already is none of this release's findings.
    told = {
        book.cell(group)
        for group, terms in both.groups.items()
        if terms and all(what in beside.public for what, _ in terms)
    }
    wanted = {
        cell: need
        for cell, need in (small | beside.asked | needs).items()
        if cell in cells and cell not in told and not (cell[0] == THIS and cell[1] in beside.public)
    }
    attack = Attack(rows, cells, {}, target.go_on)
    if not attack.is_possible:
        # Whom the editions contradict because they hide zeros holds hidden zeros possible.
        attack = Attack(rows, dict.fromkeys(cells, 0), {}, target.go_on)
    return attack, wanted


def _small_pieces(
    target: AttackedRelease,
    book: ReleaseBook,
    finest: Mapping[str, FinestCounts],
    tables: Mapping[str, ReleasedTable],
) -> dict[Cell, int]:
    """The pieces of few persons, as open as each edition leaves them by itself."""
    wanted: dict[Cell, int] = {}
    populations = {table.population for table in book.tables}
    own = [name for name, one in tables.items() if one.population in populations]
    for name, table in zip(own, book.tables, strict=False):  # Behind them stand other editions'.
        cells = [] if table.is_open else new_cells(table)
        counts = counts_of(table, finest[name]) if cells and name in finest else None
        for codes in cells:
            if counts is None or target.is_small(counts.get(codes, 0), ()):
                wanted[book.cell(meaning_of(table, codes))] = target.interval
    if not wanted:
        return {}
    rows, crossings = book.equations()
    floor = dict.fromkeys([*map(book.cell, sorted(book.hidden)), *crossings], 0)
    alone = Attack(rows, floor, {}, target.go_on)
    narrow = alone.narrower(wanted) if alone.is_possible else wanted
    return {cell: need for cell, need in wanted.items() if cell not in narrow}


def _still(before: ReleaseBook, now: ReleaseBook, what: Meaning) -> Constraint:
    """Whoever was counted then is counted now."""
    terms: list[tuple[Cell, int]] = []
    known = 0
    for book, sign in ((now, 1), (before, -1)):
        if what in book.known:
            known += sign * book.known[what]
        else:
            terms.append((book.cell(what), sign))
    return Constraint(tuple(terms), -float(known), float("inf"))


def _asked(
    target: AttackedRelease, before: ReleaseBook, untold: Untold, then: Mapping[Meaning, int]
) -> dict[Cell, int]:
    """What must stay open of an edition: as much as it leaves open by itself."""
    wanted = {
        before.cell(what): target.interval if 0 < then.get(what, 0) < target.threshold else 1
        for what in before.hidden
        if then.get(what, 0) > 0
    }
    wanted |= target.needs_of(untold, before, then)
    sums, crossings = before.equations()
    rows = [*sums, *(before.row(terms) for terms in untold.sums)]
    floor = {before.cell(what): 1 for what in before.hidden} | dict.fromkeys(crossings, 0)
    floor |= {before.cell(group): 0 for group in untold.groups}
    alone = Attack(rows, floor, {}, target.go_on)
    narrow = alone.narrower(wanted) if alone.is_possible else dict.fromkeys(wanted, 0.0)
    return {
        cell: 1 if cell in narrow else need
        for cell, need in wanted.items()
        if narrow.get(cell, 1.0) >= 1
    }
