"""Counting everybody afresh in an office that takes nothing in meanwhile: by several processes, and
nothing is written where what is kept is right.

Owns how persons are shared out among processes. Each share is counted from the records themselves,
and what is kept of its cases is compared with what they say; cells and words that are otherwise are
put right at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from multiprocessing import get_context
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from server.db.engine import reading, transaction
from server.db.locks import Lock, hold
from server.intake.model import CaseRecord
from server.office import Office
from server.office.config import Config
from server.reference.in_force import reference_of
from server.tables import declared_counts, generations
from server.tables.contributions import SaidCase, TableCellKey, Tally
from server.tables.declaration import Declarations
from server.tables.declared_counts import (
    BETWEEN_WORDS,
    by_person,
    in_batches,
)
from server.tables.model import CountedCase
from server.tables.said_now import PersonShare, current_cases
from shared.reference import Reference


class CountedShare(NamedTuple):
    """What was counted of a share. wrong: persons of whom other words are kept than they say now,
    or of whom some are missing or too many."""

    cells: Counter[TableCellKey]
    wrong: list[str]
    persons: int


CASES_IN_A_SHARE = 20_000
"""Held at once by a process: some ten megabytes."""
_MOST_SHARES = 4_096
_PERSONS_IN_A_STEP = 5_000


def recount_at_once(
    office: Office, processes: int = 1, progress: Callable[[int], None] = lambda persons: None
) -> Mapping[TableCellKey, int]:
    """Counts everybody afresh; the cells. Nothing is linked or withdrawn meanwhile.

    processes: that count; 1 is this one alone. progress: told how many persons are done. What was
    counted by other declarations is counted as a new generation, by this process alone.
    """
    if not generations.is_whole(office):
        return generations.recount(office, progress, at_once=True)
    with reading(office.engine) as connection:
        generation = declared_counts.whole_generation(connection)
    return _mended(office, generation, processes, progress)


def _mended(
    office: Office, generation: int, processes: int, progress: Callable[[int], None]
) -> Counter[TableCellKey]:
    cells: Counter[TableCellKey] = Counter()
    wrong: list[str] = []
    done = 0
    with transaction(office.engine) as connection:
        hold(connection, Lock.LINKING)
        cases = connection.scalar(select(func.count()).select_from(CaseRecord)) or 0
        with _counted(office, generation, processes, shares_of(cases, processes)) as counted:
            for share in counted:
                cells.update(share.cells)
                wrong += share.wrong
                done += share.persons
                progress(done)
        declarations, reference = generations.declarations_of(office), reference_of(office)
        steps = [
            wrong[at : at + _PERSONS_IN_A_STEP] for at in range(0, len(wrong), _PERSONS_IN_A_STEP)
        ]
        # All are forgotten before any is written: a case may have gone from one to another.
        for persons in steps:
            declared_counts.forget_persons(connection, generation, persons)
        for persons in steps:
            declared_counts.recount_persons(
                connection, generation, declarations, reference, persons
            )
        kept = declared_counts.all_cells(connection, generation)
        changes = {key: cells[key] - kept.get(key, 0) for key in cells.keys() | kept.keys()}
        declared_counts.move_cells(
            connection, generation, {key: by for key, by in changes.items() if by}
        )
    return cells


def shares_of(cases: int, processes: int) -> list[PersonShare]:
    """Persons by the beginning of their ids, so many cases together as a process may hold: ids are
    drawn evenly."""
    number = max(processes, min(-(-cases // CASES_IN_A_SHARE), _MOST_SHARES))
    edges = [at * 16**32 // number for at in range(number + 1)]
    return [PersonShare(f"{first:032x}", f"{before - 1:032x}") for first, before in pairwise(edges)]


@contextmanager
def _counted(
    office: Office, generation: int, processes: int, shares: Sequence[PersonShare]
) -> Iterator[Iterator[CountedShare]]:
    if processes < 2:
        yield (_count(office, generation, share) for share in shares)
        return
    # A process of its own beginning: connections and locks do not go over a fork.
    with ProcessPoolExecutor(
        processes, get_context("spawn"), _begin, (office.config, generation)
    ) as pool:
        yield pool.map(_count_in_a_process, shares)


def _count(office: Office, generation: int, share: PersonShare) -> CountedShare:
    with reading(office.engine) as connection:
        return _count_share(
            connection,
            generation,
            generations.declarations_of(office),
            reference_of(office),
            share,
        )


def _count_share(
    connection: Connection,
    generation: int,
    declarations: Declarations,
    reference: Reference,
    share: PersonShare,
) -> CountedShare:
    """The cells of these persons, worked out from every case, and who of them is kept otherwise in
    that generation."""
    asked = {"in_generation": generation, **share._asdict()}
    kept = {
        record: (person, month, said)
        for person, month, record, said in connection.execute(_COUNTED_SHARE, asked)
    }
    wrong: set[str] = set()
    persons = 0

    def compared() -> Iterator[SaidCase]:
        for case in current_cases(connection, declarations, reference, share):
            now = case.person_id, case.month, BETWEEN_WORDS.join(case.said)
            was = kept.pop(case.record_id, None)
            if was != now:
                wrong.update((case.person_id, was[0]) if was else (case.person_id,))
            yield case

    tally = Tally(declarations)
    for some in in_batches(by_person(compared())):
        tally.add(some)
        persons += len(some)
    wrong.update(person for person, _, _ in kept.values())
    return CountedShare(tally.cells(), sorted(wrong), persons)


_COUNTED_SHARE = select(
    CountedCase.person_id, CountedCase.month, CountedCase.record_id, CountedCase.said
).where(
    CountedCase.person_id.between(bindparam("first"), bindparam("last")),
    CountedCase.generation == bindparam("in_generation"),
)

_ours: tuple[Office, int]


def _begin(config: Config, generation: int) -> None:
    global _ours
    _ours = Office.open(config, _no_clock, _no_chance), generation


def _no_clock() -> datetime:
    raise AssertionError("Counting does not ask for the time.")


def _no_chance(_: int) -> bytes:
    raise AssertionError("Counting leaves nothing to chance.")


def _count_in_a_process(share: PersonShare) -> CountedShare:
    return _count(*_ours, share)
