"""Which declarations an office counts by, and the generations of counts they make.

Owns when everybody is counted afresh: after an upgrade or a changed declaration, or when asked.
It goes a few hundred persons at a time, each in a short transaction, while records keep coming:
linking moves the new generation from its first moment on, and what was counted once already is
found unchanged. The cells are added at the end, in short transactions, too.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, tuple_, update

from server import queue
from server.db.engine import reading, transaction
from server.db.locks import Lock, hold, turn
from server.intake.model import CaseRecord
from server.office import Office
from server.programme.programme import programme_of
from server.queue import JobKind
from server.reference.in_force import reference_of
from server.register.persons import PersonMoves
from server.tables import declared_counts
from server.tables.contributions import SaidCase, TableCellKey
from server.tables.declaration import OWN, STANDARD, BadDeclaration, Declarations, declared_of
from server.tables.declared_counts import CountChanges
from server.tables.model import CountedCase, TableCell, TableGeneration
from server.tables.pace import stand_back
from server.tables.said_now import current_cases
from shared.profiles.files import COUNTRIES

HOLD_S = 0.03
"""Seconds a step should hold the write lock; it must never be more than 0.05."""
LEAST_IN_A_STEP, MOST_IN_A_STEP = 25, 5_000
"""Persons; the least take some ten milliseconds."""


def declarations_of(office: Office) -> Declarations:
    """The tables this office counts: the standard ones, its country's, its own folders'.

    A file of a folder that changed is read again, while the office is open; what cannot be read
    leaves the tables as they were. Raises BadDeclaration when nothing was ever read.
    """
    kept = office.once(_read)
    now = _stamp(kept.files)
    if now == kept.stamp:
        return kept.declarations
    try:
        newer = _read(office)
    except (BadDeclaration, OSError, UnicodeDecodeError):
        logging.getLogger(__name__).warning("tables_toml_unreadable: the tables stay as they were")
        newer = replace(kept, stamp=now)  # said once, until the file changes again
    office.replace(_read, newer)
    return newer.declarations


@dataclass(frozen=True)
class _Read:
    files: tuple[Path, ...]
    stamp: tuple[tuple[int, int] | None, ...]
    declarations: Declarations


def _read(office: Office) -> _Read:
    folders = [COUNTRIES / programme_of(office).country, *office.config.country_folders]
    files = tuple(folder / OWN for folder in folders)
    stamp = _stamp(files)
    texts = [file.read_text(encoding="utf-8") for file in (STANDARD, *files) if file.is_file()]
    return _Read(files, stamp, declared_of(texts))


def _stamp(files: Sequence[Path]) -> tuple[tuple[int, int] | None, ...]:
    """When each file was written and how long it is; None where there is none."""
    found: list[tuple[int, int] | None] = []
    for file in files:
        try:
            looked = file.stat()
        except OSError:
            found.append(None)
        else:
            found.append((looked.st_mtime_ns, looked.st_size))
    return tuple(found)


class Following(NamedTuple):
    """How the counts follow persons. generation: its number."""

    generation: int
    changes: CountChanges

    @property
    def periods(self) -> set[str]:
        """Of which some count changes."""
        return {key.period for key in self.changes.cells}

    def write(self, connection: Connection) -> None:
        """Brings what is kept up to date, in the transaction that changes the persons."""
        declared_counts.write_words(connection, self.generation, self.changes)
        declared_counts.move_cells(connection, self.generation, self.changes.cells)


def follow(
    office: Office, connection: Connection, moves: PersonMoves, may_write: bool
) -> Following | None:
    """How the counts follow these persons. Only reads, but where a new generation has to begin:
    None when it may not write that."""
    declarations = declarations_of(office)
    newest = declared_counts.newest_generation(connection)
    if newest is not None and newest.layout == declarations.layout:
        number = newest.number
    elif may_write:
        number = _begun(connection, declarations, office.now_s(), moves.person_ids)
    else:
        return None
    now = current_cases(connection, declarations, reference_of(office), moves.person_of)
    changes = declared_counts.changes_to(
        connection, number, declarations, moves.person_ids, sorted(now, key=_by_person)
    )
    return Following(number, changes)


def _by_person(case: SaidCase) -> tuple[str, str]:
    return case.person_id, case.record_id


def is_whole(office: Office) -> bool:
    """Whether everybody is counted by the declarations of now."""
    with reading(office.engine) as connection:
        newest = declared_counts.newest_generation(connection)
    if newest is None:
        return False
    return newest.whole_at_s is not None and newest.layout == declarations_of(office).layout


def make_whole(office: Office) -> None:
    """Counts everybody afresh if that has to be done; waits while another process does it."""
    while not is_whole(office):
        with turn(office.engine, Lock.JOBS, list(JobKind).index(JobKind.RECOUNT)) as ours:
            if ours and not is_whole(office):
                recount(office)
            elif not ours:
                time.sleep(_LOOK_AGAIN_S)


_LOOK_AGAIN_S = 0.2


def recount(
    office: Office,
    progress: Callable[[int], None] = lambda persons: None,
    *,
    at_once: bool = False,
) -> Mapping[TableCellKey, int]:
    """Counts everybody afresh, in a new generation; its cells. Others may write meanwhile.

    progress: told how many persons are done. at_once: in long steps, for an office that takes
    nothing in meanwhile: many times as fast. Whoever stops it loses nothing: the next run begins
    anew, and readers have what was whole before, or are told to wait.
    """
    declarations, reference = declarations_of(office), reference_of(office)
    with transaction(office.engine) as connection:
        number = declared_counts.begin_generation(connection, declarations.layout, office.now_s())
    changes: Counter[TableCellKey] = Counter()
    last, done = "", 0
    step = MOST_IN_A_STEP if at_once else LEAST_IN_A_STEP
    while True:
        with reading(office.engine) as connection:
            persons = _next_persons(connection, last, step)
        if not persons:
            break
        with transaction(office.engine) as connection:
            hold(connection, Lock.LINKING)
            began = time.perf_counter()
            changes.update(
                declared_counts.recount_persons(
                    connection, number, declarations, reference, persons
                )
            )
        took_s = time.perf_counter() - began
        last, done = persons[-1], done + len(persons)
        if not at_once:
            fits = min(2 * step, int(step * HOLD_S / max(took_s, 1e-4)), MOST_IN_A_STEP)
            step = max(LEAST_IN_A_STEP, fits)
            stand_back(office.engine, took_s)
        progress(done)
    cells = iter(sorted(changes.items()))
    while some := dict(islice(cells, MOST_IN_A_STEP if at_once else _CELLS_AT_ONCE)):
        with transaction(office.engine) as connection:
            declared_counts.move_cells(connection, number, some)
        if not at_once:
            stand_back(office.engine, 0.0)
    with transaction(office.engine) as connection:
        connection.execute(
            update(TableGeneration)
            .where(TableGeneration.number == number)
            .values(whole_at_s=office.now_s())
        )
    forget_old(office)
    return changes


_CELLS_AT_ONCE = 1_000


def forget_old(office: Office) -> None:
    """Takes away what earlier generations kept, a little at a time."""
    with reading(office.engine) as connection:
        newest = declared_counts.newest_generation(connection)
    if newest is None or newest.whole_at_s is None:
        return
    for model, key in (
        (CountedCase, (CountedCase.generation, CountedCase.record_id)),
        (
            TableCell,
            (TableCell.generation, TableCell.table_code, TableCell.period, TableCell.codes),
        ),
    ):
        while True:
            with transaction(office.engine) as connection:
                rows = connection.execute(
                    select(*key).where(key[0] < newest.number).limit(_ROWS_AT_ONCE)
                ).all()
                if rows:
                    connection.execute(delete(model).where(tuple_(*key).in_(rows)))
            if len(rows) < _ROWS_AT_ONCE:
                break
            stand_back(office.engine, 0.0)


_ROWS_AT_ONCE = 500


def _begun(
    connection: Connection, declarations: Declarations, now_s: int, person_ids: Sequence[str]
) -> int:
    """A generation that begins now because the declarations are others. Where these are the first
    persons of an office it is whole from the beginning."""
    first = set(person_ids)
    if set(_next_persons(connection, "", len(first) + 1)) <= first:
        return declared_counts.begin_generation(
            connection, declarations.layout, now_s, whole_at_s=now_s
        )
    queue.ask(connection, JobKind.RECOUNT, [""], now_s)
    return declared_counts.begin_generation(connection, declarations.layout, now_s)


def _next_persons(connection: Connection, after: str, most: int) -> list[str]:
    query = (
        select(CaseRecord.person_id)
        .where(CaseRecord.person_id > after, CaseRecord.withdrawn.is_(False))
        .distinct()
        .order_by(CaseRecord.person_id)
        .limit(most)
    )
    return [person for person in connection.scalars(query) if person is not None]
