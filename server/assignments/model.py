"""The table of visits that were asked for."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Model, RowNumber, Seconds


class Assignment(Model):
    """One visit somebody asked for. Names no person and no complainant."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("state in ('open', 'done', 'not_found', 'closed')", name="state"),
        Index("ix_assignment_state_due", "state", "due", "number"),
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    assignment_id: Mapped[str] = mapped_column(String(16), unique=True)
    """Random, for the tablet: a number would tell how many there are."""
    tablet_id: Mapped[str] = mapped_column(ForeignKey("tablet.tablet_id"), index=True)
    area: Mapped[str] = mapped_column(String(40))
    place_kind: Mapped[str] = mapped_column(String(40))
    due: Mapped[str] = mapped_column(String(10))
    """The day, as ``2026-12-31``: sorts as it stands."""
    words: Mapped[str] = mapped_column(String(200))
    """"" once it is over: what was said is needed no more."""
    drawn: Mapped[str | None] = mapped_column(String(80))
    """Of which frame (its digest), with which seed, which line; None for one that was entered."""
    state: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[str] = mapped_column(String(100))
    asked_at_s: Mapped[int] = mapped_column(Seconds)
    changed_by: Mapped[str | None] = mapped_column(String(100))
    changed_at_s: Mapped[int | None] = mapped_column(Seconds)
