"""Recode before you suppress: at which levels tables can be published so that nearly all is shown.

A small register does not publish nine areas by nine classes with three numbers in four withheld.
It takes coarser areas, ages and classes (global recoding; Hundepool et al. 2012, Statistical
Disclosure Control, 5.3). For a set of tables the search starts at the finest levels, protects the
whole set together, and makes the one step coarser that gains most, until enough is shown. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from server.disclosure.cube import TOTAL, Bools, Cube, Dimension, cube_of
from server.disclosure.joint import SharesShown, TableTie, protect_jointly, shown
from server.disclosure.protect import Policy, small_cells
from server.disclosure.suppress import Unprotectable

CodeLevel = tuple[str, ...]
"""The finest codes that a dimension keeps: every person is below exactly one of them."""
REST = "Other: "
"""Begins the code of a group of the smallest codes, where a hierarchy has no level between."""


@dataclass(frozen=True)
class WantedShares:
    """When a set of tables shows enough: shares of non-zero cells and of persons, 0 to 1."""

    cells: float = 0.85
    persons: float = 0.98

    def met_by(self, all_shown: Mapping[str, SharesShown]) -> bool:
        """Whether every table shows so much."""
        return all(
            one.cells >= self.cells and one.persons >= self.persons for one in all_shown.values()
        )


@dataclass(frozen=True)
class LevelsProposal:
    """Levels at which the set can be published. codes: for each table and dimension.

    tables, withheld: recoded and what must be withheld of them. shown: how much that leaves.
    """

    levels: Mapping[str, Mapping[str, CodeLevel]]
    tables: Mapping[str, Cube]
    withheld: Mapping[str, Bools]
    shown: Mapping[str, SharesShown]


def levels_of(
    dimension: Dimension, counts: Mapping[str, int], least: int = 1, *, rest: bool = True
) -> list[dict[str, str]]:
    """The levels a dimension could be published at, finest first: finest code to its word.

    By the hierarchy, as long as it has at least ``least`` groups; then the largest codes by
    themselves and, with ``rest``, the smallest together. counts: persons of finest codes.
    """
    finest = [dimension.codes[leaf] for leaf in dimension.leaves]
    found = [{code: code for code in finest}]
    depth = max(len(dimension.above[leaf]) for leaf in dimension.leaves) - 1
    for level in range(depth - 1, 0, -1):
        words = {
            dimension.codes[leaf]: dimension.codes[_at_depth(dimension, leaf, level)]
            for leaf in dimension.leaves
        }
        if len(set(words.values())) >= least:
            found.append(words)
    if rest and len(finest) > least:
        order = sorted(finest, key=lambda code: (-counts.get(code, 0), finest.index(code)))
        fewest = max(1, least - 1)
        # Below a hierarchy only as the last resort: its groups mean more to readers.
        kept = fewest if len(found) > 1 else len(order) - 2
        while kept >= fewest:
            others = REST + ", ".join(sorted(order[kept:], key=finest.index))
            words = {code: code if code in order[:kept] else others for code in finest}
            found.append(words)
            kept = kept - 1 if kept <= 4 else kept * 2 // 3
    if least <= 1 and len(finest) > 1:
        found.append(dict.fromkeys(finest, TOTAL))
    return found


_GROUPS_MORE = 2
"""So many groups more than the fewest are tried, too, where codes stand beside each other."""


def runs_of(dimension: Dimension, counts: Mapping[str, int], least: int) -> list[dict[str, str]]:
    """Levels of codes that follow each other in their list, in groups of about as many persons,
    finest first and down to ``least`` groups.

    The largest codes by themselves beside a rest need large codes: where all are alike none of them
    can be shown, and three groups of three can. counts: persons of finest codes.
    """
    finest = [dimension.codes[leaf] for leaf in dimension.leaves]
    found = []
    for groups in range(min(least + _GROUPS_MORE, len(finest) - 1), max(least, 2) - 1, -1):
        words: dict[str, str] = {}
        for run in _even_runs(finest, counts, groups):
            word = run[0] if len(run) == 1 else REST + ", ".join(run)
            words |= dict.fromkeys(run, word)
        found.append(words)
    return found


def _even_runs(
    codes: Sequence[str], counts: Mapping[str, int], groups: int
) -> Sequence[Sequence[str]]:
    """These codes in so many runs of which the smallest has as many persons as can be."""
    before = np.concatenate([[0], np.cumsum([counts.get(code, 0) for code in codes])])
    smallest = before.astype(float)  # of the first codes in one run, then in one run more each time
    smallest[0] = -1.0
    begins: list[list[int]] = []
    for _ in range(groups - 1):
        at = [
            max(range(end), key=lambda one: min(smallest[one], before[end] - before[one]))
            if end
            else 0
            for end in range(len(before))
        ]
        smallest = np.array(
            [-1.0, *(min(smallest[a], before[e] - before[a]) for e, a in enumerate(at) if e)]
        )
        begins.append(at)
    end, runs = len(codes), []
    for at in reversed(begins):
        runs.append(codes[at[end] : end])
        end = at[end]
    return [codes[:end], *reversed(runs)]


def level_of(dimension: Dimension, groups: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The level at which these codes stand under these names, all others by themselves."""
    words = {code: group for group, codes in groups.items() for code in codes}
    finest = [dimension.codes[leaf] for leaf in dimension.leaves]
    return {code: words.get(code, code) for code in finest}


def _at_depth(dimension: Dimension, leaf: int, depth: int) -> int:
    path = dimension.above[leaf][::-1]
    return path[min(depth, len(path) - 1)]


def recoded(cube: Cube, words: Mapping[str, Mapping[str, str]]) -> Cube:
    """The table at coarser levels: for each dimension its finest codes by their words."""
    dimensions = []
    for dimension in cube.dimensions:
        named = words.get(dimension.name, {})
        kept = dict.fromkeys(
            named.get(dimension.codes[leaf], dimension.codes[leaf]) for leaf in dimension.leaves
        )
        kept.pop(TOTAL, None)
        dimensions.append(_cut(dimension, list(kept)))
    counts: dict[tuple[str, ...], int] = {}
    leaves = [[d.codes[leaf] for leaf in d.leaves] for d in cube.dimensions]
    inner = cube.counts[np.ix_(*[list(d.leaves) for d in cube.dimensions])]
    for places in np.argwhere(inner):
        key = tuple(
            words.get(d.name, {}).get(codes[place], codes[place])
            for d, codes, place in zip(cube.dimensions, leaves, places, strict=True)
        )
        counts[key] = counts.get(key, 0) + int(inner[tuple(places)])
    return cube_of(dimensions, counts, cube.sensitive)


def _cut(dimension: Dimension, kept: Sequence[str]) -> Dimension:
    """The dimension with these as its finest codes, and what is above them of the hierarchy.

    Nothing is above codes beside a group of others: a sum would lack those who are in the group.
    """
    if any(code not in dimension.places for code in kept):
        return Dimension(dimension.name, (TOTAL, *kept), (-1, *[0] * len(kept)))
    parents = {}
    for code in kept:
        below = code
        while below != TOTAL:
            above = dimension.codes[dimension.parents[dimension.places[below]]]
            parents[below] = above
            below = above
    ordered, places = [TOTAL], [-1]
    children: dict[str, dict[str, None]] = {}
    for code in kept:
        below = code
        while below != TOTAL:
            above = parents.get(below, TOTAL)
            children.setdefault(above, {})[below] = None
            below = above
    for place, code in enumerate(ordered):  # grows while it is walked
        ordered.extend(children.get(code, {}))
        places.extend([place] * len(children.get(code, {})))
    return Dimension(dimension.name, tuple(ordered), tuple(places))


def propose(
    tables: Mapping[str, Cube],
    ties_of: Callable[[Mapping[str, Cube]], Sequence[TableTie]],
    choices: Mapping[str, Mapping[str, Sequence[Mapping[str, str]]]],
    policy: Policy,
    wanted: WantedShares,
    *,
    steps: int = 20_000,
    go_on: Callable[[], None] = lambda: None,
    last_resort: Mapping[tuple[str, str], int] | None = None,
) -> LevelsProposal:
    """The finest levels found at which the whole set shows enough; the coarsest if none does.

    choices: for each table and dimension its levels, finest first. last_resort: for a table and
    dimension the place from which on levels are taken only where nothing else is left. ties_of:
    what ties the recoded tables. The same input gives the same proposal.
    """
    at = {(name, d): 0 for name, named in choices.items() for d in named}
    while True:
        words = {
            name: {d: choices[name][d][at[name, d]] for d in choices.get(name, {})}
            for name in tables
        }
        now = {name: recoded(cube, words[name]) for name, cube in tables.items()}
        found = None
        # Where small cells alone are too many, protecting them cannot leave enough; a table that
        # cannot be made any coarser is no reason to wait.
        can_go_on = {name for name, d in at if at[name, d] + 1 < len(choices[name][d])}
        at_best = {n: shown(c, _small(c, policy)) for n, c in now.items() if n in can_go_on}
        if wanted.met_by(at_best):
            try:
                found = protect_jointly(now, ties_of(now), policy, steps=steps, go_on=go_on)
            except Unprotectable:
                found = None
        all_shown = {
            name: shown(cube, found[name] if found else _small(cube, policy))
            for name, cube in now.items()
        }
        step = None
        if found is None or not wanted.met_by(all_shown):
            ready = {n: one for n, one in all_shown.items() if n in can_go_on} or all_shown
            step = _next(tables, now, ready, choices, at, policy, wanted, last_resort or {})
        if step is None:
            if found is None:
                found = protect_jointly(now, ties_of(now), policy, steps=steps, go_on=go_on)
                all_shown = {name: shown(cube, found[name]) for name, cube in now.items()}
            levels = {
                name: {d: tuple(dict.fromkeys(w.values())) for d, w in named.items()}
                for name, named in words.items()
            }
            return LevelsProposal(levels, now, found, all_shown)
        at[step] += 1


def _small(cube: Cube, policy: Policy) -> Bools:
    return small_cells(cube, policy, np.zeros_like(cube.counts))


def _next(
    tables: Mapping[str, Cube],
    now: Mapping[str, Cube],
    all_shown: Mapping[str, SharesShown],
    choices: Mapping[str, Mapping[str, Sequence[Mapping[str, str]]]],
    at: Mapping[tuple[str, str], int],
    policy: Policy,
    wanted: WantedShares,
    last_resort: Mapping[tuple[str, str], int],
) -> tuple[str, str] | None:
    """The step coarser that rids the set of most small cells for each code it gives up.

    all_shown: of the tables that can be made coarser. Those that show too little first; when all
    are near, whichever helps.
    """
    lacking = [name for name in all_shown if not wanted.met_by({name: all_shown[name]})]
    lacking = lacking or list(now)
    nothing: tuple[bool, float, tuple[str, str] | None] = (False, -1.0, None)
    best = nothing
    for name in lacking:
        small = int(_small(now[name], policy).sum())
        for d in choices.get(name, {}):
            place = at[name, d]
            if place + 1 >= len(choices[name][d]):
                continue
            words = {other: choices[name][other][at[name, other]] for other in choices[name]}
            words[d] = choices[name][d][place + 1]
            trial = recoded(tables[name], words)
            gain = small - int(_small(trial, policy).sum())
            lost = np.log(now[name].counts.size / trial.counts.size)
            worth = (gain + 0.1) / max(1e-9, float(lost))
            keeps = place + 1 < last_resort.get((name, d), len(choices[name][d]))
            if (keeps, worth) > best[:2]:
                best = keeps, worth, (name, d)
    return best[2]
