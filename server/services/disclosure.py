"""Disclosure control: a table of persons in, the table that may be shown out. Pure.

Threshold and complementary suppression over all published margins together. A cell of 1 to
threshold-1 persons is not shown (primary); further cells are left out (complementary) until an
attacker who knows every shown cell, and that no cell is negative, can place no primary cell within
an interval narrower than threshold-1 or wholly under the threshold, and can work out no left-out
cell at all. Zeros are shown. Method and measurements: methods.md 2.1 and 2.4.

Sees tables of counts, never a case record.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from server.services.attacker import Attacker, Interval

ALL = "*"
"""Stands in a cell's key for a dimension that is summed over."""
Key = tuple[str, ...]
"""One word per dimension: a category, or ALL."""


class Reason(StrEnum):
    """Why a cell is not shown. Published files show one word for both."""

    PRIMARY = "primary"
    COMPLEMENTARY = "complementary"


class NotSafe(AssertionError):
    """A table that was to be shown failed its audit; it is not given out."""


@dataclass(frozen=True)
class CountTable:
    """Persons by dimensions. counts: inner cells; those of nobody may be left out.

    margins: the sets of dimensions that are published, each as a tuple of their names; the empty
    one is the total. Every combination of categories of a published set is a published cell.
    """

    dimensions: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]]
    counts: Mapping[Key, int]
    margins: tuple[tuple[str, ...], ...]

    def keys_of(self, margin: Sequence[str]) -> Iterator[Key]:
        """The keys of all cells of one published set of dimensions."""
        return product(
            *(
                self.categories[dimension] if dimension in margin else (ALL,)
                for dimension in self.dimensions
            )
        )

    def published(self) -> dict[Key, int]:
        """Every published cell with its true count."""
        sums: dict[Key, int] = {key: 0 for margin in self.margins for key in self.keys_of(margin)}
        for inner, count in self.counts.items():
            for margin in self.margins:
                sums[self.cover(inner, margin)] += count
        return sums

    def cover(self, inner: Key, margin: Sequence[str]) -> Key:
        """The published cell of that set of dimensions in which an inner cell lies."""
        return tuple(
            word if dimension in margin else ALL
            for dimension, word in zip(self.dimensions, inner, strict=True)
        )


@dataclass(frozen=True)
class ProtectedTable:
    """What may be shown: None stands for a cell that is left out, whatever the reason."""

    dimensions: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]]
    margins: tuple[tuple[str, ...], ...]
    threshold: int
    cells: Mapping[Key, int | None]

    def __getitem__(self, key: Key) -> int | None:
        return self.cells[key]


@dataclass(frozen=True)
class Protection:
    """A protected table with what only the office may know: why each cell was left out."""

    table: ProtectedTable
    reasons: Mapping[Key, Reason]


def every_margin(dimensions: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """All sets of these dimensions, the total first, the full crossing last."""
    sets = product(*(((), (dimension,)) for dimension in dimensions))
    found = [tuple(name for part in one for name in part) for one in sets]
    return tuple(sorted(found, key=lambda margin: (len(margin), margin)))


def protect(table: CountTable, threshold: int) -> Protection:
    """The table with cells left out until it is safe; the same table gives the same result.

    threshold: persons below which a cell is sensitive, at least 2. Raises NotSafe when the result
    fails the audit (which would be a fault of this module); nothing is given out then.
    """
    if threshold < 2:
        raise ValueError("A threshold under 2 protects nobody.")
    truth = table.published()
    primary = {key for key, count in truth.items() if 0 < count < threshold}
    attacker = _attacker(table, truth)
    attacker.hide(primary)
    # Sums before their parts: what is left out for a sum often protects its parts too.
    order = sorted(primary, key=lambda key: (len(key) - key.count(ALL), -truth[key], key))
    for key in order:
        if not _is_safe(attacker.interval_seen(key), threshold) and not _is_safe(
            attacker.interval(key), threshold
        ):
            changed = attacker.cheapest_move(key, threshold - 1, _weight)
            attacker.hide(changed)
    _widen_complementary(attacker, primary)
    hidden = attacker.hidden
    unsafe = unsafe_cells(table, truth, hidden, threshold)
    if unsafe:
        raise NotSafe(f"{len(unsafe)} cells could be worked out; the table is not given out.")
    return Protection(
        ProtectedTable(
            table.dimensions,
            table.categories,
            table.margins,
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
    unsafe = set()
    for key in sorted(attacker.hidden):
        sensitive = 0 < truth[key] < threshold
        wanted = threshold if sensitive else 0
        if _is_safe(attacker.interval_seen(key), wanted):
            continue
        if not _is_safe(attacker.interval(key), wanted):
            unsafe.add(key)
    return unsafe


def _is_safe(interval: Interval, threshold: int) -> bool:
    width = interval.high - interval.low
    if threshold == 0:
        return width >= 1 - _SLACK
    return width >= threshold - 1 - _SLACK and interval.high >= threshold - _SLACK


_SLACK = 1e-6
"""Numbers of the solver are exact to about 1e-7."""


def _weight(count: int) -> float:
    """The price of leaving a cell out: large cells tell more and cost more."""
    return math.log1p(count)


def _widen_complementary(attacker: Attacker, primary: set[Key]) -> None:
    """Leaves out more until no complementary cell can be worked out exactly.

    Every one was moved by some solution already, but perhaps by less than one person.
    """
    while True:
        narrow = [
            key
            for key in sorted(attacker.hidden - primary)
            if not _is_safe(attacker.interval_seen(key), 0)
            and not _is_safe(attacker.interval(key), 0)
        ]
        if not narrow:
            return
        attacker.hide(attacker.cheapest_move(narrow[0], 1, _weight))


def _attacker(table: CountTable, truth: Mapping[Key, int]) -> Attacker:
    """What is summed into which published cell, without what a shown zero settles."""
    zero = {key for key, count in truth.items() if count == 0}
    parts: dict[Key, list[int]] = {key: [] for key, count in truth.items() if count}
    values: list[int] = []
    full = tuple(table.dimensions) in table.margins
    inner_cells = (
        table.counts if full else product(*(table.categories[d] for d in table.dimensions))
    )
    for inner in sorted(inner_cells):
        covers = [table.cover(inner, margin) for margin in table.margins]
        if not zero.isdisjoint(covers):
            continue
        for key in covers:
            parts[key].append(len(values))
        values.append(table.counts.get(inner, 0))
    return Attacker(values, parts, {key: truth[key] for key in parts})
