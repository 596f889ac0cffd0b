"""Tables of every kind against attackers; `make soak` tries hundreds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.disclosure.random_tables import found_out_of, random_table


@pytest.mark.parametrize("seed", [5, 17, 22])
def test_no_attacker_finds_anything_out_of_a_table_of_any_kind(tmp_path: Path, seed: int) -> None:
    assert found_out_of(random_table(seed), tmp_path) == []
