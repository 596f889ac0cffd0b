"""Cells of the declared tables as they are kept: moved with every person, read by period.

Owns the SQL of counted_case and table_cell. What a case said when it was last counted is kept, so
that a change takes out exactly what was put in: the cost of a parcel depends on its persons and the
number of tables, not on the size of the register. Another layout (other declarations) makes another
generation of counts, which is read once everybody is in it (server.tables.generations).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from server.db.among import among
from server.db.upsert import add_to, insert_all
from server.tables.contributions import SaidCase, TableCellKey, Tally
from server.tables.declaration import Declarations
from server.tables.model import CountedCase, TableCell, TableGeneration
from server.tables.said_now import current_cases
from shared.errors import ServiceError
from shared.reference import Reference

BETWEEN_WORDS = "\t"


class CountGeneration(NamedTuple):
    """Counts made by one set of declarations. whole_at_s: since when everybody is in it."""

    number: int
    layout: str
    whole_at_s: int | None


class NotCountedYet(ServiceError):
    """The tables are being counted afresh and cannot be read until that is done."""


def recount_persons(
    connection: Connection,
    generation: int,
    declarations: Declarations,
    reference: Reference,
    person_ids: Sequence[str],
) -> Counter[TableCellKey]:
    """Brings what these persons say up to date in that generation; by how much cells change.

    Persons may be new, changed or gone. Whoever calls moves the cells, in the same transaction or
    when all are counted (``move_cells``): changes add up in any order.
    """
    now = list(current_cases(connection, declarations, reference, person_ids))
    changes = changes_to(connection, generation, declarations, person_ids, now)
    write_words(connection, generation, changes)
    return changes.cells


class CountChanges(NamedTuple):
    """How counts change. forgotten: records whose words go; rows: of ``CountedCase``, that come;
    cells: by how much they change."""

    forgotten: Sequence[str]
    rows: Sequence[Mapping[str, Any]]
    cells: Counter[TableCellKey]


def changes_to(
    connection: Connection,
    generation: int,
    declarations: Declarations,
    person_ids: Sequence[str],
    now: Iterable[SaidCase],
) -> CountChanges:
    """What brings that generation up to date for these persons. now: what their cases say now, by
    person. Reads only."""
    # All that was is read before anything is written: a case may go from one of them to another.
    kept = list(_counted(connection, generation, person_ids))
    now = list(now)
    was, is_now = dict(by_person(kept)), dict(by_person(now))
    changed = {one for one in was.keys() | is_now.keys() if was.get(one) != is_now.get(one)}
    before, after = Tally(declarations), Tally(declarations)
    before.add(records for person, records in was.items() if person in changed)
    after.add(records for person, records in is_now.items() if person in changed)
    rows = [
        {
            "record_id": one.record_id,
            "generation": generation,
            "person_id": one.person_id,
            "month": one.month,
            "said": BETWEEN_WORDS.join(one.said),
        }
        for one in now
        if one.person_id in changed
    ]
    changes = after.cells()
    changes.subtract(before.cells())
    return CountChanges(
        [one.record_id for one in kept if one.person_id in changed],
        rows,
        Counter({key: by for key, by in changes.items() if by}),
    )


def write_words(connection: Connection, generation: int, changes: CountChanges) -> None:
    """Keeps the words of these changes; cells are moved apart from them."""
    _forget(connection, generation, changes.forgotten)
    insert_all(connection, CountedCase, changes.rows)


def move_cells(
    connection: Connection, generation: int, changes: Mapping[TableCellKey, int]
) -> None:
    """Adds these changes to the cells of that generation."""
    cells = sorted(changes.items())
    columns: dict[str, Sequence[Any]] = {
        "generation": [generation] * len(cells),
        "table_code": [key.table for key, _ in cells],
        "period": [key.period for key, _ in cells],
        "codes": [BETWEEN_WORDS.join(key.codes) for key, _ in cells],
        "number": [by for _, by in cells],
    }
    add_to(connection, TableCell, _KEY, "number", columns)
    emptied = [
        {f"its_{name}": value for name, value in _key_of(generation, key).items()}
        for key, by in cells
        if by < 0
    ]
    if emptied:
        here = [getattr(TableCell, name) == bindparam(f"its_{name}") for name in _KEY]
        connection.execute(delete(TableCell).where(*here, TableCell.number == 0), emptied)


def put_right(connection: Connection, generation: int, cells: Mapping[TableCellKey, int]) -> int:
    """Makes the cells that are kept of that generation these; how many were otherwise."""
    kept = all_cells(connection, generation)
    changes = {key: cells.get(key, 0) - kept.get(key, 0) for key in cells.keys() | kept.keys()}
    wrong = {key: by for key, by in changes.items() if by}
    move_cells(connection, generation, wrong)
    return len(wrong)


def kept_cells(connection: Connection, table: str, period: str) -> dict[tuple[str, ...], int]:
    """Every cell of a kept table in a period that has somebody in it (server.tables.read says what
    holds between them). Raises NotCountedYet."""
    generation = whole_generation(connection)
    query = select(TableCell.codes, TableCell.number).where(
        TableCell.generation == generation,
        TableCell.table_code == table,
        TableCell.period == period,
    )
    return {
        tuple(codes.split(BETWEEN_WORDS)): number for codes, number in connection.execute(query)
    }


def all_cells(connection: Connection, generation: int) -> dict[TableCellKey, int]:
    """Every cell that is kept of that generation."""
    query = select(TableCell.table_code, TableCell.period, TableCell.codes, TableCell.number).where(
        TableCell.generation == generation
    )
    return {
        TableCellKey(table, period, tuple(codes.split(BETWEEN_WORDS))): number
        for table, period, codes, number in connection.execute(query)
    }


def counted_records(connection: Connection) -> set[str] | None:
    """The records that are counted; None while not everybody is counted by the declarations of
    now."""
    newest = newest_generation(connection)
    if newest is None or newest.whole_at_s is None:
        return None
    query = select(CountedCase.record_id).where(CountedCase.generation == newest.number)
    return set(connection.scalars(query))


def cases_counted(connection: Connection, generation: int) -> int:
    """How many cases are counted in that generation."""
    query = select(func.count()).select_from(CountedCase)
    return connection.scalar(query.where(CountedCase.generation == generation)) or 0


def newest_generation(connection: Connection) -> CountGeneration | None:
    """The generation that is kept up to date; None before the first."""
    row = connection.execute(_NEWEST).first()
    return None if row is None else CountGeneration(*row)


def whole_generation(connection: Connection) -> int:
    """The number of the newest generation. Raises NotCountedYet while not everybody is in it."""
    newest = newest_generation(connection)
    if newest is None or newest.whole_at_s is None:
        raise NotCountedYet(
            "The tables are being counted afresh. Nothing is lost; please look again in a while, "
            "or run `tally87 tables recount`."
        )
    return newest.number


def afresh(
    connection: Connection, declarations: Declarations, reference: Reference
) -> Counter[TableCellKey]:
    """The same cells, worked out from every case without looking at what is kept.

    Persons are read in the order of their ids, so that no more than a few of them are held.
    """
    tally = Tally(declarations)
    for some in in_batches(by_person(current_cases(connection, declarations, reference, None))):
        tally.add(some)
    return tally.cells()


def in_batches(
    persons: Iterable[tuple[str, list[SaidCase]]], size: int = 20_000
) -> Iterator[list[list[SaidCase]]]:
    """The records of so many persons at a time."""
    batch: list[list[SaidCase]] = []
    for _, records in persons:
        batch.append(records)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


_KEY = ("generation", "table_code", "period", "codes")


# Written once: to build a statement costs more than to run it.
_COUNTED = (
    select(CountedCase.person_id, CountedCase.month, CountedCase.record_id, CountedCase.said)
    .where(
        among(CountedCase.person_id, "persons"),
        CountedCase.generation == bindparam("in_generation"),
    )
    .order_by(CountedCase.person_id, CountedCase.record_id)
)
_NEWEST = (
    select(TableGeneration.number, TableGeneration.layout, TableGeneration.whole_at_s)
    .order_by(TableGeneration.number.desc())
    .limit(1)
)
_FORGOTTEN = delete(CountedCase).where(
    among(CountedCase.record_id, "records"), CountedCase.generation == bindparam("in_generation")
)


def _counted(
    connection: Connection, generation: int, person_ids: Sequence[str]
) -> Iterator[SaidCase]:
    asked = {"persons": person_ids, "in_generation": generation}
    for person, month, record, said in connection.execute(_COUNTED, asked):
        yield SaidCase(person, month, record, tuple(said.split(BETWEEN_WORDS)))


def by_person(cases: Iterable[SaidCase]) -> Iterator[tuple[str, list[SaidCase]]]:
    """Cases that come by person, those of one together."""
    for person, records in groupby(cases, key=lambda one: one.person_id):
        yield person, list(records)


def forget_persons(connection: Connection, generation: int, person_ids: Sequence[str]) -> None:
    """Takes away what that generation keeps of the cases of these persons. Cells stay."""
    _forget(
        connection,
        generation,
        [one.record_id for one in _counted(connection, generation, person_ids)],
    )


def _forget(connection: Connection, generation: int, record_ids: Sequence[str]) -> None:
    if record_ids:
        connection.execute(_FORGOTTEN, {"records": record_ids, "in_generation": generation})


def _key_of(generation: int, key: TableCellKey) -> dict[str, Any]:
    return {
        "generation": generation,
        "table_code": key.table,
        "period": key.period,
        "codes": BETWEEN_WORDS.join(key.codes),
    }


def begin_generation(
    connection: Connection, layout: str, now_s: int, whole_at_s: int | None = None
) -> int:
    """A new generation in which nobody is yet; its number. whole_at_s: when nobody else is there
    to be counted."""
    made = insert(TableGeneration).values(layout=layout, begun_at_s=now_s, whole_at_s=whole_at_s)
    return int(connection.execute(made.returning(TableGeneration.number)).scalar_one())
