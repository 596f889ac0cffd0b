"""Recode before you suppress: at which levels declared tables can be published together. Pure.

A small register does not publish nine areas by nine classes with most of the numbers withheld; it
publishes coarser areas and classes in which nearly all can be shown. What a dimension may be
brought to stands in its declaration.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from server.disclosure.cube import TOTAL, Cube, Dimension
from server.disclosure.protect import Policy
from server.disclosure.recode import (
    REST,
    LevelsProposal,
    WantedShares,
    level_of,
    levels_of,
    propose,
    runs_of,
)
from server.tables.case_words import MISSING
from server.tables.cubes import table_of
from server.tables.declaration import Declarations
from server.tables.ties import ties_within

WANTED = (
    (2_000, WantedShares(cells=0.80, persons=0.95)),
    (20_000, WantedShares(cells=0.85, persons=0.97)),
    (None, WantedShares(cells=0.85, persons=0.98)),
)
"""Registers of fewer persons than this, and when a release of theirs shows enough."""
NATIONAL = ("CL-AREA", "CL-AGE", "CL-SECTOR-SEX", "FL-FORM", "FL-COUNTRY")
"""Tables that tell a country the most, and that are looked at first."""
STEPS = 20_000
"""Of the solver, spent on withholding less."""


def wanted_of(cubes: Mapping[str, Cube]) -> WantedShares:
    """When these tables show enough, by the persons of the largest."""
    return wanted_for(max((int(cube.counts.flat[0]) for cube in cubes.values()), default=0))


def wanted_for(persons: int) -> WantedShares:
    """When tables of a register of so many persons show enough."""
    return next(shares for most, shares in WANTED if most is None or persons < most)


def allowed_levels(
    declarations: Declarations, cubes: Mapping[str, Cube]
) -> tuple[dict[str, dict[str, list[dict[str, str]]]], dict[tuple[str, str], int]]:
    """For each cube and dimension the levels it may be published at, finest first; and from which
    on they are a last resort: codes that mean different things together, a dimension left out.

    A group of the smallest codes is made only of a dimension that one table has: beside another
    table that shows these codes apart it would be a sum that nobody looked at.
    """
    shared = Counter(d.name for cube in cubes.values() for d in cube.dimensions)
    found: dict[str, dict[str, list[dict[str, str]]]] = {}
    last_resort: dict[tuple[str, str], int] = {}
    for name, cube in cubes.items():
        for axis, dimension in enumerate(cube.dimensions):
            said = declarations.dimensions[dimension.name]
            leaves = [dimension.codes[leaf] for leaf in dimension.leaves]
            levels: list[dict[str, str]] = []
            ordinary = 0
            if said.least and not said.several:
                rest = said.rest and shared[dimension.name] == 1
                persons = _persons(cube, axis, dimension)
                levels = [
                    apart(level) for level in levels_of(dimension, persons, said.least, rest=rest)
                ]
                whole = [one for one in levels if not any(map(_is_rest, one.values()))][-1]
                levels += [level_of(dimension, groups) for groups in said.also]
                if rest and said.neighbours:
                    runs = map(apart, runs_of(dimension, persons, said.least))
                    levels += [one for one in runs if one not in levels]
                ordinary = len(levels)
                merge = [code for code in said.merge if code in whole.values()]
                if len(merge) > 1:
                    levels.append(_merged(whole, merge))
            if dimension.name in declarations.tables[table_of(name)].drop:
                levels = [
                    *(levels or [{code: code for code in leaves}]),
                    dict.fromkeys(leaves, TOTAL),
                ]
            if levels:
                last_resort[name, dimension.name] = ordinary or 1
                found.setdefault(name, {})[dimension.name] = levels
    return found, last_resort


def _is_rest(word: str) -> bool:
    return word.startswith(REST)


def apart(level: Mapping[str, str]) -> dict[str, str]:
    """A level in which those of whom nothing is known stand in no group with others."""
    missing = MISSING & level.keys()
    words = {}
    for code, word in level.items():
        if code in missing:
            word = code
        elif word.startswith(REST):
            parts = word.removeprefix(REST).split(", ")
            word = REST + ", ".join(part for part in parts if part not in missing)
        words[code] = word
    return words


def _merged(level: Mapping[str, str], merge: Sequence[str]) -> dict[str, str]:
    """A level with these of its codes in one group."""
    others = REST + ", ".join(merge)
    return {code: others if word in merge else word for code, word in level.items()}


def propose_levels(
    declarations: Declarations,
    cubes: Mapping[str, Cube],
    threshold: int,
    wanted: WantedShares | None = None,
    *,
    steps: int = STEPS,
    go_on: Callable[[], None] = lambda: None,
) -> LevelsProposal:
    """The finest levels found at which the whole set shows enough, protected jointly.

    cubes: of one period, as server.tables.read.cubes gives them. threshold: persons below which a
    cell is withheld. The same input gives the same proposal. Raises suppress.Unprotectable.
    """
    choices, last_resort = allowed_levels(declarations, cubes)
    return propose(
        cubes,
        lambda now: ties_within(declarations, now),
        choices,
        Policy(threshold),
        wanted or wanted_of(cubes),
        steps=steps,
        go_on=go_on,
        last_resort=last_resort,
    )


def _persons(cube: Cube, axis: int, dimension: Dimension) -> dict[str, int]:
    """Persons of each finest code of a dimension."""
    place = tuple(slice(None) if at == axis else 0 for at in range(cube.counts.ndim))
    line = cube.counts[place]
    return {dimension.codes[leaf]: int(line[leaf]) for leaf in dimension.leaves}
