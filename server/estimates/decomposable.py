"""The estimate averaged over all decomposable graphs of dependence between lists. Pure.

Madigan & York 1997, Biometrika 84:19; the priors of the R package dga (Johndrow, Lum & Ball): each
graph is as likely as any other, probabilities of combinations are Dirichlet with 2^-k for each of
2^k combinations, and the number of all persons N has the prior 1/N.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.special import gammaln

from server.estimates.histories import Histories
from server.estimates.models import Floats

FEWEST_LISTS, MOST_LISTS = 3, 6
"""With two lists one of the two graphs says nothing of who is unseen. Of seven lists there are
617,675 graphs, of six 18,154."""
_FURTHEST = 60
"""The posterior is worked out up to this many times the recorded persons."""
_EVERY = 200
"""So many numbers of unseen persons are worked out one by one; beyond them ever wider steps."""
_WIDER = 400
_AT_ONCE = 2048


@dataclass(frozen=True)
class Posterior:
    """Of all persons: the median, the ends of the middle 95 %, the mean."""

    estimate: float
    lower: float
    upper: float
    mean: float


@lru_cache(maxsize=4)
def graphs(lists: int) -> Floats:
    """The decomposable graphs: graphs x 2^k, what each marginal table adds to its likelihood.

    A graph is decomposable when lists can be taken away one by one, each with neighbours that all
    know each other. Taking a list away adds the table of it and its neighbours and subtracts the
    table of the neighbours: together the cliques less the separators.
    """
    pairs = list(combinations(range(lists), 2))
    numbers = np.arange(1 << len(pairs))
    neighbours = np.zeros((lists, numbers.size), dtype=np.int64)
    for bit, (i, j) in enumerate(pairs):
        edge = numbers >> bit & 1
        neighbours[i] |= edge << j
        neighbours[j] |= edge << i
    left = np.full(numbers.size, (1 << lists) - 1)
    terms = np.zeros((numbers.size, 1 << lists), dtype=np.float32)
    for _ in range(lists):
        waiting = np.ones(numbers.size, dtype=bool)
        before = left.copy()
        for i in range(lists):
            around = neighbours[i] & before
            simple = waiting & (before >> i & 1 == 1)
            for j in range(lists):
                others = around & ~(1 << j)
                simple &= (around >> j & 1 == 0) | (neighbours[j] & others == others)
            rows = np.flatnonzero(simple)
            np.add.at(terms, (rows, around[rows] | 1 << i), 1)
            np.add.at(terms, (rows, around[rows]), -1)
            left[rows] &= ~(1 << i)
            waiting[rows] = False
    return np.asarray(terms[left == 0], dtype=float)


def average(histories: Histories) -> Posterior:
    """The posterior of all persons, from 3 to 6 lists."""
    size, persons = len(histories.lists), histories.persons
    top = _FURTHEST * persons
    unseen = np.unique(
        np.concatenate(
            [
                np.arange(min(_EVERY, top)),
                np.geomspace(_EVERY, max(top, _EVERY + 1), _WIDER).round(),
            ]
        )
    ).astype(float)
    tables = np.array([_marginal(histories, subset, unseen) for subset in range(1 << size)])
    weights = graphs(size)
    parts = [
        _summed(weights[at : at + _AT_ONCE] @ tables) for at in range(0, len(weights), _AT_ONCE)
    ]
    # N! / (unseen! ...): in how many orders; and the prior 1/N.
    total = persons + unseen
    height = _summed(np.array(parts)) + gammaln(total + 1) - gammaln(unseen + 1) - np.log(total)
    every = np.arange(unseen[-1] + 1) if top < 2_000_000 else unseen
    # The logarithm is smooth in the logarithm of the unseen: between the steps a spline is exact
    # to many digits.
    density = CubicSpline(np.log1p(unseen), height)(np.log1p(every))
    width = np.gradient(every) if len(every) == len(unseen) else np.ones(len(every))
    mass = np.exp(density - density.max()) * width
    mass /= mass.sum()
    summed = mass.cumsum()
    low, middle, high = every[np.searchsorted(summed, [0.025, 0.5, 0.975])] + persons
    return Posterior(float(middle), float(low), float(high), float(mass @ every) + persons)


def _summed(heights: Floats) -> Floats:
    """Logarithm of the sum of exp(heights) over the graphs; the heights are used up."""
    top = heights.max(axis=0)
    heights -= top
    return np.asarray(top + np.log(np.exp(heights, out=heights).sum(axis=0)))


def _marginal(histories: Histories, subset: int, unseen: Floats) -> Floats:
    """Log-likelihood of the table of some lists, its probabilities integrated out."""
    size = len(histories.lists)
    inside = np.arange(1 << size) & subset
    counts = np.bincount(inside, histories.counts, 1 << size)[np.unique(inside)]
    prior = 1 / len(counts)
    known = float((gammaln(counts[1:] + prior) - gammaln(prior)).sum())
    none = gammaln(counts[0] + unseen + prior) - gammaln(prior)
    return np.asarray(known + none - gammaln(histories.persons + unseen + 1) + gammaln(1.0))
