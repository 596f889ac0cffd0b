"""No estimate leaves that the lists cannot carry, on both sides of every limit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from server.estimates import refusal
from server.estimates.estimate import estimate
from server.estimates.histories import Histories
from server.estimates.models import ConfidenceInterval
from tests.server.estimates.tables import table

AGREEING: dict[str, float | None] = {"main": 1000, "stepwise": 1000, "bic": 1000, "dga": 1000}
NARROW = ConfidenceInterval(1000, 800, 1500)


@pytest.mark.parametrize(
    ("histories", "reasons"),
    [
        (table("A B C", "a:500 b:500 c:500 ab:30 bc:20"), []),
        (table("A B", "a:500 b:500 ab:50"), ["There are 2 lists"]),
        (table("A B C", "a:500 b:500 c:500 ab:30 bc:19"), ["49 persons stand"]),
        (table("A B C", "a:500 b:500 c:617 ab:30 bc:20"), ["2.9 % of the recorded"]),
        (table("A B C", "a:500 b:500 c:616 ab:30 bc:20"), []),
        (table("A B C", "a:750 b:100 c:100 ab:50"), []),
        (table("A B C", "a:751 b:100 c:99 ab:50"), ["The list A alone"]),
        (
            table("A B C D E F G", "a:50 b:50 c:50 d:50 e:50 f:50 g:50 abc:60"),
            ["There are 7 lists"],
        ),
    ],
)
def test_lists_that_say_too_little_are_refused(histories: Histories, reasons: list[str]) -> None:
    found = refusal.of_lists(histories)

    assert len(found) == len(reasons)
    assert all(reason in one for reason, one in zip(reasons, found, strict=True))


@pytest.mark.parametrize(
    ("envelope", "compared", "without", "reason"),
    [
        (NARROW, {}, {}, None),
        (ConfidenceInterval(1000, 500, 1500), {}, {}, None),
        (ConfidenceInterval(1000, 500, 1501), {}, {}, "upper limit"),
        (ConfidenceInterval(1000, 500, math.inf), {}, {}, "upper limit"),
        (NARROW, {"dga": 1500.0}, {}, None),
        (NARROW, {"dga": 1501.0}, {}, "methods disagree"),
        (NARROW, {"main": math.inf}, {}, "methods disagree"),
        (NARROW, {"dga": None}, {}, None),
        (ConfidenceInterval(10_001, 8000, 15_000), {}, {}, "guess"),
        (ConfidenceInterval(10_000, 8000, 15_000), {}, {}, None),
        (NARROW, {}, {"A": 800.0, "B": 1600.0}, None),
        (NARROW, {}, {"A": 800.0, "B": 1601.0}, "One list decides"),
        (NARROW, {}, {"A": math.inf, "B": math.inf}, "One list decides"),
        (ConfidenceInterval(math.inf, 500, math.inf), {}, {}, "no maximum"),
        (None, {}, {}, "no maximum"),
    ],
)
def test_estimates_that_cannot_be_relied_on_are_refused(
    envelope: ConfidenceInterval | None,
    compared: dict[str, float | None],
    without: dict[str, float],
    reason: str | None,
) -> None:
    found = refusal.of_estimates(500, {**AGREEING, **compared}, envelope, without)

    assert len(found) == (0 if reason is None else 1)
    assert reason is None or reason in found[0]


@pytest.mark.parametrize(
    ("recall", "cells", "reasons"),
    [
        (0.8, [0, 10, 40], []),
        (0.79, [10], ["Linking found 79 %"]),
        (None, [], ["is not known"]),
        (0.9, [9], ["counts below 10"]),
        (None, [1], ["is not known", "counts below 10"]),
    ],
)
def test_a_register_has_reasons_of_its_own(
    recall: float | None, cells: list[int], reasons: list[str]
) -> None:
    found = refusal.of_register(recall, cells, 10)

    assert len(found) == len(reasons)
    assert all(reason in one for reason, one in zip(reasons, found, strict=True))


@pytest.mark.parametrize(
    "histories",
    [
        table("A B", "a:100 b:80"),
        table("A B C", "a:50 b:60 c:50"),
        table("A B C", "abc:100"),
        table("A B C", "ab:30 b:20 bc:7 abc:40"),
        table("A B", "ab:1"),
    ],
)
def test_lists_that_never_overlap_or_always_do_are_refused_and_not_estimated(
    histories: Histories,
) -> None:
    found = estimate(histories, np.random.default_rng(1), 50)
    main = found.methods["main"]

    assert found.published is None
    assert main is not None
    assert math.isinf(main.estimate)
    assert any("no maximum" in reason for reason in found.refusals)


@settings(max_examples=40)
@given(st.integers(2, 5), st.integers(0, 10_000), st.sampled_from([0.3, 1.0, 3.0, 30.0]))
def test_whatever_the_lists_limits_stand_on_both_sides_of_each_estimate(
    lists: int, seed: int, size: float
) -> None:
    randomness = np.random.default_rng(seed)
    counts = randomness.poisson(size * randomness.random(1 << lists))
    counts[0] = 0
    histories = Histories(tuple("ABCDE"[:lists]), counts)
    assume(all(histories.on_list(number) for number in range(lists)))

    found = estimate(histories, randomness, 50)

    for name in ("main", "bic", "aic", "dga", "chao"):
        one = found.methods[name]
        assert one is None or histories.persons <= one.lower <= one.estimate <= one.upper
    assert (found.published is None) == bool(found.refusals)


def test_order_of_lists_and_lines_does_not_matter() -> None:
    one = table("A B C", "a:90 b:80 c:60 ab:20 bc:15 ac:12 abc:5")
    other = table("C A B", "c:80 b:90 a:60 abc:5 ab:12 bc:20 ac:15")
    found, again = (estimate(x, np.random.default_rng(1), 50).methods for x in (one, other))

    for name in ("main", "bic", "aic", "dga", "chao"):
        first, second = found[name], again[name]
        assert first is not None
        assert second is not None
        assert (first.estimate, first.lower, first.upper) == pytest.approx(
            (second.estimate, second.lower, second.upper), rel=1e-6
        )
