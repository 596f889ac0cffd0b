"""An office whose process is gone at the worst moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, event

from server.office import Office


class ServerGone(Exception):
    """The server's process is gone before its commit."""


@contextmanager
def dying_before_commit(office: Office) -> Iterator[None]:
    """The server does all its work on a parcel and is gone before the commit."""

    def die(connection: Connection) -> None:
        if not connection.get_execution_options().get("reading"):
            raise ServerGone

    engine = office.engine
    event.listen(engine, "commit", die)
    try:
        yield
    finally:
        event.remove(engine, "commit", die)
