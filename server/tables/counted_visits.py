"""Visits in the cells of declared tables, kept in step with them. Owns the SQL of counted_visit and
visit_cell.

Whoever writes a visit marks it as not counted (``VisitRecord.uncounted``); a job takes out of the
cells what it said before and puts in what it says now. Readers add what waits to what is kept
(server.tables.visit_counts): a count is never behind, and looking costs as much as waits, not as
much as the register. Another generation of counts (server.tables.generations) has other cells:
until every visit is in it, readers count from the visits themselves.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, delete, func, or_, select

from server.db.among import among
from server.db.upsert import add_to, insert_all
from server.intake.attributes import is_month, periods_of
from server.intake.model import VisitRecord
from server.intake.said import REVISION_OF_VISIT, OfVisit, answers_said
from server.intake.uncounted import set_uncounted, some_uncounted
from server.programme.model import Organisation
from server.tables.case_words import CaseAsKept, Read
from server.tables.contributions import cells_for, is_made_for
from server.tables.declaration import Declarations, Population
from server.tables.declared_counts import BETWEEN_WORDS, newest_generation
from server.tables.model import CountedVisit, VisitCell
from server.tables.observed import remembered_readers, standings_of
from shared.counting import NOT_KNOWN
from shared.reference import Reference

_KEY = ("layout", "table_code", "period", "codes")

Words = tuple[str, ...]
"""What a visit says to each of ``VisitLayout.dimensions``."""


Cell = tuple[str, str, tuple[str, ...]]
"""Table, period, codes."""


class SaidVisit(NamedTuple):
    """What counting needs of a visit. organisation: its number at this office."""

    organisation: int
    month: str
    words: Words


class VisitLayout:
    """What tables of visits read of one. key: of the generation of counts, a digest."""

    def __init__(self, connection: Connection, declarations: Declarations) -> None:
        self.declarations = declarations
        self.tables = [
            table for table in declarations.tables.values() if table.population is Population.VISITS
        ]
        newest = newest_generation(connection)
        self.dimensions = sorted({name for table in self.tables for name in table.needs})
        self.key = hashlib.sha256(
            json.dumps([newest.number if newest else 0, declarations.layout]).encode()
        ).hexdigest()[:32]
        self._places = {
            table.code: [self.dimensions.index(name) for name in table.needs]
            for table in self.tables
        }

    def cells(self, visit: SaidVisit) -> Iterator[Cell]:
        """Where it is counted."""
        for table in self.tables:
            words = [visit.words[at] for at in self._places[table.code]]
            for codes in cells_for(self.declarations, table, words):
                for period in periods_of(visit.month):
                    if is_made_for(table, period):
                        yield table.code, period, codes

    def read_by(self, reference: Reference, digests: Iterable[str]) -> dict[str, list[Read]]:
        """What reads the visits made with each of these questionnaires."""
        return {
            digest: remembered_readers(
                self.declarations,
                self.dimensions,
                reference.questionnaire_by_digest(digest) or reference.questionnaire,
                reference.profile,
            )
            for digest in digests
        }


def count_some(connection: Connection, layout: VisitLayout, reference: Reference, most: int) -> int:
    """Brings the cells up to date for at most so many visits that wait; how many it were."""
    _mark_those_of_other_layouts(connection, layout.key, most)
    waiting = some_uncounted(connection, most)
    if not waiting:
        return 0
    was = _counted(connection, layout.key, _COUNTED, {"visits": waiting})
    now = _said(connection, layout, reference, _WAITING, {"visits": waiting})
    changes: Counter[Cell] = Counter()
    for visit in now.values():
        changes.update(layout.cells(visit))
    for visit in was.values():
        changes.subtract(layout.cells(visit))
    connection.execute(_FORGOTTEN, {"visits": waiting})
    if now:
        rows = [
            {
                "record_id": record,
                "layout": layout.key,
                "organisation_number": visit.organisation,
                "month": visit.month,
                "said": BETWEEN_WORDS.join(visit.words),
            }
            for record, visit in sorted(now.items())
        ]
        insert_all(connection, CountedVisit, rows)
    _move(connection, layout.key, changes)
    set_uncounted(connection, waiting, False)
    return len(waiting)


def is_whole(connection: Connection, layout: VisitLayout) -> bool:
    """Whether every visit that is counted is so in the generation of now."""
    return connection.scalar(_of_other_layouts(layout.key).limit(1)) is None


def waiting(
    connection: Connection, layout: VisitLayout, reference: Reference
) -> Iterator[tuple[SaidVisit, int]]:
    """What the visits that wait change: what they said when they were counted goes (-1), what they
    say now comes (1)."""
    for visit in _counted(connection, layout.key, _COUNTED_BEFORE).values():
        yield visit, -1
    for visit in _said(connection, layout, reference, _UNCOUNTED).values():
        yield visit, 1


def all_said(
    connection: Connection, layout: VisitLayout, reference: Reference, months: Sequence[str]
) -> Iterator[SaidVisit]:
    """What every visit of these months says, without looking at what is kept."""
    of_months = _VISITS.where(VisitRecord.month.in_(months))
    yield from _said(connection, layout, reference, of_months).values()


def as_kept(connection: Connection, layout: VisitLayout, reference: Reference) -> Counter[Cell]:
    """Every kept cell with what waits."""
    query = select(VisitCell.table_code, VisitCell.period, VisitCell.codes, VisitCell.number)
    found: Counter[Cell] = Counter()
    for table, period, codes, number in connection.execute(
        query.where(VisitCell.layout == layout.key)
    ):
        found[table, period, tuple(codes.split(BETWEEN_WORDS))] = number
    for visit, by in waiting(connection, layout, reference):
        for cell in layout.cells(visit):
            found[cell] += by
    return Counter({cell: number for cell, number in found.items() if number})


def afresh(connection: Connection, layout: VisitLayout, reference: Reference) -> Counter[Cell]:
    """The same, worked out from every visit without looking at what is kept."""
    found: Counter[Cell] = Counter()
    every = _VISITS.where(VisitRecord.month.is_not(None))
    for visit in _said(connection, layout, reference, every).values():
        found.update(layout.cells(visit))
    return found


def kept_cells(
    connection: Connection, layout: VisitLayout, table: str, period: str
) -> Counter[tuple[str, ...]]:
    """The kept cells of a table in a period."""
    query = select(VisitCell.codes, VisitCell.number).where(
        VisitCell.layout == layout.key,
        VisitCell.table_code == table,
        VisitCell.period == period,
    )
    rows = connection.execute(query)
    return Counter({tuple(codes.split(BETWEEN_WORDS)): number for codes, number in rows})


def kept_said(
    connection: Connection, layout: VisitLayout, months: Sequence[str]
) -> Counter[SaidVisit]:
    """How many counted visits of these months say the same, by organisation."""
    columns = (CountedVisit.organisation_number, CountedVisit.month, CountedVisit.said)
    query = (
        select(*columns, func.count())
        .where(CountedVisit.layout == layout.key, CountedVisit.month.in_(months))
        .group_by(*columns)
    )
    found: Counter[SaidVisit] = Counter()
    for organisation, month, said, number in connection.execute(query):
        found[SaidVisit(organisation, month, tuple(said.split(BETWEEN_WORDS)))] += number
    return found


def _said(
    connection: Connection,
    layout: VisitLayout,
    reference: Reference,
    visits: Select[Any],
    asked: Mapping[str, Any] | None = None,
) -> dict[str, SaidVisit]:
    """What these visits say now, by record; those withdrawn, or of no month, say nothing."""
    read_by: dict[str, list[Read]] = {}
    found: dict[str, SaidVisit] = {}
    # Closed whatever happens within: PostgreSQL's cursor would outlive its reader.
    with connection.execute(visits, asked or {}) as rows:
        for row in rows:
            if not is_month(row.month):
                continue
            if row.questionnaire not in read_by:
                read_by |= layout.read_by(reference, [row.questionnaire])
            visit = CaseAsKept(
                answers_said(reference, row.content, row.canonical),
                {},
                standings_of({}),
                row.area or NOT_KNOWN,
                "",
                "",
                row.source_list,
                False,
                True,
            )
            words = tuple([one(visit) for one in read_by[row.questionnaire]])
            found[row.record_id] = SaidVisit(row.organisation_number, row.month, words)
    return found


def _counted(
    connection: Connection, layout: str, query: Any, asked: Mapping[str, Any] | None = None
) -> dict[str, SaidVisit]:
    found = connection.execute(query, {"layout": layout, **(asked or {})})
    return {
        record: SaidVisit(organisation, month, tuple(said.split(BETWEEN_WORDS)))
        for record, organisation, month, said in found
    }


def _move(connection: Connection, layout: str, changes: Mapping[Cell, int]) -> None:
    cells = [(cell, by) for cell, by in sorted(changes.items()) if by]
    columns: dict[str, Sequence[Any]] = {
        "layout": [layout] * len(cells),
        "table_code": [table for (table, _, _), _ in cells],
        "period": [period for (_, period, _), _ in cells],
        "codes": [BETWEEN_WORDS.join(codes) for (_, _, codes), _ in cells],
        "number": [by for _, by in cells],
    }
    add_to(connection, VisitCell, _KEY, "number", columns)
    touched = sorted({period for (_, period, _), by in cells if by < 0})
    if touched:
        connection.execute(
            delete(VisitCell).where(
                VisitCell.layout == layout, VisitCell.period.in_(touched), VisitCell.number == 0
            )
        )


def _of_other_layouts(layout: str) -> Select[Any]:
    # Two ranges of the index: "other than" would read all of it.
    other = or_(CountedVisit.layout < layout, CountedVisit.layout > layout)
    return select(CountedVisit.record_id).where(other)


def _mark_those_of_other_layouts(connection: Connection, layout: str, most: int) -> None:
    """Has some visits counted again that are in another generation; its cells go."""
    stale = list(connection.scalars(_of_other_layouts(layout).limit(most)))
    if not stale:
        return
    set_uncounted(connection, stale, True)
    connection.execute(delete(CountedVisit).where(CountedVisit.record_id.in_(stale)))
    connection.execute(delete(VisitCell).where(VisitCell.layout != layout))


# Written once: to build a statement costs more than to run it.
_STANDING = (
    select(
        VisitRecord.record_id,
        VisitRecord.organisation_number,
        VisitRecord.month,
        VisitRecord.content,
        VisitRecord.area,
        Organisation.source_list,
        OfVisit.questionnaire,
        OfVisit.canonical,
    )
    .join(Organisation, Organisation.number == VisitRecord.organisation_number)
    .join(OfVisit, REVISION_OF_VISIT)
    .where(VisitRecord.withdrawn.is_(False))
)
# A few are read at once: a cursor of the database is a way there and back more.
_WAITING = _STANDING.where(among(VisitRecord.record_id, "visits"))
_VISITS = _STANDING.execution_options(yield_per=2_000)
_UNCOUNTED = _VISITS.where(VisitRecord.uncounted)
_OF_LAYOUT = select(
    CountedVisit.record_id,
    CountedVisit.organisation_number,
    CountedVisit.month,
    CountedVisit.said,
).where(CountedVisit.layout == bindparam("layout"))
_COUNTED = _OF_LAYOUT.where(among(CountedVisit.record_id, "visits"))
_COUNTED_BEFORE = _OF_LAYOUT.where(
    CountedVisit.record_id.in_(select(VisitRecord.record_id).where(VisitRecord.uncounted))
)
_FORGOTTEN = delete(CountedVisit).where(among(CountedVisit.record_id, "visits"))
