"""Long lists of ids, in pieces one statement may hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

_Item = TypeVar("_Item")

CHUNK = 10_000
"""Ids in one statement; SQLite allows 32,766 parameters, PostgreSQL 65,535."""


def chunks(items: Sequence[_Item], size: int = CHUNK) -> Iterator[Sequence[_Item]]:
    """The items in their order, at most ``size`` at a time."""
    for at in range(0, len(items), size):
        yield items[at : at + size]
