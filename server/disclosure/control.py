"""Disclosure control: a table of persons in, the table that may be shown out. Pure.

Threshold and complementary suppression over all published margins together. A cell of 1 to
threshold-1 persons is not shown (primary); further cells are left out (complementary) until an
attacker who knows every shown cell, that no cell is negative and that every left-out cell is at
least 1, can place no primary cell within an interval narrower than threshold-1 or wholly under the
threshold, and can work out no left-out cell at all. Zeros are shown. Method: linear programming as
in Fischetti & Salazar (2001), cells added one by one; docs/privacy.md has the measurements.

Sees tables of counts, never a case record.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.disclosure.bounds import Attacker, Interval

ALL = "*"
"""Stands in a cell's key for a dimension that is summed over."""
Key = tuple[str, ...]
"""One word per dimension: a category, or ALL."""


class Reason(StrEnum):
    """Why a cell is not shown. Published files show one word for both."""

    PRIMARY = "primary"
    COMPLEMENTARY = "complementary"


class TableNotSafe(AssertionError):
    """A table that was to be shown failed its audit; it is not given out."""


@dataclass(frozen=True)
class View:
    """A coarser reading of a dimension: each of its categories goes by one of fewer words.

    A word may be a category's own (the same cell then), else it must be no category's. Who is in
    a category without a word is not counted in this reading. A word that begins with ALL is a sum.
    """

    dimension: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class CountTable:
    """Persons by dimensions. counts: inner cells; those of nobody may be left out.

    margins: the sets of dimensions that are published, each as a tuple of names of dimensions or
    views, at most one for each dimension; the empty one is the total. Every combination of their
    words is a published cell. is_possible: what everybody knows of inner cells: that nobody can be
    in some of them.
    """

    dimensions: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]]
    counts: Mapping[Key, int]
    margins: tuple[tuple[str, ...], ...]
    views: Mapping[str, View] = field(default_factory=dict)
    is_possible: Callable[[Key], bool] = lambda _: True

    def published(self) -> dict[Key, int]:
        """Every published cell with its true count."""
        sums = {key: 0 for margin in self.margins for key in self._keys_of(margin)}
        for inner, count in self.counts.items():
            for key in self.covers(inner):
                sums[key] += count
        return sums

    def covers(self, inner: Key) -> set[Key]:
        """The published cells in which an inner cell is summed, each once."""
        found = set()
        for readings in self._readings:
            key = []
            for reading, category in zip(readings, inner, strict=True):
                word = ALL if reading is None else reading.get(category)
                if word is None:
                    break
                key.append(word)
            else:
                found.add(tuple(key))
        return found

    @cached_property
    def _readings(self) -> tuple[tuple[Mapping[str, str] | None, ...], ...]:
        """For each margin and dimension: category to word, or None where it is summed over."""
        return tuple(
            tuple(self._reading(margin, dimension) for dimension in self.dimensions)
            for margin in self.margins
        )

    def _reading(self, margin: Sequence[str], dimension: str) -> Mapping[str, str] | None:
        for name in margin:
            if name == dimension:
                return {word: word for word in self.categories[dimension]}
            if name in self.views and self.views[name].dimension == dimension:
                return self.views[name].words
        return None

    def _keys_of(self, margin: Sequence[str]) -> Iterator[Key]:
        readings = [self._reading(margin, dimension) for dimension in self.dimensions]
        return product(
            *(
                (ALL,) if reading is None else tuple(dict.fromkeys(reading.values()))
                for reading in readings
            )
        )


@dataclass(frozen=True)
class ProtectedTable:
    """What may be shown: None stands for a cell that is left out, whatever the reason."""

    dimensions: tuple[str, ...]
    threshold: int
    cells: Mapping[Key, int | None]

    def __getitem__(self, key: Key) -> int | None:
        return self.cells[key]


@dataclass(frozen=True)
class Protection:
    """A protected table with what only the office may know: why each cell was left out."""

    table: ProtectedTable
    reasons: Mapping[Key, Reason]


def every_margin(*choices: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """All ways to take at most one name from each choice: the total first, the finest last.

    A choice is a dimension alone, or a dimension and its views.
    """
    ways = product(*(("", *names) for names in choices))
    found = [tuple(name for name in way if name) for way in ways]
    return tuple(sorted(found, key=lambda margin: (len(margin), margin)))


def protect(table: CountTable, threshold: int) -> Protection:
    """The table with cells left out until it is safe; the same table gives the same result.

    threshold: persons below which a cell is sensitive, at least 2. Raises TableNotSafe when the
    result fails the audit (which would be a fault of this module); nothing is given out then.
    """
    if threshold < 2:
        raise ValueError("A threshold under 2 protects nobody.")
    truth = table.published()
    primary = {key for key, count in truth.items() if 0 < count < threshold}
    attacker = _attacker(table, truth)
    attacker.hide(primary)
    attacker.explore(primary, lambda _, seen: _is_safe(seen, threshold), 2.0 * threshold)
    # Sums before their parts: what is left out for a sum often protects its parts too.
    order = sorted(primary, key=lambda key: (len(key) - _sums_in(key), -truth[key], key))
    for key in order:
        if not _holds(attacker, key, threshold):
            changed = attacker.cheapest_move(key, threshold - 1, _price)
            attacker.hide(changed)
    _widen_complementary(attacker, primary)
    hidden = attacker.hidden
    unsafe = unsafe_cells(table, truth, hidden, threshold)
    if unsafe:
        raise TableNotSafe(f"{len(unsafe)} cells could be worked out; the table is not given out.")
    return Protection(
        ProtectedTable(
            table.dimensions,
            threshold,
            {key: None if key in hidden else count for key, count in truth.items()},
        ),
        {key: Reason.PRIMARY if key in primary else Reason.COMPLEMENTARY for key in sorted(hidden)},
    )


def unsafe_cells(
    table: CountTable, truth: Mapping[Key, int], hidden: Iterable[Key], threshold: int
) -> set[Key]:
    """The audit: left-out cells that all shown cells together give away, by linear programming.

    A sensitive cell is given away when its interval is narrower than threshold-1 or ends below the
    threshold; any other left-out cell when its interval is narrower than 1.
    """
    attacker = _attacker(table, truth)
    attacker.hide(hidden)
    wanted = {key: threshold if 0 < truth[key] < threshold else 0 for key in attacker.hidden}
    attacker.explore(wanted, lambda key, seen: _is_safe(seen, wanted[key]), 2.0 * threshold)
    return {key for key in sorted(wanted) if not _holds(attacker, key, wanted[key])}


def _holds(attacker: Attacker, key: Key, threshold: int) -> bool:
    """Whether a left-out cell is safe: by solutions seen, else by its greatest value, else by
    both ends."""
    if _is_safe(attacker.interval_seen(key), threshold):
        return True
    attacker.greatest(key)
    if _is_safe(attacker.interval_seen(key), threshold):
        return True
    return _is_safe(attacker.interval(key), threshold)


def _is_safe(interval: Interval, threshold: int) -> bool:
    width = interval.high - interval.low
    if threshold == 0:
        return width >= 1 - _SLACK
    return width >= threshold - 1 - _SLACK and interval.high >= threshold - _SLACK


_SLACK = 1e-6
"""Numbers of the solver are exact to about 1e-7."""


_SUMS_COST = 4.0


def _price(key: Key, count: int) -> float:
    """The price of leaving a cell out: large cells and sums tell more and cost more.

    A sum is what readers look for first; four parts are given up rather than their sum.
    """
    return math.log1p(count) * _SUMS_COST ** _sums_in(key)


def _sums_in(key: Key) -> int:
    """Over how many dimensions a cell is summed."""
    return sum(word.startswith(ALL) for word in key)


def _widen_complementary(attacker: Attacker, primary: set[Key]) -> None:
    """Leaves out more until no complementary cell can be worked out exactly.

    Every one was moved by some solution already, but perhaps by less than one person.
    """
    while True:
        narrow = [key for key in sorted(attacker.hidden - primary) if not _holds(attacker, key, 0)]
        if not narrow:
            return
        attacker.hide(attacker.cheapest_move(narrow[0], 1, _price))


def _attacker(table: CountTable, truth: Mapping[Key, int]) -> Attacker:
    """What is summed into which published cell, without what a shown zero settles."""
    # Loaded on first use: the solver takes a second, and most requests never need it.
    from server.disclosure.bounds import Attacker

    zero = {key for key, count in truth.items() if count == 0}
    parts: dict[Key, list[int]] = {key: [] for key, count in truth.items() if count}
    values: list[int] = []
    everything = product(*(table.categories[dimension] for dimension in table.dimensions))
    # Where the finest crossing is published its zeros are shown: only the others are unknown.
    inner_cells = table.counts if tuple(table.dimensions) in table.margins else everything
    for inner in sorted(inner_cells):
        covers = table.covers(inner)
        known_empty = inner not in table.counts and not table.is_possible(inner)
        if known_empty or not zero.isdisjoint(covers):
            continue
        for key in sorted(covers):
            parts[key].append(len(values))
        values.append(table.counts.get(inner, 0))
    return Attacker(values, parts, {key: truth[key] for key in parts})
