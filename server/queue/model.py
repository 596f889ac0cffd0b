"""The tables of jobs and of who does them."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Model, RowNumber, Seconds


class WorkBegun(Model):
    """That a worker does jobs of a kind. It goes with the worker; who dies leaves it."""

    __tablename__ = "work_begun"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    begun_at_s: Mapped[int] = mapped_column(Seconds)


class Job(Model):
    """Something that was asked for. All rows of one kind and subject are one piece of work: it is
    done once for all of them, and they go with it."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_kind_put_aside_due", "kind", "put_aside_at_s", "due_at_s", "number"),
        Index("ix_job_kind_subject", "kind", "subject"),
        Index("ix_job_kind_tries_number", "kind", "tries", "number"),
        Index("ix_job_tries_number", "tries", "number"),
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(64))
    """What it is about: a record's id, a period; "" where there is only one of the kind."""
    made_at_s: Mapped[int] = mapped_column(Seconds)
    due_at_s: Mapped[int] = mapped_column(Seconds)
    tries: Mapped[int] = mapped_column(default=0)
    begun_at_s: Mapped[int | None] = mapped_column(Seconds)
    """When the present try began; None when none does. A worker that died leaves it behind."""
    reason: Mapped[str | None] = mapped_column(String(60))
    """The kind of what went wrong last: a class, never a message, which may quote a row."""
    put_aside_at_s: Mapped[int | None] = mapped_column(Seconds)
    """When it was given up until a person says otherwise or it is asked for again."""
