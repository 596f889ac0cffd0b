"""What stewards look at: what came in, what was refused and why, what waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from server.db.engine import reading
from server.intake.model import (
    Conflict,
)
from server.office import Office
from server.programme.model import EnrolledTablet, Officer
from server.stewardship import figures
from server.stewardship.figures import StewardFigures

MOST_SHOWN = 50
"""Rows of one list on a page; the newest."""


@dataclass(frozen=True)
class OpenConflict:
    """A revision a steward has to look at."""

    record_id: str
    revision: int
    reason: str
    tablet_id: str
    officer: str
    received_at_s: int


@dataclass(frozen=True)
class Overview:
    """The whole page."""

    figures: StewardFigures | None
    """None until they were worked out for the first time."""
    conflicts: tuple[OpenConflict, ...]
    audit_looked_at_s: int | None
    """When the audit log was looked through last; None when never."""
    audit_broken_at: int | None


def overview(office: Office) -> Overview:
    """Everything stewards look at, from one unchanging state of the database. Reads what is kept
    and the newest conflicts: no more of it the larger the register is."""
    with reading(office.engine) as connection:
        open_conflicts = connection.execute(
            select(
                Conflict.record_id,
                Conflict.revision,
                Conflict.reason,
                Conflict.tablet_id,
                Officer.code,
                Conflict.received_at_s,
            )
            .join(EnrolledTablet, EnrolledTablet.tablet_id == Conflict.tablet_id)
            .join(Officer, Officer.number == EnrolledTablet.officer_number)
            .where(Conflict.decided_at_s.is_(None))
            .order_by(Conflict.number.desc())
            .limit(MOST_SHOWN)
        ).all()
        audited = figures.audit_result(connection)
        return Overview(
            figures.kept(connection),
            tuple(OpenConflict(*row) for row in open_conflicts),
            audited[0] if audited else None,
            audited[1] if audited else None,
        )
