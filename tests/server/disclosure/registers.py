"""Synthetic registers: tables of invented persons, skewed as real ones are."""

from __future__ import annotations

from itertools import product

import numpy as np

Codes = tuple[str, ...]
NAMES = ("area", "sex", "age", "class")
CLASSES = ("WORST", "HAZARDOUS", "TOO_YOUNG", "NONE", "UNDETERMINED", "CHORES")


def register(
    persons: int, areas: int, seed: int, *, ages: int = 3, classes: int = 4
) -> dict[Codes, int]:
    """Persons by area (a few hold most), sex, age band and class; the finest cells, zeros too."""
    chance = np.random.default_rng(seed)
    area = 1 / np.arange(1, areas + 1) ** 0.5
    kinds = np.array([0.05, 0.35, 0.25, 0.35, 0.1, 0.1][:classes])
    bands = np.array([0.3, 0.3, 0.4, 0.2, 0.2][:ages])
    weights = np.einsum("a,s,g,c->asgc", area, [0.45, 0.55], bands, kinds)
    weights = weights * chance.lognormal(0, 0.4, weights.shape)
    drawn = chance.multinomial(persons, (weights / weights.sum()).ravel())
    codes = product(
        [f"A{at:03}" for at in range(areas)],
        ("F", "M"),
        [f"g{at}" for at in range(ages)],
        CLASSES[:classes],
    )
    return dict(zip(codes, map(int, drawn), strict=True))


def provinces(areas: int, number: int) -> dict[str, dict[str, str]]:
    """Areas below provinces: for each dimension code to parent."""
    return {"area": {f"A{at:03}": f"P{at * number // areas:02}" for at in range(areas)}}
