"""The cells an office keeps now, for tests that ask what is counted after this or that."""

from __future__ import annotations

from sqlalchemy import Connection

from server.tables import declared_counts
from server.tables.contributions import TableCellKey


def all_kept(connection: Connection) -> dict[TableCellKey, int]:
    """Every cell of every declared table."""
    newest = declared_counts.newest_generation(connection)
    return {} if newest is None else declared_counts.all_cells(connection, newest.number)


def kept(connection: Connection, table: str, period: str) -> dict[tuple[str, ...], int]:
    """The cells of one table and period."""
    found = all_kept(connection)
    return {
        key.codes: number
        for key, number in found.items()
        if (key.table, key.period) == (table, period)
    }


def persons_counted(connection: Connection, period: str = "2026") -> int:
    """Everybody of five or more who is counted in a period, each once."""
    return sum(kept(connection, "FL-STATUS", period).values())
