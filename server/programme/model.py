"""Who records: programme, organisations, officers, tablets and the tickets that enrol them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Json, Model, RowNumber, Seconds


class Programme(Model):
    """One country's deployment: exactly one row."""

    __tablename__ = "programme"
    __table_args__ = (
        CheckConstraint("number = 1", name="only_one"),
        CheckConstraint("data_origin in ('field', 'replayed', 'synthetic')", name="data_origin"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    programme_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(3))
    practice: Mapped[bool]
    """Practice tablets are enrolled in practice programmes only, and every page says so."""
    data_origin: Mapped[str] = mapped_column(String(10))
    """``field``: real records; ``replayed``, ``synthetic``: every page and file says so."""
    created_at_s: Mapped[int] = mapped_column(Seconds)


class Organisation(Model):
    """Who employs officers; ``source_list`` is its list in multiple systems estimation."""

    __tablename__ = "organisation"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    source_list: Mapped[str] = mapped_column(String(40))


class Officer(Model):
    """Who records; known to the server by a code only."""

    __tablename__ = "officer"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    organisation_number: Mapped[int] = mapped_column(ForeignKey("organisation.number"))
    code: Mapped[str] = mapped_column(String(40), unique=True)


class EnrolledTablet(Model):
    """An enrolled tablet: its public keys, and the totals it is told in every receipt."""

    __tablename__ = "tablet"

    tablet_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    officer_number: Mapped[int] = mapped_column(ForeignKey("officer.number"), index=True)
    public_keys: Mapped[bytes] = mapped_column(LargeBinary)
    enrolled_at_s: Mapped[int] = mapped_column(Seconds)
    revoked_at_s: Mapped[int | None] = mapped_column(Seconds)
    last_parcel_at_s: Mapped[int | None] = mapped_column(Seconds)
    clock_ahead_s: Mapped[int | None] = mapped_column(Seconds)
    """The tablet's clock minus ours when its last parcel came."""
    total_count: Mapped[int] = mapped_column(default=0)
    total_digest: Mapped[str] = mapped_column(String(16), default="0" * 16)
    """Over the newest accepted revision of every record of this tablet (shared.wire.receipts)."""
    quota_used: Mapped[float] = mapped_column(Double, default=0.0)
    quota_used_outside: Mapped[float] = mapped_column(Double, default=0.0)
    quota_used_at_s: Mapped[int | None] = mapped_column(Seconds)
    """How much of its quota was used up at that moment (server.intake.quota)."""


class IssuedTicket(Model):
    """An enrolment ticket: usable once, until it expires. The secret is nowhere kept."""

    __tablename__ = "ticket"

    ticket_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    officer_number: Mapped[int] = mapped_column(ForeignKey("officer.number"))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the secret on the paper, which is worked out from the pepper when a request comes;
    nothing when the ticket is used."""
    issued_at_s: Mapped[int] = mapped_column(Seconds)
    expires_at_s: Mapped[int] = mapped_column(Seconds)
    used_at_s: Mapped[int | None] = mapped_column(Seconds)
    tablet_id: Mapped[str | None] = mapped_column(ForeignKey("tablet.tablet_id"))
    request_digest: Mapped[str | None] = mapped_column(String(64))
    """Of the request that used it: the same request again gets the same answer (lost replies)."""


class LinkageKeyChange(Model):
    """A linkage key that took the place of the one before (server.programme.linkage_keys)."""

    __tablename__ = "linkage_key_change"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Of the new key; the first one a programme has is 1."""
    made_at_s: Mapped[int] = mapped_column(Seconds)
    through_year: Mapped[int]
    """The last year in which tablets make codes with both."""
    ended_at_s: Mapped[int | None] = mapped_column(Seconds)
    """When the key before was left out."""


class QuestionnaireVersion(Model):
    """A questionnaire some record was made with."""

    __tablename__ = "questionnaire_version"

    digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[str] = mapped_column(String(40))
    first_seen_at_s: Mapped[int] = mapped_column(Seconds)
    languages: Mapped[list[str]] = mapped_column(Json)
