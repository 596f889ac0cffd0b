"""Inserting what may be there already, in the words of both databases.

SQLite and PostgreSQL share ``on conflict``; SQLAlchemy has it in the dialects only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    CursorResult,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    TextClause,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

from server.db.schema import Model

Rows = Sequence[Mapping[str, Any]]
"""All with the same names."""


def insertion(dialect: str, model: type[Model]) -> Any:
    """An insert that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``, in the words
    of this database."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(model)


def insert_all(connection: Connection, model: type[Model], rows: Rows) -> None:
    """Inserts the rows, in one statement."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _all_at_once(connection, model, rows, "")
    else:
        connection.execute(_plain(model), list(rows))


def insert_new(connection: Connection, model: type[Model], rows: Rows) -> int:
    """Inserts the rows whose key is not there yet; how many."""
    if not rows:
        return 0
    if connection.dialect.name == "postgresql":
        return _all_at_once(connection, model, rows, "on conflict do nothing")
    return connection.execute(_new_only(model), list(rows)).rowcount


def insert_new_keys(connection: Connection, model: type[Model], rows: Rows) -> list[Any]:
    """The same for a table with a key of one column; the keys that were not there."""
    if not rows:
        return []
    (key,) = model.__table__.primary_key
    if connection.dialect.name == "postgresql":
        ending = f"on conflict do nothing returning {key.name}"
        return list(_sent_at_once(connection, model, rows, ending).scalars())
    return list(connection.execute(_new_only(model).returning(key), list(rows)).scalars())


def insert_new_from(
    connection: Connection, model: type[Model], columns: Sequence[str], query: object
) -> None:
    """Inserts what the query gives, except rows whose key is there already."""
    statement = insertion(connection.dialect.name, model).from_select(list(columns), query)
    connection.execute(statement.on_conflict_do_nothing())


def upsert(connection: Connection, model: type[Model], key: Sequence[str], rows: Rows) -> None:
    """Inserts the rows, or puts their values in the place of those that have the same key. No two
    of the rows have the same."""
    if not rows:
        return
    names = [name for name in rows[0] if name not in key]
    if connection.dialect.name == "postgresql":
        values = ", ".join(f"{name} = excluded.{name}" for name in names)
        ending = f"on conflict ({', '.join(key)}) do update set {values}"
        _all_at_once(connection, model, rows, ending)
        return
    connection.execute(_or_update(model, tuple(key), tuple(names)), list(rows))


# --- SQLite: statements written once ----------------------------------------------------------


@cache
def _plain(model: type[Model]) -> Any:
    return sqlite.insert(model)


@cache
def _new_only(model: type[Model]) -> Any:
    return sqlite.insert(model).on_conflict_do_nothing()


@cache
def _or_update(model: type[Model], key: tuple[str, ...], names: tuple[str, ...]) -> Any:
    statement = sqlite.insert(model)
    values = {name: statement.excluded[name] for name in names}
    return statement.on_conflict_do_update(index_elements=list(key), set_=values)


# --- PostgreSQL: one statement for all rows ---------------------------------------------------


def _all_at_once(connection: Connection, model: type[Model], rows: Rows, ending: str) -> int:
    return _sent_at_once(connection, model, rows, ending).rowcount


def _sent_at_once(
    connection: Connection, model: type[Model], rows: Rows, ending: str
) -> CursorResult[Any]:
    """An array a column (PostgreSQL documentation, 9.19, unnest): the driver would send a statement
    a row, and a statement with a value a cell is another one for each number of rows."""
    names = tuple(rows[0])
    columns = model.__table__.columns
    values = {
        name: _array_literal([row[name] for row in rows], _written_as(columns[name].type))
        for name in names
    }
    return connection.execute(_statement(model, names, ending), values)


def _array_literal(values: Sequence[Any], written: Callable[[Any], str]) -> str:
    """As PostgreSQL reads an array (documentation, 8.15.2): the driver's own writer takes several
    times as long."""
    return "{" + ",".join(["NULL" if one is None else written(one) for one in values]) + "}"


def _written_as(kind: TypeEngine[Any]) -> Callable[[Any], str]:
    return next(written for one, _, written in _ARRAYS if isinstance(kind, one))


def _as_text(value: str) -> str:
    if "\\" in value or '"' in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'


def _as_json(value: object) -> str:
    return _as_text(_JSON.encode(value))


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@cache
def _statement(model: type[Model], names: tuple[str, ...], ending: str) -> TextClause:
    table = cast(Table, model.__table__)
    arrays = ", ".join(f"cast(:{name} as {_array(table.columns[name].type)})" for name in names)
    taken = ", ".join(
        f"cast({name} as jsonb)" if isinstance(table.columns[name].type, JSON) else name
        for name in names
    )
    listed = ", ".join(names)
    return text(
        f"insert into {table.name} ({listed}) "  # noqa: S608 - names of our own tables
        f"select {taken} from unnest({arrays}) as given({listed}) {ending}"
    )


def _array(kind: TypeEngine[Any]) -> str:
    for one, name, _ in _ARRAYS:
        if isinstance(kind, one):
            return f"{name}[]"
    raise TypeError(f"Nobody said how {kind!r} is sent.")


# Wider than the columns: a value that does not fit is refused, as it would be alone.
_ARRAYS: tuple[tuple[type[TypeEngine[Any]], str, Callable[[Any], str]], ...] = (
    (JSON, "text", _as_json),
    (String, "text", _as_text),
    (LargeBinary, "bytea", lambda value: f'"\\\\x{bytes(value).hex()}"'),
    (Boolean, "boolean", lambda value: "t" if value else "f"),
    (Integer, "bigint", str),
    (Float, "double precision", repr),
)
