"""Conditions over long lists of values, sent as one parameter.

A statement with a parameter a value is another one for each number of values: to write it takes
longer than to run it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Dialect, Text, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from server.db.schema import Id, is_id


def among(column: ColumnElement[Any] | Any, name: str) -> FunctionElement[Any]:
    """Whether the column's value is one of those in the parameter of this name: a sequence of ids
    or of whole numbers, of any length."""
    if isinstance(column.type, BigInteger):
        return _Among(column, bindparam(name, type_=_Numbers()))
    return _Among(
        column, bindparam(name, type_=_Ids() if isinstance(column.type, Id) else _Words())
    )


class _Words(TypeDecorator[Sequence[str]]):
    """Of our own: letters, digits and signs that need no quotes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> str | None:
        """As an array of PostgreSQL, or as JSON."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return "{" + json.dumps(list(value), ensure_ascii=False)[1:-1] + "}"
        return json.dumps(list(value))


class _Ids(_Words):
    """What is no id is nobody's, and is left out where it could not be read."""

    cache_ok = True

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> str | None:
        """As an array of PostgreSQL, or as JSON."""
        if value is None or dialect.name != "postgresql":
            return super().process_bind_param(value, dialect)
        return "{" + ",".join([one for one in value if is_id(one)]) + "}"


class _Numbers(_Words):
    cache_ok = True


class _Among(FunctionElement[Any]):
    inherit_cache = True
    # Of no type: SQLite has no truth values, SQLAlchemy would write ``... = 1`` behind it, and a
    # comparison looks into no index.
    type = NullType()
    name = "among"


@compiles(_Among, "postgresql")
def _as_array(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = element.clauses
    written = compiler.process(values, **options)
    array = next(name for kind, name in _ARRAYS if isinstance(values.type, kind))
    return f"{compiler.process(column, **options)} = any (cast({written} as {array}))"


_ARRAYS = ((_Numbers, "bigint[]"), (_Ids, "uuid[]"), (_Words, "text[]"))


@compiles(_Among)
def _as_json(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = element.clauses
    written = compiler.process(values, **options)
    one_of = f"in (select value from json_each({written}))"  # noqa: S608 - a bound parameter
    return f"{compiler.process(column, **options)} {one_of}"
