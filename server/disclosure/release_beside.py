"""Those who find too much in a release as readers of the cells that are chosen. Pure.

The cells of a release are chosen against readers of its tables; the audit attacks it as readers of
more: of groups that stand in no table, of editions of before at other levels, of what organisations
recorded of these. Whoever of them finds something in a first choice is put here as the choosing
takes readers, so that the next choice holds against them, too. The audit does not use this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from server.disclosure.attack import Attack, Cell
from server.disclosure.cube import sums_from_signed
from server.disclosure.readings import ReaderBeside, TableReading
from server.disclosure.release_attackers import (
    THIS,
    AttackedRelease,
    AuditedRelease,
    Needs,
    attackers,
)
from server.disclosure.release_book import Meaning, ReleasedTable, meaning_of
from server.disclosure.release_divided import as_meant, readers_of_both
from server.disclosure.release_grouped import who_knows_the_rule
from server.disclosure.whole import near

_FAR = 10**8
"""Persons; more than any count."""


def readers_beside(
    subject: AuditedRelease,
    threshold: int,
    interval: int,
    go_on: Callable[[], None] = lambda: None,
) -> list[ReaderBeside]:
    """The attackers to whom the subject as it is tells too much; none when it may leave.

    Each with every count of the subject's tables that could be withheld, as ``truth`` has them end
    to end. Raises release_book.CodesOverlap.
    """
    shown = AttackedRelease(subject, threshold, interval, go_on).book.known
    tables = {name: _all_withheld(subject, name) for name in subject.tables}
    target = AttackedRelease(replace(subject, tables=tables), threshold, interval, go_on)
    found = []
    for read, attack, needs in _everybody(target, shown):
        public = shown if read is target else as_meant(target, read.subject, shown)
        published = {
            cell: read.truth[cell[1]]
            for cell in attack.floor
            if cell[0] == THIS and cell[1] in public
        }
        for floor in (attack.floor, dict.fromkeys(attack.floor, 0)):
            now = Attack(attack.rows, floor, {**attack.fixed, **published}, go_on)
            if now.is_possible:
                asked = {c: need for c, need in needs.items() if c not in now.fixed}
                reader = (
                    _reader(read, attack, floor, needs, public) if now.narrower(asked) else None
                )
                found += [reader] if reader else []
                break
    return found


def _everybody(
    target: AttackedRelease, shown: Mapping[Meaning, int]
) -> Iterator[tuple[AttackedRelease, Attack, Needs]]:
    for attack, needs, _ in attackers(target):
        yield target, attack, needs
    for attack, needs in who_knows_the_rule(target):
        yield target, attack, needs
    yield from readers_of_both(target, shown)


def _all_withheld(subject: AuditedRelease, name: str) -> ReleasedTable:
    """The table without the counts that could be withheld: zeros are hidden for other reasons."""
    table, truth = subject.tables[name], subject.truth[name]
    if table.is_open:
        return table
    return replace(table, cells={k: None if truth[k] else n for k, n in table.cells.items()})


def _reader(
    target: AttackedRelease,
    attack: Attack,
    floor: Mapping[Cell, int],
    needs: Needs,
    shown: Mapping[Meaning, int],
) -> ReaderBeside | None:
    """None when no counts in whole persons were found that this attacker may believe."""
    subject = target.subject
    whole = [
        (meaning_of(subject.tables[name], codes), count)
        for name, counts in subject.truth.items()
        for codes, count in counts.items()
    ]
    cells: list[Cell] = [(THIS, what) for what, _ in whole]
    place: dict[Cell, int] = {}
    rows: list[list[tuple[int, int]]] = []
    for at, cell in enumerate(cells):
        if place.setdefault(cell, at) != at and cell in floor:
            rows.append([(at, 1), (place[cell], -1)])
    constants = [0.0] * len(rows)
    for cell in floor:
        if cell not in place:
            place[cell] = len(cells)
            cells.append(cell)
    number = len(cells)
    for row in attack.rows:
        terms = [(place[cell], sign) for cell, sign in row.terms]
        if row.low != row.high:
            terms.append((number, -1))
            number += 1
        rows.append(terms)
        constants.append(row.low)
    of_slacks = np.zeros(number - len(cells), dtype=np.int64)
    least = np.concatenate([_each(cells, floor), of_slacks])
    width = np.concatenate([_each(cells, needs), of_slacks])
    known = np.array([cell not in floor or cell in attack.fixed for cell in cells])
    true = np.zeros(number, dtype=np.int64)
    true[: len(whole)] = [count for _, count in whole]
    price = np.zeros(number)
    price[: len(whole)] = [1.0 if what in shown else 1e-3 for what, _ in whole]
    low, high = least.astype(float), np.full(number, float(_FAR))
    closed = np.flatnonzero(known)
    given = true.copy()
    given[closed] = [attack.fixed.get(cells[at], int(true[at])) for at in closed]
    low[closed] = high[closed] = given[closed]
    sums = sums_from_signed(rows)
    values = near(true, low, high, price, sums, np.array(constants))
    if values is None:
        return None
    nobody = np.zeros(len(of_slacks), dtype=bool)
    reading = TableReading("beside", least, np.concatenate([known, nobody]), width)
    return ReaderBeside(values, sums, reading)


def _each(cells: Sequence[Cell], of: Mapping[Cell, int]) -> np.ndarray:
    return np.array([of.get(cell, 0) for cell in cells], dtype=np.int64)
