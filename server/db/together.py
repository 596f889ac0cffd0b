"""Writes that go to the database together: on PostgreSQL in one statement, one way there and back.

Each way costs as much as writing ten rows. The parts of such a statement see the database as it was
before it (documentation, 7.8.4), and write tables that do not depend on one another's rows. SQLite
has no way to go: there each is done when it is added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, CursorResult, Dialect, UpdateBase

from server.db import upsert
from server.db.schema import Model
from server.db.upsert import Rows, inserted, literals


class _Part(NamedTuple):
    """One insert. empty: columns that are null in every row, and are not sent."""

    model: type[Model]
    names: tuple[str, ...]
    ending: str
    empty: frozenset[str]


class Together:
    """Inserts of one transaction, gathered until they are sent."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._gathers = connection.dialect.name == "postgresql"
        self._parts: list[_Part] = []
        self._values: dict[str, Any] = {}

    def insert_all(self, model: type[Model], rows: Rows) -> None:
        """As server.db.upsert.insert_all."""
        if self._gathers:
            self._add(model, rows, "")
        else:
            upsert.insert_all(self.connection, model, rows)

    def upsert(self, model: type[Model], key: Sequence[str], rows: Rows) -> None:
        """As server.db.upsert.upsert."""
        if self._gathers:
            self._add(model, rows, upsert.put_in_place(key, rows))
        else:
            upsert.upsert(self.connection, model, key, rows)

    def send(self) -> None:
        """Sends what was gathered."""
        if self._parts:
            *before, last = self._parts
            statement = _statement(tuple(before)) + _written(last, len(before))
            self._run(statement, {})

    def send_with(self, last: UpdateBase, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Sends what was gathered and this statement behind it; what that gives."""
        if not self._parts:
            return cast("CursorResult[Any]", self.connection.execute(last, values))
        return self._run(
            _statement(tuple(self._parts)) + _compiled(last, self.connection.dialect), values
        )

    def _add(self, model: type[Model], rows: Rows, ending: str) -> None:
        if not rows:
            return
        names = tuple(rows[0])
        empty = frozenset(name for name in names if all(row[name] is None for row in rows))
        part = _Part(model, names, ending, empty)
        marks = _marks(part, len(self._parts))
        given = literals(model, rows, marks)
        self._values |= {marks[name]: value for name, value in given.items()}
        self._parts.append(part)

    def _run(self, statement: str, values: Mapping[str, Any]) -> CursorResult[Any]:
        given = {**self._values, **values}
        self._parts, self._values = [], {}
        return self.connection.exec_driver_sql(statement, given)


@cache
def _marks(part: _Part, place: int) -> dict[str, str]:
    """The parameters of its columns. Short: the driver reads a long statement anew each time it is
    sent (psycopg, MAX_CACHED_STATEMENT_LENGTH)."""
    given = [name for name in part.names if name not in part.empty]
    return {name: f"{_LETTERS[place]}{number}" for number, name in enumerate(given)}


_LETTERS = "abcdefgh"


def _written(part: _Part, place: int) -> str:
    marks = _marks(part, place)
    return inserted(
        part.model, part.names, part.ending, lambda name: f"%({marks[name]})s", part.empty
    )


@cache
def _statement(parts: tuple[_Part, ...]) -> str:
    listed = ", ".join(
        f"{_LETTERS[place]} as ({_written(part, place)})" for place, part in enumerate(parts)
    )
    return f"with {listed} " if listed else ""


@cache
def _compiled(statement: UpdateBase, dialect: Dialect) -> str:
    return str(statement.compile(dialect=dialect))
