"""At which levels a release can be published: one for each dimension, the same in all its tables.

The search starts at the finest levels, protects all tables together, and makes the one step coarser
that rids them of most small cells for each code it gives up, until every table shows enough
(server.disclosure.recode has the levels; readers of a release find one set of areas, not several).
Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from server.disclosure.cube import Bools, Dimension
from server.disclosure.inclusion import Inclusion
from server.disclosure.joint import SharesShown, shown
from server.disclosure.protect import Policy, small_cells
from server.disclosure.recode import REST, WantedShares, levels_of
from server.disclosure.release_protect import EditionBefore, protect_release
from server.disclosure.suppress import Unprotectable
from server.releases.counted import Levels, SourceTable, at_levels, for_protection

FEWEST: Mapping[str, int] = {"area": 3, "sex": 2, "age_band": 2}
"""Groups that a dimension keeps; of the sensitive one three, so that in, not in and undetermined
stay apart. Others may go."""


LAST_TOGETHER: Mapping[str, tuple[str, str]] = {
    "child_labour": ("NOT_CHILD_LABOUR", "UNDETERMINED"),
    "forced_labour": ("NOT_FL", "UNDETERMINED"),
}
"""Classes that go together as the last resort: where next to nobody is undetermined, that number
is withheld, and with it one of the others in every line."""


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


def choices_of(tables: Mapping[str, SourceTable]) -> dict[str, list[dict[str, str]]]:
    """For each dimension its levels, finest first: finest code to its word."""
    dimensions: dict[str, Dimension] = {}
    persons: dict[str, dict[str, int]] = {}
    fewest: dict[str, int] = {}
    for table in tables.values():
        for axis, d in enumerate(table.cube.dimensions):
            known = dimensions.setdefault(d.name, d)
            if len(d.codes) > len(known.codes):
                dimensions[d.name] = d
            # The first column of each code is its total over all other dimensions.
            line = np.moveaxis(table.cube.counts, axis, 0).reshape(len(d.codes), -1)[:, 0]
            for leaf in d.leaves:
                sums = persons.setdefault(d.name, {})
                sums[d.codes[leaf]] = sums.get(d.codes[leaf], 0) + int(line[leaf])
            least = FEWEST.get(d.name, 3 if axis == table.cube.sensitive else 1)
            fewest[d.name] = max(least, fewest.get(d.name, 1))
    found = {
        name: levels_of(
            d,
            persons[name],
            min(fewest[name], len(d.leaves)),
            rest=not _is_class(name, tables),
        )
        for name, d in dimensions.items()
    }
    for name, together in LAST_TOGETHER.items():
        if name in dimensions and all(code in dimensions[name].places for code in together):
            d = dimensions[name]
            places = {d.places[code] for code in together}
            both = {d.codes[leaf] for leaf in d.leaves if places & {*d.above[leaf]}}
            word = REST + ", ".join(together)
            coarsest = found[name][-1]
            found[name].append({c: word if c in both else w for c, w in coarsest.items()})
    return found


def _is_class(name: str, tables: Mapping[str, SourceTable]) -> bool:
    return any(t.cube.dimensions[t.cube.sensitive].name == name for t in tables.values())


def find_levels(
    tables: Mapping[str, SourceTable],
    inclusions: Sequence[Inclusion],
    earlier: Callable[[Levels], Sequence[EditionBefore]],
    policy: Policy,
    wanted: WantedShares,
    accept: Callable[[LevelsFound], bool],
    *,
    steps: int,
    go_on: Callable[[], None] = lambda: None,
) -> LevelsFound:
    """The finest levels found at which every table shows enough and that ``accept`` takes (the
    audit); the coarsest where none is enough. Raises NoSafeLevel.

    A table that shows too little even at its coarsest does not make the others coarser.
    """
    choices = choices_of(tables)
    coarsest = {name: some[-1] for name, some in choices.items() if len(some) > 1}
    within_reach = [
        name
        for name, table in tables.items()
        if wanted.met_by({name: _if_only_small(at_levels(table, coarsest), policy)})
    ] or list(tables)
    at = dict.fromkeys(choices, 0)
    shared = {d.name for name in within_reach for d in tables[name].cube.dimensions}
    for name in sorted(choices.keys() - shared):
        at[name] = _most_shown(name, tables, choices[name], policy)
    while True:
        levels = {name: choices[name][place] for name, place in at.items() if place}
        now = {name: at_levels(table, levels) for name, table in tables.items()}
        at_best = {name: _if_only_small(table, policy) for name, table in now.items()}
        lacking = [name for name in within_reach if not wanted.met_by({name: at_best[name]})]
        if not lacking:
            found = _protected(levels, now, inclusions, earlier(levels), policy, steps, go_on)
            if found is not None:
                lacking = [n for n in within_reach if not wanted.met_by({n: found.shown[n]})]
                if not lacking and accept(found):
                    return found
        step = _next(tables, lacking or within_reach, choices, at, policy)
        if step is None:
            found = _protected(levels, now, inclusions, earlier(levels), policy, steps, go_on)
            if found is not None and accept(found):
                return found
            raise NoSafeLevel(levels)
        at[step] += 1


def _most_shown(
    name: str,
    tables: Mapping[str, SourceTable],
    levels: Sequence[Mapping[str, str]],
    policy: Policy,
) -> int:
    """The level of a dimension at which the tables that have it show most of their cells."""
    theirs = [t for t in tables.values() if name in {d.name for d in t.cube.dimensions}]

    def shares(place: int) -> float:
        words = {name: levels[place]} if place else {}
        return sum(_if_only_small(at_levels(table, words), policy).cells for table in theirs)

    return max(range(len(levels)), key=lambda place: (round(shares(place), 6), -place))


def _protected(
    levels: Levels,
    tables: Mapping[str, SourceTable],
    inclusions: Sequence[Inclusion],
    earlier: Sequence[EditionBefore],
    policy: Policy,
    steps: int,
    go_on: Callable[[], None],
) -> LevelsFound | None:
    """The tables protected together; None when nothing at these levels is safe."""
    try:
        withheld = protect_release(
            {name: for_protection(table) for name, table in tables.items()},
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
    """Cells of few persons, or of few beside the own ones of some organisation."""
    small = small_cells(table.cube, policy, np.zeros_like(table.cube.counts))
    for own in table.own.values():
        small = small | small_cells(table.cube, policy, own)
    return small


def _if_only_small(table: SourceTable, policy: Policy) -> SharesShown:
    return shown(table.cube, small_of(table, policy))


def _next(
    tables: Mapping[str, SourceTable],
    lacking: Sequence[str],
    choices: Mapping[str, Sequence[Mapping[str, str]]],
    at: Mapping[str, int],
    policy: Policy,
) -> str | None:
    """The dimension of tables that show too little whose step coarser rids them of most small cells
    for what all tables give up by it."""
    now = {name: choices[name][place] for name, place in at.items() if place}
    size = _size(tables, now)
    small = _smalls(tables, lacking, now, policy)
    best: tuple[float, str | None] = (-1.0, None)
    theirs = {d.name for name in lacking for d in tables[name].cube.dimensions}
    for name, place in at.items():
        if name not in theirs or place + 1 >= len(choices[name]):
            continue
        levels = {**now, name: choices[name][place + 1]}
        gain = small - _smalls(tables, lacking, levels, policy)
        lost = float(np.log(size / _size(tables, levels)))
        worth = (gain + 0.1) / max(1e-9, lost)
        if worth > best[0]:
            best = worth, name
    return best[1]


def _smalls(
    tables: Mapping[str, SourceTable], names: Sequence[str], levels: Levels, policy: Policy
) -> int:
    return sum(int(small_of(at_levels(tables[name], levels), policy).sum()) for name in names)


def _size(tables: Mapping[str, SourceTable], levels: Levels) -> int:
    return sum(at_levels(table, levels).cube.counts.size for table in tables.values())
