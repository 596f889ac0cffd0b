"""When a tablet tries to send by itself: soon when it pays, seldom when it does not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mobile.sending.schedule import (
    LONGEST_WAIT_S,
    NEWS_AFTER_S,
    SEEN_AFTER_S,
    SEEN_LONGEST_S,
    UNDONE_WITHIN_S,
    Situation,
    next_attempt_s,
)

NOW = 1_790_000_000
CHANCE = st.floats(0, 1, exclude_max=True)


def test_what_waits_is_sent_at_once() -> None:
    assert next_attempt_s(Situation(3, 0, NOW - 5), NOW, lambda: 0.5) == NOW


def test_nothing_is_tried_without_a_network() -> None:
    assert next_attempt_s(Situation(3, 0, 0, network_since_s=None), NOW, lambda: 0.5) is None


@given(CHANCE)
def test_idle_tablet_asks_for_news_twice_a_day_at_most(chance: float) -> None:
    at = next_attempt_s(Situation(0, 0, NOW), NOW, lambda: chance)
    assert at is not None
    assert NEWS_AFTER_S // 2 <= at - NOW <= NEWS_AFTER_S


@given(st.integers(-1 << 20, 1 << 20))
def test_what_was_withdrawn_can_be_undone_for_a_minute_and_then_goes(ago_s: int) -> None:
    situation = Situation(2, 0, NOW - 5, withdrawn_s=NOW - ago_s)
    at = next_attempt_s(situation, NOW, lambda: 0.5)
    held = UNDONE_WITHIN_S - ago_s if 0 <= ago_s < UNDONE_WITHIN_S else 0
    assert at == NOW + held, "a clock that was set back holds nothing up"


def test_danger_does_not_wait_for_what_could_be_undone() -> None:
    assert next_attempt_s(Situation(2, 0, 0, 0, True, withdrawn_s=NOW), NOW, lambda: 0.5) == NOW


@given(st.integers(-3600, 1 << 20), CHANCE)
def test_until_somebody_has_seen_a_danger_it_is_asked_soon_and_ever_less_often(
    for_s: int, chance: float
) -> None:
    situation = Situation(0, 0, NOW, unseen_since_s=NOW - for_s)
    at = next_attempt_s(situation, NOW, lambda: chance)
    assert at is not None
    assert SEEN_AFTER_S // 2 <= at - NOW <= min(SEEN_LONGEST_S, max(SEEN_AFTER_S, for_s // 2))


@given(st.integers(1, 60), CHANCE)
def test_waits_double_up_to_four_hours(failures: int, chance: float) -> None:
    at = next_attempt_s(Situation(1, failures, NOW), NOW, lambda: chance)
    whole = min(LONGEST_WAIT_S, 60 * 2 ** (failures - 1))
    assert at is not None
    assert whole // 2 <= at - NOW <= whole


@given(st.integers(1, 60), CHANCE)
def test_network_that_came_back_is_tried_soon_after_any_failures(
    failures: int, chance: float
) -> None:
    back = Situation(1, failures, NOW - 100, network_since_s=NOW)
    at = next_attempt_s(back, NOW, lambda: chance)
    assert at is not None
    assert NOW <= at <= NOW + 10


@given(st.integers(0, 9), st.integers(0, 9), CHANCE)
def test_patience_the_office_asks_for_is_kept(waiting: int, failures: int, chance: float) -> None:
    asked = Situation(waiting, failures, NOW, retry_after_s=9000, network_since_s=NOW + 1)
    at = next_attempt_s(asked, NOW, lambda: chance)
    assert at is not None
    assert at >= NOW + 9000


@given(st.integers(0, 60), st.integers(0, 1 << 33), st.integers(0, 1 << 33), CHANCE)
def test_clock_that_was_set_back_keeps_no_tablet_silent(
    failures: int, last_s: int, since_s: int, chance: float
) -> None:
    before = Situation(1, failures, last_s, network_since_s=since_s)
    at = next_attempt_s(before, NOW, lambda: chance)
    assert at is not None
    assert NOW <= at <= NOW + LONGEST_WAIT_S
