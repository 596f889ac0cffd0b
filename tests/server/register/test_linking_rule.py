"""When two cases are one person, and that order never matters."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from server.register.linking import (
    Known,
    are_one_person,
    contradict,
    pairs_with_evidence,
    persons_of,
)

ALL_TYPES = frozenset(range(1, 13))


def known(sex: str = "female", birth_year: int | None = 2015) -> Known:
    return Known(sex, birth_year, ALL_TYPES)


def test_one_agreeing_kind_of_code_is_not_enough() -> None:
    assert not are_one_person(known(), known(), frozenset({12}))


def test_parents_name_and_birth_year_decide() -> None:
    assert are_one_person(known(), known(), frozenset({7, 8}))


def test_common_name_of_one_age_and_area_does_not_decide() -> None:
    assert not are_one_person(known(), known(), frozenset({4, 5}))


def test_names_as_spelt_do_not_decide_against_another_parent() -> None:
    assert not are_one_person(known(), known(), frozenset({1, 2, 3, 4, 5, 6, 11}))


def test_names_as_spelt_decide_when_no_more_is_known() -> None:
    little = Known("female", 2015, frozenset({1, 2, 3, 4, 5, 6}))

    assert are_one_person(little, known(), frozenset({1, 2, 3}))


def test_other_sex_contradicts_but_unknown_sex_does_not() -> None:
    assert contradict(known("female"), known("male"))
    assert not contradict(known("unknown"), known("male"))


def test_birth_years_may_differ_by_three_and_not_by_four() -> None:
    assert not contradict(known(birth_year=2010), known(birth_year=2013))
    assert contradict(known(birth_year=2010), known(birth_year=2014))
    assert not contradict(known(birth_year=None), known(birth_year=2014))


def test_evidence_of_one_kind_only_gives_no_pair() -> None:
    pairs = pairs_with_evidence([("b", "a", 1), ("a", "b", 2), ("a", "c", 1), ("c", "a", 1)])

    assert pairs == {("a", "b"): frozenset({1, 2})}


CASES = [f"{number:02}" for number in range(12)]
LINKS = st.lists(
    st.tuples(st.sampled_from(CASES), st.sampled_from(CASES)).map(lambda p: (min(p), max(p))),
    max_size=14,
)


@given(LINKS, st.integers(0, 5))
def test_order_of_links_and_cases_does_not_matter(links: list[tuple[str, str]], seed: int) -> None:
    mixed_cases, mixed_links = CASES.copy(), links.copy()
    random.Random(seed).shuffle(mixed_cases)
    random.Random(seed).shuffle(mixed_links)

    assert persons_of(CASES, links) == persons_of(mixed_cases, mixed_links)


@given(LINKS)
def test_person_is_the_smallest_case_and_linked_cases_are_one(
    links: list[tuple[str, str]],
) -> None:
    persons = persons_of(CASES, links)

    for first, second in links:
        assert persons[first] == persons[second]
    for case, person in persons.items():
        assert person <= case
        assert persons[person] == person
