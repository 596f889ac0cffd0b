"""Moments of an embargo are in UTC unless another zone stands behind them."""

from __future__ import annotations

import pytest

from server.releases.moments import second_of


@pytest.mark.parametrize(
    "said",
    ["2026-12-31T09:30", "2026-12-31T09:30Z", "2026-12-31T14:30+05:00", "2026-12-31T04:30-05:00"],
)
def test_moment_with_a_zone_is_that_moment(said: str) -> None:
    assert second_of(said) == 1798709400


def test_what_is_no_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid isoformat"):
        second_of("soon")
