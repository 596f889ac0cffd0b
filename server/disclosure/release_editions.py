"""Readers of a release who have the editions before it. Pure.

Population by population: where all counts that both publish agree the register is taken as the
same, where none fell as grown, also where only one that is withheld now did; where corrections went
both ways nothing ties the two. What is known of two populations (a year and its quarters) is known
of one that only an edition of before has, too. Organisations read them with what they recorded of
each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from server.disclosure.attack import Attack, Cell, Constraint
from server.disclosure.inclusion import Inclusion
from server.disclosure.methods import OWN_BEFORE, PIECES, UNTOLD
from server.disclosure.release_attackers import (
    THIS,
    AttackedRelease,
    EarlierRelease,
    Needs,
    Own,
    alone_of,
    by_meaning,
    included,
    left_over,
)
from server.disclosure.release_book import Meaning, ReleaseBook, ReleasedTable, meaning_of
from server.disclosure.release_own_pieces import own_pieces
from server.disclosure.release_pieces import (
    FinestCounts,
    Pieces,
    counts_of,
    cut_up,
    new_cells,
    pieces_of,
)
from server.disclosure.release_untold import Untold


def readers_of_editions(
    target: AttackedRelease, shown: Mapping[Meaning, int] | None = None
) -> Iterator[tuple[Attack, Needs]]:
    """A reader of this release and each edition before it, one and all together, and of all
    together each organisation that alone recorded some of them. shown: what it publishes, where
    that is more than the files of the target do."""
    subject, truth = target.subject, target.truth
    shown = target.book.known if shown is None else shown
    mine = {table.population for table in subject.tables.values()}
    everything = _Beside()
    for number, edition in enumerate(subject.earlier):
        then = by_meaning(edition.tables, edition.truth)
        own = _own(target, edition)
        alone = _Beside()
        for population in dict.fromkeys(t.population for t in edition.tables.values()):
            theirs = [t for t in edition.tables.values() if t.population == population]
            before = ReleaseBook(theirs, number)
            bound = population not in mine and _is_bound(population, mine, subject.inclusions)
            if bound and subject.method >= UNTOLD:
                asked = _asked(target, before, Untold(), then, own)
                for beside in (alone, everything):
                    beside.put_apart(population, theirs, then, asked)
                    beside.add_own(own, population)
                continue
            pairs = [(c, truth[what]) for what, c in before.known.items() if what in truth]
            # Where no count stands in both, readers may take the register as the same.
            alike = subject.method >= UNTOLD and population in mine
            if not (pairs or alike) or (
                any(c > now for c, now in pairs) and not _looks_grown(before.known, shown)
            ):
                continue
            untold = target.untold_in(before)
            asked = _asked(target, before, untold, then, own)
            for beside in (alone, everything):
                if all(c == now for c, now in pairs):
                    beside.same += theirs
                    beside.public |= before.known.keys()
                    beside.then = then | beside.then
                    beside.add_own(own, population)
                    beside.asked |= {(THIS, cell[1]): need for cell, need in asked.items()}
                else:
                    beside.grown.append(_Grown(before, untold, then, own))
                    beside.asked |= asked
        is_last = number == len(subject.earlier) - 1
        if alone.is_something():
            yield from _joint(target, alone, is_last and number == 0)
    if len(subject.earlier) > 1 and everything.is_something():
        yield from _joint(target, everything, True)


def _is_bound(population: str, mine: set[str], inclusions: Iterable[Inclusion]) -> bool:
    """Whether somebody of the release is known to be among those of another population, or they
    among these."""
    return any(population in of and of & mine for of in (one.populations for one in inclusions))


def _looks_grown(before: Mapping[Meaning, int], shown: Mapping[Meaning, int]) -> bool:
    """Whether the counts that both publish say so, though some that is withheld now fell: readers
    may believe it all the same."""
    both = [(count, shown[what]) for what, count in before.items() if what in shown]
    return any(c < now for c, now in both) and all(c <= now for c, now in both)


def _own(target: AttackedRelease, edition: EarlierRelease) -> Own:
    """Each organisation's own persons in an edition of before; none before methods.OWN_BEFORE."""
    if target.subject.method < OWN_BEFORE:
        return {}
    return {who: by_meaning(edition.tables, of) for who, of in edition.own.items()}


@dataclass(frozen=True)
class _Grown:
    """An edition of a register that only grew since. then: its true counts; own: of them."""

    book: ReleaseBook
    untold: Untold
    then: Mapping[Meaning, int]
    own: Own


@dataclass
class _Beside:
    """Editions that are read beside a release. same: tables of a register that is taken as the
    same; apart: of other populations, the newest of each; grown: of one that only grew. asked: what
    must stay open of them. public: what they publish of the same register. then: their true
    counts; own: of them each organisation's."""

    same: list[ReleasedTable] = field(default_factory=list)
    apart: dict[str, list[ReleasedTable]] = field(default_factory=dict)
    grown: list[_Grown] = field(default_factory=list)
    asked: dict[Cell, int] = field(default_factory=dict)
    public: set[Meaning] = field(default_factory=set)
    then: dict[Meaning, int] = field(default_factory=dict)
    own: dict[str, dict[Meaning, int]] = field(default_factory=dict)

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

    def add_own(self, own: Own, population: str) -> None:
        """What organisations recorded of that population, in the place of what was said before."""
        for who, theirs in own.items():
            mine = self.own.setdefault(who, {})
            mine |= {what: count for what, count in theirs.items() if what[0] == population}


def _joint(
    target: AttackedRelease, beside: _Beside, by_organisations: bool
) -> Iterator[tuple[Attack, Needs]]:
    """Of editions of a register that grew: at the groups that all their levels cut it into, unless
    that contradicts what is published."""
    read = None
    if beside.grown and target.subject.method >= PIECES:
        read = _read_together(target, beside, pieces_of(_all_tables(target, beside)))
    if read is None or not read.attack.is_possible:
        read = _read_together(target, beside, {})
    yield read.attack, read.wanted
    if by_organisations and target.subject.method >= OWN_BEFORE:
        yield from _by_organisations(target, beside, read)


def _all_tables(target: AttackedRelease, beside: _Beside) -> list[ReleasedTable]:
    grown = [table for one in beside.grown for table in one.book.tables]
    return [*target.subject.tables.values(), *beside.same, *grown]


@dataclass(frozen=True)
class _Read:
    """A release and the editions beside it as one attack. rows, cells: what it was made of; book,
    untold, truth, own: of all tables of one register together. pieces: that all were cut into."""

    attack: Attack
    wanted: Needs
    rows: Sequence[Constraint]
    cells: Mapping[Cell, int]
    book: ReleaseBook
    untold: Untold
    truth: Mapping[Meaning, int]
    own: Own
    pieces: Pieces


def _read_together(target: AttackedRelease, beside: _Beside, pieces: Pieces) -> _Read:
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
    for one in beside.grown:
        before, untold = one.book, one.untold
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
    own = {
        who: beside.own.get(who, {}) | dict(target.own.get(who, {}))
        for who in (*target.own, *(who for who in beside.own if who not in target.own))
    }
    needs |= target.needs_of(both, book, truth, own)
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
        cells = dict.fromkeys(cells, 0)
        attack = Attack(rows, cells, {}, target.go_on)
    return _Read(attack, wanted, rows, cells, book, both, truth, own, pieces)


def _by_organisations(
    target: AttackedRelease, beside: _Beside, read: _Read
) -> Iterator[tuple[Attack, Needs]]:
    """Each organisation that alone recorded what some of them withhold."""
    books = {THIS: read.book} | {one.book.number: one.book for one in beside.grown}
    for who, theirs in read.own.items():
        alone = alone_of(theirs, read.book, read.untold, read.truth)
        for one in beside.grown:
            alone |= alone_of(one.own.get(who, {}), one.book, one.untold, one.then)
        if not alone:
            continue
        attack = Attack(read.rows, read.cells, alone, target.go_on)
        pieces = own_pieces(who, alone, read.wanted if read.pieces else (), books, target.subject)
        theirs_all = {*alone, *pieces}
        asked = {cell: need for cell, need in read.wanted.items() if cell not in theirs_all}
        if attack.is_possible and (narrow := attack.narrower(asked)):
            # What editions of before told them by themselves is none of this release's findings.
            known = _without_this(target, beside, alone, read.pieces)
            if known.is_possible:
                told = known.narrower({c: asked[c] for c in narrow if known.has(c)})
                # Of what they left a little open this one must leave something open.
                asked = {c: 1 if c in told else n for c, n in asked.items() if told.get(c, 1) >= 1}
        yield attack, asked


def _without_this(
    target: AttackedRelease, beside: _Beside, alone: Mapping[Cell, int], pieces: Pieces
) -> Attack:
    """What an organisation makes of the editions of before alone, of their pieces, too."""
    apart = [table for tables in beside.apart.values() for table in tables]
    now = ReleaseBook([*beside.same, *apart], THIS)
    read = [(now, target.untold_in(now)), *((one.book, one.untold) for one in beside.grown)]
    rows: list[Constraint] = []
    cells: dict[Cell, int] = {}
    for whole, untold in read:
        book = ReleaseBook([cut_up(table, pieces) for table in whole.tables], whole.number)
        sums, crossings = book.equations()
        rows += [*sums, *(book.row(terms) for terms in untold.sums)]
        cells |= {book.cell(what): int(what in whole.hidden) for what in book.hidden}
        cells |= dict.fromkeys([*map(book.cell, untold.groups), *crossings], 0)
    return Attack(rows, cells, {c: n for c, n in alone.items() if c in cells}, target.go_on)


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
    target: AttackedRelease,
    before: ReleaseBook,
    untold: Untold,
    then: Mapping[Meaning, int],
    own: Own,
) -> dict[Cell, int]:
    """What must stay open of an edition: as much as it leaves open by itself."""
    wanted = {
        before.cell(what): target.interval if target.is_small(then[what], what, own=own) else 1
        for what in before.hidden
        if then.get(what, 0) > 0
    }
    wanted |= target.needs_of(untold, before, then, own or None)
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
