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
from server.disclosure.recode import WantedShares, levels_of
from server.disclosure.release_protect import EditionBefore, protect_release
from server.disclosure.suppress import Unprotectable
from server.releases.counted import Levels, SourceTable, at_levels, for_protection

FEWEST: Mapping[str, int] = {"area": 3, "sex": 2, "age_band": 2}
"""Groups that a dimension keeps; of the sensitive one three, so that in, not in and undetermined
stay apart. Others may go."""


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
    return {
        name: levels_of(
            d, persons[name], min(fewest[name], len(d.leaves)), rest=not _is_class(name, tables)
        )
        for name, d in dimensions.items()
    }


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
    audit); the coarsest accepted ones where none shows enough. Raises NoSafeLevel."""
    choices = choices_of(tables)
    at = dict.fromkeys(choices, 0)
    last: Levels = {}
    while True:
        levels = {name: choices[name][place] for name, place in at.items() if place}
        last = levels
        now = {name: at_levels(table, levels) for name, table in tables.items()}
        step = _next(tables, choices, at, policy)
        may_do = wanted.met_by({n: _if_only_small(t, policy) for n, t in now.items()})
        if may_do or step is None:
            try:
                withheld = protect_release(
                    {name: for_protection(table) for name, table in now.items()},
                    inclusions,
                    earlier(levels),
                    policy,
                    steps=steps,
                    go_on=go_on,
                )
            except (Unprotectable, ArithmeticError):
                withheld = None
            if withheld is not None:
                shares = {n: shown(t.cube, withheld[n]) for n, t in now.items()}
                found = LevelsFound(levels, now, withheld, shares)
                if (wanted.met_by(shares) or step is None) and accept(found):
                    return found
        if step is None:
            raise NoSafeLevel(last)
        at[step] += 1


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
    choices: Mapping[str, Sequence[Mapping[str, str]]],
    at: Mapping[str, int],
    policy: Policy,
) -> str | None:
    """The dimension whose step coarser rids the tables of most small cells for what it gives up."""
    now = {name: choices[name][place] for name, place in at.items() if place}
    present = {name: at_levels(table, now) for name, table in tables.items()}
    small = sum(int(small_of(table, policy).sum()) for table in present.values())
    size = sum(table.cube.counts.size for table in present.values())
    best: tuple[float, str | None] = (-1.0, None)
    for name, place in at.items():
        if place + 1 >= len(choices[name]):
            continue
        trial = {
            n: at_levels(t, {**now, name: choices[name][place + 1]}) for n, t in tables.items()
        }
        gain = small - sum(int(small_of(table, policy).sum()) for table in trial.values())
        lost = np.log(size / sum(table.cube.counts.size for table in trial.values()))
        worth = (gain + 0.1) / max(1e-9, float(lost))
        if worth > best[0]:
            best = worth, name
    return best[1]
