"""Releases on their way, every step of them, their files, and the editions that came of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Json, Model, RowNumber, Seconds


class Release(Model):
    """One release. What was declared is never changed once it is approved."""

    __tablename__ = "release"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    state: Mapped[str] = mapped_column(String(12), index=True)
    declared: Mapped[dict[str, Any]] = mapped_column(Json)
    """See declaration.py."""
    declared_by: Mapped[str] = mapped_column(String(80))
    declared_at_s: Mapped[int] = mapped_column(Seconds)
    progress: Mapped[int] = mapped_column(default=0)
    """Percent of the work of protecting and auditing."""
    files_digest: Mapped[str | None] = mapped_column(String(64))
    """Over all files as they are kept now."""
    audit: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What the attackers found, and in the files of which digest. For the office only."""
    proposal: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """The coarser level to try, where no safe table could be made."""
    approved_by: Mapped[str | None] = mapped_column(String(80))
    embargo_until_s: Mapped[int | None] = mapped_column(Seconds)
    pre_release: Mapped[list[Any]] = mapped_column(Json)
    """Who may see it before: public."""


class ReleaseStep(Model):
    """What was done about a release, by whom and when; only ever added to."""

    __tablename__ = "release_step"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    release_number: Mapped[int] = mapped_column(ForeignKey("release.number"), index=True)
    at_s: Mapped[int] = mapped_column(Seconds)
    actor: Mapped[str] = mapped_column(String(100))
    step: Mapped[str] = mapped_column(String(20))
    details: Mapped[dict[str, Any]] = mapped_column(Json)


class ReleaseFile(Model):
    """The exact bytes of one file of a release."""

    __tablename__ = "release_file"

    release_number: Mapped[int] = mapped_column(ForeignKey("release.number"), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class SealedCounts(Model):
    """The true counts a release was made from, sealed with a key that is not in the database."""

    __tablename__ = "sealed_counts"

    release_number: Mapped[int] = mapped_column(
        ForeignKey("release.number"), primary_key=True, autoincrement=False
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class TableEdition(Model):
    """A release that is out. Its files stay as they are for ever, also when it is withdrawn."""

    __tablename__ = "table_edition"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    release_number: Mapped[int] = mapped_column(ForeignKey("release.number"), unique=True)
    version: Mapped[str] = mapped_column(String(20))
    published_at_s: Mapped[int] = mapped_column(Seconds)
    manifest: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    corrected_by: Mapped[int | None]
    """The edition that took its place."""
    withdrawal: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Reason, words, who asked and when; it counts once somebody else approved."""
    withdrawn_at_s: Mapped[int | None] = mapped_column(Seconds)


class VisitPlan(Model):
    """Visits the office meant to make in an area and month, as it says itself."""

    __tablename__ = "visit_plan"

    area: Mapped[str] = mapped_column(String(40), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    visits: Mapped[int]
