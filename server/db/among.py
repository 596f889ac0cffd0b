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


def among(column: ColumnElement[Any] | Any, name: str) -> FunctionElement[Any]:
    """Whether the column's value is one of those in the parameter of this name: a sequence of ids
    or of whole numbers, of any length."""
    numbers = isinstance(column.type, BigInteger)
    return _Among(column, bindparam(name, type_=_Numbers() if numbers else _Ids()))


class _Ids(TypeDecorator[Sequence[str]]):
    """Ids of our own: letters, digits and signs that need no quotes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> str | None:
        """As an array of PostgreSQL, or as JSON."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return "{" + json.dumps(list(value), ensure_ascii=False)[1:-1] + "}"
        return json.dumps(list(value))


class _Numbers(_Ids):
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
    array = "bigint[]" if isinstance(values.type, _Numbers) else "text[]"
    return f"{compiler.process(column, **options)} = any (cast({written} as {array}))"


@compiles(_Among)
def _as_json(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = element.clauses
    written = compiler.process(values, **options)
    one_of = f"in (select value from json_each({written}))"  # noqa: S608 - a bound parameter
    return f"{compiler.process(column, **options)} {one_of}"
