"""Which coarser level of a table to try when it cannot be protected as it is. Pure."""

from __future__ import annotations

import numpy as np

from server.disclosure.cube import TOTAL, Cube, Dimension


def proposal(cube: Cube) -> dict[str, object]:
    """The level to try next: one dimension a step up its hierarchy, or without its finest codes.

    The dimension with the most codes that has a level between, else the one with the most codes.
    """
    levels = {dimension.name: _level_above(dimension) for dimension in cube.dimensions}
    candidates = [d for at, d in enumerate(cube.dimensions) if at != cube.sensitive]
    candidates = candidates or list(cube.dimensions)
    between = [d for d in candidates if levels[d.name] != [TOTAL]]
    chosen = max(between or candidates, key=lambda dimension: len(dimension.codes))
    sizes = [len(levels[d.name]) + 1 if d is chosen else len(d.codes) for d in cube.dimensions]
    return {
        "dimension": chosen.name,
        "codes": levels[chosen.name],
        "cells": int(np.prod(sizes)),
        "cells_before": int(cube.counts.size),
    }


def _level_above(dimension: Dimension) -> list[str]:
    above = {dimension.parents[leaf] for leaf in dimension.leaves if leaf}
    return [dimension.codes[place] for place in sorted(above)] or [TOTAL]
