"""Links a whole register at once: records in, persons and the evidence for them out. Pure.

The register of an office is linked by the same functions a batch at a time
(server.register.persons); a test holds both to the same persons.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain as chain_of
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from server.register.blocking import candidate_pairs
from server.register.cluster import (
    DECIDED_SCORE,
    LEAST_KEPT,
    Merge,
    Pair,
    Rules,
    components,
    outdone,
    persons_of,
)
from server.register.records import Records, Rows
from server.register.score import (
    Pairs,
    Scores,
    compared,
    contradict,
    least_score,
    probability,
    scores,
)
from server.register.weights import Weights


@dataclass(frozen=True)
class Linked:
    """The persons of a register.

    person: for each record the smallest row of its person. certainty: for each record the mean
    probability over the other records of its person; of a lone one, that it is nobody else's:
    1 less its most likely pair. pairs, score: every pair at least LEAST_KEPT likely, with its
    evidence. merges: how persons of several records came together, in order within each person.
    """

    person: Rows
    certainty: NDArray[np.float64]
    pairs: Pairs
    score: Scores
    merges: tuple[Merge, ...]


def rules_of(weights: Weights) -> Rules:
    """The clustering rules of a linkage edition."""
    return Rules(least_score(weights.link_at), weights.least_mean, weights.most_records)


def link_records(
    records: Records,
    weights: Weights,
    register_records: int | None = None,
    different: Collection[Pair] = (),
    once_each: Rows | None = None,
    same: Collection[Pair] = (),
    known_links: Collection[Pair] | None = None,
    scored: tuple[Pairs, Scores] | None = None,
) -> Linked:
    """Links all these records with each other.

    register_records: the size the edition's prior is frozen for; that of these records when None.
    different: pairs that somebody decided are different persons. once_each: for each record a
    number, at least 0, of which a person has one record at most; None when that is not so. same:
    pairs that two people decided are one person. known_links: the pairs that are linked, where they
    are known; a part of a register cannot tell which of its codes are crowded. scored: what
    ``alike_pairs`` gives, where it was worked out before.
    """
    size = records.count if register_records is None else register_records
    rules = rules_of(weights)
    if scored is not None:
        pairs, score = scored
    elif known_links is None:
        pairs, score = alike_pairs(records, weights, size)
    else:
        ends = np.array(sorted(known_links), np.int64).reshape(-1, 2)
        pairs, score = score_pairs(records, ends[:, 0], ends[:, 1], weights, size)
    said = frozenset(different)
    person = np.arange(records.count, dtype=np.int64)
    merges: list[Merge] = []
    source = records.source.tolist()
    silent = frozenset(np.flatnonzero(records.without_codes).tolist())
    strong = score >= rules.link_score
    links = zip(pairs.first[strong].tolist(), pairs.second[strong].tolist(), strict=True)
    decided = frozenset(same)
    for chain in _chains(records, chain_of(links, decided), weights, size):

        def apart(pair: Pair, chain: Chain = chain) -> bool:
            if pair in said or (once_each is not None and _of_one(once_each, pair)):
                return True
            return chain.contradicts(records, pair)

        here = decided & chain.pairs if decided else decided
        late = _put_off(records, chain.alike, here, rules.link_score)
        group, made = persons_of(
            chain.alike, rules, apart, source.__getitem__, here, silent.__contains__, late
        )
        for row, first in group.items():
            person[row] = first
        merges += made
    return Linked(person, _certainty(person, pairs, score), pairs, score, tuple(merges))


@dataclass(frozen=True)
class Chain:
    """Records that links connect: every pair of them that is alike, and those that contradict.

    contradicting: None when there are so many records that they are looked at when asked for.
    pairs: the links that connect them.
    """

    alike: Mapping[Pair, int]
    contradicting: frozenset[Pair] | None
    pairs: Set[Pair]

    def contradicts(self, records: Records, pair: Pair) -> bool:
        """Whether two of its records cannot be one person."""
        if self.contradicting is not None:
            return pair in self.contradicting
        first, second = np.array([pair[0]]), np.array([pair[1]])
        return bool(contradict(records, compared(records, first, second))[0])


def _put_off(
    records: Records, alike: Mapping[Pair, int], same: Collection[Pair], link_score: int
) -> Set[Pair]:
    arrived = records.arrived
    if arrived is None or len(alike) < _FEWEST_RIVALS:
        return frozenset()

    def came_before(one: int, other: int) -> bool:
        return bool((arrived[one], one) < (arrived[other], other))

    return outdone({**alike, **dict.fromkeys(same, DECIDED_SCORE)}, link_score, came_before)


def _of_one(once_each: Rows, pair: Pair) -> bool:
    one, other = once_each[pair[0]], once_each[pair[1]]
    return bool(one == other and one >= 0)


def _chains(
    records: Records, links: Iterable[Pair], weights: Weights, register_records: int
) -> Iterator[Chain]:
    """The sets of records that links connect. All pairs in them are compared, however they came
    to be looked at: so that what is crowded can never speak for or against a person."""
    small: list[list[int]] = []
    small_links: list[Set[Pair]] = []
    for linked in components(links):
        rows = sorted({row for pair in linked for row in pair})
        if len(rows) <= _LARGE_CHAIN:
            small.append(rows)
            small_links.append(frozenset(linked))
            continue
        first, second = (np.array(rows)[at] for at in np.triu_indices(len(rows), 1))
        pairs, score = score_pairs(records, first, second, weights, register_records)
        yield Chain(_by_pair(pairs, score.tolist()), None, frozenset(linked))
    for at in range(0, len(small), _CHAINS_AT_ONCE):
        some = small[at : at + _CHAINS_AT_ONCE]
        number = {row: place for place, rows in enumerate(some) for row in rows}
        ends = [pair for rows in some for pair in combinations(rows, 2)]
        first, second = (np.array([pair[end] for pair in ends], np.int64) for end in (0, 1))
        pairs = compared(records, first, second)
        score = scores(records, pairs, weights, register_records)
        against = contradict(records, pairs)
        alike: list[dict[Pair, int]] = [{} for _ in some]
        apart: list[list[Pair]] = [[] for _ in some]
        least = least_score(LEAST_KEPT)
        for pair, points, never in zip(ends, score.tolist(), against.tolist(), strict=True):
            if never:
                apart[number[pair[0]]].append(pair)
            elif points >= least:
                alike[number[pair[0]]][pair] = points
        chained = small_links[at : at + _CHAINS_AT_ONCE]
        for known, never_one, linked_by in zip(alike, apart, chained, strict=True):
            yield Chain(known, frozenset(never_one), linked_by)


def _by_pair(pairs: Pairs, score: Sequence[int]) -> dict[Pair, int]:
    ends = zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
    return dict(zip(ends, score, strict=True))


def alike_pairs(
    records: Records, weights: Weights, register_records: int, least: float = LEAST_KEPT
) -> tuple[Pairs, Scores]:
    """Every pair that may be one person: at least that likely and without contradiction."""
    first, second = candidate_pairs(records)
    return score_pairs(records, first, second, weights, register_records, least)


def score_pairs(
    records: Records,
    first: Rows,
    second: Rows,
    weights: Weights,
    register_records: int,
    least: float = LEAST_KEPT,
) -> tuple[Pairs, Scores]:
    """Of these pairs those that may be one person, with their scores."""
    kept_pairs: list[Pairs] = []
    kept_scores: list[Scores] = []
    for at in range(0, len(first), _AT_ONCE):
        pairs = compared(records, first[at : at + _AT_ONCE], second[at : at + _AT_ONCE])
        score = scores(records, pairs, weights, register_records)
        keep = (score >= least_score(least)) & ~contradict(records, pairs)
        kept_pairs.append(
            Pairs(pairs.first[keep], pairs.second[keep], pairs.agree[keep], pairs.both[keep])
        )
        kept_scores.append(score[keep])
    none = np.zeros(0, np.int64)
    bits = np.zeros(0, np.uint64)
    joined = [Pairs(none, none, bits, bits), *kept_pairs]
    return (
        Pairs(
            np.concatenate([one.first for one in joined]),
            np.concatenate([one.second for one in joined]),
            np.concatenate([one.agree for one in joined]),
            np.concatenate([one.both for one in joined]),
        ),
        np.concatenate([np.zeros(0, np.int32), *kept_scores]),
    )


_AT_ONCE = 1_000_000
"""Pairs compared at once: some 100 MB."""
_LARGE_CHAIN = 60
_FEWEST_RIVALS = 2
"""Pairs of a chain: by one alone no record is outdone."""
_CHAINS_AT_ONCE = 20_000


def _certainty(person: Rows, pairs: Pairs, score: Scores) -> NDArray[np.float64]:
    likely = np.array([probability(int(one)) for one in np.unique(score)] or [0.0])
    shares = likely[np.unique(score, return_inverse=True)[1]] if len(score) else np.zeros(0)
    inside = person[pairs.first] == person[pairs.second]
    total, best = np.zeros(len(person)), np.zeros(len(person))
    for ends in (pairs.first, pairs.second):
        np.add.at(total, ends[inside], shares[inside])
        np.maximum.at(best, ends[~inside], shares[~inside])
    size = np.bincount(person, minlength=len(person))[person]
    return np.where(size > 1, total / np.maximum(size - 1, 1), 1 - best)
