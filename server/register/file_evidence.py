"""What a closed file says beside its codes, learnt from the file itself without any truth. Pure.

Weights learnt elsewhere cannot know how many records of this file name the same place, which of its
lists have persons in common, whether a list names anybody twice, and how many persons stand in the
file more than once. An office uses none of it: its register grows, and what a batch says of others
must not change with what came later.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Points = NDArray[np.int32]
"""Thousandths of log-odds."""

USUAL_PLACE = 0.073
"""How often two persons name the same of the 60 districts that weights are learnt with."""
MOST_OF_A_PLACE = 3_000
MOST_OF_LISTS = 8_000
"""Thousandths of log-odds beyond which a file is not believed."""
SURE = 4_595
"""Of pairs that are taken as true to learn from: a probability of .99."""
LEAST_SURE = 20
"""As many sure pairs are added as if lists said nothing."""
MOST_LISTS = 200
USUAL_PAIRS = 0.42
"""Pairs of one person for each record in the registers that weights are learnt with."""
NOT_TOLD_APART, MOST_OF_PRIOR = 0.5, 0.8
"""Log-odds: a smaller departure may come from other error rates, a larger one is not believed."""


def commonness(places: Sequence[int]) -> Points:
    """What an agreeing place adds, by row: more for a rare one. places: numbers, -1 when none."""
    numbers = np.asarray(places, np.int64)
    known = numbers >= 0
    found = np.zeros(len(numbers), np.int32)
    if known.any():
        count = np.bincount(numbers[known])[numbers[known]]
        found[known] = _points(USUAL_PLACE * known.sum() / count, MOST_OF_A_PLACE)
    return found


@dataclass(frozen=True)
class ListsOfFile:
    """What it says of a pair in which lists its records stand.

    organisation: by row a number, -1 when none is told. of_lists: by the numbers of both. A rival
    of a pair is another record, of the same list as one of its two, that is surely one person with
    the other: sure has by row and list how many such a row has. rivalled, alone: what a pair with
    and without rivals adds, by the numbers of both lists.
    """

    organisation: Rows
    of_lists: Points
    sure: NDArray[np.int32]
    rivalled: Points
    alone: Points

    def of_pairs(self, first: Rows, second: Rows, score: Points) -> Points:
        """What all this adds to the score of each pair; score: the pair's without it."""
        one, other = self.organisation[first], self.organisation[second]
        told = (one >= 0) & (other >= 0)
        rivals = self.sure[first, other] + self.sure[second, one] > 2 * (score >= SURE)
        added = np.where(rivals, self.rivalled[one, other], self.alone[one, other])
        found: Points = np.where(told, self.of_lists[one, other] + added, 0).astype(np.int32)
        return found


def lists_weighed(
    organisation: Rows, first: Rows, second: Rows, score: Points
) -> ListsOfFile | None:
    """What the lists of a file say, learnt from its sure pairs; None when that is nothing.

    organisation: by row a number, -1 when none is told; first, second, score: pairs with their
    scores, all sure ones among them.
    """
    told = (organisation[first] >= 0) & (organisation[second] >= 0) & (score >= SURE)
    first, second = first[told], second[told]
    count = int(organisation.max(initial=-1)) + 1
    if not 2 <= count <= MOST_LISTS or len(first) < LEAST_SURE:
        return None
    one, other = organisation[first], organisation[second]
    both = np.zeros((count, count))
    np.add.at(both, (one, other), 1)
    both += both.T
    size = np.bincount(organisation[organisation >= 0], minlength=count).astype(float)
    by_chance = np.outer(size, size) / size.sum() ** 2
    seen = both + 2 * LEAST_SURE * by_chance
    sure = np.zeros((len(organisation), count), np.int32)
    np.add.at(sure, (first, other), 1)
    np.add.at(sure, (second, one), 1)
    covered = np.zeros((count, count))
    np.add.at(covered, organisation[organisation >= 0], sure[organisation >= 0] > 0)
    covered = np.minimum(covered / size[:, None], 1 - 1 / (size[:, None] + 1))
    # A pair by chance has no rival when neither of its two has a sure partner in the other's list.
    chance_of_none = (1 - covered) * (1 - covered.T)
    with_rivals = np.zeros((count, count))
    np.add.at(with_rivals, (one, other), sure[first, other] + sure[second, one] > 2)
    with_rivals += with_rivals.T
    rivals = (with_rivals + 2 * LEAST_SURE * (1 - chance_of_none)) / (both + 2 * LEAST_SURE)
    rivalled = _points(rivals / np.maximum(1 - chance_of_none, 1e-9), MOST_OF_LISTS)
    alone = _points((1 - rivals) / chance_of_none, MOST_OF_LISTS)
    for nothing in (rivalled, alone):
        np.fill_diagonal(nothing, 0)
    of_lists = _points(seen / seen.sum() / by_chance, MOST_OF_LISTS)
    return ListsOfFile(organisation, of_lists, sure, rivalled, alone)


def prior_of(score: Points, records: int) -> int:
    """What is added to every score because more or fewer pairs are true than usual, by expectation
    and maximisation (Dempster, Laird and Rubin 1977) of that share alone, a little at most."""
    shift = 0.0
    for _ in range(30):
        true = float((1 / (1 + np.exp(-(score / 1000 + shift)))).sum())
        last, shift = shift, math.log(max(true, 1.0) / (USUAL_PAIRS * records))
        shift = max(-3.0, min(3.0, shift))
        if abs(shift - last) < 1e-3:
            break
    beyond = max(0.0, abs(shift) - NOT_TOLD_APART)
    return round(1000 * math.copysign(min(beyond, MOST_OF_PRIOR), shift))


def _points(ratio: NDArray[np.float64], most: int) -> Points:
    with np.errstate(divide="ignore"):
        found = np.round(1000 * np.log(ratio))
    limited: Points = np.clip(found, -most, most).astype(np.int32)
    return limited
