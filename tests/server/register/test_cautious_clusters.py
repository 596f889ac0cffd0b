"""Persons grow by agreement of most records, whoever brings them, in whatever order."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from server.register.blocking import candidate_pairs
from server.register.cluster import Pair, Rules, components, outdone, persons_of
from server.register.link import alike_pairs, score_pairs
from server.register.records import Records
from server.register.weights import load_weights
from shared.linkage.code_types import MOST_SHARERS

RULES = Rules(link_score=500, least_mean=0.5, most_records=25)
STRONG = 5_000


def groups(
    alike: dict[Pair, int],
    source: dict[int, int] | None = None,
    apart: frozenset[Pair] = frozenset(),
) -> set[frozenset[int]]:
    of_source = (lambda row: source[row]) if source else (lambda row: row)
    person, _ = persons_of(alike, RULES, apart.__contains__, of_source)
    together: dict[int, set[int]] = {}
    for row, first in person.items():
        together.setdefault(first, set()).add(row)
    return {frozenset(rows) for rows in together.values()}


def test_one_record_between_two_others_makes_no_bridge() -> None:
    assert groups({(0, 1): STRONG, (1, 2): STRONG - 1}) == {frozenset({0, 1}), frozenset({2})}


def test_three_that_all_agree_are_one() -> None:
    found = groups({(0, 1): STRONG, (1, 2): STRONG, (0, 2): STRONG})

    assert found == {frozenset({0, 1, 2})}


def test_many_records_of_one_source_are_one_voice() -> None:
    """0 and 9 are honest strangers; 1 to 8 are all forged by one source to look like both."""
    forged = range(1, 9)
    alike = {(0, one): STRONG for one in forged} | {(one, 9): STRONG for one in forged}
    alike |= {(one, other): STRONG for one in forged for other in forged if one < other}
    source = {0: 0, 9: 9} | dict.fromkeys(forged, 1)

    assert all(not {0, 9} <= some for some in groups(alike, source))


def test_strangers_that_came_later_take_nobodys_place() -> None:
    """0 and 1 are one person; 2 and 3, of two more sources, are like 0 and never like 1."""
    alike = {(0, 1): STRONG - 1, (0, 2): STRONG, (0, 3): STRONG, (2, 3): STRONG}
    late = outdone(alike, RULES.link_score, lambda one, other: one < other)

    person, _ = persons_of(alike, RULES, lambda _: False, lambda row: row, put_off=late)

    assert late == {(0, 2), (0, 3)}
    assert person == {0: 0, 1: 0, 2: 2, 3: 2}
    assert {0, 1} not in groups(alike)


def test_two_forged_halves_of_a_bridge_do_not_join() -> None:
    alike = {(0, 1): STRONG, (2, 3): STRONG, (1, 3): STRONG - 1}

    found = groups(alike, {0: 0, 1: 7, 2: 2, 3: 7})

    assert found == {frozenset({0, 1}), frozenset({2, 3})}


def test_a_contradiction_anywhere_keeps_two_groups_apart() -> None:
    alike = {(0, 1): STRONG, (0, 2): STRONG, (1, 2): STRONG}

    assert groups(alike, apart=frozenset({(1, 2)})) == {frozenset({0, 1}), frozenset({2})}


def test_nobody_has_more_than_the_most_records() -> None:
    rows = range(40)
    alike = {(one, other): STRONG for one in rows for other in rows if one < other}

    assert max(map(len, groups(alike))) == RULES.most_records


LINKS = st.dictionaries(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1]),
    st.integers(-2_000, 6_000),
    max_size=25,
)


@given(LINKS, st.integers(0, 9))
def test_order_of_pairs_does_not_matter(alike: dict[Pair, int], seed: int) -> None:
    mixed = list(alike.items())
    random.Random(seed).shuffle(mixed)

    assert groups(alike) == groups(dict(mixed))


@given(LINKS)
def test_chains_can_be_clustered_apart(alike: dict[Pair, int]) -> None:
    links = [pair for pair, score in alike.items() if score >= RULES.link_score]
    apart: set[frozenset[int]] = set()
    for chain in components(links):
        rows = {row for pair in chain for row in pair}
        apart |= groups({pair: s for pair, s in alike.items() if rows.issuperset(pair)})

    assert {some for some in groups(alike) if len(some) > 1} == {
        some for some in apart if len(some) > 1
    }


def some_records(codes: list[int], source: list[int] | None = None) -> Records:
    count = len(codes)
    return Records(
        codes={5: np.array(codes, np.uint64).reshape(-1, 1)},
        sex=np.ones(count, np.int8),
        birth_year=np.full(count, 2014, np.int16),
        date_year=np.zeros(count, np.int16),
        source=np.array(source if source is not None else range(count), np.int64),
    )


def pairs_of(records: Records) -> set[Pair]:
    first, second = candidate_pairs(records)
    return set(zip(first.tolist(), second.tolist(), strict=True))


def test_a_code_that_too_many_sources_share_points_to_nobody() -> None:
    assert len(pairs_of(some_records([7] * MOST_SHARERS))) == MOST_SHARERS * (MOST_SHARERS - 1) // 2
    assert not pairs_of(some_records([7] * (MOST_SHARERS + 1)))


def test_one_source_cannot_crowd_a_code_of_others() -> None:
    """Rows 0 and 1 are of two honest sources; a third puts hundreds of records on their code."""
    records = some_records([7] * 400, [0, 1] + [2] * 398)

    assert pairs_of(records) == {(0, 1)}


def test_a_score_depends_on_the_two_records_alone() -> None:
    chance = np.random.default_rng(3)
    count = 300
    records = Records(
        codes={
            number: chance.integers(1, 60, (count, 1)).astype(np.uint64) for number in (4, 5, 6, 13)
        },
        sex=chance.integers(0, 3, count).astype(np.int8),
        birth_year=chance.integers(2010, 2014, count).astype(np.int16),
        date_year=np.zeros(count, np.int16),
        source=np.arange(count),
    )
    weights = load_weights()
    pairs, score = alike_pairs(records, weights, 20_000)
    assert len(score)

    for place in range(0, len(score), 7):
        one = slice(place, place + 1)
        _, alone = score_pairs(records, pairs.first[one], pairs.second[one], weights, 20_000)
        assert alone.tolist() == [score[place]]


def test_two_that_share_no_code_are_not_alike_however_alike_their_ages_are() -> None:
    """A third who is like both makes no bridge of one sex and one birth year."""
    weights = load_weights()
    for numbers in ((5, 6, 17), (5, 7), (4, 5, 11), (5,)):
        records = Records(
            codes={n: np.array([[10 * n + 1], [10 * n + 2]], np.uint64) for n in numbers},
            sex=np.ones(2, np.int8),
            birth_year=np.full(2, 2014, np.int16),
            date_year=np.zeros(2, np.int16),
            source=np.arange(2),
        )

        pairs, _ = score_pairs(records, np.array([0]), np.array([1]), weights, 2_000)

        assert not len(pairs.first)
