"""Plays days in the field with hypothesis: so many runs of so many steps."""

from __future__ import annotations

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.reliability.country import Country
from tests.reliability.machine import AnyDay
from tests.reliability.starting import template

TABLETS = 3


def play(
    *,
    runs: int,
    steps: int,
    postgres_url: str = "",
    over_http: bool = False,
    seed: int | None = None,
    shrink: bool = True,
) -> None:
    """So many runs; raises what the first violation raises.

    seed: decides every step; another one each time when None. shrink: look for a short way to a
    violation, which takes minutes.
    """
    with template(TABLETS, postgres_url, over_http=over_http) as start:

        class Day(AnyDay):
            make = staticmethod(lambda number: Country(start, number))

        run_state_machine_as_test(
            Day if seed is None else hypothesis.seed(seed)(Day),
            settings=settings(
                max_examples=runs,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                phases=[Phase.generate, *([Phase.shrink] if shrink else [])],
                suppress_health_check=list(HealthCheck),
            ),
        )
