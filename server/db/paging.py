"""Lists by slices: a slice begins after a key, so that the thousandth costs what the first does.

Owns how the place where a slice ends is written into an address and read from it again. Counting
rows to skip them (``offset``) would cost more with every slice (Winand, "Paging Through Results").
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, Self, TypeVar, cast

from sqlalchemy import ColumnElement, Connection, Select, SQLColumnExpression, and_, or_

LARGEST = 2**62
"""Of a whole number in a key; both databases keep it."""


Rows = Select[*tuple[Any, ...]]
"""A query of any columns."""


class NoSuchPlace(ValueError):
    """What an address names as the place to go on from is not one."""


class Turnable(Protocol):
    """What orders a list, and can be turned round."""

    def turned(self) -> Self:
        """The same from the other end."""


KeyT = TypeVar("KeyT", bound=Turnable)
"""A key of columns, or one of fields (server.db.whole_lists)."""


@dataclass(frozen=True)
class Key:
    """What a list is ordered by: columns, none of them ever null, that together tell rows apart."""

    columns: tuple[SQLColumnExpression[Any], ...]
    descending: bool = False

    def after(self, place: str) -> ColumnElement[bool]:
        """The rows that come after this place. Raises NoSuchPlace."""
        values = read_place(place, self.columns)
        steps = []
        for number, (column, value) in enumerate(zip(self.columns, values, strict=True)):
            same = [
                one == is_ for one, is_ in zip(self.columns[:number], values[:number], strict=True)
            ]
            further = column < value if self.descending else column > value
            steps.append(and_(*same, further))
        if len(steps) == 1:
            return or_(*steps)
        # Neither database sees in the alternatives alone where in an index to begin.
        first, at = self.columns[0], values[0]
        return and_(first <= at if self.descending else first >= at, or_(*steps))

    def turned(self) -> Key:
        """The same from the other end."""
        return Key(self.columns, not self.descending)


@dataclass(frozen=True)
class Orders(Generic[KeyT]):
    """What a list can be sorted by: each key from its smallest, by the word an address names it by;
    the word with ``-`` before it is the same from the largest.

    Only columns that an index gives in order, or of tables that stay small: what the database would
    have to sort whole for each slice is offered to nobody. usual: where the address says nothing.
    once: words of earlier versions, which addresses that somebody kept still say.
    """

    keys: Mapping[str, KeyT]
    usual: str
    once: Mapping[str, str] = field(default_factory=dict)

    def known(self, word: str) -> str:
        """That word, if the list can be sorted so; else the usual one."""
        word = self.once.get(word, word)
        return word if word.removeprefix("-") in self.keys else self.usual

    def key(self, word: str) -> KeyT:
        """What the list is ordered by under that word; "" and what is none for the usual one."""
        word = self.known(word)
        key = self.keys[word.removeprefix("-")]
        return key.turned() if word.startswith("-") else key


@dataclass(frozen=True)
class Slice:
    """Some rows of a list, in order. following: the place the next slice begins after; None at the
    end of the list."""

    rows: tuple[Sequence[Any], ...]
    following: str | None


def read_slice(connection: Connection, query: Rows, key: Key, after: str, most: int) -> Slice:
    """The rows of the query that come after this place ("" for the beginning), at most so many.

    Each row ends with the values of the key. Raises NoSuchPlace.
    """
    query = query.add_columns(*key.columns)
    if after:
        query = query.where(key.after(after))
    order = [column.desc() if key.descending else column.asc() for column in key.columns]
    rows = connection.execute(query.order_by(*order).limit(most + 1)).all()
    shown = tuple(rows[:most])
    is_more = len(rows) > most
    return Slice(shown, write_place(shown[-1][-len(key.columns) :]) if is_more else None)


def write_place(values: Sequence[Any]) -> str:
    """A key as letters, digits, ``-`` and ``_``."""
    document = json.dumps(list(values), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(document).decode().rstrip("=")


def read_place(place: str, columns: Sequence[SQLColumnExpression[Any]]) -> list[Any]:
    """The key that was written; of the types of these columns, whoever wrote it. Raises
    NoSuchPlace."""
    return read_values(
        place, [cast(ColumnElement[Any], column).type.python_type for column in columns]
    )


def read_values(place: str, kinds: Sequence[type]) -> list[Any]:
    """The values that were written; of these types, whoever wrote them. Raises NoSuchPlace."""
    try:
        values = json.loads(base64.urlsafe_b64decode(place + "=" * (-len(place) % 4)))
    except (ValueError, RecursionError):
        raise NoSuchPlace from None
    if not isinstance(values, list) or len(values) != len(kinds):
        raise NoSuchPlace
    for value, kind in zip(values, kinds, strict=True):
        fits = type(value) is kind and (
            abs(value) < LARGEST if isinstance(value, int) else "\x00" not in str(value)
        )
        if not fits:
            raise NoSuchPlace
    return values
