"""Any order of recording, sending, failing, dying and restoring: nothing lost, nothing doubled."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.reliability.country import Country
from tests.reliability.machine import AnyDay
from tests.reliability.starting import template

EXAMPLES = int(os.environ.get("SOAK_EXAMPLES", "25"))
STEPS_EACH = int(os.environ.get("SOAK_STEPS", "30"))


def play(
    tablets: int, examples: int, steps: int, postgres_url: str = "", *, shrink: bool = True
) -> None:
    with template(tablets, postgres_url) as start:

        class Day(AnyDay):
            make = staticmethod(lambda seed: Country(start, seed))

        run_state_machine_as_test(
            Day,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                phases=[Phase.generate, *([Phase.shrink] if shrink else [])],
                suppress_health_check=list(HealthCheck),
            ),
        )


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_on_any_day_with_sqlite() -> None:
    play(3, EXAMPLES, STEPS_EACH)


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_on_any_day_with_postgresql(postgres_url: str) -> None:
    play(3, max(EXAMPLES // 3, 8), STEPS_EACH, postgres_url)
