"""A change of the version of codes makes nobody count twice who was found before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.linkage_weights import people_of
from benchmarks.simulated_persons import MODERATE, simulated_records
from server.register.link import link_records
from server.register.records import Records
from server.register.weights import load_weights
from shared.linkage import BOTH_VERSIONS, VERSION_1, VERSION_2

SIMULATED = list(simulated_records(2_500, 99, MODERATE))
EVERY, TRUTH = people_of(SIMULATED, BOTH_VERSIONS)
OLD = np.arange(EVERY.count) % 2 == 0
"""Records made before the change."""


def register(before: Sequence[int], after: Sequence[int]) -> Records:
    """The same people: old records with these types, new ones with those."""
    return replace(
        EVERY,
        codes={
            number: np.where(
                np.where(OLD, number in before, number in after)[:, None], codes, np.uint64(0)
            )
            for number, codes in EVERY.codes.items()
        },
    )


def found_across(records: Records) -> float:
    """Of true pairs with one old record, the share that is found."""
    person = link_records(records, load_weights(), 20_000).person
    pairs = [
        (one, other)
        for one in np.flatnonzero(OLD)
        for other in np.flatnonzero((TRUTH[one] == TRUTH) & ~OLD)
    ]
    return sum(person[one] == person[other] for one, other in pairs) / len(pairs)


@pytest.fixture(scope="module")
def before_the_change() -> float:
    return found_across(register(VERSION_1, VERSION_1))


def test_with_both_versions_as_many_are_found_as_before(before_the_change: float) -> None:
    assert found_across(register(VERSION_1, BOTH_VERSIONS)) >= before_the_change - 0.01


def test_without_the_old_version_most_of_them_still_are(before_the_change: float) -> None:
    """The types both versions have carry over: what a programme loses that emits only the new."""
    assert found_across(register(VERSION_1, VERSION_2)) >= before_the_change - 0.08


OTHER_KEY = np.uint64(0x5A5A5A5A5A5A5A5A)


def under(new_only: bool) -> Records:
    """Version 2. Old records with one key; new ones with both, or with a new one alone."""
    records = register(VERSION_2, VERSION_2)
    with_new = {
        number: np.where((~OLD)[:, None] & (codes != 0), codes ^ OTHER_KEY, np.uint64(0))
        for number, codes in records.codes.items()
    }
    if new_only:
        records = register(VERSION_2, ())
    return replace(records, later=(with_new,))


def test_with_both_keys_the_very_same_persons_are_found_as_before() -> None:
    before = link_records(register(VERSION_2, VERSION_2), load_weights(), 20_000).person
    after = link_records(under(new_only=False), load_weights(), 20_000).person

    assert np.array_equal(before, after)


def test_codes_of_two_keys_are_never_compared() -> None:
    records = under(new_only=True)

    assert found_across(records) == 0.0
    alone = link_records(records, load_weights(), 20_000).person
    together = link_records(register(VERSION_2, VERSION_2), load_weights(), 20_000).person
    new = np.flatnonzero(~OLD)
    pairs = [(a, b) for a in new for b in new[TRUTH[new] == TRUTH[a]]]
    found = sum(alone[a] == alone[b] for a, b in pairs) / len(pairs)
    assert found >= sum(together[a] == together[b] for a, b in pairs) / len(pairs) - 0.02


def test_the_new_version_finds_more(before_the_change: float) -> None:
    assert found_across(register(VERSION_2, VERSION_2)) > before_the_change + 0.02
