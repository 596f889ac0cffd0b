"""The audit log: who did what, when, each entry chained to the one before it.

Owns the chain. Details are ids, counts and words, never an answer. A changed, removed or added
entry breaks every hash after it; ``broken_at`` finds the first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select

from server.db.locks import Lock, hold
from server.staff.model import AuditEntry

_DOMAIN = b"tally87/1 audit\x00"
FIRST = "0" * 64
"""What the first entry has in place of a hash before it."""


def enter(
    connection: Connection, at_s: int, actor: str, action: str, details: Mapping[str, Any]
) -> int:
    """Adds an entry to the log, in the transaction of what it tells of; its number."""
    hold(connection, Lock.AUDIT_LOG)
    last = connection.execute(
        select(AuditEntry.number, AuditEntry.entry_hash).order_by(AuditEntry.number.desc()).limit(1)
    ).first()
    number, previous = (last[0] + 1, last[1]) if last else (1, FIRST)
    connection.execute(
        insert(AuditEntry).values(
            number=number,
            at_s=at_s,
            actor=actor,
            action=action,
            details=dict(details),
            previous_hash=previous,
            entry_hash=entry_hash(previous, number, at_s, actor, action, details),
        )
    )
    return number


def entry_hash(
    previous: str, number: int, at_s: int, actor: str, action: str, details: Mapping[str, Any]
) -> str:
    """SHA-256 over the hash before and this entry's canonical JSON; 64 hexadecimal digits."""
    line = json.dumps(
        [previous, number, at_s, actor, action, details],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
    )
    return hashlib.sha256(_DOMAIN + line.encode("ascii")).hexdigest()


def head(connection: Connection) -> str:
    """The hash of the newest entry, which stands for the whole log until then."""
    newest = select(AuditEntry.entry_hash).order_by(AuditEntry.number.desc()).limit(1)
    return connection.scalar(newest) or FIRST


def has_been_head(connection: Connection, entry_hash: str) -> bool:
    """Whether the log went through this head; for a log whose chain is whole."""
    found = select(AuditEntry.number).where(AuditEntry.entry_hash == entry_hash).limit(1)
    return entry_hash == FIRST or connection.scalar(found) is not None


def broken_at(connection: Connection) -> int | None:
    """The number of the first entry that does not follow from those before it; None when whole."""
    previous, expected = FIRST, 1
    for entry in connection.execute(
        select(
            AuditEntry.number,
            AuditEntry.at_s,
            AuditEntry.actor,
            AuditEntry.action,
            AuditEntry.details,
            AuditEntry.previous_hash,
            AuditEntry.entry_hash,
        ).order_by(AuditEntry.number)
    ):
        sound = (
            entry.number == expected
            and entry.previous_hash == previous
            and entry.entry_hash
            == entry_hash(
                previous, entry.number, entry.at_s, entry.actor, entry.action, entry.details
            )
        )
        if not sound:
            return expected
        previous, expected = entry.entry_hash, expected + 1
    return None
