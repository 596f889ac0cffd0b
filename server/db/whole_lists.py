"""Lists that are read whole and sorted here: worked out from many rows, or a few dozen lines.

The same words stand in their addresses, and the same places to go on from, as for lists that the
database sorts (server.db.paging).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Generic, TypeVar

from server.db.paging import read_values, write_place

_Line = TypeVar("_Line")


@dataclass(frozen=True)
class FieldKey:
    """What such a list is ordered by: names of fields, none of them ever None, that together tell
    lines apart."""

    names: tuple[str, ...]
    descending: bool = False

    def turned(self) -> FieldKey:
        """The same from the other end."""
        return FieldKey(self.names, not self.descending)

    def values(self, line: object) -> tuple[int | float | str, ...]:
        """The line's key."""
        return tuple(attrgetter(name)(line) for name in self.names)


@dataclass(frozen=True)
class ListPart(Generic[_Line]):
    """Some lines of a list, in order. following: the place the next part begins after; None at the
    end of the list."""

    lines: tuple[_Line, ...]
    following: str | None


def part_of(lines: Sequence[_Line], key: FieldKey, after: str, most: int) -> ListPart[_Line]:
    """The lines that come after this place ("" for the beginning), at most so many. Raises
    NoSuchPlace."""
    ordered = sorted(lines, key=key.values, reverse=key.descending)
    if after:
        kinds = [type(value) for value in key.values(ordered[0])] if ordered else []
        place = tuple(read_values(after, kinds))
        ordered = [
            line
            for line in ordered
            if (key.values(line) < place if key.descending else key.values(line) > place)
        ]
    shown = tuple(ordered[:most])
    is_more = len(ordered) > most
    return ListPart(shown, write_place(key.values(shown[-1])) if is_more else None)
