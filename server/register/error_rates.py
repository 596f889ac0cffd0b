"""How often linking errs, by samples, and how many persons there are when that is put right. Pure.

Missed links make two persons of one, false ones one of two. Of n records that linking makes D
persons of, n - D merges were made; of them a share P is true (precision), and of the true pairs a
share R was found (recall), so that there are about n - (n - D) P / R persons (methods of linkage,
1.2 and 1.5.7). P comes from links judged by people, R from invented persons who were recorded
several times.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

NORMAL_95 = 1.959964
FEWEST_PAIRS = 400
"""Of each sample, for an error of about one percent of the persons (methods of linkage, 1.5.7)."""
DRAWS = 20_000


@dataclass(frozen=True)
class Rate:
    """A share measured on pairs, with its 95 % interval. effective: so many independent pairs say
    as much: those of one person err together."""

    hits: int
    pairs: int
    effective: float
    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True)
class CorrectedPersons:
    """How many persons the records are of. linked: as linking says; estimate: with its errors put
    right, and the 95 % interval by the two samples."""

    records: int
    linked: int
    estimate: float
    lower: float
    upper: float


def rate_of(clusters: Sequence[tuple[int, int]]) -> Rate | None:
    """The share of hits among pairs, each cluster (a person) with its hits and its pairs; None
    without a pair.

    Wilson's interval, with as many pairs as independent ones would be (Kish 1965: the design
    effect of a ratio over clusters, taken as no less than one).
    """
    hits, pairs = sum(one for one, _ in clusters), sum(of for _, of in clusters)
    if not pairs:
        return None
    share = hits / pairs
    alone = share * (1 - share) / pairs
    effect = 1.0
    if len(clusters) > 1 and alone > 0:
        spread = sum((one - share * of) ** 2 for one, of in clusters) / pairs**2
        effect = max(1.0, spread * len(clusters) / (len(clusters) - 1) / alone)
    elif len(clusters) < pairs:
        effect = pairs / len(clusters)  # nothing varies: count persons, not pairs
    effective = pairs / effect
    middle = (share + NORMAL_95**2 / (2 * effective)) / (1 + NORMAL_95**2 / effective)
    half = (
        NORMAL_95
        * math.sqrt(share * (1 - share) / effective + NORMAL_95**2 / (4 * effective**2))
        / (1 + NORMAL_95**2 / effective)
    )
    return Rate(hits, pairs, effective, share, max(0.0, middle - half), min(1.0, middle + half))


def corrected_persons(
    records: int, persons: int, precision: Rate, recall: Rate, randomness: np.random.Generator
) -> CorrectedPersons:
    """Persons behind so many records which linking made so many persons of.

    The interval is that of draws of both shares from what their samples leave open (beta, with
    Jeffreys' prior). A recall of nothing gives no estimate: ValueError.
    """
    if recall.hits == 0:
        raise ValueError("No seeded pair was found: nothing can be put right by that.")
    merges = records - persons
    first, second = (
        randomness.beta(
            one.estimate * one.effective + 0.5, (1 - one.estimate) * one.effective + 0.5, DRAWS
        )
        for one in (precision, recall)
    )
    drawn = np.clip(records - merges * first / second, 1, records)
    estimate = records - merges * precision.estimate / recall.estimate
    low, high = np.quantile(drawn, (0.025, 0.975))
    return CorrectedPersons(
        records, persons, float(np.clip(estimate, 1, records)), float(low), float(high)
    )
