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
from scipy.special import gammaln

from server.estimates.histories import Histories
from server.estimates.models import Floats

FEWEST_LISTS, MOST_LISTS = 3, 6
"""With two lists one of the two graphs says nothing of who is unseen. Of seven lists there are
617,675 graphs, of six 18,154."""
MOST_UNSEEN, NUMBERS = 30, 1000
"""The posterior is worked out at so many numbers of unseen persons, from 1 to so many times the
recorded ones, as Binette & Steorts 2022 did (package MSETools): their printed digits come out."""
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
    unseen = np.unique(np.linspace(1, MOST_UNSEEN * persons, NUMBERS).round())
    tables = np.array([_marginal(histories, subset, unseen) for subset in range(1 << size)])
    weights = graphs(size)
    parts = [
        _summed(weights[at : at + _AT_ONCE] @ tables) for at in range(0, len(weights), _AT_ONCE)
    ]
    # N! / (unseen! ...): in how many orders; and the prior 1/N.
    total = persons + unseen
    height = _summed(np.array(parts)) + gammaln(total + 1) - gammaln(unseen + 1) - np.log(total)
    mass = np.exp(height - height.max())
    mass /= mass.sum()
    low, middle, high = total[np.searchsorted(mass.cumsum(), [0.025, 0.5, 0.975], side="right")]
    return Posterior(float(middle), float(low), float(high), float(mass @ total))


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
