"""A moment as somebody writes it down, for an embargo. Pure."""

from __future__ import annotations

from datetime import UTC, datetime


def second_of(said: str) -> int:
    """Seconds since 1970 of ``2026-12-31T09:30`` (ISO 8601): UTC, or the zone that stands behind it
    (``+05:00``). Raises ValueError."""
    moment = datetime.fromisoformat(said)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
