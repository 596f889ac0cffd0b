"""A fuzzer's bytes read as choices: so many of this, one of those, a piece of these bytes.

The same with every fuzzing engine and without one, so that what was found stays a test.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Choices:
    """Draws from the front of some bytes; when they are used up, the first choice every time."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> int:
        """How many bytes have not been drawn yet."""
        return len(self._data) - self._at

    def piece(self, length: int) -> bytes:
        """At most so many bytes."""
        found = self._data[self._at : self._at + length]
        self._at += len(found)
        return found

    def rest(self) -> bytes:
        """All that is left."""
        return self.piece(self.left)

    def below(self, limit: int) -> int:
        """0 to limit - 1; one byte is used for limits up to 256, two beyond."""
        return int.from_bytes(self.piece(1 if limit <= 256 else 2), "big") % limit

    def one_of(self, values: Sequence[T]) -> T:
        """One of these."""
        return values[self.below(len(values))]

    def text(self, length: int) -> str:
        """At most so many bytes as text; what is not UTF-8 becomes the replacement mark."""
        return self.piece(length).decode("utf-8", "replace")
