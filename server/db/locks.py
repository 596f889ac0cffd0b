"""Locks that have a name: what one process at a time may do, whatever row it touches.

PostgreSQL's advisory locks (documentation, 13.3.5), held until the transaction ends. SQLite lets
one transaction write at a time anyway, so that nothing is done there. Whoever takes several takes
them in the order of their numbers.
"""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import Connection, text


class Lock(IntEnum):
    """Every advisory lock of the server. A number that has been used never means another thing."""

    MIGRATION = 870_000
    AUDIT_LOG = 870_001
    LINKING = 870_002
    VISITS_IN_STEP = 870_003
    """Has parts: groups of visits."""
    SIGN_IN = 870_004
    """Held while a try to sign in is reserved."""


def hold(connection: Connection, lock: Lock) -> None:
    """Waits until nobody else holds this lock, and holds it until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": int(lock)})


def hold_part(connection: Connection, lock: Lock, part: int, shared: bool = False) -> None:
    """The same for one part of what the lock guards. shared: others may share it meanwhile."""
    if connection.dialect.name == "postgresql":
        kind = "_shared" if shared else ""
        connection.execute(
            text(f"select pg_advisory_xact_lock{kind}(:lock, :part)"),
            {"lock": int(lock), "part": part},
        )
