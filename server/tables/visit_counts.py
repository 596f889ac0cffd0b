"""Visits in the cells of declared tables: what labour inspection reports (ILO C81, art. 20 and 21).

Counted from the visits of the period when somebody asks, not kept: a visit is of one month, and
who reads these tables is a job or a member of staff. Owns this SQL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from server.intake.attributes import is_month, periods_of
from server.intake.model import RecordRevision, VisitRecord
from server.programme.model import Organisation
from server.tables.contributions import TOTAL, cells_for
from server.tables.declaration import Declarations, DeclaredTable
from server.tables.observed import CaseAsKept, Read, readers, standings_of
from shared.counting import NOT_KNOWN
from shared.reference import Reference


@dataclass(frozen=True)
class AreaCoverage:
    """Visits of one area in a period, of them those that found nobody to record."""

    area: str
    visits: int
    nobody_found: int


def visit_cells(
    connection: Connection,
    declarations: Declarations,
    reference: Reference,
    table: DeclaredTable,
    period: str,
) -> dict[tuple[str, ...], int]:
    """The cells of a table of visits; every visit that was not withdrawn counts once."""
    found: Counter[tuple[str, ...]] = Counter()
    for (_, codes), number in visit_cells_by_organisation(
        connection, declarations, reference, table, period
    ).items():
        found[codes] += number
    return dict(found)


def visit_cells_by_organisation(
    connection: Connection,
    declarations: Declarations,
    reference: Reference,
    table: DeclaredTable,
    period: str,
) -> dict[tuple[str, tuple[str, ...]], int]:
    """The same, apart for each organisation that made the visits (its code)."""
    read_by: dict[str, list[Read]] = {}
    dimensions = [declarations.dimensions[name] for name in table.needs]
    said: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for row in connection.execute(_visits(months_of(connection, period))):
        read = read_by.get(row.questionnaire)
        if read is None:
            made_with = reference.questionnaire_by_digest(row.questionnaire)
            read = readers(dimensions, made_with or reference.questionnaire)
            read_by[row.questionnaire] = read
        visit = CaseAsKept(
            row.content,
            {},
            standings_of({}),
            row.area or NOT_KNOWN,
            "",
            "",
            row.source_list,
            False,
            True,
        )
        said[row.code, tuple([one(visit) for one in read])] += 1
    found: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for (organisation, words), number in said.items():
        for codes in cells_for(declarations, table, words):
            found[organisation, codes] += number
    return dict(found)


def coverage_of(connection: Connection, period: str) -> list[AreaCoverage]:
    """Where somebody looked in a period, by area as recorded, TOTAL first.

    Nobody looked anywhere else: a zero there would say more than is known.
    """
    nobody = func.sum(case((VisitRecord.nobody_found, 1), else_=0))
    query = (
        select(VisitRecord.area, func.count(), nobody)
        .where(
            VisitRecord.withdrawn.is_(False),
            VisitRecord.month.in_(months_of(connection, period)),
        )
        .group_by(VisitRecord.area)
    )
    visits: Counter[str] = Counter({TOTAL: 0})
    without: Counter[str] = Counter()
    for area, number, none in connection.execute(query):
        for key in (TOTAL, area or NOT_KNOWN):
            visits[key] += number
            without[key] += int(none or 0)
    order = sorted(visits, key=lambda area: (area != TOTAL, area == NOT_KNOWN, area))
    return [AreaCoverage(area, visits[area], without[area]) for area in order]


def months_of(connection: Connection, period: str) -> list[str]:
    """The months of a period that have a visit."""
    return [month for month in known_months(connection) if period in periods_of(month)]


def known_months(connection: Connection) -> Iterator[str]:
    """Months that have a visit, one after the other by the index: as many steps as months."""
    last = ""
    while True:
        following = select(func.min(VisitRecord.month)).where(VisitRecord.month > last)
        found = connection.scalar(following)
        if found is None:
            return
        last = found
        if is_month(found):  # one row nobody can read hides no period
            yield found


def periods_of_visits(connection: Connection) -> list[str]:
    """Years, quarters and months that have a visit, newest first, years before their parts."""
    found = {period for month in known_months(connection) for period in periods_of(month)}
    return sorted(found, key=_period_order, reverse=True)


def _period_order(period: str) -> tuple[str, int, str]:
    return period[:4], 2 - (len(period) > 4) - ("Q" not in period and len(period) > 4), period


def _visits(months: Sequence[str]) -> Select[Any]:
    return (
        select(
            VisitRecord.content,
            VisitRecord.area,
            Organisation.source_list,
            Organisation.code,
            RecordRevision.questionnaire,
        )
        .join(Organisation, Organisation.number == VisitRecord.organisation_number)
        .join(
            RecordRevision,
            (RecordRevision.record_id == VisitRecord.record_id)
            & (RecordRevision.revision == VisitRecord.revision),
        )
        .where(VisitRecord.withdrawn.is_(False), VisitRecord.month.in_(months))
        .execution_options(yield_per=2_000)
    )
