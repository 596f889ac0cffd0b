"""Capture histories: how many persons stand on exactly which of several lists. Pure.

A file has one column of 0 and 1 for each list, the last column ``count``; lines that begin with
``#`` are comments. A combination that is not in the file was seen on nobody.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.errors import TallyError

COUNT = "count"
MOST_LISTS = 10
"""More are never independent sources; merge lists of one type of organisation."""
_MOST_PERSONS = 10**9

Ints = NDArray[np.int64]


class HistoriesUnreadable(TallyError):
    """A file of capture histories that is not what it should be."""


@dataclass(frozen=True)
class Histories:
    """Persons by the lists they stand on.

    counts: 2^k whole numbers; bit i of the place says whether list i has the person. Place 0, the
    persons on no list, is 0: it is what is asked for.
    """

    lists: tuple[str, ...]
    counts: Ints

    @property
    def persons(self) -> int:
        """Recorded on at least one list."""
        return int(self.counts.sum())

    @property
    def shared(self) -> int:
        """Persons on two or more lists."""
        return int(self.counts[lists_on(len(self.lists)) >= 2].sum())

    def on_list(self, number: int) -> int:
        """Persons on one list, whatever other lists they stand on."""
        return int(self.counts[_has(len(self.lists), number)].sum())

    @property
    def empty_lists(self) -> tuple[str, ...]:
        """Lists nobody stands on."""
        numbers = range(len(self.lists))
        return tuple(self.lists[number] for number in numbers if not self.on_list(number))

    def without(self, number: int) -> Histories:
        """As if one list had never been kept: who stood on it alone is recorded no more."""
        left = [i for i in range(len(self.lists)) if i != number]
        cells = np.arange(self.counts.size)
        places = sum(((cells >> i & 1) << new for new, i in enumerate(left)), np.zeros_like(cells))
        counts = np.bincount(places, self.counts, 1 << len(left)).astype(np.int64)
        counts[0] = 0
        return Histories(tuple(self.lists[i] for i in left), counts)


def lists_on(lists: int) -> Ints:
    """For each of 2^k combinations: of how many lists it is."""
    cells = np.arange(1 << lists)
    return np.asarray(np.array([cells >> i & 1 for i in range(lists)]).sum(axis=0))


def _has(lists: int, number: int) -> NDArray[np.bool_]:
    return (np.arange(1 << lists) >> number & 1).astype(bool)


def read(text: str, what: str) -> Histories:
    """The histories of a file. what: its name, for the sentences that refuse it."""
    lines = [
        (number, line)
        for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not lines:
        raise HistoriesUnreadable(f"{what} is empty. A first line must name the lists.")
    names = _header(_cells(lines[0], what), what)
    counts = np.zeros(1 << len(names), dtype=np.int64)
    seen: set[int] = set()
    for line in lines[1:]:
        place, persons = _row(_cells(line, what), len(names), f"{what}, line {line[0]}")
        if place in seen:
            raise HistoriesUnreadable(
                f"{what}, line {line[0]}: this combination of lists stands there twice. "
                "Add its counts up in one line."
            )
        seen.add(place)
        counts[place] = persons
    return Histories(names, counts)


def _cells(line: tuple[int, str], what: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line[1]], strict=True))]
    except csv.Error as error:
        raise HistoriesUnreadable(f"{what}, line {line[0]}: this is no CSV: {error}.") from error


def _header(header: list[str], what: str) -> tuple[str, ...]:
    names = tuple(header[:-1])
    if header[-1] != COUNT or not names or not all(names):
        raise HistoriesUnreadable(
            f"{what}: the first line must name the lists and then '{COUNT}', with commas between."
        )
    if len({*names, COUNT}) <= len(names):
        raise HistoriesUnreadable(f"{what}: two columns have the same name.")
    if len(names) > MOST_LISTS:
        raise HistoriesUnreadable(
            f"{what} has {len(names)} lists; at most {MOST_LISTS} are worked with. "
            "Merge lists of one type of organisation."
        )
    return names


def _row(cells: list[str], lists: int, where: str) -> tuple[int, int]:
    if len(cells) != lists + 1:
        raise HistoriesUnreadable(
            f"{where}: {len(cells)} columns where the first line names {lists + 1}."
        )
    if any(cell not in ("0", "1") for cell in cells[:-1]):
        raise HistoriesUnreadable(f"{where}: on a list is 1, not on it is 0; nothing else.")
    word = cells[-1]
    if not (word.isascii() and word.isdigit()) or len(word) > 12 or int(word) > _MOST_PERSONS:
        raise HistoriesUnreadable(f"{where}: a count is a whole number of persons, 0 or more.")
    # A table of every combination ends with that of no list, of which nothing is known: 0.
    place = sum(1 << i for i, cell in enumerate(cells[:-1]) if cell == "1")
    if place == 0 and int(word):
        raise HistoriesUnreadable(
            f"{where}: nobody can be counted who stands on no list. Leave this line out."
        )
    return place, int(word)
