"""What of the register a release reads beside the kept counts: periods and persons."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from server.intake.model import CaseRecord, VisitRecord
from server.tables import visit_counts


def periods_there(connection: Connection) -> list[str]:
    """Years, quarters and months in which somebody looked."""
    return visit_counts.periods_of_visits(connection)


def months_of(connection: Connection, period: str) -> list[str]:
    """The months of a period in which somebody looked."""
    return visit_counts.months_of(connection, period)


def cases_and_persons(connection: Connection, period: str) -> tuple[int, int]:
    """How many cases of a period are counted, and how many persons they are."""
    query = (
        select(func.count(), func.count(CaseRecord.person_id.distinct()))
        .join(VisitRecord, VisitRecord.record_id == CaseRecord.visit_id)
        .where(
            CaseRecord.withdrawn.is_(False),
            CaseRecord.person_id.is_not(None),
            VisitRecord.month.in_(months_of(connection, period)),
        )
    )
    cases, persons = connection.execute(query).one()
    return cases, persons
