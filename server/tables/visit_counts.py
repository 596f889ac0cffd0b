"""Visits in the cells of declared tables: what labour inspection reports (ILO C81, art. 20 and 21).

What is kept (server.tables.counted_visits) with what waits to be counted; the visits themselves
while not all of them are counted by the declarations of now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from server.intake.attributes import is_month, periods_of
from server.intake.model import VisitRecord
from server.programme.model import Organisation
from server.tables import counted_visits
from server.tables.contributions import TOTAL
from server.tables.counted_visits import SaidVisit, VisitLayout
from server.tables.declaration import Declarations, DeclaredTable
from shared.counting import NOT_KNOWN
from shared.reference import Reference

COVERAGE = "VISIT-COVERAGE"
"""The declared table of visits by area and by whether nobody was found."""


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
    layout = VisitLayout(connection, declarations)
    found: Counter[tuple[str, ...]] = Counter()
    if counted_visits.is_whole(connection, layout):
        found = counted_visits.kept_cells(connection, layout, table.code, period)
        changes = counted_visits.waiting(connection, layout, reference)
    else:
        months = months_of(connection, period)
        every = counted_visits.all_said(connection, layout, reference, months)
        changes = ((visit, 1) for visit in every)
    for visit, by in changes:
        for code, when, codes in layout.cells(visit):
            if (code, when) == (table.code, period):
                found[codes] += by
    return {codes: number for codes, number in found.items() if number}


def visit_cells_by_organisation(
    connection: Connection,
    declarations: Declarations,
    reference: Reference,
    table: DeclaredTable,
    period: str,
) -> dict[tuple[str, tuple[str, ...]], int]:
    """The same, apart for each organisation that made the visits (its code)."""
    layout, months = VisitLayout(connection, declarations), months_of(connection, period)
    said: Counter[SaidVisit] = Counter()
    if counted_visits.is_whole(connection, layout):
        said = counted_visits.kept_said(connection, layout, months)
        for visit, by in counted_visits.waiting(connection, layout, reference):
            said[visit] += by
    else:
        said.update(counted_visits.all_said(connection, layout, reference, months))
    codes_of = dict(connection.execute(select(Organisation.number, Organisation.code)).all())
    found: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for visit, number in said.items():
        for code, when, codes in layout.cells(visit):
            if (code, when) == (table.code, period):
                found[codes_of[visit.organisation], codes] += number
    return {key: number for key, number in found.items() if number}


def coverage_of(
    connection: Connection, declarations: Declarations, reference: Reference, period: str
) -> list[AreaCoverage]:
    """Where somebody looked in a period, by area as recorded, TOTAL first.

    Nobody looked anywhere else: a zero there would say more than is known.
    """
    table = declarations.tables[COVERAGE]
    area_at, nobody_at = (table.dimensions.index(name) for name in ("area", "nobody_found"))
    visits: Counter[str] = Counter({TOTAL: 0})
    without: Counter[str] = Counter()
    found = visit_cells(connection, declarations, reference, table, period)
    for codes, number in found.items():
        for key in (TOTAL, codes[area_at]):
            visits[key] += number
            without[key] += number if codes[nobody_at] == "yes" else 0
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
