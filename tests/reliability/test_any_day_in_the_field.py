"""Any order of recording, sending, failing, dying and restoring: nothing lost, nothing doubled."""

from __future__ import annotations

import pytest

from tests.reliability.playing import play


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_on_any_day_with_sqlite() -> None:
    play(runs=14, steps=30)


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_on_any_day_over_http_with_sqlite() -> None:
    play(runs=6, steps=30, over_http=True)


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_on_any_day_with_postgresql(postgres_url: str) -> None:
    play(runs=4, steps=30, postgres_url=postgres_url)


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_on_any_day_over_http_with_postgresql(postgres_url: str) -> None:
    play(runs=4, steps=30, postgres_url=postgres_url, over_http=True)
