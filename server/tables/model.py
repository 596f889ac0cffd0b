"""The tables kept current while records arrive: one row per person and period, and their sums."""

from __future__ import annotations

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Model, Seconds


class PersonPeriod(Model):
    """How a person counts in a month, quarter or year: once, with these attributes."""

    __tablename__ = "person_period"
    __table_args__ = (Index("ix_person_period_cell", "period", "area", "sex", "age_band"),)

    person_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    """``2026``, ``2026-Q4`` or ``2026-11``."""
    area: Mapped[str] = mapped_column(String(40))
    sex: Mapped[str] = mapped_column(String(10))
    age_band: Mapped[str] = mapped_column(String(10))
    child_labour: Mapped[str] = mapped_column(String(40))
    forced_labour: Mapped[str] = mapped_column(String(40))


class CountCell(Model):
    """Persons of one kind in one period. Cells of nobody have no row."""

    __tablename__ = "count_cell"

    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    area: Mapped[str] = mapped_column(String(40), primary_key=True)
    sex: Mapped[str] = mapped_column(String(10), primary_key=True)
    age_band: Mapped[str] = mapped_column(String(10), primary_key=True)
    child_labour: Mapped[str] = mapped_column(String(40), primary_key=True)
    forced_labour: Mapped[str] = mapped_column(String(40), primary_key=True)
    persons: Mapped[int]


class StoredTable(Model):
    """The tables of a period after disclosure control, kept so that a page need not protect them.

    Keyed by what they were made with: another threshold, method or rules version misses them.
    """

    __tablename__ = "protected_table"

    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    parameters: Mapped[str] = mapped_column(String(32), primary_key=True)
    """A digest of all parameters that decide what is shown."""
    source_digest: Mapped[str] = mapped_column(String(64))
    """Of the true counts they were made from: never shown to anybody."""
    made_at_s: Mapped[int] = mapped_column(Seconds)
    document: Mapped[str] = mapped_column(Text)
