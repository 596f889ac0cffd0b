"""Which visits were written since they were counted last (server.tables.counted_visits)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from server.intake.model import VisitRecord


def some_uncounted(connection: Connection, most: int) -> list[str]:
    """At most so many of them, held until the transaction ends. One that is being written now comes
    another time."""
    query = (
        select(VisitRecord.record_id)
        .where(VisitRecord.uncounted)
        .order_by(VisitRecord.record_id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return list(connection.scalars(query))


def set_uncounted(connection: Connection, visits: Sequence[str], uncounted: bool) -> None:
    """Notes that these are counted as they stand, or are to be counted again."""
    connection.execute(
        update(VisitRecord).where(VisitRecord.record_id.in_(visits)).values(uncounted=uncounted)
    )
