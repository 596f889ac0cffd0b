"""What every room of a running server is handed: wired once, nothing global."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any, TypeVar, cast

from argon2 import PasswordHasher
from sqlalchemy import Engine

from server.db.engine import open_engine
from server.office.config import Config
from shared.identifiers import RandomBytes

Clock = Callable[[], datetime]
"""Gives the present moment, with its time zone."""
REPLICA_TIMEOUT_S = 3
"""How long a reader waits for a replica before the database itself answers."""
_Result = TypeVar("_Result")


@dataclass(eq=False)
class Office:
    """One national office: settings, database, clock, randomness, and what rooms keep of it."""

    config: Config
    engine: Engine
    clock: Clock
    random_bytes: RandomBytes
    read_engine: Engine | None = None
    """Of a replica (server.office.replica)."""
    hasher: PasswordHasher = field(default_factory=PasswordHasher, repr=False)
    """Makes what is kept of a password: Argon2id, RFC 9106's second recommendation."""
    lock: Lock = field(default_factory=Lock, init=False, repr=False)
    """For what one thread of this process at a time may do."""
    _kept: dict[Callable[[Office], Any], Any] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def open(
        cls, config: Config, clock: Clock, random_bytes: RandomBytes, kept_open: bool = False
    ) -> Office:
        """The office with its database at hand; nothing is read yet.

        kept_open: for a process that serves (server.db.engine.open_engine).
        """
        replica = config.read_database
        if replica is not None:
            replica = replica.update_query_dict({"connect_timeout": str(REPLICA_TIMEOUT_S)})
        return cls(
            config,
            open_engine(config.database, kept_open),
            clock,
            random_bytes,
            None if replica is None else open_engine(replica, kept_open),
        )

    def now_s(self) -> int:
        """Whole seconds since 1970-01-01 UTC."""
        return int(self.clock().timestamp())

    def today(self) -> date:
        """The day by the office's clock, UTC."""
        return self.clock().astimezone(UTC).date()

    def once(self, read: Callable[[Office], _Result]) -> _Result:
        """What ``read`` gives for this office: read when first asked for, kept while it is open."""
        if read not in self._kept:
            self._kept[read] = read(self)
        return cast(_Result, self._kept[read])

    def replace(self, read: Callable[[Office], _Result], result: _Result) -> None:
        """Puts something newer in the place of what ``once`` keeps."""
        self._kept[read] = result

    def close(self) -> None:
        """Gives the database connections back."""
        self.engine.dispose()
        if self.read_engine is not None:
            self.read_engine.dispose()
