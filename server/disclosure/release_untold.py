"""Persons who stand in no table, though what is shown adds up to their number. Pure.

A table of those in child labour beside tables that have two of its worst forms apart tell, girl by
girl, who is in child labour in neither form (differencing of nested groups: Hundepool et al. 2012,
Statistical Disclosure Control, 5.4). Of such groups those are named that contain no other: every
sum they are in is at least as large. Each becomes an unknown of the attack, whether what tells of
it is published or withheld.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations, product

import numpy as np

from server.disclosure.release_book import NOBODY_ASKED, Extent, Meaning

Terms = tuple[tuple[Meaning, float], ...]
_UNTOLD = "untold"
Conditions = dict[str, Extent]
_Family = dict[Extent, Meaning]


@dataclass
class Untold:
    """Groups of persons without a cell of their own.

    groups: for each the shown counts that make up its number; nothing where no sum of them does.
    sums: signed counts, of groups and of what is shown, that add up to nothing.
    """

    groups: dict[Meaning, Terms] = field(default_factory=dict)
    sums: list[list[tuple[Meaning, int]]] = field(default_factory=list)

    def __or__(self, other: Untold) -> Untold:
        """The groups of both."""
        return Untold(self.groups | other.groups, [*self.sums, *other.sums])

    def add_less(self, wide: Meaning, narrow: Meaning) -> None:
        """Those of the first who are not among the second, all of whom are among the first."""
        group = (_UNTOLD, *(f"not {one}" for one in narrow), *wide)
        if group not in self.groups:
            self.groups[group] = ((wide, 1), (narrow, -1))
            self.sums.append([(wide, 1), (narrow, -1), (group, -1)])

    def count(self, group: Meaning, counts: Mapping[Meaning, int]) -> int | None:
        """How many persons a group has by these counts, if they say so."""
        terms = self.groups[group]
        if not terms or any(what not in counts for what, _ in terms):
            return None
        return round(sum(sign * counts[what] for what, sign in terms))

    def own(self, group: Meaning, theirs: Mapping[Meaning, int]) -> int:
        """How many of a group an organisation recorded: nobody where it has no count, for only
        what it recorded is kept."""
        return max(0, round(sum(sign * theirs.get(what, 0) for what, sign in self.groups[group])))

    def nobody(self, known: Mapping[Meaning, int]) -> set[Meaning]:
        """Whoever is part of a number that is known to be 0, also where nothing adds up to them."""
        found: set[Meaning] = set()
        for terms in self.sums:
            for side in (1, -1):
                if all(known.get(what) == 0 for what, sign in terms if sign != side):
                    found |= {what for what, sign in terms if sign == side}
        return found


def is_untold(what: Meaning) -> bool:
    """Whether this names a group that stands in no table."""
    return what[0] == _UNTOLD


def untold_of(
    shown: Collection[Meaning],
    everybody: Mapping[tuple[str, str], Extent],
    go_on: Callable[[], None] = lambda: None,
) -> Untold:
    """The groups that these counts, published or withheld, tell of. everybody: for a population and
    each dimension by which some table is, the finest codes that everybody has one of. go_on: called
    often; may raise to end it."""
    found = Untold()
    there = dict.fromkeys(shown)
    families: dict[tuple[Meaning, str], _Family] = {}
    for what in there:
        population, conditions = conditions_of(what)
        for name, extent in conditions.items():
            others = _said(population, {n: e for n, e in conditions.items() if n != name})
            families.setdefault((others, name), {})[extent] = what
    for (others, name), codes in families.items():
        go_on()
        if others in there:
            known = everybody.get((others[0], name), NOBODY_ASKED)
            same = codes.setdefault(known.union(*codes), others)
            if same != others:
                found.sums.append([(others, 1), (same, -1)])
        _add_family(found, others, name, codes)
    _add_far_apart(found, there, go_on)
    return found


def conditions_of(what: Meaning) -> tuple[str, Conditions]:
    """The population of a group, and by dimension which finest codes its persons have."""
    population, *said = what
    parts = (one.partition("=") for one in said)
    return population, {name: frozenset(codes.split("|")) for name, _, codes in parts}


def _said(population: str, conditions: Mapping[str, Extent]) -> Meaning:
    return (population, *sorted(f"{n}={'|'.join(sorted(e))}" for n, e in conditions.items()))


def _add_family(found: Untold, others: Meaning, name: str, codes: _Family) -> None:
    """Codes of one dimension beside the same others: what they leave over of each other."""
    parts = _parts_of(frozenset(codes))
    if all(part in codes for part in parts):
        return
    words = {
        part: codes.get(part) or (_UNTOLD, f"{name}={'|'.join(sorted(part))}", *others)
        for part in parts
    }
    for part, of in parts.items():
        if part not in codes:
            found.groups[words[part]] = tuple((codes[extent], sign) for extent, sign in of)
    for extent, whole in codes.items():
        inside = [words[part] for part in parts if part <= extent]
        if inside != [whole]:
            found.sums.append([*((what, 1) for what in inside), (whole, -1)])


@cache
def _parts_of(extents: frozenset[Extent]) -> dict[Extent, tuple[tuple[Extent, float], ...]]:
    """What no code cuts through, and with which signs codes add up to each; nothing where none
    do."""
    codes = sorted(extents, key=sorted)
    by_codes: dict[tuple[bool, ...], set[str]] = {}
    for one in frozenset[str]().union(*codes):
        by_codes.setdefault(tuple(one in code for code in codes), set()).add(one)
    parts = [frozenset(some) for some in by_codes.values()]
    if extents.issuperset(parts):
        return {part: ((part, 1.0),) for part in parts}
    inside = np.array([*by_codes], dtype=float)  # a row for each part, a column for each code
    wanted = np.eye(len(parts))
    signs = np.linalg.lstsq(inside, wanted, rcond=None)[0]  # a column for each part
    adds_up = np.isclose(inside @ signs, wanted, atol=1e-6).all(axis=0)
    found: dict[Extent, tuple[tuple[Extent, float], ...]] = dict.fromkeys(parts, ())
    for at in np.flatnonzero(adds_up):
        terms = zip(codes, signs[:, at], strict=True)
        found[parts[at]] = tuple((code, float(sign)) for code, sign in terms if abs(sign) > 1e-9)
    return found


def _add_far_apart(found: Untold, there: Mapping[Meaning, None], go_on: Callable[[], None]) -> None:
    """Counts of which one is among the other by two conditions at once, and no count stands between
    them: those of five to nine years in hazardous work among all of five to eleven."""
    known: dict[tuple[str, str], set[Extent]] = {}
    for what in there:
        population, conditions = conditions_of(what)
        for name, extent in conditions.items():
            known.setdefault((population, name), set()).add(extent)
    for what in there:
        go_on()
        population, conditions = conditions_of(what)
        ways = {}
        for name, extent in conditions.items():
            wider = [e for e in known[population, name] if extent < e]
            ways[name] = [*_not_shown(population, conditions, name, wider, there)]
        wides = [*_wider(population, conditions, ways, there)]
        for wide in wides:
            if not any(is_among(other, wide) for other in wides if other != wide):
                found.add_less(wide, what)


def _not_shown(
    population: str,
    conditions: Conditions,
    name: str,
    wider: Iterable[Extent],
    there: Collection[Meaning],
) -> Iterator[Extent | None]:
    """Ways to widen one condition, or (None) to leave it out, that by themselves lead to no count
    and to none on the way."""
    stops: list[Extent] = []
    for extent in sorted(wider, key=len):
        if any(stop <= extent for stop in stops):
            continue
        if _said(population, {**conditions, name: extent}) in there:
            stops.append(extent)
        else:
            yield extent
    rest = {n: e for n, e in conditions.items() if n != name}
    if not stops and _said(population, rest) not in there:
        yield None


def _wider(
    population: str,
    conditions: Conditions,
    ways: Mapping[str, list[Extent | None]],
    there: Collection[Meaning],
) -> Iterator[Meaning]:
    some = [name for name, choices in ways.items() if choices]
    for number in range(2, len(some) + 1):
        for names in combinations(some, number):
            for chosen in product(*(ways[name] for name in names)):
                changed = conditions | {n: e for n, e in zip(names, chosen, strict=True) if e}
                gone = {n for n, e in zip(names, chosen, strict=True) if e is None}
                wide = _said(population, {n: e for n, e in changed.items() if n not in gone})
                if wide in there:
                    yield wide


def is_among(inner: Meaning, outer: Meaning) -> bool:
    """Whether everybody of the one group is of the other, as their conditions say."""
    (population, mine), (other, theirs) = conditions_of(inner), conditions_of(outer)
    return population == other and all(
        name in mine and mine[name] <= extent for name, extent in theirs.items()
    )
