"""Which visits were written since they were counted last (server.tables.counted_visits)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Integer, bindparam, select, update

from server.db.among import among
from server.intake.model import VisitRecord


def some_uncounted(connection: Connection, most: int) -> list[str]:
    """At most so many of them, held until the transaction ends. One that is being written now comes
    another time."""
    return list(connection.scalars(_SOME, {"most": most}))


def set_uncounted(connection: Connection, visits: Sequence[str], uncounted: bool) -> None:
    """Notes that these are counted as they stand, or are to be counted again."""
    connection.execute(_NOTED, {"visits": visits, "now": uncounted})


# Written once: to build a statement costs more than to run it.
_SOME = (
    select(VisitRecord.record_id)
    .where(VisitRecord.uncounted)
    .order_by(VisitRecord.record_id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_NOTED = (
    update(VisitRecord)
    .where(among(VisitRecord.record_id, "visits"))
    .values(uncounted=bindparam("now"))
)
