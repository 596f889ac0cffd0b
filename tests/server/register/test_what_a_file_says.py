"""What a closed file says beside its codes: how common a place is, whom its lists share."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.linkage_weights import people_of
from benchmarks.simulated_persons import MODERATE, date_mistyped, simulated_records
from server.register.file_evidence import (
    LEAST_SURE,
    MOST_OF_A_PLACE,
    MOST_OF_PRIOR,
    SURE,
    commonness,
    lists_weighed,
    prior_of,
)
from server.register.link import alike_pairs, link_records
from server.register.link_file import link_file
from server.register.score import CELLS, Pairs, cells, compared
from server.register.weights import load_weights
from shared.linkage.code_types import TIER_2, VERSION_2


def test_a_place_where_everybody_lives_says_less_than_a_rare_one() -> None:
    found = commonness([0] * 96 + [1, 1, 2, -1]).tolist()

    assert found[0] < 0 < found[96] < found[98] <= MOST_OF_A_PLACE
    assert found[99] == 0
    assert commonness([-1, -1]).tolist() == [0, 0]


def two_lists(shared: int, alone: int = 0, twice: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """By row the list, and the sure pairs: of persons in both, in one, twice in one."""
    lists, pairs = [], []
    for _ in range(shared):
        pairs.append((len(lists), len(lists) + 1))
        lists += [0, 1]
    for place in range(alone):
        lists.append(place % 2)
    for _ in range(twice):
        pairs.append((len(lists), len(lists) + 1))
        lists += [0, 0]
    return np.array(lists, np.int64), np.array(pairs, np.int64)


def test_lists_that_name_nobody_twice_are_believed_to_do_so() -> None:
    lists, pairs = two_lists(400)
    found = lists_weighed(lists, pairs[:, 0], pairs[:, 1], np.full(len(pairs), SURE, np.int32))

    assert found is not None
    assert max(found.of_lists[0, 0], found.of_lists[1, 1]) < -2_000
    assert 0 < found.of_lists[0, 1] == found.of_lists[1, 0] < 1_000


def test_a_list_that_names_persons_again_and_again_holds_nothing_against_them() -> None:
    lists, pairs = two_lists(100, twice=400)
    found = lists_weighed(lists, pairs[:, 0], pairs[:, 1], np.full(len(pairs), SURE, np.int32))

    assert found is not None
    assert abs(found.of_lists[0, 0]) < 100


def test_who_is_found_in_the_other_list_is_no_namesake_there() -> None:
    """Rows 0 and 1 are sure; 800 and 801 are alone, and like each other no less than 0 and 801."""
    lists, pairs = two_lists(400, alone=2)
    found = lists_weighed(lists, pairs[:, 0], pairs[:, 1], np.full(len(pairs), SURE, np.int32))
    assert found is not None

    rivalled, alone = found.of_pairs(
        np.array([0, 800]), np.array([801, 801]), np.array([0, 0], np.int32)
    )

    assert rivalled < -1_000 < 0 < alone
    # Nobody is the rival of their own pair.
    assert found.of_pairs(pairs[:1, 0], pairs[:1, 1], np.array([SURE], np.int32))[0] > 0


def test_few_sure_pairs_or_lists_that_nobody_told_say_nothing() -> None:
    lists, pairs = two_lists(LEAST_SURE - 1)
    score = np.full(len(pairs), SURE, np.int32)
    assert lists_weighed(lists, pairs[:, 0], pairs[:, 1], score) is None

    lists, pairs = two_lists(100)
    score = np.full(len(pairs), SURE, np.int32)
    assert lists_weighed(lists * 0 - 1, pairs[:, 0], pairs[:, 1], score) is None
    assert lists_weighed(lists * 0, pairs[:, 0], pairs[:, 1], score) is None
    assert lists_weighed(lists, pairs[:, 0], pairs[:, 1], score - 1) is None


@pytest.mark.parametrize(("true", "added"), [(20, -1), (420, 0), (600, 0), (5_000, 1)])
def test_a_file_of_few_true_pairs_is_linked_more_cautiously(true: int, added: int) -> None:
    score = np.array([9_000] * true, np.int32)

    assert prior_of(score, 1_000) == round(1_000 * MOST_OF_PRIOR) * added


def test_what_a_file_says_finds_more_and_is_right_more_often() -> None:
    simulated = list(simulated_records(2_500, 4_713, MODERATE))
    records, truth = people_of(simulated, VERSION_2)
    by_id = {record["record_id"]: record for _, record in simulated}
    told = [by_id[one] for one in sorted(by_id)]
    numbers: dict[str, int] = {}
    lists = [numbers.setdefault(one["organisation"], len(numbers)) for one in told]
    places = [numbers.setdefault(one["district"], len(numbers)) for one in told]

    of_codes = f1(link_records(records, load_weights()).person, truth)
    of_file = f1(link_file(records, load_weights(), lists, places).person, truth)

    assert of_file > of_codes


def f1(person: np.ndarray, truth: np.ndarray) -> float:
    """Over pairs of records of one person."""

    def pairs(*groups: np.ndarray) -> int:
        sizes = np.unique(np.stack(groups), axis=1, return_counts=True)[1]
        return int((sizes * (sizes - 1) // 2).sum())

    return 2 * pairs(person, truth) / (pairs(person) + pairs(truth))


def test_without_any_of_it_a_file_is_linked_as_by_an_office() -> None:
    simulated = list(simulated_records(1_000, 4_714, MODERATE))
    records, _ = people_of(simulated, VERSION_2)
    nothing = [-1] * records.count

    by_file = link_file(records, load_weights(), nothing, nothing, records.count)

    assert by_file.person.tolist() == link_records(records, load_weights()).person.tolist()
    assert (records.place, records.lists, records.prior) == (None, None, 0)


def test_scores_of_groups_hold_what_the_file_says() -> None:
    """Pairs are scored again within their group: by the same evidence, to the same thousandth."""
    simulated = list(simulated_records(1_500, 4_715, MODERATE))
    records, _ = people_of(simulated, VERSION_2)
    lists = [row % 3 for row in range(records.count)]

    linked = link_file(records, load_weights(), lists, [row % 5 for row in range(records.count)])

    scored = {
        (one, other): points
        for one, other, points in zip(
            linked.pairs.first.tolist(),
            linked.pairs.second.tolist(),
            linked.score.tolist(),
            strict=True,
        )
    }
    assert linked.merges
    assert [merge.score for merge in linked.merges] == [scored[one.pair] for one in linked.merges]


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("1984-08-19", "1974-08-19", "day and month, year by a slip"),
        ("1948-08-19", "1984-08-19", "day and month, year by a slip"),
        ("1984-08-19", "1956-08-19", "day and month, other year"),
        ("1984-08-19", "1985-08-19", "day and month"),
        ("1984-08-19", "1956-11-02", "no date, other year"),
        ("1984-08-19", "1986-11-02", "no date"),
        ("1984-08-19", "1984-11-02", "same year"),
    ],
)
def test_a_year_of_another_digit_is_a_slip_and_another_year_is_another_person(
    one: str, other: str, level: str
) -> None:
    told = [
        (place, {"record_id": str(place), "given": "Erika", "family": "Schulz", "birth_date": born})
        for place, born in enumerate((one, other))
    ]
    records, _ = people_of(told, TIER_2)

    pairs: Pairs = compared(records, np.array([0]), np.array([1]))

    assert CELLS[cells(records, pairs)[0]].split(", ", 1)[1] == level


def test_what_a_file_says_does_not_depend_on_the_order_of_its_lines() -> None:
    simulated = list(simulated_records(900, 4_716, replace(MODERATE, birth_date_known=0.9)))
    chance = random.Random(5)
    for _, record in simulated:
        if record["birth_date"] and chance.random() < 0.1:
            record["birth_date"] = date_mistyped(record["birth_date"], chance)
    records, _ = people_of(simulated, VERSION_2)
    lists = [row % 4 for row in range(records.count)]
    pairs, score = alike_pairs(records, load_weights(), records.count, 0.001)
    backwards = slice(None, None, -1)

    one = lists_weighed(np.array(lists), pairs.first, pairs.second, score)
    other = lists_weighed(
        np.array(lists), pairs.first[backwards], pairs.second[backwards], score[backwards]
    )

    assert one is not None
    assert other is not None
    assert one.of_lists.tolist() == other.of_lists.tolist()
    assert one.alone.tolist() == other.alone.tolist()
