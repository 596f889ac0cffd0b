"""Rows whose term is over: found without keeping anybody from writing, ended a few at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

OverKey = Any
"""What a row is named by: its primary key, which orders the rows."""


@dataclass(frozen=True)
class Ending:
    """One way in which rows end.

    find: the keys of at most so many rows of before a moment (seconds since 1970) that are over,
    in their order after one key (None: from the first); reads only. end: ends those of them that
    still are over; how many were.
    """

    find: Callable[[Connection, int, OverKey | None, int], Sequence[OverKey]]
    end: Callable[[Connection, int, Sequence[OverKey]], int]


def rows_older_than(
    moment: InstrumentedAttribute[Any],
    key: InstrumentedAttribute[Any],
    empties: Sequence[InstrumentedAttribute[Any]] = (),
) -> Ending:
    """Rows whose moment (seconds since 1970; none: it has no end) lies before another.

    empties: columns that become null; the row stays. None: the row goes.
    """
    model = key.class_

    def over(before_s: int) -> ColumnElement[bool]:
        is_older = moment < before_s
        return and_(is_older, or_(*(one.is_not(None) for one in empties))) if empties else is_older

    def find(
        connection: Connection, before_s: int, after: OverKey | None, most: int
    ) -> Sequence[OverKey]:
        some = select(key).where(over(before_s)).order_by(key).limit(most)
        if after is not None:
            some = some.where(key > after)
        return connection.scalars(some).all()

    def end(connection: Connection, before_s: int, keys: Sequence[OverKey]) -> int:
        here = (key.in_(keys), over(before_s))
        if not empties:
            return connection.execute(delete(model).where(*here)).rowcount
        emptied = dict.fromkeys(one.key for one in empties)
        return connection.execute(update(model).where(*here).values(emptied)).rowcount

    return Ending(find, end)
