"""The accounts and sessions of the office, and the audit log, as an administrator reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from server.db.paging import Key, Orders, read_slice
from server.office import Office
from server.staff.accounts import LONGEST_SESSION_S
from server.staff.model import Account, AuditEntry, Invitation, StaffSession

ACCOUNTS = Orders(
    {
        "name": Key((Account.name,)),
        "role": Key((Account.role, Account.name)),
        "made": Key((Account.created_at_s, Account.number)),
    },
    usual="name",
)
"""What the list of accounts can be sorted by."""
LOG = Orders({"number": Key((AuditEntry.number,))}, usual="-number")
"""What the log can be sorted by: it grows with the years, and has no other index."""
_NO_LOOK = AuditEntry.action != "looked_at"


@dataclass(frozen=True)
class AccountLine:
    """One account. invited_until_s: of a link nobody has used yet; seen_s: of its newest session.
    Moments in seconds since 1970; sessions: of those that are still good; area, organisation:
    codes of its scope, both None for the whole country."""

    name: str
    role: str
    has_password: bool
    has_factor: bool
    created_s: int
    closed_s: int | None
    invited_until_s: int | None
    sessions: int
    seen_s: int | None
    area: str | None
    organisation: str | None


class AccountLines(NamedTuple):
    """A part of the list. following: where the next part begins; None at the end."""

    lines: tuple[AccountLine, ...]
    following: str | None


@dataclass(frozen=True)
class LogLine:
    """One entry of the audit log."""

    number: int
    at_s: int
    actor: str
    action: str
    details: Mapping[str, Any]


class LogLines(NamedTuple):
    """A part of the log. following: where the next part begins; None at the end."""

    lines: tuple[LogLine, ...]
    following: str | None


@dataclass(frozen=True)
class SessionLine:
    """A browser that is signed in. here: it is the one that asks."""

    started_s: int
    seen_s: int
    here: bool


def accounts_listed(
    connection: Connection,
    office: Office,
    after: str,
    most: int,
    closed: bool = False,
    order: str = "",
) -> AccountLines:
    """Open or closed accounts in an order of ACCOUNTS. Raises NoSuchPlace."""
    now_s = office.now_s()
    live = (
        StaffSession.account_number == Account.number,
        StaffSession.last_seen_at_s > now_s - office.config.session_minutes * 60,
        StaffSession.started_at_s > now_s - LONGEST_SESSION_S,
    )
    until = select(func.max(Invitation.expires_at_s)).where(
        Invitation.account_number == Account.number, Invitation.expires_at_s > now_s
    )
    query = select(
        Account.name,
        Account.role,
        Account.password_hash != "",
        Account.totp_secret.is_not(None),
        Account.created_at_s,
        Account.closed_at_s,
        until.scalar_subquery(),
        select(func.count()).where(*live).scalar_subquery(),
        select(func.max(StaffSession.last_seen_at_s)).where(*live).scalar_subquery(),
        Account.area,
        Account.organisation,
    ).where(Account.closed_at_s.is_not(None) if closed else Account.closed_at_s.is_(None))
    found = read_slice(connection, query, ACCOUNTS.key(order), after, most)
    lines = tuple(
        AccountLine(name, role, bool(password), bool(factor), *rest)
        for name, role, password, factor, *rest in (row[:11] for row in found.rows)
    )
    return AccountLines(lines, found.following)


def sessions_of(
    connection: Connection, office: Office, account_number: int, here: str
) -> list[SessionLine]:
    """The sessions of an account that are still good, newest first. here: the token's hash of the
    one that asks."""
    now_s = office.now_s()
    rows = connection.execute(
        select(StaffSession.started_at_s, StaffSession.last_seen_at_s, StaffSession.token_hash)
        .where(
            StaffSession.account_number == account_number,
            StaffSession.last_seen_at_s > now_s - office.config.session_minutes * 60,
            StaffSession.started_at_s > now_s - LONGEST_SESSION_S,
        )
        .order_by(StaffSession.started_at_s.desc())
        .limit(50)
    )
    return [SessionLine(started, seen, mark == here) for started, seen, mark in rows]


def log_listed(
    connection: Connection, after: str, most: int, with_looks: bool = False, order: str = ""
) -> LogLines:
    """The audit log in an order of LOG; with_looks: with who looked at what. Raises NoSuchPlace."""
    query = select(
        AuditEntry.number,
        AuditEntry.at_s,
        AuditEntry.actor,
        AuditEntry.action,
        AuditEntry.details,
    )
    if not with_looks:
        query = query.where(_NO_LOOK)
    found = read_slice(connection, query, LOG.key(order), after, most)
    return LogLines(tuple(LogLine(*row[:5]) for row in found.rows), found.following)


def whole_log(
    connection: Connection, with_looks: bool = True, order: str = "number"
) -> Iterator[Sequence[Any]]:
    """Every entry in an order of LOG: number, moment, who, what, details, and both hashes;
    with_looks: also who looked at what."""
    (number,), descending = LOG.key(order).columns, LOG.key(order).descending
    query = select(
        AuditEntry.number,
        AuditEntry.at_s,
        AuditEntry.actor,
        AuditEntry.action,
        AuditEntry.details,
        AuditEntry.previous_hash,
        AuditEntry.entry_hash,
    ).order_by(number.desc() if descending else number.asc())
    if not with_looks:
        query = query.where(_NO_LOOK)
    yield from connection.execute(query.execution_options(yield_per=1000))
