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
from scipy.special import gammaln, polygamma

from server.estimates.histories import Histories
from server.estimates.models import Floats

FEWEST_LISTS, MOST_LISTS = 3, 6
"""With two lists one of the two graphs says nothing of who is unseen. Of seven lists there are
617,675 graphs, of six 18,154."""
MOST_UNSEEN, NUMBERS = 30, 1000
"""The posterior is worked out at so many numbers of unseen persons, from 1 to so many times the
recorded ones, as Binette & Steorts 2022 did (package MSETools): their printed digits come out."""
_AT_ONCE = 2048
_STEPS, _PEAKS, _POINTS = 60, 40, 129
"""Of the search for a peak; peaks looked at closely, and numbers across each."""
_REACH, _LOWEST = 8.0, 40.0
"""Standard deviations to each side of a peak; logarithms below the highest that still count."""


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
    """The posterior of all persons, from 3 to 6 lists.

    Where the usual numbers stand further apart than the posterior is wide (many persons, or nearly
    all of them recorded), numbers around the peak of each graph are taken in: else the peak falls
    between two of them, and a graph that knows nothing of who is unseen wins.
    """
    unseen = np.unique(np.linspace(1, MOST_UNSEEN * histories.persons, NUMBERS).round())
    widths = np.ones_like(unseen)
    without_pairs = graphs(len(histories.lists))[:1]
    if _peaks(histories, without_pairs, unseen[-1])[1][0] < unseen[1] - unseen[0]:
        unseen = _closer(histories, unseen)
        # A sum over all whole numbers, by the trapezium rule.
        between = np.diff(unseen)
        widths = (np.append(between, 1) + np.insert(between, 0, 1)) / 2
    total = histories.persons + unseen
    height = _height(histories, unseen) + np.log(widths)
    mass = np.exp(height - height.max())
    mass /= mass.sum()
    low, middle, high = total[np.searchsorted(mass.cumsum(), [0.025, 0.5, 0.975], side="right")]
    return Posterior(float(middle), float(low), float(high), float(mass @ total))


def _height(histories: Histories, unseen: Floats) -> Floats:
    """Logarithm of the posterior at each number of unseen persons, but for a constant."""
    size, persons = len(histories.lists), histories.persons
    tables = np.array([_marginal(histories, subset, unseen) for subset in range(1 << size)])
    weights = graphs(size)
    parts = [
        _summed(weights[at : at + _AT_ONCE] @ tables) for at in range(0, len(weights), _AT_ONCE)
    ]
    return _summed(np.array(parts)) + _orders(persons, unseen)


def _orders(persons: int, unseen: Floats) -> Floats:
    """N! / (unseen! ...): in how many orders; and the prior 1/N."""
    total = persons + unseen
    return np.asarray(gammaln(total + 1) - gammaln(unseen + 1) - np.log(total))


def _closer(histories: Histories, unseen: Floats) -> Floats:
    """The numbers, with closer ones around the highest peaks of single graphs."""
    peaks, spreads, heights = _peaks(histories, graphs(len(histories.lists)), unseen[-1])
    counted = np.argsort(-heights)[:_PEAKS]
    counted = counted[heights[counted] > heights[counted[0]] - _LOWEST]
    steps = np.linspace(-_REACH, _REACH, _POINTS)
    around = (peaks[counted, None] + np.outer(spreads[counted], steps)).ravel()
    return np.unique(np.concatenate([unseen, around.clip(1, unseen[-1]).round()]))


def _peaks(histories: Histories, weights: Floats, most: float) -> tuple[Floats, Floats, Floats]:
    """For each graph: where its posterior is highest, its standard deviation there (persons), and
    the logarithm of what lies under that peak. most: unseen persons."""

    def height(at: Floats) -> Floats:
        tables = [_marginal(histories, subset, at) for subset in range(weights.shape[1])]
        return np.asarray((weights.T * tables).sum(axis=0) + _orders(persons, at))

    persons = histories.persons
    low, high = np.ones(len(weights)), np.full(len(weights), most)
    for _ in range(_STEPS):
        # Steps by their ratio: peaks stand at a handful of unseen persons and at millions.
        third = (high / low) ** (1 / 3)
        is_left = height(low * third) > height(high / third)
        low, high = np.where(is_left, low, low * third), np.where(is_left, high / third, high)
    peak = np.sqrt(low * high)
    bent = polygamma(1, persons + peak + 1) - polygamma(1, peak + 1) + (persons + peak) ** -2.0
    for subset in range(1, weights.shape[1]):
        _, none, prior = _collapsed(histories, subset)
        bends = polygamma(1, none + peak + prior) - polygamma(1, persons + peak + 1)
        bent = bent + weights[:, subset] * bends
    spread = np.sqrt(1 / np.maximum(-bent, (10 * most) ** -2.0))
    return peak, spread, height(peak) + np.log(spread)


def _summed(heights: Floats) -> Floats:
    """Logarithm of the sum of exp(heights) over the graphs; the heights are used up."""
    top = heights.max(axis=0)
    heights -= top
    return np.asarray(top + np.log(np.exp(heights, out=heights).sum(axis=0)))


def _marginal(histories: Histories, subset: int, unseen: Floats) -> Floats:
    """Log-likelihood of the table of some lists, its probabilities integrated out."""
    known, none, prior = _collapsed(histories, subset)
    last = gammaln(none + unseen + prior) - gammaln(prior)
    return np.asarray(known + last - gammaln(histories.persons + unseen + 1) + gammaln(1.0))


def _collapsed(histories: Histories, subset: int) -> tuple[float, int, float]:
    """The table of some lists: what those on a list of them add, how many recorded
    persons stand on none of them, and the prior of each combination."""
    size = len(histories.lists)
    inside = np.arange(1 << size) & subset
    counts = np.bincount(inside, histories.counts, 1 << size)[np.unique(inside)]
    prior = 1 / len(counts)
    known = float((gammaln(counts[1:] + prior) - gammaln(prior)).sum())
    return known, int(counts[0]), prior
