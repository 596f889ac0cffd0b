"""Inserting what may be there already, in the words of both databases.

SQLite and PostgreSQL share ``on conflict``; SQLAlchemy has it in the dialects only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    CursorResult,
    Dialect,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    TextClause,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeEngine

from server.db.schema import Id, Model, WholeNumbers
from server.db.squeezed import Squeezed, SqueezedText

Rows = Sequence[Mapping[str, Any]]
"""All with the same names."""


def insert_all(connection: Connection, model: type[Model], rows: Rows) -> None:
    """Inserts the rows, in one statement."""
    if not rows:
        return
    _sent(connection, model, rows, "")


def insert_new(connection: Connection, model: type[Model], rows: Rows) -> int:
    """Inserts the rows whose key is not there yet; how many."""
    if not rows:
        return 0
    return _sent(connection, model, rows, "on conflict do nothing").rowcount


def insert_new_keys(connection: Connection, model: type[Model], rows: Rows) -> list[Any]:
    """The same for a table with a key of one column; the keys that were not there."""
    if not rows:
        return []
    (key,) = model.__table__.primary_key
    if connection.dialect.name == "postgresql":
        ending = f"on conflict do nothing returning {key.name}"
        return list(_sent_at_once(connection, model, rows, ending).scalars())
    return list(connection.execute(_new_only(model).returning(key), list(rows)).scalars())


def upsert(connection: Connection, model: type[Model], key: Sequence[str], rows: Rows) -> None:
    """Inserts the rows, or puts their values in the place of those that have the same key. No two
    of the rows have the same."""
    if not rows:
        return
    _sent(connection, model, rows, put_in_place(key, rows))


def put_in_place(key: Sequence[str], rows: Rows) -> str:
    """The ending of an insert that puts values in the place of those that have the same key."""
    if not rows:
        return ""
    names = [name for name in rows[0] if name not in key]
    values = ", ".join(f"{name} = excluded.{name}" for name in names)
    return f"on conflict ({', '.join(key)}) do update set {values}"


def add_to(
    connection: Connection,
    model: type[Model],
    key: Sequence[str],
    number: str,
    columns: Mapping[str, Sequence[Any]],
) -> None:
    """Inserts rows, or adds their number to the one of the row that has the same key. No two of the
    rows have the same.

    columns: by name, each as long as the others: rows of a cell each are so many that to make
    one of each costs as much as to write it.
    """
    if not columns[number]:
        return
    total = f"{model.__tablename__}.{number} + excluded.{number}"
    ending = f"on conflict ({', '.join(key)}) do update set {number} = {total}"
    names, kinds = tuple(columns), model.__table__.columns
    if connection.dialect.name == "postgresql":
        arrays = {
            name: _array_literal(column, _written_as(kinds[name].type))
            for name, column in columns.items()
        }
        connection.execute(_statement(model, names, ending), arrays)
        return
    values = [
        column
        if (as_kept := _writes(connection.dialect, model, name)) is None
        else list(map(as_kept, column))
        for name, column in columns.items()
    ]
    statement = _row_statement(model, names, ending)
    connection.exec_driver_sql(statement, list(zip(*values, strict=True)))


def set_each(connection: Connection, model: type[Model], key: str, rows: Rows) -> None:
    """Gives each row with that key the other values."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_set_all(model, key, tuple(rows[0])), literals(model, rows))
        return
    names = [name for name in rows[0] if name != key]
    values = _as_kept(connection, model, (*names, key), rows)
    connection.exec_driver_sql(_set_one(model, key, tuple(names)), values)


def _sent(connection: Connection, model: type[Model], rows: Rows, ending: str) -> CursorResult[Any]:
    send = _sent_at_once if connection.dialect.name == "postgresql" else _sent_one_by_one
    return send(connection, model, rows, ending)


# --- SQLite: statements written once, rows as they are ----------------------------------------


def _sent_one_by_one(
    connection: Connection, model: type[Model], rows: Rows, ending: str
) -> CursorResult[Any]:
    """Past SQLAlchemy, which takes as long over a row as SQLite itself."""
    names = tuple(rows[0])
    statement = _row_statement(model, names, ending)
    return connection.exec_driver_sql(statement, _as_kept(connection, model, names, rows))


def _as_kept(
    connection: Connection, model: type[Model], names: Sequence[str], rows: Rows
) -> list[tuple[Any, ...]]:
    columns = [_column_as_kept(connection.dialect, model, name, rows) for name in names]
    return list(zip(*columns, strict=True))


def _column_as_kept(dialect: Dialect, model: type[Model], name: str, rows: Rows) -> list[Any]:
    written = _writes(dialect, model, name)
    if written is None:
        return [row[name] for row in rows]
    return [written(row[name]) for row in rows]


@cache
def _writes(dialect: Dialect, model: type[Model], name: str) -> Callable[[Any], Any] | None:
    """What makes a value of this column what the driver takes; None when nothing has to."""
    return model.__table__.columns[name].type.dialect_impl(dialect).bind_processor(dialect)


@cache
def _row_statement(model: type[Model], names: tuple[str, ...], ending: str) -> str:
    places = ", ".join("?" for _ in names)
    listed = ", ".join(names)
    return f"insert into {model.__tablename__} ({listed}) values ({places}) {ending}"  # noqa: S608


@cache
def _new_only(model: type[Model]) -> Any:
    return sqlite.insert(model).on_conflict_do_nothing()


@cache
def _set_one(model: type[Model], key: str, names: tuple[str, ...]) -> str:
    values = ", ".join(f"{name} = ?" for name in names)
    return f"update {model.__tablename__} set {values} where {key} = ?"  # noqa: S608


# --- PostgreSQL: one statement for all rows ---------------------------------------------------


def _sent_at_once(
    connection: Connection, model: type[Model], rows: Rows, ending: str
) -> CursorResult[Any]:
    """An array a column (PostgreSQL documentation, 9.19, unnest): the driver would send a statement
    a row, and a statement with a value a cell is another one for each number of rows."""
    return connection.execute(_statement(model, tuple(rows[0]), ending), literals(model, rows))


def literals(model: type[Model], rows: Rows, names: Iterable[str] | None = None) -> dict[str, str]:
    """The rows for PostgreSQL: of each column, or of these, an array as it is read."""
    columns = model.__table__.columns
    return {
        name: _array_literal([row[name] for row in rows], _written_as(columns[name].type))
        for name in (rows[0] if names is None else names)
    }


def _array_literal(values: Sequence[Any], written: Callable[[Any], str]) -> str:
    """As PostgreSQL reads an array (documentation, 8.15.2): the driver's own writer takes several
    times as long."""
    return "{" + ",".join(["NULL" if one is None else written(one) for one in values]) + "}"


def _written_as(kind: TypeEngine[Any]) -> Callable[[Any], str]:
    if isinstance(kind, Squeezed | SqueezedText):
        return lambda value: _as_bytes(kind.kept(value))
    return next(written for one, _, written in _ARRAYS if isinstance(kind, one))


def _as_text(value: str) -> str:
    if "\\" in value or '"' in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'


def _as_bytes(value: bytes) -> str:
    return f'"\\\\x{bytes(value).hex()}"'


def _as_json(value: object) -> str:
    return _as_text(_JSON.encode(value))


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@cache
def _statement(model: type[Model], names: tuple[str, ...], ending: str) -> TextClause:
    return text(inserted(model, names, ending, lambda name: f":{name}"))


def inserted(
    model: type[Model],
    names: Sequence[str],
    ending: str,
    place: Callable[[str], str],
    empty: Collection[str] = (),
) -> str:
    """An insert of rows given as ``literals``. place: where the array of a column goes; empty:
    columns that are null in every row, and are not given."""
    table = cast(Table, model.__table__)
    given = [name for name in names if name not in empty]
    arrays = ", ".join(
        f"cast({place(name)} as {_array(table.columns[name].type)})" for name in given
    )
    taken = ", ".join(
        "null" if name in empty else _taken(name, table.columns[name].type) for name in names
    )
    return (
        f"insert into {table.name} ({', '.join(names)}) "  # noqa: S608 - names of our own tables
        f"select {taken} from unnest({arrays}) as given({', '.join(given)}) {ending}"
    )


@cache
def _set_all(model: type[Model], key: str, names: tuple[str, ...]) -> TextClause:
    table = cast(Table, model.__table__)
    arrays = ", ".join(f"cast(:{name} as {_array(table.columns[name].type)})" for name in names)
    values = ", ".join(
        f"{name} = {_taken(f'given.{name}', table.columns[name].type)}"
        for name in names
        if name != key
    )
    return text(
        f"update {table.name} set {values} "  # noqa: S608 - names of our own tables
        f"from unnest({arrays}) as given({', '.join(names)}) "
        f"where {table.name}.{key} = given.{key}"
    )


def _taken(name: str, kind: TypeEngine[Any]) -> str:
    """What is sent as a text within the array is made what it is. An array of arrays would be taken
    for one with two dimensions."""
    if isinstance(kind, JSON):
        return f"cast({name} as jsonb)"
    return f"cast({name} as bigint[])" if isinstance(kind, WholeNumbers) else name


def _array(kind: TypeEngine[Any]) -> str:
    for one, name, _ in _ARRAYS:
        if isinstance(kind, one):
            return f"{name}[]"
    raise TypeError(f"Nobody said how {kind!r} is sent.")


# Wider than the columns: a value that does not fit is refused, as it would be alone.
_ARRAYS: tuple[tuple[type[TypeEngine[Any]], str, Callable[[Any], str]], ...] = (
    (JSON, "text", _as_json),
    (WholeNumbers, "text", lambda value: '"{' + ",".join(map(str, value)) + '}"'),
    (Id, "uuid", str),
    (String, "text", _as_text),
    (LargeBinary, "bytea", _as_bytes),
    (Squeezed, "bytea", _as_bytes),
    (SqueezedText, "bytea", _as_bytes),
    (Boolean, "boolean", lambda value: "t" if value else "f"),
    (Integer, "bigint", str),
    (Float, "double precision", repr),
)
