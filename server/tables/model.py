"""The counts kept current while records arrive, and what each case said when it was counted."""

from __future__ import annotations

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Id, Model, RowNumber, Seconds
from server.db.squeezed import SqueezedText


class StoredTable(Model):
    """The tables of a period after disclosure control, kept so that a page need not protect them.

    Keyed by what they were made with: another threshold, method or rules version misses them.
    """

    __tablename__ = "protected_table"

    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    """``2026``, ``2026-Q4`` or ``2026-11``."""
    parameters: Mapped[str] = mapped_column(String(32), primary_key=True)
    """A digest of all parameters that decide what is shown."""
    source_digest: Mapped[str] = mapped_column(String(64))
    """Of the true counts they were made from: never shown to anybody."""
    made_at_s: Mapped[int] = mapped_column(Seconds)
    document: Mapped[str] = mapped_column(Text)


class TableGeneration(Model):
    """Counts of the declared tables made by one set of declarations. The newest one is kept up to
    date; it is read once it is whole."""

    __tablename__ = "table_generation"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    layout: Mapped[str] = mapped_column(String(32))
    """A digest of the declarations (server.tables.declaration)."""
    begun_at_s: Mapped[int] = mapped_column(Seconds)
    whole_at_s: Mapped[int | None] = mapped_column(Seconds)
    """Since when everybody is in it; None while some are not."""


class CountedCase(Model):
    """What a case said when it was last counted: that is taken out before it is put in anew."""

    __tablename__ = "counted_case"
    __table_args__ = (Index("ix_counted_case_person", "person_id", "generation"),)

    record_id: Mapped[str] = mapped_column(Id, primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[str] = mapped_column(Id)
    month: Mapped[str] = mapped_column(String(7))
    said: Mapped[str] = mapped_column(SqueezedText("said"))
    """Its word for every attribute of the declarations, in their order, between tabs."""


class TableCell(Model):
    """Persons or cases in one cell of a declared table and period. Cells of nobody have no row."""

    __tablename__ = "table_cell"

    generation: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    table_code: Mapped[str] = mapped_column(String(40), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    codes: Mapped[str] = mapped_column(String(300), primary_key=True)
    """One code a dimension, between tabs."""
    number: Mapped[int]


class CountedVisit(Model):
    """What a visit said when it was last counted: that is taken out before it is put in anew."""

    __tablename__ = "counted_visit"
    __table_args__ = (Index("ix_counted_visit_layout_month", "layout", "month"),)

    record_id: Mapped[str] = mapped_column(Id, primary_key=True)
    layout: Mapped[str] = mapped_column(String(32))
    """A digest of the declarations it was counted by (server.tables.counted_visits)."""
    organisation_number: Mapped[int]
    month: Mapped[str] = mapped_column(String(7))
    said: Mapped[str] = mapped_column(Text)
    """Its word for every dimension of the tables of visits, between tabs."""


class VisitCell(Model):
    """Visits in one cell of a declared table and period. Cells of none have no row."""

    __tablename__ = "visit_cell"

    layout: Mapped[str] = mapped_column(String(32), primary_key=True)
    table_code: Mapped[str] = mapped_column(String(40), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    codes: Mapped[str] = mapped_column(String(300), primary_key=True)
    number: Mapped[int]
