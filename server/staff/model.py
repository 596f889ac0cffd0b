"""People of the office: accounts, their sessions, and the audit log."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Json, Model, RowNumber, Seconds


class Account(Model):
    """Someone who signs in to the pages."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(
            "role in ('administrator', 'steward', 'statistician', 'viewer', 'contributor')",
            name="role",
        ),
        CheckConstraint("area is null or organisation is null", name="scope"),
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    """"" for one that was invited and has not chosen a password: nobody signs in to it."""
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    """Sealed (server.staff.factors); when set, a one-time code is asked for (RFC 6238)."""
    totp_last_step: Mapped[int | None]
    """The last time step used, so that a code seen over a shoulder works only once."""
    created_at_s: Mapped[int] = mapped_column(Seconds)
    closed_at_s: Mapped[int | None] = mapped_column(Seconds)
    area: Mapped[str | None] = mapped_column(String(40))
    organisation: Mapped[str | None] = mapped_column(ForeignKey("organisation.code"))
    """Its scope (server.staff.scope); both None for the whole country."""


class StaffSession(Model):
    """A browser that is signed in. The cookie's value is kept as a hash only."""

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_number: Mapped[int] = mapped_column(ForeignKey("account.number"), index=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    started_at_s: Mapped[int] = mapped_column(Seconds)
    last_seen_at_s: Mapped[int] = mapped_column(Seconds, index=True)


class RecoveryCode(Model):
    """A code that lets an account in once without its authenticator app. Kept as a hash only."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_number: Mapped[int] = mapped_column(ForeignKey("account.number"), index=True)
    made_at_s: Mapped[int] = mapped_column(Seconds)
    used_at_s: Mapped[int | None] = mapped_column(Seconds)


class SavedView(Model):
    """A list as somebody wants to see it again: the page, and what its address says."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("account_number", "page", "name"),)

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    account_number: Mapped[int] = mapped_column(ForeignKey("account.number"))
    page: Mapped[str] = mapped_column(String(60))
    """The endpoint."""
    address: Mapped[str] = mapped_column(String(500))
    """What stands behind the question mark."""
    name: Mapped[str] = mapped_column(String(80))
    saved_at_s: Mapped[int] = mapped_column(Seconds)


class Invitation(Model):
    """A one-time link (server.staff.invitations). What is in it is kept as a hash only."""

    __tablename__ = "invitation"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_number: Mapped[int | None] = mapped_column(ForeignKey("account.number"), index=True)
    """None for the link of a first start, when there is no account yet."""
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    """Sealed; becomes the account's when the link is used."""
    expires_at_s: Mapped[int] = mapped_column(Seconds)


class SignInTry(Model):
    """A failed sign-in, for the limit on them; old ones are deleted."""

    __tablename__ = "sign_in_try"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    name_hash: Mapped[str] = mapped_column(String(64), index=True)
    address_hash: Mapped[str] = mapped_column(String(64), index=True)
    at_s: Mapped[int] = mapped_column(Seconds)


class AuditEntry(Model):
    """Who did what, when; each entry holds the hash of the one before it."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(
            "ix_audit_entry_acts",
            "number",
            sqlite_where=text("action != 'looked_at'"),
            postgresql_where=text("action != 'looked_at'"),
        ),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2, 3...: no gap; the key makes two writers of the same number impossible."""
    at_s: Mapped[int] = mapped_column(Seconds)
    actor: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(60))
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    previous_hash: Mapped[str] = mapped_column(String(64))
    entry_hash: Mapped[str] = mapped_column(String(64))
