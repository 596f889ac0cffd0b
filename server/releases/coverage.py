"""Where people looked: visits by area, and the areas beside them that nobody looked in."""

from __future__ import annotations

from collections.abc import Sequence, Set

from sqlalchemy import Connection

from server.tables import visit_counts
from server.tables.declaration import Declarations
from shared.codelists import CodeList
from shared.reference import Reference

CoverageRow = tuple[str, str, int, int]
"""Period, area or Total, visits, visits with nobody found."""


def coverage_of(
    connection: Connection, declarations: Declarations, reference: Reference, period: str
) -> list[CoverageRow]:
    """Visits of a period, in all and by area."""
    rows = visit_counts.coverage_of(connection, declarations, reference, period)
    return sorted((period, one.area, one.visits, one.nobody_found) for one in rows)


def not_looked_in(
    areas: CodeList | None, coverage: Sequence[CoverageRow], standing: Set[str]
) -> tuple[str, ...]:
    """Areas of these in which nobody looked, beside or above those somebody looked in."""
    if areas is None:
        return ()
    looked = {area for _, area, _, _ in coverage}
    wider = {above for area in looked if area in areas for above in areas.ancestors(area)}
    return tuple(
        entry.code
        for entry in areas
        if entry.code in standing
        and (not entry.parent or entry.parent in wider)
        and entry.code not in looked
        and entry.code not in wider
    )
