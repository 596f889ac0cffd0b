"""Tables of operations: alarms that were seen, and which database this is."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Id, Model, RowNumber, Seconds


class SeenAlarm(Model):
    """Somebody at the office saw the immediate danger of a record, at this revision."""

    __tablename__ = "seen_alarm"

    record_id: Mapped[str] = mapped_column(
        Id, ForeignKey("record_head.record_id"), primary_key=True
    )
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seen_at_s: Mapped[int] = mapped_column(Seconds, index=True)
    seen_by: Mapped[str] = mapped_column(String(60))
    told_at_s: Mapped[int | None] = mapped_column(Seconds)
    """When the officer's tablet said that it keeps the note about it; noted when that note is let
    go."""


class AlertSent(Model):
    """Somebody was told, outside the pages, that this alarm waits (server.operations.alerts)."""

    __tablename__ = "alert_sent"

    record_id: Mapped[str] = mapped_column(
        Id, ForeignKey("record_head.record_id"), primary_key=True
    )
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0: who is on duty; 1: others, because nobody had looked."""
    sent_at_s: Mapped[int] = mapped_column(Seconds)


class ParcelAlertSent(Model):
    """The same of a parcel of a signed-out tablet that tells of danger and waits for a decision."""

    __tablename__ = "parcel_alert_sent"

    parcel_id: Mapped[str] = mapped_column(
        ForeignKey("set_aside_parcel.parcel_id"), primary_key=True
    )
    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sent_at_s: Mapped[int] = mapped_column(Seconds)


class OddNotice(Model):
    """A tablet, or a person of it, that looked odd (server.operations.odd_notices). No record,
    total or receipt depends on it."""

    __tablename__ = "odd_notice"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    tablet_id: Mapped[str] = mapped_column(ForeignKey("tablet.tablet_id"), index=True)
    person_id: Mapped[str] = mapped_column(String(32))
    """Of one person's cases; "" when it is about the tablet."""
    why: Mapped[str] = mapped_column(String(60))
    """Words of server.register.odd.Oddity, with spaces between."""
    noticed_at_s: Mapped[int] = mapped_column(Seconds)
    told_at_s: Mapped[int | None] = mapped_column(Seconds)
    """When a message was given away; None when nobody is set up to be told, or not yet."""
    looked_at_s: Mapped[int | None] = mapped_column(Seconds)
    looked_by: Mapped[str | None] = mapped_column(String(60))


class DatabaseGeneration(Model):
    """The newest row says which database this is. There is none before the first restore."""

    __tablename__ = "database_generation"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    generation: Mapped[str] = mapped_column(String(32))
    made_at_s: Mapped[int] = mapped_column(Seconds)
