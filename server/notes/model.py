"""The table of notes."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Model, RowNumber, Seconds


class TabletNote(Model):
    """One thing to be said to one tablet: at most one for each reason."""

    __tablename__ = "tablet_note"
    __table_args__ = (
        UniqueConstraint("tablet_id", "kind", "subject"),
        Index("ix_tablet_note_waiting", "tablet_id", "acknowledged_at_s", "number"),
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    note_id: Mapped[str] = mapped_column(String(16), unique=True)
    """Random: a number would come again over a restored backup, and be passed over as known."""
    tablet_id: Mapped[str] = mapped_column(ForeignKey("tablet.tablet_id"))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(64))
    """The reason, so that asking twice is asking once."""
    made_at_s: Mapped[int] = mapped_column(Seconds)
    until_s: Mapped[int] = mapped_column(Seconds)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """The note as it travels (shared.wire.notes), not yet sealed."""
    acknowledged_at_s: Mapped[int | None] = mapped_column(Seconds)
    """When a parcel first said that the tablet keeps it."""


class TabletAnswer(Model):
    """The newest answer of a tablet to one thing it was asked."""

    __tablename__ = "tablet_answer"

    tablet_id: Mapped[str] = mapped_column(ForeignKey("tablet.tablet_id"), primary_key=True)
    about: Mapped[str] = mapped_column(String(16), primary_key=True)
    """The random id under which the office asked."""
    number: Mapped[int]
    code: Mapped[str] = mapped_column(String(20))
    arrived_on: Mapped[str] = mapped_column(String(10))
    """The day, as ``2026-12-31``."""
    dealt_with: Mapped[int] = mapped_column(default=0, server_default="0")
    """The number up to which somebody at the office has dealt with its answers."""
