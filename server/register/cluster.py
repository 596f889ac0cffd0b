"""From links to persons, cautiously: groups grow only where most of their records agree. Pure.

Links are taken from the strongest to the weakest, those that are put off last. Two groups become
one person when no record of the one contradicts a record of the other, nobody has said that they
are different persons, and the mean probability over all cross pairs is at least ``least_mean``. The
records of one source are one voice together, and a source with several records is heard once more
as if it had sent none: so no single source makes a bridge between the records of others.

What comes out depends on the set of records and links, and never on the order they are worked on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from server.register.score import probability

Pair = tuple[int, int]
"""Two rows, the smaller first."""

LEAST_KEPT = 0.05
"""Pairs less likely than this are as good as not alike; they are not kept."""


DECIDED_SCORE = 1_000_000
"""Of a pair that two people decided is one person, thousandths of log-odds: more than any other."""


@dataclass(frozen=True)
class Rules:
    """When groups become one. link_score: thousandths of log-odds; least_mean: a probability."""

    link_score: int
    least_mean: float
    most_records: int


@dataclass(frozen=True)
class Merge:
    """Two persons that became one: by which pair, and how alike their records are on the whole.

    one, other: the smallest rows of both groups. mean: over all cross pairs, by source.
    """

    one: int
    other: int
    pair: Pair
    score: int
    mean: float


def persons_of(
    alike: Mapping[Pair, int],
    rules: Rules,
    apart: Callable[[Pair], bool],
    source: Callable[[int], int],
    same: Collection[Pair] = (),
    silent: Callable[[int], bool] = lambda _: False,
    put_off: Collection[Pair] = (),
) -> tuple[dict[int, int], list[Merge]]:
    """The smallest row of the person of every row that has a link, and how they came together.

    alike: the score of every pair at least LEAST_KEPT. apart: whether a pair can be no one person,
    by contradiction or because somebody decided so. same: pairs that two people decided are one
    person: they come first, and need no agreement of others; what contradicts stays apart even so.
    silent: whether a row has no codes any more: it neither speaks for a person nor against one.
    put_off: links that are taken when all the others are (``outdone``).
    """
    alike = {**alike, **dict.fromkeys(same, DECIDED_SCORE)}
    links = sorted(
        (pair in put_off and pair not in same, -score, pair)
        for pair, score in alike.items()
        if score >= rules.link_score
    )
    group: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    merges: list[Merge] = []
    for _, negative, pair in links:
        for row in pair:
            if row not in group:
                group[row] = row
                members[row] = [row]
        one, other = sorted((group[pair[0]], group[pair[1]]))
        if one == other:
            continue
        asked = replace(rules, least_mean=0.0) if pair in same else rules
        mean = _mean_if_they_may(members[one], members[other], alike, asked, apart, source, silent)
        if mean is None:
            continue
        merges.append(Merge(one, other, pair, -negative, mean))
        for row in members[other]:
            group[row] = one
        members[one] += members.pop(other)
    return group, merges


def outdone(
    alike: Mapping[Pair, int], link_score: int, came_before: Callable[[int, int], bool]
) -> set[Pair]:
    """Links to a record that has nothing in common with another one which is linked with the same
    and came before.

    Who knows one record of a person can write down others that agree with it better than any honest
    one and contradict the rest, or are strangers to it. They must not take its place.
    """
    beside: dict[int, list[int]] = {}
    for (one, other), score in alike.items():
        if score >= link_score:
            beside.setdefault(one, []).append(other)
            beside.setdefault(other, []).append(one)
    found = set()
    for row, rows in beside.items():
        for pair in combinations(sorted(rows), 2):
            if pair not in alike:
                late = pair[1] if came_before(*pair) else pair[0]
                found.add((row, late) if row < late else (late, row))
    return found


def components(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    """The pairs, those apart that no chain of pairs connects; in order of the smallest row."""
    parent: dict[int, int] = {}

    def root(row: int) -> int:
        above = parent.setdefault(row, row)
        while above != row:
            parent[row] = parent[above]
            row, above = above, parent[above]
        return row

    kept = list(pairs)
    for one, other in kept:
        first, second = root(one), root(other)
        if first != second:
            parent[max(first, second)] = min(first, second)
    found: dict[int, list[Pair]] = {}
    for pair in kept:
        found.setdefault(root(pair[0]), []).append(pair)
    for first in sorted(found):
        yield found[first]


def _mean_if_they_may(
    some: Sequence[int],
    others: Sequence[int],
    alike: Mapping[Pair, int],
    rules: Rules,
    apart: Callable[[Pair], bool],
    source: Callable[[int], int],
    silent: Callable[[int], bool],
) -> float | None:
    if len(some) + len(others) > rules.most_records:
        return None
    cross = [
        ((one, other) if one < other else (other, one), source(one), source(other))
        for one in some
        for other in others
    ]
    if any(apart(pair) for pair, _, _ in cross):
        return None
    heard = [
        (probability(alike[pair]) if pair in alike else 0.0, one, other)
        for pair, one, other in cross
        if not (silent(pair[0]) or silent(pair[1]))
    ]
    if not heard:
        return None if rules.least_mean else 0.0
    mean = _mean_of_voices(heard)
    if mean < rules.least_mean:
        return None
    sources = [source(row) for row in (*some, *others)]
    for loud in {one for one in sources if sources.count(one) > 1}:
        rest = [voice for voice in heard if loud not in voice[1:]]
        if rest and _mean_of_voices(rest) < rules.least_mean:
            return None
    return mean


def _mean_of_voices(heard: Sequence[tuple[float, int, int]]) -> float:
    """The mean over pairs of sources of the mean over the pairs of records of both."""
    voices: dict[tuple[int, int], list[float]] = {}
    for share, one, other in heard:
        voices.setdefault((one, other), []).append(share)
    return sum(sum(shares) / len(shares) for shares in voices.values()) / len(voices)
