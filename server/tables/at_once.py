"""Counting everybody afresh in an office that takes nothing in meanwhile: by several processes, and
nothing is written where what is kept is right.

Each share of the persons (server.tables.shares) is counted from the records themselves, and what
is kept of its cases is compared with what they say; cells and words that are otherwise are put
right at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from server.db.engine import reading, transaction
from server.db.locks import Lock, hold
from server.intake.model import CaseRecord
from server.office import Office
from server.reference.in_force import reference_of
from server.tables import declared_counts, generations
from server.tables.contributions import SaidCase, TableCellKey, Tally
from server.tables.declaration import Declarations
from server.tables.declared_counts import BETWEEN_WORDS, by_person, in_batches
from server.tables.model import CountedCase
from server.tables.said_now import current_cases
from server.tables.shares import PersonShare, of_every_share, shares_of
from shared.reference import Reference


class CountedShare(NamedTuple):
    """What was counted of a share. wrong: persons of whom other words are kept than they say now,
    or of whom some are missing or too many."""

    cells: Counter[TableCellKey]
    wrong: list[str]
    persons: int


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
        shares = shares_of(cases, processes)
        with of_every_share(office, _count, generation, shares, processes) as counted:
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
        declared_counts.put_right(connection, generation, cells)
    return cells


def _count(office: Office, generation: int, share: PersonShare) -> CountedShare:
    with reading(office.engine) as connection:
        return counted_share(
            connection,
            generation,
            generations.declarations_of(office),
            reference_of(office),
            share,
        )


def counted_share(
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
