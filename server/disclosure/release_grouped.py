"""Readers who know by which rule codes were put together. Pure.

Where a hierarchy has no level between, the largest codes of a dimension stand by themselves and the
smallest together ("Other: ..."; server.disclosure.recode): none of these has more persons than any
of those, in all tables together. Of a few codes whose sum is nearly as large as it can be this
places each. So each is an unknown of the attack, and as open as without the rule.

Codes that follow each other are put together in groups of about as many persons each
(server.disclosure.recode.runs_of): that the smallest group could not be larger bounds codes at its
edge from below alone, and none from above by less than that group has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from server.disclosure.attack import Attack, Cell, Constraint
from server.disclosure.methods import GROUPED
from server.disclosure.recode import REST
from server.disclosure.release_attackers import AttackedRelease, Needs, everything_known
from server.disclosure.release_book import Extent, Meaning, ReleasedTable, meaning
from server.disclosure.release_pieces import FinestCounts

_TOTAL = "Total"


@dataclass
class _Rule:
    """sums: a group is its codes; order: none of these is larger than a code by itself; few: codes
    of few persons."""

    sums: list[Constraint] = field(default_factory=list)
    order: list[Constraint] = field(default_factory=list)
    codes: list[Cell] = field(default_factory=list)
    few: list[Cell] = field(default_factory=list)


def who_knows_the_rule(target: AttackedRelease) -> Iterator[tuple[Attack, Needs]]:
    """The reader of a release who does, where codes were put together by it; none before
    methods.GROUPED."""
    rule = _Rule()
    tables = target.subject.tables.values() if target.subject.method >= GROUPED else ()
    for name in dict.fromkeys(name for table in tables for name in table.names):
        _add(rule, target, name)
    if not rule.order:
        return
    wanted = dict.fromkeys(rule.few, target.interval)
    rows: list[Constraint] = []
    free: dict[Cell, int] = dict.fromkeys(rule.codes, 0)
    needs: Needs = {}
    floors: list[Mapping[Cell, int]] = [{}]
    if any(cell not in free for row in (*rule.sums, *rule.order) for cell, _ in row.terms):
        # Something of it is withheld: what else is known of that goes in, too.
        rows, more = everything_known(target)
        free, needs, floors = free | more, target.needs, [target.one, target.perhaps]
    without = Attack([*rows, *rule.sums], {**free, **floors[-1]}, {}, target.go_on)
    narrow = without.narrower(wanted) if without.is_possible else wanted
    asked = {cell: need for cell, need in wanted.items() if cell not in narrow}
    for floor in floors:
        attack = Attack([*rows, *rule.sums, *rule.order], {**free, **floor}, {}, target.go_on)
        if attack.is_possible:
            yield attack, {**needs, **asked}
            return


def _add(rule: _Rule, target: AttackedRelease, name: str) -> None:
    subject, book = target.subject, target.book
    by_it = {n: one for n, one in subject.tables.items() if name in one.names}
    used = dict.fromkeys(
        codes[one.names.index(name)] for one in by_it.values() for codes in one.cells
    )
    groups = [code for code in used if code.startswith(REST)]
    alone = [code for code in used if code != _TOTAL and not code.startswith(REST)]
    if len(groups) != 1 or not alone or any(n not in subject.finest for n in by_it):
        return
    ((group,), tables) = groups, list(by_it.values())
    extents = {code: _extent(tables, name, code) for code in used if code != _TOTAL}
    counts = {n: _by_code(subject.finest[n], name) for n in by_it}
    persons: Counter[str] = Counter()
    for of in counts.values():
        persons.update(of)
    least = min(sum(persons[one] for one in extents[code]) for code in alone)
    if any(persons[one] > least for one in extents[group]):
        return  # These were put together for what they mean.
    said = set()
    for n, table in by_it.items():
        whole = _margin(table, name, group)
        if whole in said or not book.has(whole):
            continue
        said.add(whole)
        parts = [_margin(table, name, one) for one in sorted(extents[group])]
        rule.sums.append(book.row([*((part, 1) for part in parts), (whole, -1)]))
        for one, part in zip(sorted(extents[group]), parts, strict=True):
            if not book.has(part):
                rule.codes.append(book.cell(part))
                if not table.is_open and target.is_small(counts[n].get(one, 0), ()):
                    rule.few.append(book.cell(part))
    for one in sorted(extents[group]):
        for code in alone:
            terms = Counter(_margin(table, name, code) for table in tables)
            terms.subtract(_margin(table, name, one) for table in tables)
            rule.order.append(book.row(terms.items(), float("inf")))
            rule.codes += [book.cell(what) for what in terms if not book.has(what)]


def _margin(table: ReleasedTable, name: str, code: str) -> Meaning:
    """All of a table who have one code."""
    return meaning(table.population, {**table.where, name: code}, table.extents)


def _extent(tables: Sequence[ReleasedTable], name: str, code: str) -> Extent:
    found = frozenset[str]()
    return found.union(*(one.extents.get(name, {}).get(code, {code}) for one in tables))


def _by_code(finest: FinestCounts, name: str) -> Counter[str]:
    place, found = finest.names.index(name), Counter[str]()
    for codes, count in finest.cells.items():
        found[codes[place]] += count
    return found
