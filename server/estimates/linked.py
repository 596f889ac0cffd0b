"""Estimates over lists that were linked, with what linking may have got wrong in them. Pure.

Missed links make persons of one person and raise every estimate; false ones lower it. So:

* links that were missed are put back by their known share (recall): the expected counts that
  linking leaves of true counts are linear in them and are inverted (Ding & Fienberg 1994, for any
  number of lists);
* links that are not certain are drawn, each by its probability, a hundred times and more (Sadinle
  2018); what is published stands in the middle of the draws and its limits widen by how much they
  vary (Rubin 1987, on the logarithm of the estimate).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from server.estimates import refusal
from server.estimates.estimate import Estimates, estimate
from server.estimates.histories import Histories
from server.estimates.models import ConfidenceInterval, design, totals
from server.estimates.refusal import Reason
from server.estimates.selection import by_overlaps

FEWEST_DRAWS = 100
FEWEST_ON_A_LIST = 50
"""A list of fewer persons says too little to stand alone: merge it (methods of design, 3.4)."""
_NORMAL_95 = 1.959964

Case = tuple[int | None, ...]
Link = tuple[int, int, float]


@dataclass(frozen=True)
class FromRegister:
    """raw: as linked, nothing corrected; corrected: what is judged, and published when nothing is
    refused. drawn: the stepwise estimate of each draw of the links. recall: as given."""

    raw: Estimates
    corrected: Estimates
    drawn: tuple[float, ...]
    recall: float | None


def from_register(
    names: tuple[str, ...],
    persons: Iterable[tuple[Case, Sequence[Link]]],
    recall: float | None,
    randomness: np.random.Generator,
    draws: int = FEWEST_DRAWS,
    replicates: int | None = None,
) -> FromRegister:
    """The estimate from linked cases: for each person the list of each case (None: of another
    time), and pairs of cases with the probability that both are one person.

    recall: the share of true links that linking found, measured on a sample; None when nobody
    measured it, which is refused.
    """
    held = [(lists, tuple(links)) for lists, links in persons]
    raw_histories = histories_of(names, held)
    more = {} if replicates is None else {"replicates": replicates}
    raw = estimate(raw_histories, randomness, **more)
    histories = raw_histories if recall is None else with_missed_links(raw_histories, recall)
    corrected = raw if recall is None else estimate(histories, randomness, **more)
    drawn = tuple(
        _stepwise(table if recall is None else with_missed_links(table, recall))
        for table in (drawn_histories(names, held, randomness) for _ in range(draws))
    )
    reasons = [*corrected.refusals, *refusal.of_register(recall, (), 0), *_of_small(histories)]
    if not all(map(math.isfinite, drawn)):
        reasons.append(
            Reason("In some draws of the uncertain links no estimate exists.", "no_draws")
        )
    published = None if reasons else _carried(corrected.published, _stepwise(histories), drawn)
    corrected = replace(corrected, published=published, refusals=tuple(reasons))
    return FromRegister(raw, corrected, drawn, recall)


def histories_of(
    names: tuple[str, ...], persons: Iterable[tuple[Case, Sequence[Link]]]
) -> Histories:
    """Persons by the lists they stand on, every link taken to be true."""
    return _counted(names, (lists for lists, _ in persons))


def drawn_histories(
    names: tuple[str, ...],
    persons: Iterable[tuple[Case, Sequence[Link]]],
    randomness: np.random.Generator,
) -> Histories:
    """The same with each link there by its own probability: what falls apart is several persons."""
    return _counted(
        names,
        (
            tuple(lists[at] for at in part)
            for lists, links in persons
            for part in _parts(len(lists), links, randomness)
        ),
    )


def with_missed_links(histories: Histories, recall: float) -> Histories:
    """The counts there would be had no link been missed, in whole persons.

    recall: of pairs; each pair of a person's records was found with this probability, apart from
    the others (0 < recall <= 1). What the inverse makes negative is nobody.
    """
    lists = len(histories.lists)
    leaves = _left_by_linking(lists, recall)
    true = np.linalg.solve(leaves, histories.counts[1:].astype(float))
    counts = np.zeros_like(histories.counts)
    counts[1:] = np.rint(np.clip(true, 0, None)).astype(np.int64)
    return Histories(histories.lists, counts)


def _counted(names: tuple[str, ...], persons: Iterable[Case]) -> Histories:
    places: Counter[int] = Counter()
    for lists in persons:
        place = 0
        for one in lists:
            if one is not None:
                place |= 1 << one
        places[place] += 1
    counts = np.zeros(1 << len(names), dtype=np.int64)
    for place, persons_there in places.items():
        if place:  # a part of which no case is of this time was recorded by nobody
            counts[place] = persons_there
    return Histories(names, counts)


def _parts(
    cases: int, links: Sequence[Link], randomness: np.random.Generator
) -> Iterable[tuple[int, ...]]:
    root = list(range(cases))

    def find(one: int) -> int:
        while root[one] != one:
            one = root[one]
        return one

    for first, second, chance in links:
        if randomness.random() < chance:
            root[find(second)] = find(first)
    parts: dict[int, list[int]] = {}
    for one in range(cases):
        parts.setdefault(find(one), []).append(one)
    return [tuple(part) for part in parts.values()]


@cache
def _left_by_linking(lists: int, recall: float) -> NDArray[np.float64]:
    """[seen - 1, true - 1]: how many persons with exactly the lists ``seen`` linking leaves, on
    average, of one person who truly stands on the lists ``true``."""
    size = 1 << lists
    leaves = np.zeros((size - 1, size - 1))
    for true in range(1, size):
        members = [i for i in range(lists) if true >> i & 1]
        for part in range(1, size):
            if part & ~true:
                continue
            inside = part.bit_count()
            alone = (1 - recall) ** (inside * (len(members) - inside))
            leaves[part - 1, true - 1] = _holds_together(inside, recall) * alone
    return leaves


@cache
def _holds_together(records: int, recall: float) -> float:
    """The probability that so many records are one piece when each pair is joined with this
    probability (Gilbert 1959)."""
    if records <= 1:
        return 1.0
    return 1.0 - sum(
        math.comb(records - 1, size - 1)
        * _holds_together(size, recall)
        * (1 - recall) ** (size * (records - size))
        for size in range(1, records)
    )


def _stepwise(histories: Histories) -> float:
    if len(histories.lists) < refusal.FEWEST_LISTS:
        return float("nan")
    plan, counts = design(len(histories.lists)), histories.counts.astype(float)[None]
    return float(totals(plan, counts, by_overlaps(plan, counts))[0])


def _carried(
    published: ConfidenceInterval | None, certain: float, drawn: Sequence[float]
) -> ConfidenceInterval | None:
    """certain: the estimate with every link taken to be true."""
    if published is None:
        return None
    logs = np.log(drawn)
    moved = math.exp(float(np.mean(logs)) - math.log(certain))
    extra = _NORMAL_95 * math.sqrt(float(np.var(logs, ddof=1)) * (1 + 1 / len(drawn)))
    below = math.hypot(math.log(published.estimate / published.lower), extra)
    above = math.hypot(math.log(published.upper / published.estimate), extra)
    middle = published.estimate * moved
    return ConfidenceInterval(middle, middle * math.exp(-below), middle * math.exp(above))


def _of_small(histories: Histories) -> list[str]:
    return [
        Reason(
            f"The list {name} has {histories.on_list(number)} persons; at least "
            f"{FEWEST_ON_A_LIST} are needed: merge it with lists of its kind.",
            "small_list",
            name=name,
            persons=histories.on_list(number),
            least=FEWEST_ON_A_LIST,
        )
        for number, name in enumerate(histories.lists)
        if histories.on_list(number) < FEWEST_ON_A_LIST
    ]
