"""Who attacks a release, and what each of them knows. Pure.

Anybody; somebody who knows of hidden zeros; organisations that know their own records; readers of
earlier editions. Each becomes one set of equations for the solver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from server.disclosure.attack import Attack, Cell, Constraint
from server.disclosure.inclusion import Inclusion
from server.disclosure.methods import METHOD
from server.disclosure.release_book import (
    Codes,
    Meaning,
    ReleaseBook,
    ReleasedTable,
    meaning,
    meaning_of,
)

_TOTAL = "Total"
THIS = -1
"""Number of the audited release among the editions in an unknown's name; earlier ones from 0."""
Needs = Mapping[Cell, int]


@dataclass(frozen=True)
class EarlierRelease:
    """An edition that was published before: its tables, and the counts it was made from."""

    tables: Mapping[str, ReleasedTable]
    truth: Mapping[str, Mapping[Codes, int]]


@dataclass(frozen=True)
class AuditedRelease:
    """What is audited, by table. truth: the same cells with their counts.

    own: for each organisation its own persons in each cell. inclusions: what everybody knows of
    two populations; used where the counts allow it. method: by which the release was protected.
    """

    tables: Mapping[str, ReleasedTable]
    truth: Mapping[str, Mapping[Codes, int]]
    own: Mapping[str, Mapping[str, Mapping[Codes, int]]] = field(default_factory=dict)
    inclusions: Sequence[Inclusion] = ()
    earlier: Sequence[EarlierRelease] = ()
    method: int = METHOD


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


def attackers(
    subject: AuditedRelease,
    book: ReleaseBook,
    truth: Mapping[Meaning, int],
    own: Mapping[str, Mapping[Meaning, int]],
    small: set[Meaning],
    threshold: int,
    interval: int,
    go_on: Callable[[], None],
) -> Iterator[tuple[Attack, Needs, bool]]:
    """Each attacker with what must stay open to them, and whether they see only what all do."""
    sums, crossings = book.equations()
    rows = [*sums, *_included(subject.inclusions, book, truth, subject.tables)]
    most_own = {
        what: max((theirs.get(what, 0) for theirs in own.values()), default=0)
        for what in book.hidden
    }
    free: dict[Cell, int] = dict.fromkeys(crossings, 0)
    zeros = {what for what in book.hidden if truth[what] == 0}
    needs: dict[Cell, int] = {
        book.cell(what): interval if what in small else 1 for what in sorted(book.hidden)
    }
    one = {book.cell(what): max(1, most_own[what]) for what in sorted(book.hidden)}
    perhaps = {**one, **{book.cell(what): 0 for what in zeros}}
    yield Attack(rows, {**one, **free}, {}, go_on), needs, True
    if zeros:
        yield Attack(rows, {**perhaps, **free}, {}, go_on), needs, True
    for theirs in own.values():
        alone = {
            book.cell(what): truth[what]
            for what in book.hidden
            if theirs.get(what, 0) == truth[what] > 0
        }
        if alone:
            others = {
                cell: need
                for cell, need in needs.items()
                if cell not in alone and cell[1] not in zeros
            }
            yield Attack(rows, {**perhaps, **free}, alone, go_on), others, False
    if subject.earlier:
        some = {cell: need for cell, need in needs.items() if cell[1] not in zeros}
        for attack, asked in _beside_editions(
            subject, truth, perhaps, some, threshold, interval, go_on
        ):
            yield attack, asked, False


def _included(
    inclusions: Sequence[Inclusion],
    book: ReleaseBook,
    truth: Mapping[Meaning, int],
    tables: Mapping[str, ReleasedTable],
) -> Iterator[Constraint]:
    for one in inclusions:
        for table in tables.values():
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
                    signed = [*((what, 1) for what in outer), *((what, -1) for what in inner)]
                    yield book.row(signed, float("inf"))


def _there(
    book: ReleaseBook,
    tables: Mapping[str, ReleasedTable],
    population: str,
    conditions: Mapping[str, str],
) -> list[Meaning]:
    """Whom these conditions mean, where some table has such a cell."""
    for table in tables.values():
        if table.population == population:
            what = meaning(population, conditions, table.extents)
            if book.has(what):
                return [what]
    return []


def _sum(truth: Mapping[Meaning, int], some: Sequence[Meaning]) -> int:
    return sum(truth.get(what, 0) for what in some)


def _beside_editions(
    subject: AuditedRelease,
    truth: Mapping[Meaning, int],
    floor: Mapping[Cell, int],
    needs: Needs,
    threshold: int,
    interval: int,
    go_on: Callable[[], None],
) -> Iterator[tuple[Attack, Needs]]:
    """A reader of this release and each edition before it, one and all together.

    Population by population: where all counts that both publish agree the register is taken as the
    same, where none fell as grown, also where only one that is withheld now did; where corrections
    went both ways nothing ties the two.
    """
    everything = _Beside()
    shown = ReleaseBook([*subject.tables.values()], THIS).known if subject.earlier else {}
    for number, edition in enumerate(subject.earlier):
        then = by_meaning(edition.tables, edition.truth)
        alone = _Beside()
        for population in dict.fromkeys(t.population for t in edition.tables.values()):
            theirs = [t for t in edition.tables.values() if t.population == population]
            before = ReleaseBook(theirs, number)
            pairs = [(c, truth[what]) for what, c in before.known.items() if what in truth]
            if not pairs or (
                any(c > now for c, now in pairs) and not _looks_grown(before.known, shown)
            ):
                continue
            asked = _asked(before, then, threshold, interval, go_on)
            for beside in (alone, everything):
                if all(c == now for c, now in pairs):
                    beside.same += theirs
                    beside.public |= before.known.keys()
                    beside.asked |= {(THIS, cell[1]): need for cell, need in asked.items()}
                else:
                    beside.grown.append(before)
                    beside.asked |= asked
        if alone.is_something():
            yield _joint(subject, truth, alone, floor, needs, go_on)
    if len(subject.earlier) > 1 and everything.is_something():
        yield _joint(subject, truth, everything, floor, needs, go_on)


def _looks_grown(before: Mapping[Meaning, int], shown: Mapping[Meaning, int]) -> bool:
    """Whether the counts that both publish say so, though some that is withheld now fell: readers
    may believe it all the same."""
    both = [(count, shown[what]) for what, count in before.items() if what in shown]
    return any(c < now for c, now in both) and all(c <= now for c, now in both)


@dataclass
class _Beside:
    """Editions that are read beside a release. same: tables of a register that is taken as the
    same; grown: of one that only grew. asked: what must stay open of them. public: what they
    publish of the same register."""

    same: list[ReleasedTable] = field(default_factory=list)
    grown: list[ReleaseBook] = field(default_factory=list)
    asked: dict[Cell, int] = field(default_factory=dict)
    public: set[Meaning] = field(default_factory=set)

    def is_something(self) -> bool:
        return bool(self.same or self.grown)


def _joint(
    subject: AuditedRelease,
    truth: Mapping[Meaning, int],
    beside: _Beside,
    floor: Mapping[Cell, int],
    needs: Needs,
    go_on: Callable[[], None],
) -> tuple[Attack, Needs]:
    book = ReleaseBook([*subject.tables.values(), *beside.same], THIS)
    sums, crossings = book.equations()
    rows = [*sums, *_included(subject.inclusions, book, truth, subject.tables)]
    cells = {book.cell(what): floor.get(book.cell(what), 0) for what in sorted(book.hidden)}
    cells |= dict.fromkeys(crossings, 0)
    for before in beside.grown:
        sums, crossings = before.equations()
        both = [what for what in (*before.known, *before.hidden) if book.has(what)]
        rows += [*sums, *(_still(before, book, what) for what in both)]
        cells |= {before.cell(what): 1 for what in before.hidden}
        cells |= dict.fromkeys(crossings, 0)
    # What is public already is none of this release's findings.
    wanted = {
        cell: need
        for cell, need in (dict(beside.asked) | dict(needs)).items()
        if cell in cells and not (cell[0] == THIS and cell[1] in beside.public)
    }
    attack = Attack(rows, cells, {}, go_on)
    if not attack.is_possible:
        # Whom the editions contradict because they hide zeros holds hidden zeros possible.
        attack = Attack(rows, dict.fromkeys(cells, 0), {}, go_on)
    return attack, wanted


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
    before: ReleaseBook,
    then: Mapping[Meaning, int],
    threshold: int,
    interval: int,
    go_on: Callable[[], None],
) -> dict[Cell, int]:
    """What must stay open of an edition: as much as it leaves open by itself."""
    wanted = {
        before.cell(what): interval if 0 < then.get(what, 0) < threshold else 1
        for what in before.hidden
        if then.get(what, 0) > 0
    }
    sums, crossings = before.equations()
    floor = {before.cell(what): 1 for what in before.hidden} | dict.fromkeys(crossings, 0)
    alone = Attack(sums, floor, {}, go_on)
    narrow = alone.narrower(wanted) if alone.is_possible else dict.fromkeys(wanted, 0.0)
    return {
        cell: 1 if cell in narrow else need
        for cell, need in wanted.items()
        if narrow.get(cell, 1.0) >= 1
    }
