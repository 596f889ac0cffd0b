"""Accounts closed and narrowed since a backup: what a restored database must learn of them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select, text, update

from server.staff.model import Account
from server.staff.scope import AccountScope


def closed(connection: Connection) -> dict[str, int]:
    """The accounts that were closed, and when (seconds since 1970)."""
    found = select(Account.name, Account.closed_at_s).where(Account.closed_at_s.is_not(None))
    return {name: at_s or 0 for name, at_s in connection.execute(found)}


def stay_closed(connection: Connection, names: Mapping[str, int]) -> int:
    """A database of the past learns which accounts were closed since; how many it did not know."""
    return sum(
        connection.execute(
            update(Account)
            .where(Account.name == name, Account.closed_at_s.is_(None))
            .values(closed_at_s=at_s)
        ).rowcount
        for name, at_s in names.items()
    )


def narrow(connection: Connection) -> dict[str, AccountScope]:
    """The accounts that do not reach the whole country, and how far they reach."""
    found = select(Account.name, Account.area, Account.organisation).where(
        Account.area.is_not(None) | Account.organisation.is_not(None)
    )
    return {
        row.name: AccountScope(row.area or "", row.organisation or "")
        for row in connection.execute(found)
    }


def stay_narrow(connection: Connection, scopes: Mapping[str, AccountScope], now_s: int) -> int:
    """A database of the past learns which accounts were narrowed since; how many it did not know.

    An account narrowed to an organisation that this database does not know is closed.
    """
    known = set(connection.scalars(text("select code from organisation")))
    changed = 0
    for name, scope in scopes.items():
        found = connection.execute(
            select(Account.number, Account.area, Account.organisation).where(
                Account.name == name, Account.closed_at_s.is_(None)
            )
        ).first()
        if found is None or AccountScope(found.area or "", found.organisation or "") == scope:
            continue
        fits = not scope.organisation or scope.organisation in known
        values = scope.columns() if fits else {"closed_at_s": now_s}
        changed += 1
        connection.execute(update(Account).where(Account.number == found.number).values(**values))
    return changed
