"""Groups whose members all have one class: the zeros beside it would tell everybody's. Pure.

Zeros are published, but where all persons of a line (one group, all classes) fall into one class,
zeros in the others say of each known member which one it is ("group disclosure": Hundepool et al.
2012, Statistical Disclosure Control, 5.2). Such a line loses its zeros. A zero that another
published zero gives away cannot be hidden; where that is so for all of a line, the lines of those
other zeros are withheld whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from server.disclosure.cube import Bools, Cube, Dimension, Ints
from server.disclosure.moves import Floats

RECORDED_BY = "list"
"""The dimension that says which organisation recorded somebody."""

Line = tuple[int, ...]
"""A group: places of its codes, without the sensitive dimension. Also a list of such places."""


@dataclass(frozen=True)
class Zeros:
    """Which zeros are withheld, and what else so that lines are withheld whole.

    Masks in the shape of the table.
    """

    zeros: Bools
    whole: Bools


def hidden_zeros(cube: Cube, price: Floats) -> Zeros:
    """The zeros to withhold so that no line tells a class, and what is withheld whole for it.

    price: of withholding each cell, in the shape of the table.
    """
    counts, axis = cube.counts, cube.sensitive
    classes = cube.dimensions[axis]
    tops = _choices(classes)
    whole_lines = np.zeros(counts.take(0, axis).shape, dtype=bool)
    if len(tops) < 2:
        nothing = np.zeros(counts.shape, dtype=bool)
        return Zeros(nothing, nothing)
    telling, class_of = _telling(counts, axis, tops)
    while True:
        may_hide = np.expand_dims(telling | whole_lines, axis)
        shown = (counts == 0) & ~may_hide
        free = (counts == 0) & cube.finest() & ~_below(cube, shown)
        zeros = (counts == 0) & _above(cube, free)
        lines: list[Line] = []
        for line, leaves in _stuck(cube, zeros, telling, class_of, whole_lines, tops):
            lines = _cheapest_lines(cube, shown, line, leaves, price)
            if lines:
                break
        if not lines:
            break
        for line in lines:
            whole_lines[line] = True
    whole = np.broadcast_to(np.expand_dims(whole_lines, axis), counts.shape) & (counts > 0)
    return Zeros(zeros, whole)


def _stuck(
    cube: Cube, zeros: Bools, telling: Bools, class_of: Ints, whole_lines: Bools, tops: Line
) -> Iterator[tuple[Line, list[int]]]:
    """Lines in which a zero should be hidden and published ones give it away, with its classes."""
    axis, classes = cube.sensitive, cube.dimensions[cube.sensitive]
    hidden = np.moveaxis(zeros, axis, 0)
    for line in _lines_of(telling):
        told = int(class_of[line])
        if not any(hidden[(top, *line)] for top in tops if top != told):
            yield line, [leaf for leaf in classes.leaves if told not in classes.above[leaf]]
    counts = np.moveaxis(cube.counts, axis, 0)
    for line in _lines_of(whole_lines):
        for code in range(len(classes.codes)):
            if counts[(code, *line)] == 0 and not hidden[(code, *line)]:
                yield line, [leaf for leaf in classes.leaves if code in classes.above[leaf]]


def _lines_of(mask: Bools) -> list[Line]:
    return [tuple(int(place) for place in line) for line in np.argwhere(mask)]


def is_known_to_who_recorded(dimension: str) -> bool:
    """Whether its classes are the organisations themselves: each knows that whom it did not record
    was recorded by others, and by which one where there are two. It says nothing of the person."""
    return dimension.partition(":")[0] == RECORDED_BY


def zeros_with(cube: Cube, places: Bools) -> Bools:
    """These zeros, and those that must be withheld with them so that none tells them: of their
    parts, and of what these are in."""
    free: Bools = cube.finest() & _below(cube, places)
    found: Bools = (cube.counts == 0) & _above(cube, free)
    return found


def _choices(classes: Dimension) -> Line:
    """The coarsest classes among which there is a choice."""
    place = 0
    while len(classes.children[place]) == 1:
        place = classes.children[place][0]
    return classes.children[place]


def _telling(counts: Ints, axis: int, tops: Line) -> tuple[Bools, Ints]:
    by_class = np.moveaxis(counts, axis, 0)
    found = by_class[list(tops)] > 0
    return found.sum(axis=0) == 1, np.asarray(tops)[found.argmax(axis=0)]


def _cheapest_lines(
    cube: Cube,
    shown: Bools,
    line: Line,
    leaves: Sequence[int],
    price: Floats,
) -> list[Line]:
    """The lines to withhold whole so that somebody of this one may have one of these classes."""
    axis, classes = cube.sensitive, cube.dimensions[cube.sensitive]
    groups = [d for at, d in enumerate(cube.dimensions) if at != axis]
    persons: Ints = np.moveaxis(cube.counts, axis, 0)[0]
    of_line: Floats = price.sum(axis=axis)
    best: tuple[float, list[Line]] = (float("inf"), [])
    for finest in product(
        *(_leaves_below(d, place) for d, place in zip(groups, line, strict=True))
    ):
        if not persons[finest]:
            continue
        for leaf in leaves:
            lines = set()
            for where in product(*(d.above[p] for d, p in zip(groups, finest, strict=True))):
                for word in classes.above[leaf]:
                    if shown[(*where[:axis], word, *where[axis:])]:
                        lines.add(where)
            cost = sum(float(of_line[where]) for where in lines)
            if cost < best[0]:
                best = cost, sorted(lines)
    return best[1]


def _leaves_below(dimension: Dimension, place: int) -> list[int]:
    return [leaf for leaf in dimension.leaves if place in dimension.above[leaf]]


def _below(cube: Cube, mask: Bools) -> Bools:
    """The cells of the mask and everything they are sums of."""
    found = mask.copy()
    for axis, dimension in enumerate(cube.dimensions):
        by_code = np.moveaxis(found, axis, 0)
        for place, parts in enumerate(dimension.children):
            for part in parts:
                by_code[part] |= by_code[place]
    return found


def _above(cube: Cube, mask: Bools) -> Bools:
    """The cells of the mask and every sum they are in."""
    found = mask.copy()
    for axis, dimension in enumerate(cube.dimensions):
        by_code = np.moveaxis(found, axis, 0)
        for place in reversed(range(len(dimension.codes))):
            for part in dimension.children[place]:
                by_code[place] |= by_code[part]
    return found
