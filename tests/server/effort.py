"""What a look costs the database, by a clock that no load of the machine disturbs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from server.office import Office


def steps(office: Office, look: Callable[[], Any]) -> int:
    """Tens of instructions of SQLite's machine that a look takes."""
    counted = 0

    def count() -> None:
        nonlocal counted
        counted += 1

    def listen(connection: Any, _: object) -> None:
        connection.set_progress_handler(count, 10)

    event.listen(office.engine, "connect", listen)
    try:
        look()
    finally:
        event.remove(office.engine, "connect", listen)
    return counted
