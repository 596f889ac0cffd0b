"""Records as the linking sees them: codes as numbers, and the few attributes in clear. Pure.

One array a type of code and one an attribute, a row for each record, rows ascending by record id:
so that the smallest row of a group is its smallest id, and order of arrival cannot matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from server.register.file_evidence import ListsOfFile, Points

Numbers = NDArray[np.uint64]
Rows = NDArray[np.int64]

SEX_NUMBERS: Mapping[str, int] = {"female": 1, "male": 2}
"""Everything else is 0: not known."""
YEAR_NOT_KNOWN = 0


@dataclass(frozen=True)
class Records:
    """Codes and attributes of records, all arrays of as many rows.

    codes: by type, one column a code, 0 where there is none. sex: of SEX_NUMBERS. birth_year: the
    stated one, YEAR_NOT_KNOWN when none. date_year: the year of a written birth date, 0 when none;
    a slip in its digits is likelier than in a stated year. source: who recorded; records of one
    source are one voice (server.register.cluster). slips: whether one wrong mark for the sex is
    believed possible where names and birth date agree; an office never does, a file may. later:
    codes made with other linkage keys, one mapping a key: they are compared with their like alone.
    arrived: rises with the moment at which what a record says now came; None where nobody knows.
    place, lists, prior: what a closed file says beside its codes (server.register.file_evidence);
    an office has none of it.
    """

    codes: Mapping[int, Numbers]
    sex: NDArray[np.int8]
    birth_year: NDArray[np.int16]
    date_year: NDArray[np.int16]
    source: Rows
    slips: bool = False
    later: tuple[Mapping[int, Numbers], ...] = ()
    arrived: Rows | None = None
    place: Points | None = None
    lists: ListsOfFile | None = None
    prior: int = 0

    @property
    def count(self) -> int:
        """How many records."""
        return len(self.sex)

    @property
    def by_key(self) -> tuple[Mapping[int, Numbers], ...]:
        """The codes of every linkage key, each by type."""
        return (self.codes, *self.later)

    @cached_property
    def carried(self) -> tuple[Numbers, ...]:
        """For each key, and each record, the types of code it carries: bit n for type n."""
        return tuple(self._carried(by_type) for by_type in self.by_key)

    @property
    def without_codes(self) -> NDArray[np.bool_]:
        """Which records carry none."""
        found = np.ones(self.count, np.bool_)
        for carried in self.carried:
            found &= carried == 0
        return found

    def _carried(self, by_type: Mapping[int, Numbers]) -> Numbers:
        bits = np.zeros(self.count, np.uint64)
        for number, codes in by_type.items():
            bits |= np.where(codes[:, 0] != 0, np.uint64(1 << number), np.uint64(0))
        return bits


def bits_of(types: tuple[int, ...] | frozenset[int]) -> np.uint64:
    """A set of types of code as bits."""
    return np.uint64(sum(1 << number for number in types))
