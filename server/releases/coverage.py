"""Where people looked: visits by area, and the areas beside them that nobody looked in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, case, func, select

from server.intake.model import VisitRecord
from server.releases.register_rows import months_of
from shared.codelists import CodeList
from shared.counting import NOT_KNOWN

TOTAL = "Total"
CoverageRow = tuple[str, str, int, int]
"""Period, area or Total, visits, visits with nobody found."""


def coverage_of(connection: Connection, period: str) -> list[CoverageRow]:
    """Visits of a period, in all and by area."""
    nobody = func.sum(case((VisitRecord.nobody_found, 1), else_=0))
    query = (
        select(VisitRecord.area, func.count(), nobody)
        .where(
            VisitRecord.withdrawn.is_(False),
            VisitRecord.month.in_(months_of(connection, period)),
        )
        .group_by(VisitRecord.area)
    )
    visits: Counter[str] = Counter()
    without: Counter[str] = Counter()
    for area, number, none in connection.execute(query):
        for key in (TOTAL, area or NOT_KNOWN):
            visits[key] += number
            without[key] += int(none or 0)
    return [(period, area, visits[area], without[area]) for area in sorted(visits)]


def not_looked_in(areas: CodeList | None, coverage: Sequence[CoverageRow]) -> tuple[str, ...]:
    """Areas in which nobody looked, beside or above those somebody looked in."""
    if areas is None:
        return ()
    looked = {area for _, area, _, _ in coverage}
    wider = {above for area in looked if area in areas for above in areas.ancestors(area)}
    return tuple(
        entry.code
        for entry in areas
        if (not entry.parent or entry.parent in wider)
        and entry.code not in looked
        and entry.code not in wider
    )
