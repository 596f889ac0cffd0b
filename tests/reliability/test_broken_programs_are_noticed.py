"""The state machine reports a violation when the program is broken; two of the catalogue here.

All of it: ``python -m tests.reliability mutations``.
"""

from __future__ import annotations

import pytest

from tests.reliability.mutations import CATALOGUE, Mutation, changed_source, play_in_a_copy

QUICK = ("server_answers_though_its_commit_failed", "tablet_lets_go_before_the_receipt")


def test_every_mistake_of_the_catalogue_can_still_be_made() -> None:
    for mutation in CATALOGUE:
        compile(changed_source(mutation), mutation.file, "exec")


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_broken_program_is_noticed(name: str) -> None:
    (mutation,) = (one for one in CATALOGUE if one.name == name)
    assert play_in_a_copy(mutation, seed=87).violation


def test_mistake_that_no_longer_fits_is_said() -> None:
    with pytest.raises(LookupError, match="gone"):
        changed_source(Mutation("gone", "mobile/sending/send.py", "no such line", ""))
