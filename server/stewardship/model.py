"""What is worked out from the whole register now and then and kept for those who look, and what
stewards ask officers about."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Id, Model, RowNumber, Seconds


class KeptFigures(Model):
    """One kept result, by its name, as JSON."""

    __tablename__ = "kept_figures"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    made_at_s: Mapped[int] = mapped_column(Seconds)
    document: Mapped[str] = mapped_column(Text)


class AnswerQuery(Model):
    """A question about one answer of a record. Says nothing of what was answered."""

    __tablename__ = "answer_query"
    __table_args__ = (Index("ix_answer_query_settled", "settled_at_s", "number"),)

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    query_id: Mapped[str] = mapped_column(String(16), unique=True)
    """Random, for the tablet."""
    record_id: Mapped[str] = mapped_column(Id, ForeignKey("record_head.record_id"), index=True)
    tablet_id: Mapped[str] = mapped_column(ForeignKey("tablet.tablet_id"), index=True)
    question: Mapped[str] = mapped_column(String(60))
    questionnaire: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(20))
    asked_by: Mapped[str] = mapped_column(String(100))
    asked_at_s: Mapped[int] = mapped_column(Seconds)
    settled_by: Mapped[str | None] = mapped_column(String(100))
    settled_at_s: Mapped[int | None] = mapped_column(Seconds)
