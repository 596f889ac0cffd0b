"""What all tables share: names of constraints, and the few column types that differ."""

from __future__ import annotations

import importlib.util
import pkgutil
import re
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    String,
    TypeDecorator,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

# Constraints need names that both databases and the migrations agree on.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

RowNumber = BigInteger().with_variant(Integer, "sqlite")
"""A growing number: SQLite gives them out for its INTEGER only."""
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A JSON document."""
Seconds = BigInteger
"""A moment: whole seconds since 1970-01-01 UTC, as in receipts. No time zone can be got wrong."""


class WholeNumbers(TypeDecorator[list[int]]):
    """A list of numbers of 64 bits with a sign: an array on PostgreSQL, on SQLite eight bytes each,
    end to end."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """How this database keeps it."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(BigInteger))
        return dialect.type_descriptor(LargeBinary())

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        """As it is sent."""
        if value is None or dialect.name == "postgresql":
            return value
        return struct.pack(f"<{len(value)}q", *value)

    def process_result_value(self, value: Any, dialect: Dialect) -> list[int] | None:
        """As it is read."""
        if value is None or dialect.name == "postgresql":
            return value  # type: ignore[no-any-return]
        return list(struct.unpack(f"<{len(value) // 8}q", value))


class Id(TypeDecorator[str]):
    """An id or a fingerprint: 128 bits, to all who handle it 32 small hexadecimal digits. On
    PostgreSQL 16 bytes in every row and index (uuid), on SQLite the digits.

    What is no id is looked for as the one nobody has, below all others: nothing is found.
    """

    impl = String
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(32)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """How this database keeps it."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(_Digits(as_uuid=False))
        return dialect.type_descriptor(String(32))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """As it is sent."""
        if value is None or dialect.name != "postgresql" or is_id(value):
            return value
        return NOBODY


class _Digits(postgresql.UUID[str]):
    """The connection gives the digits themselves (server.db.engine)."""

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """Nothing is left to be done."""


NOBODY = "0" * 32
_ID = re.compile(r"[0-9a-f]{32}")


def is_id(value: str) -> bool:
    """Whether it is written as ids are."""
    return _ID.fullmatch(value) is not None


class Model(DeclarativeBase):
    """Every table of the server."""

    metadata = MetaData(naming_convention=NAMES)


def whole_schema() -> MetaData:
    """The tables of every room: each keeps its own in a module ``model``."""
    rooms = str(Path(__file__).parents[1])
    for room in pkgutil.iter_modules([rooms], "server."):
        if room.ispkg and importlib.util.find_spec(f"{room.name}.model"):
            importlib.import_module(f"{room.name}.model")
    return Model.metadata
