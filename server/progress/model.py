"""The tables of what is declared for progress reports, and of the reports made of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Json, Model, RowNumber, Seconds


class ProgressEntry(Model):
    """A line somebody declared. Never changed: a later one with its key takes its place."""

    __tablename__ = "progress_entry"
    __table_args__ = (Index("ix_progress_entry_kind_key", "kind", "entry_key", "number"),)

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    entry_key: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what is told apart by: texts of any length fit."""
    said: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """None: it was taken back."""
    entered_by: Mapped[str] = mapped_column(String(100))
    entered_at_s: Mapped[int] = mapped_column(Seconds)
    organisation: Mapped[str | None] = mapped_column(ForeignKey("organisation.code"))
    """Whose it is, when an organisation's own person entered it; None for the office's."""


class ProgressReport(Model):
    """A report that was made, as it was signed: the next one says what changed since."""

    __tablename__ = "progress_report"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    period: Mapped[str] = mapped_column(String(10))
    action_group: Mapped[str] = mapped_column(String(40))
    """"" of a report of everything."""
    made_at_s: Mapped[int] = mapped_column(Seconds)
    document: Mapped[bytes] = mapped_column(LargeBinary)


class ShownReport(Model):
    """A report that readers without an account are shown; taken away by deleting the line."""

    __tablename__ = "shown_report"

    report: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("progress_report.number"), primary_key=True, autoincrement=False
    )
    shown_at_s: Mapped[int] = mapped_column(Seconds)
    shown_by: Mapped[str] = mapped_column(String(100))


class ListedStudy(Model):
    """A study that stands in the public catalogue, exactly as the office looked at it: one that was
    changed afterwards is another entry."""

    __tablename__ = "listed_study"

    entry: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("progress_entry.number"), primary_key=True, autoincrement=False
    )
    listed_at_s: Mapped[int] = mapped_column(Seconds)
    listed_by: Mapped[str] = mapped_column(String(100))
