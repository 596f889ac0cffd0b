"""What arrived: parcels, every revision of every case and visit, conflicts, and what is current."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from server.db.schema import Id, Json, Model, RowNumber, Seconds, WholeNumbers
from server.db.squeezed import Squeezed
from server.programme.model import EnrolledTablet, Organisation


class ReferringColumn(NamedTuple):
    """A column of a row that refers to another table, without the database's looking at each row:
    the transaction that writes it holds what it refers to, or has just written it. The doctor looks
    for rows that refer to nothing."""

    column: InstrumentedAttribute[Any]
    of: InstrumentedAttribute[Any]


class Parcel(Model):
    """One parcel that was opened and taken in, by whatever road it first came."""

    __tablename__ = "parcel"

    parcel_id: Mapped[str] = mapped_column(Id, primary_key=True)
    tablet_id: Mapped[str] = mapped_column(ForeignKey("tablet.tablet_id"), index=True)
    received_at_s: Mapped[int] = mapped_column(Seconds, index=True)
    times_seen: Mapped[int] = mapped_column(default=1)
    record_count: Mapped[int]


class QuarantinedParcel(Model):
    """A parcel nobody may take in yet: kept sealed until a person decides."""

    __tablename__ = "set_aside_parcel"
    __table_args__ = (
        Index("ix_set_aside_parcel_tablet_contents", "tablet_id", "contents", unique=True),
        Index(
            "ix_set_aside_parcel_waiting",
            "received_at_s",
            "parcel_id",
            sqlite_where=text("decided_at_s is null"),
            postgresql_where=text("decided_at_s is null"),
        ),
    )

    parcel_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    tablet_id: Mapped[str] = mapped_column(ForeignKey("tablet.tablet_id"))
    received_at_s: Mapped[int] = mapped_column(Seconds)
    reason: Mapped[str] = mapped_column(String(40))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    decided_at_s: Mapped[int | None] = mapped_column(Seconds)
    decision: Mapped[str | None] = mapped_column(String(20))
    contents: Mapped[str | None] = mapped_column(String(32))
    """A hash over the records: every try of a tablet makes another parcel of the same ones."""
    record_count: Mapped[int | None]
    """How many records are in it; None of one quarantined before this was noted."""
    danger: Mapped[bool | None]
    """Whether one of them tells of immediate danger; None of one quarantined before this was
    noted."""
    made_at_s: Mapped[int | None] = mapped_column(Seconds)
    """By the tablet's clock, which may say anything; None as above."""


class RecordHead(Model):
    """One row per case or visit ever heard of, and the officer whose it is.

    Intake locks it, so that two processes with the same parcel decide one after the other.
    """

    __tablename__ = "record_head"

    record_id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(5))
    officer_number: Mapped[int] = mapped_column(ForeignKey("officer.number"))


class RecordRevision(Model):
    """One revision with the outcome it got, for ever. Rejected ones keep no content."""

    __tablename__ = "record_revision"
    __table_args__ = (
        UniqueConstraint("record_id", "revision"),
        CheckConstraint("revision >= 1", name="revision"),
        CheckConstraint("outcome in ('accepted', 'rejected')", name="outcome"),
        CheckConstraint(
            "(outcome = 'accepted') = (canonical is not null)", name="only_accepted_content"
        ),
        Index("ix_record_revision_outcome_received", "outcome", "received_at_s"),
        Index(
            "ix_record_revision_danger",
            "received_at_s",
            "number",
            sqlite_where=text("danger = 1 and alarm_seen is null"),
            postgresql_where=text("danger and alarm_seen is null"),
        ),
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    record_id: Mapped[str] = mapped_column(Id, ForeignKey("record_head.record_id"))
    revision: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(Id)
    ancestors: Mapped[bytes] = mapped_column(LargeBinary)
    """Fingerprints of earlier revisions, 16 bytes each, end to end."""
    tablet_id: Mapped[str] = mapped_column(String(16))
    parcel_id: Mapped[str] = mapped_column(Id, index=True)
    questionnaire: Mapped[str] = mapped_column(String(32))
    rules_version: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(8))
    findings: Mapped[list[Any]] = mapped_column(Json)
    withdrawn: Mapped[str | None] = mapped_column(String(40))
    danger: Mapped[bool]
    alarm_seen: Mapped[bool | None]
    """True of one with danger once somebody saw the alarm of this revision or a later one: it is
    left out where what waits to be seen is looked for. None of any other."""
    canonical: Mapped[bytes | None] = mapped_column(Squeezed("record"))
    """The record's canonical encoding without its linkage codes, which are kept re-keyed only."""
    received_at_s: Mapped[int] = mapped_column(Seconds)


class UnreadableRecord(Model):
    """A record inside a good parcel that could not be read: a hash of its bytes, no more."""

    __tablename__ = "unreadable_record"

    fingerprint: Mapped[str] = mapped_column(Id, primary_key=True)
    parcel_id: Mapped[str] = mapped_column(Id, ForeignKey("parcel.parcel_id"))
    received_at_s: Mapped[int] = mapped_column(Seconds)


class Conflict(Model):
    """A revision that was not taken because it does not follow from what is held."""

    __tablename__ = "conflict"
    __table_args__ = (
        UniqueConstraint("record_id", "revision", "fingerprint"),
        Index(
            "ix_conflict_open",
            "number",
            sqlite_where=text("decided_at_s is null"),
            postgresql_where=text("decided_at_s is null"),
        ),
        Index(
            "ix_conflict_danger",
            "received_at_s",
            "number",
            sqlite_where=text("danger = 1 and alarm_seen is null"),
            postgresql_where=text("danger and alarm_seen is null"),
        ),
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    record_id: Mapped[str] = mapped_column(Id, ForeignKey("record_head.record_id"))
    revision: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(String(40))
    tablet_id: Mapped[str] = mapped_column(ForeignKey("tablet.tablet_id"))
    parcel_id: Mapped[str] = mapped_column(Id, ForeignKey("parcel.parcel_id"))
    canonical: Mapped[bytes | None] = mapped_column(LargeBinary)
    """None when the record would have been rejected: it may hold what must not be kept."""
    codes: Mapped[list[int] | None] = mapped_column(WholeNumbers)
    """The codes of a case as they would be kept, for as long as its content is: who takes it takes
    its codes. Of what was displaced, those of the revision that stood."""
    danger: Mapped[bool]
    alarm_seen: Mapped[bool | None]
    """As of a ``RecordRevision``."""
    received_at_s: Mapped[int] = mapped_column(Seconds, index=True)
    decided_at_s: Mapped[int | None] = mapped_column(Seconds)
    decision: Mapped[str | None] = mapped_column(String(10))
    """``taken`` or ``left`` (server.intake.conflicts)."""
    decided_by: Mapped[str | None] = mapped_column(String(100))
    displaced_by: Mapped[int | None] = mapped_column(RowNumber, index=True)
    """The conflict that was taken in the place of this one, which was held before."""
    held_as: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What else stood in its ``RecordRevision``, so that it can be held again."""


class TabletQuarantine(Model):
    """What a tablet brought since a moment stands nowhere, until it is brought back."""

    __tablename__ = "tablet_quarantine"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    tablet_id: Mapped[str] = mapped_column(ForeignKey("tablet.tablet_id"), index=True)
    since_s: Mapped[int] = mapped_column(Seconds)
    put_by: Mapped[str] = mapped_column(String(80))
    put_at_s: Mapped[int] = mapped_column(Seconds)
    brought_back_at_s: Mapped[int | None] = mapped_column(Seconds)


class TabletQuota(Model):
    """What a tablet may bring (server.intake.quota); the newest row of a tablet is in force."""

    __tablename__ = "tablet_quota"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    tablet_id: Mapped[str | None] = mapped_column(ForeignKey("tablet.tablet_id"), index=True)
    """None for every tablet that has no quota of its own."""
    at_once: Mapped[int]
    a_day: Mapped[int]
    from_year: Mapped[int | None]
    to_year: Mapped[int | None]
    outside_at_once: Mapped[int]
    outside_a_day: Mapped[int]
    set_by: Mapped[str] = mapped_column(String(80))
    set_at_s: Mapped[int] = mapped_column(Seconds)


class VisitRecord(Model):
    """The newest accepted revision of a visit, spread out for counting."""

    __tablename__ = "visit_record"
    __table_args__ = (
        Index(
            "ix_visit_record_uncounted",
            "record_id",
            sqlite_where=text("uncounted = 1"),
            postgresql_where=text("uncounted"),
        ),
    )

    record_id: Mapped[str] = mapped_column(
        Id, ForeignKey("record_head.record_id"), primary_key=True
    )
    revision: Mapped[int]
    organisation_number: Mapped[int] = mapped_column(RowNumber)
    withdrawn: Mapped[bool]
    month: Mapped[str | None] = mapped_column(String(7), index=True)
    area: Mapped[str | None] = mapped_column(String(40))
    nobody_found: Mapped[bool]
    content: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """None: as its revision says (server.intake.said)."""
    uncounted: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether it was written since it was counted last (server.tables.counted_visits)."""


class CaseRecord(Model):
    """The newest accepted revision of a case, spread out for counting."""

    __tablename__ = "case_record"

    record_id: Mapped[str] = mapped_column(
        Id, ForeignKey("record_head.record_id"), primary_key=True
    )
    revision: Mapped[int]
    visit_id: Mapped[str | None] = mapped_column(Id, index=True)
    organisation_number: Mapped[int] = mapped_column(RowNumber)
    withdrawn: Mapped[bool]
    danger: Mapped[bool]
    person_id: Mapped[str | None] = mapped_column(Id, index=True)
    """The smallest record id among this person's cases; None until linked."""
    sex: Mapped[str] = mapped_column(String(10))
    age_years: Mapped[int | None]
    age_band: Mapped[str] = mapped_column(String(10))
    child_labour: Mapped[str] = mapped_column(String(40))
    forced_labour: Mapped[str] = mapped_column(String(40))
    classes: Mapped[dict[str, str] | None] = mapped_column(Json)
    """None: those its revision says (server.intake.said)."""
    classes_differ: Mapped[bool]
    """Whether the tablet had come to other classes under the same rules."""
    rules_version: Mapped[str | None] = mapped_column(String(40))
    """The rules by which the office made its classes; None: those that its revision names."""
    content: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """None: as its revision says."""


class CaseCodes(Model):
    """The codes of a case, each re-keyed with the pepper (server.intake.code_book). The codes as
    they were sent are nowhere kept."""

    __tablename__ = "case_codes"
    __table_args__ = (
        # SQLite cannot look into a row's codes: there the index has no row, and is never used.
        Index(
            "ix_case_codes_codes",
            "codes",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
            sqlite_where=text("codes is null"),
        ),
    )

    record_id: Mapped[str] = mapped_column(Id, primary_key=True)
    codes: Mapped[list[int]] = mapped_column(WholeNumbers)


class PepperNesting(Model):
    """A secret that every kept code went through after the ones before (server.intake.peppers)."""

    __tablename__ = "pepper_nesting"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1 for the first change of the pepper."""
    mark: Mapped[str] = mapped_column(String(32))
    """A hash over all peppers up to it: whether the key file is the one of this database."""
    made_at_s: Mapped[int] = mapped_column(Seconds)


class CodeSharer(Model):
    """Who has a code, on SQLite; empty on PostgreSQL, which has an index for it."""

    __tablename__ = "code_sharer"
    __table_args__ = (
        Index("ix_code_sharer_record_id", "record_id"),
        {"sqlite_with_rowid": False},
    )

    code: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    record_id: Mapped[str] = mapped_column(Id, primary_key=True)


class CrowdedCode(Model):
    """A code shared by so many that no pair is looked at because of it.

    officer_number: 0 when too many officers share it; else an officer who put it on too many
    cases, which are left out of it (server.register.blocking).
    """

    __tablename__ = "crowded_code"

    code: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    officer_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    found_at_s: Mapped[int] = mapped_column(Seconds)


class SeedingTablet(Model):
    """A tablet on which invented persons are recorded to measure linking: nothing it brings is ever
    counted (server.intake.tablet_quarantine)."""

    __tablename__ = "seeding_tablet"

    tablet_id: Mapped[str] = mapped_column(ForeignKey("tablet.tablet_id"), primary_key=True)
    marked_by: Mapped[str] = mapped_column(String(80))
    marked_at_s: Mapped[int] = mapped_column(Seconds)


NOT_LOOKED_AT = (
    ReferringColumn(RecordRevision.tablet_id, EnrolledTablet.tablet_id),
    ReferringColumn(RecordRevision.parcel_id, Parcel.parcel_id),
    ReferringColumn(VisitRecord.organisation_number, Organisation.number),
    ReferringColumn(CaseRecord.organisation_number, Organisation.number),
    ReferringColumn(CaseCodes.record_id, RecordHead.record_id),
    ReferringColumn(CodeSharer.record_id, RecordHead.record_id),
)
"""By the database, row by row: it had taken a tenth of what it takes to write a parcel."""
