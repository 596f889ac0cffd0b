"""Inserting what may be there already, in the words of both databases.

SQLite and PostgreSQL share ``on conflict``; SQLAlchemy has it in the dialects only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from server.db.schema import Model

Rows = Sequence[Mapping[str, Any]]
"""All with the same names."""


def insertion(connection: Connection, model: type[Model]) -> Any:
    """An insert that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(model)


def insert_new(connection: Connection, model: type[Model], rows: Rows) -> int:
    """Inserts the rows whose key is not there yet; how many (exact for one row)."""
    if not rows:
        return 0
    statement = insertion(connection, model).on_conflict_do_nothing()
    if len(rows) > 1:
        return connection.execute(statement, list(rows)).rowcount
    # On PostgreSQL the row count of such a statement is not told; what it returns is.
    told = statement.returning(*model.__table__.primary_key)
    return len(connection.execute(told, rows[0]).all())


def insert_new_from(
    connection: Connection, model: type[Model], columns: Sequence[str], query: object
) -> None:
    """Inserts what the query gives, except rows whose key is there already."""
    statement = insertion(connection, model).from_select(list(columns), query)
    connection.execute(statement.on_conflict_do_nothing())


def upsert(connection: Connection, model: type[Model], key: Sequence[str], rows: Rows) -> None:
    """Inserts the rows, or puts their values in the place of those that have the same key."""
    if not rows:
        return
    statement = insertion(connection, model)
    values = {name: statement.excluded[name] for name in rows[0] if name not in key}
    connection.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=values), list(rows)
    )
