"""At which levels a release can be published: one for each dimension, the same in all its tables.

The search starts at the finest levels, protects all tables together, and makes the one step coarser
that rids them of most small cells for each code it gives up, until every table shows enough
(server.disclosure.recode has the levels; readers of a release find one set of areas, not several).
Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from server.disclosure.cube import TOTAL, Bools, Dimension
from server.disclosure.inclusion import Inclusion
from server.disclosure.joint import SharesShown, shown
from server.disclosure.protect import Policy, small_cells
from server.disclosure.recode import REST, WantedShares, level_of, levels_of, runs_of
from server.disclosure.release_protect import EditionBefore, protect_release
from server.disclosure.suppress import Unprotectable
from server.releases.counted import Levels, SourceTable, at_levels, for_protection, own_level
from server.tables.declaration import DeclaredDimension
from server.tables.levels import apart


@dataclass(frozen=True)
class Choices:
    """The levels tables may be published at. levels: by dimension, or ``own_level`` of one table,
    finest first: finest code to its word. last_resort: for some of them the place from which on a
    level is taken only where nothing else is left: codes that mean different things together, a
    dimension left out.
    """

    levels: Mapping[str, Sequence[Mapping[str, str]]]
    last_resort: Mapping[str, int]
    recounted: frozenset[str] = frozenset()
    """Dimensions whose first level already has other codes than the recorded ones."""

    def at(self, places: Mapping[str, int]) -> dict[str, Mapping[str, str]]:
        """The levels at these places; what stays at its finest is not named."""
        return {
            name: self.levels[name][place]
            for name, place in places.items()
            if place or name in self.recounted
        }

    def of(self, table: SourceTable) -> set[str]:
        """The names that make this table coarser."""
        dimensions = [d.name for d in table.cube.dimensions]
        return {*dimensions, *(own_level(table.code, name) for name in dimensions)} & {*self.levels}


@dataclass(frozen=True)
class LevelsFound:
    """Levels, the tables at them, what is withheld of each, and how much that leaves."""

    levels: Levels
    tables: Mapping[str, SourceTable]
    withheld: Mapping[str, Bools]
    shown: Mapping[str, SharesShown]


class NoSafeLevel(Exception):
    """Not even the coarsest levels can be protected. levels: those that were tried last."""

    def __init__(self, levels: Levels) -> None:
        super().__init__("No level of these tables is safe.")
        self.levels = levels


def choices_of(
    tables: Mapping[str, SourceTable], declared: Mapping[str, DeclaredDimension]
) -> Choices:
    """What a dimension may be brought to stands in its declaration (server.tables.declaration)."""
    found: dict[str, Sequence[Mapping[str, str]]] = {}
    last_resort: dict[str, int] = {}
    for name, (dimension, persons) in _dimensions(tables).items():
        said = declared.get(name)
        if said is None or not said.least:
            continue
        least = min(said.least, len(dimension.leaves))
        levels = [apart(one) for one in levels_of(dimension, persons, least, rest=said.rest)]
        levels[_hierarchy(levels) :] = [
            *(level_of(dimension, groups) for groups in said.also),
            *levels[_hierarchy(levels) :],
        ]
        whole = levels[_hierarchy(levels) - 1]
        if said.rest and said.neighbours:
            runs = map(apart, runs_of(dimension, persons, least))
            levels += [one for one in runs if one not in levels]
        last_resort[name] = len(levels)
        merge = [code for code in said.merge if code in dimension.places]
        if len(merge) > 1:
            levels.append(_together(dimension, whole, merge))
        found[name] = levels
    for table in tables.values():
        for d in table.cube.dimensions:
            if d.name in table.drop:
                name = own_level(table.code, d.name)
                found[name] = [{}, {d.codes[leaf]: TOTAL for leaf in d.leaves}]
                last_resort[name] = 1
    return Choices(found, last_resort)


def recounted(choices: Choices, recount: Levels) -> Choices:
    """The choices, made for codes that count others with them, for the recorded ones.

    recount: by dimension every finest code to the one it is counted under.
    """
    levels = dict(choices.levels)
    for name, words in recount.items():
        levels.setdefault(name, [{}])
        for one, some in levels.items():
            if one == name or (one.endswith(own_level("", name)) and "/" in one):
                levels[one] = [
                    {code: level.get(word, word) for code, word in words.items()}
                    if level or one == name
                    else level
                    for level in some
                ]
    return Choices(levels, choices.last_resort, frozenset(recount))


def after_recount(levels: Levels, recount: Levels) -> Levels:
    """Levels that were chosen for codes that count others with them, for the recorded ones."""
    return {
        **levels,
        **{
            name: {code: levels.get(name, {}).get(word, word) for code, word in words.items()}
            for name, words in recount.items()
        },
    }


def _hierarchy(levels: Sequence[Mapping[str, str]]) -> int:
    """How many of these levels are those of a hierarchy: the others have a rest."""
    return sum(not any(word.startswith(REST) for word in level.values()) for level in levels)


def _dimensions(
    tables: Mapping[str, SourceTable],
) -> dict[str, tuple[Dimension, dict[str, int]]]:
    """Every dimension with all its codes, and how many persons are of each finest one."""
    largest: dict[str, Dimension] = {}
    persons: dict[str, Counter[str]] = {}
    for table in tables.values():
        for axis, d in enumerate(table.cube.dimensions):
            if len(d.codes) > len(largest.setdefault(d.name, d).codes):
                largest[d.name] = d
            # The first column of each code is its total over all other dimensions.
            line = np.moveaxis(table.cube.counts, axis, 0).reshape(len(d.codes), -1)[:, 0]
            for leaf in d.leaves:
                persons.setdefault(d.name, Counter())[d.codes[leaf]] += int(line[leaf])
    return {name: (d, dict(persons[name])) for name, d in largest.items()}


def _together(
    dimension: Dimension, coarsest: Mapping[str, str], merge: Sequence[str]
) -> dict[str, str]:
    """The coarsest level with these codes, and all below them, in one group."""
    places = {dimension.places[code] for code in merge}
    word = REST + ", ".join(merge)
    both = {dimension.codes[leaf] for leaf in dimension.leaves if places & {*dimension.above[leaf]}}
    return {code: word if code in both else other for code, other in coarsest.items()}


def find_levels(
    tables: Mapping[str, SourceTable],
    declared: Mapping[str, DeclaredDimension],
    inclusions: Sequence[Inclusion],
    earlier: Sequence[EditionBefore],
    policy: Policy,
    wanted: WantedShares,
    accept: Callable[[LevelsFound], LevelsFound | None],
    *,
    steps: int,
    go_on: Callable[[], None] = lambda: None,
    recount: Levels | None = None,
) -> LevelsFound:
    """The finest levels found at which every table shows enough and that ``accept`` takes (the
    audit), with more withheld where it says so; the coarsest where none is enough. recount: as
    ``recounted`` takes it. Raises NoSafeLevel.

    A table that shows too little even at its coarsest does not make the others coarser.
    """
    base = recount or {}
    choices = choices_of({name: at_levels(one, base) for name, one in tables.items()}, declared)
    choices = recounted(choices, base)
    coarsest = choices.at({name: len(some) - 1 for name, some in choices.levels.items()})
    within_reach = [
        name
        for name, table in tables.items()
        if table.is_open
        or wanted.met_by({name: _if_only_small(at_levels(table, coarsest), policy)})
    ] or list(tables)
    at = dict.fromkeys(choices.levels, 0)
    shared = set().union(*(choices.of(tables[name]) for name in within_reach))
    for name in sorted(choices.levels.keys() - shared):
        # Of what cannot be shown enough at any level there is little to tell, and much to guard.
        at[name] = len(choices.levels[name]) - 1

    def enough(found: LevelsFound, least: WantedShares | None) -> bool:
        return least is None or all(least.met_by({n: found.shown[n]}) for n in within_reach)

    def tried(places: Mapping[str, int], least: WantedShares | None) -> LevelsFound | None:
        """The tables at these places, when each within reach shows so much and all are safe."""
        levels = choices.at(places)
        now = {name: at_levels(table, levels) for name, table in tables.items()}
        if least and _lacking(within_reach, now, least, policy):
            return None
        found = _protected(levels, now, tables, inclusions, earlier, policy, steps, go_on)
        if found is None or not enough(found, least):
            return None
        found = accept(found)
        return found if found is not None and enough(found, least) else None

    while True:
        found = tried(at, wanted)
        if found is not None:
            return _finer(found, at, sorted(shared), lambda places: tried(places, wanted))
        now = {name: at_levels(table, choices.at(at)) for name, table in tables.items()}
        lacking = _lacking(within_reach, now, wanted, policy)
        step = _next(tables, lacking or within_reach, choices, at, policy)
        if step is None:
            found = tried(at, None)
            if found is not None:
                return found
            raise NoSafeLevel(choices.at(at))
        at[step] += 1


_MOST_TO_REFINE = 3_000
"""Cells of all tables; protecting more of them again and again takes too long."""


def _finer(
    found: LevelsFound,
    at: dict[str, int],
    names: Sequence[str],
    tried: Callable[[Mapping[str, int]], LevelsFound | None],
) -> LevelsFound:
    """The levels with every step taken back that turned out to be of no use after later ones."""
    if sum(table.cube.counts.size for table in found.tables.values()) > _MOST_TO_REFINE:
        return found
    for name in names:
        while at[name]:
            better = tried({**at, name: at[name] - 1})
            if better is None:
                break
            found = better
            at[name] -= 1
    return found


def _lacking(
    names: Sequence[str],
    tables: Mapping[str, SourceTable],
    wanted: WantedShares,
    policy: Policy,
) -> list[str]:
    """Tables that would show too little even if only their small cells were withheld."""
    at_best = {name: _if_only_small(tables[name], policy) for name in names}
    return [name for name in names if not wanted.met_by({name: at_best[name]})]


def _protected(
    levels: Levels,
    tables: Mapping[str, SourceTable],
    sources: Mapping[str, SourceTable],
    inclusions: Sequence[Inclusion],
    earlier: Sequence[EditionBefore],
    policy: Policy,
    steps: int,
    go_on: Callable[[], None],
) -> LevelsFound | None:
    """The tables protected together; None when nothing at these levels is safe."""
    try:
        withheld = protect_release(
            for_protection(tables, sources, levels),
            inclusions,
            earlier,
            policy,
            steps=steps,
            go_on=go_on,
        )
    except (Unprotectable, ArithmeticError):
        return None
    shares = {name: shown(table.cube, withheld[name]) for name, table in tables.items()}
    return LevelsFound(levels, tables, withheld, shares)


def small_of(table: SourceTable, policy: Policy) -> Bools:
    """Cells of few persons, or of few beside the own ones of some organisation; none of a table
    that is published whole."""
    if table.is_open:
        return np.zeros(table.cube.shape, dtype=bool)
    small = small_cells(table.cube, policy, np.zeros_like(table.cube.counts))
    for own in table.own.values():
        small = small | small_cells(table.cube, policy, own)
    return small


def _if_only_small(table: SourceTable, policy: Policy) -> SharesShown:
    return shown(table.cube, small_of(table, policy))


def _next(
    tables: Mapping[str, SourceTable],
    lacking: Sequence[str],
    choices: Choices,
    at: Mapping[str, int],
    policy: Policy,
) -> str | None:
    """The step coarser that rids tables which show too little of most small cells for what all
    tables give up by it; a last resort only where nothing else is left."""
    now = choices.at(at)
    size = _size(tables, now)
    small = _smalls(tables, lacking, now, policy)
    best: tuple[bool, float, str | None] = (False, -1.0, None)
    theirs = set().union(*(choices.of(tables[name]) for name in lacking))
    for name, place in at.items():
        if name not in theirs or place + 1 >= len(choices.levels[name]):
            continue
        levels = choices.at({**at, name: place + 1})
        gain = small - _smalls(tables, lacking, levels, policy)
        lost = float(np.log(size / _size(tables, levels)))
        # Other groups, as many as before, are worth it only for what they show.
        worth = (gain + 0.1) / max(1e-9, lost) if gain > 0 or lost > 0 else 0.0
        keeps = place + 1 < choices.last_resort.get(name, len(choices.levels[name]))
        if (keeps, worth) > best[:2]:
            best = keeps, worth, name
    return best[2]


def _smalls(
    tables: Mapping[str, SourceTable], names: Sequence[str], levels: Levels, policy: Policy
) -> int:
    return sum(int(small_of(at_levels(tables[name], levels), policy).sum()) for name in names)


def _size(tables: Mapping[str, SourceTable], levels: Levels) -> int:
    return sum(at_levels(table, levels).cube.counts.size for table in tables.values())
