"""Who is believed to be one human being: re-keyed codes, links with their evidence, persons."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Model, RowNumber, Seconds


class LinkageCode(Model):
    """One code of a case, re-keyed with the pepper. The code as it was sent is nowhere kept."""

    __tablename__ = "linkage_code"

    code_type: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    code: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    record_id: Mapped[str] = mapped_column(
        ForeignKey("record_head.record_id"), primary_key=True, index=True
    )


class CrowdedCode(Model):
    """A code shared by so many cases that it points to nobody; set aside as evidence."""

    __tablename__ = "crowded_code"

    code_type: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    code: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    found_at_s: Mapped[int] = mapped_column(Seconds)


class LinkQueue(Model):
    """Cases whose links have to be looked at again; emptied in the linking's own transaction."""

    __tablename__ = "link_queue"

    record_id: Mapped[str] = mapped_column(ForeignKey("record_head.record_id"), primary_key=True)


class PersonLink(Model):
    """Two cases held to be one person, with the evidence; ended ones are kept."""

    __tablename__ = "person_link"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="ordered"),
        Index(
            "ix_person_link_standing",
            "first_id",
            "second_id",
            unique=True,
            sqlite_where=text("ended_at_s is null"),
            postgresql_where=text("ended_at_s is null"),
        ),
        Index("ix_person_link_second_id", "second_id"),
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    first_id: Mapped[str] = mapped_column(ForeignKey("record_head.record_id"))
    second_id: Mapped[str] = mapped_column(ForeignKey("record_head.record_id"))
    code_types: Mapped[str] = mapped_column(String(100))
    """The code types that agree, ascending, with commas between."""
    rule: Mapped[str] = mapped_column(String(20))
    found_at_s: Mapped[int] = mapped_column(Seconds)
    ended_at_s: Mapped[int | None] = mapped_column(Seconds)


class Person(Model):
    """A group of cases believed to be one human being."""

    __tablename__ = "person"

    person_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_count: Mapped[int]
    organisation_count: Mapped[int] = mapped_column(index=True)
