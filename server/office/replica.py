"""Reading from a replica what may be some seconds old: editions, which nobody changes.

PostgreSQL's streaming replicas answer reads (TALLY87_READ_DATABASE_URL); whatever decides, counts
or shows the state of now reads the database itself. A replica that is away takes nobody's page
with it: the database answers then. An edition that is withdrawn is shown until the replica knows.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from server.db.engine import is_away, reading
from server.office.office import Office

log = logging.getLogger("tally87.office")

TRY_AGAIN_S = 30.0
"""How long a replica that was away is left alone: each try to reach it costs its reader a wait."""


@dataclass
class _Away:
    """Until when the replica is left alone, in seconds of ``time.monotonic``."""

    until: float = 0.0


@contextmanager
def reading_published(office: Office) -> Iterator[Connection]:
    """A connection that sees one unchanging state, of the replica where there is one."""
    away = office.once(_away)
    with ExitStack() as opened:
        connection = None
        if office.read_engine is not None and time.monotonic() >= away.until:
            try:
                connection = opened.enter_context(reading(office.read_engine))
            except DBAPIError as error:
                if not is_away(error):
                    raise
                away.until = time.monotonic() + TRY_AGAIN_S
                log.warning("replica_away")
        yield connection or opened.enter_context(reading(office.engine))


def _away(_: Office) -> _Away:
    return _Away()
