"""Tables of the literature give the numbers of the literature.

The counts are published facts: UK 2013 (Silverman 2014; Bales, Hesketh & Silverman 2015), Greater
New Orleans (Bales, Murphy & Silverman 2020), Australia (Lyneham, Dowling & Bricknell 2019), and the
made-up table of Chan, Silverman & Vincent 2021 whose maximum does not exist for some models. The
numbers are those of the R packages SparseMSE and dga and of Binette & Steorts 2022.
"""

from __future__ import annotations

import numpy as np
import pytest

from server.estimates import bound, decomposable, models, selection
from server.estimates.estimate import Estimates, estimate
from server.estimates.histories import Histories
from server.estimates.profiles import profile_of_constant
from tests.server.estimates.tables import AUSTRALIA, MADE_UP, NEW_ORLEANS, UK_4, UK_5, UK_6


def pairs_of(histories: Histories, model: models.Bools) -> set[str]:
    named = models.design(len(histories.lists)).pairs
    return {
        f"{histories.lists[i]}:{histories.lists[j]}"
        for (i, j), chosen in zip(named, model, strict=True)
        if chosen
    }


def chosen(histories: Histories, price: float | None = None) -> tuple[models.Bools, float]:
    """The model by overlaps, or by an information criterion; and its estimate."""
    plan, counts = models.design(len(histories.lists)), histories.counts.astype(float)
    model = (
        selection.by_overlaps(plan, counts[None])[0]
        if price is None
        else selection.by_information(plan, counts, price)
    )
    return model, float(models.totals(plan, counts[None], model[None])[0])


def main_effects(histories: Histories) -> float:
    plan = models.design(len(histories.lists))
    return float(models.totals(plan, histories.counts[None].astype(float), plan.model()[None])[0])


@pytest.mark.parametrize(
    ("histories", "expected"),
    [
        (UK_6, 12214.0),
        (UK_5, 13444.131209),
        (NEW_ORLEANS, 1034.151065),
        (AUSTRALIA, 827.16719),
        (MADE_UP, 539.09),
    ],
)
def test_independent_lists_give_the_published_estimate(
    histories: Histories, expected: float
) -> None:
    assert main_effects(histories) == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize(
    ("histories", "expected", "pairs"),
    [
        (UK_6, 11417.99, "PF:NCA LA:NG NG:GP LA:PF PF:GP GO:GP NG:GO"),
        (UK_5, 11312.990289, "LA:NG NG:GP PFNCA:GP LA:PFNCA GO:GP NG:GO"),
        (UK_4, 11015.24, "LA:NG LA:PFNCA NG:GO"),
        (AUSTRALIA, 6496.008695, "B:C B:D A:B"),
        (NEW_ORLEANS, 1034.151065, ""),
    ],
)
def test_stepwise_chooses_the_published_pairs(
    histories: Histories, expected: float, pairs: str
) -> None:
    model, found = chosen(histories)
    published = {frozenset(pair.split(":")) for pair in pairs.split()}

    assert {frozenset(pair.split(":")) for pair in pairs_of(histories, model)} == published
    assert found == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize(
    ("histories", "bayes", "akaike"),
    [
        (UK_6, 12350, 11252),
        (UK_5, 12262, 11175),
        (UK_4, 11987, 11015),
        (NEW_ORLEANS, 1034, 1584),
        (AUSTRALIA, 6496, 6496),
    ],
)
def test_information_criteria_choose_step_by_step(
    histories: Histories, bayes: float, akaike: float
) -> None:
    assert chosen(histories, float(np.log(histories.persons)))[1] == pytest.approx(bayes, abs=0.5)
    assert chosen(histories, 2.0)[1] == pytest.approx(akaike, abs=0.5)


def test_intervals_of_the_chosen_model_are_the_published_ones() -> None:
    model, found = chosen(UK_6)
    by_profile, by_information = models.profile(UK_6, model, found), models.wald(UK_6, model)

    assert (by_profile.lower, by_profile.upper) == pytest.approx((9982, 13182), abs=0.5)
    assert (by_information.lower, by_information.upper) == pytest.approx((9977, 13146), abs=0.5)


@pytest.mark.parametrize(
    ("histories", "lower", "upper"),
    [
        (UK_5, 12004.026264, 15160.333391),
        (NEW_ORLEANS, 673.493283, 1771.304871),
        (AUSTRALIA, 725.499246, 964.045196),
    ],
)
def test_interval_of_independent_lists_is_the_published_one(
    histories: Histories, lower: float, upper: float
) -> None:
    """R draws a spline through the likelihood: it is right to a few millionths."""
    plan, alone = models.design(len(histories.lists)), main_effects(histories)
    found = profile_of_constant(histories, plan.model(), alone)

    assert found.lower == pytest.approx(lower, rel=2e-5)
    assert found.upper == pytest.approx(upper, rel=5e-5)


@pytest.mark.parametrize(
    ("histories", "median", "lower", "upper"),
    [
        (UK_5, 23016, 10408, 33481),
        (NEW_ORLEANS, 869, 514, 1763),
        (AUSTRALIA, 2255, 1186, 7314),
    ],
)
def test_graphs_averaged_give_the_published_posterior(
    histories: Histories, median: int, lower: int, upper: int
) -> None:
    found = decomposable.average(histories)

    assert (found.estimate, found.lower, found.upper) == (median, lower, upper)


def test_graphs_averaged_come_near_what_four_lists_were_published_to_say() -> None:
    found = decomposable.average(UK_4)

    assert (found.estimate, found.lower, found.upper) == pytest.approx(
        (11352, 9525, 13534), rel=0.006
    )


@pytest.mark.parametrize(
    ("histories", "mean"), [(UK_4, 11416.24), (UK_5, 21281), (NEW_ORLEANS, 935)]
)
def test_mean_over_graphs_is_the_published_one(histories: Histories, mean: float) -> None:
    assert decomposable.average(histories).mean == pytest.approx(mean, rel=0.002)


def test_decomposable_graphs_are_as_many_as_are_known() -> None:
    # OEIS A058862: labelled chordal graphs.
    assert [len(decomposable.graphs(lists)) for lists in range(2, 7)] == [2, 8, 61, 822, 18154]


@pytest.mark.parametrize(
    ("histories", "expected"), [(UK_5, 14582.15), (AUSTRALIA, 1360.91), (NEW_ORLEANS, 1267.04)]
)
def test_chaos_bound_is_the_published_one(histories: Histories, expected: float) -> None:
    found = bound.chao(histories)

    assert found.estimate == pytest.approx(expected, abs=0.006)
    assert histories.persons < found.lower < found.estimate < found.upper


@pytest.mark.parametrize(
    ("pairs", "may"),
    [
        ([], True),
        ([(0, 2)], True),
        ([(1, 2)], True),
        ([(0, 2), (1, 2)], True),
        ([(0, 1)], False),
        ([(0, 1), (0, 2)], False),
        ([(0, 1), (1, 2)], False),
        ([(0, 1), (0, 2), (1, 2)], False),
    ],
)
def test_models_without_a_maximum_are_refused(pairs: list[tuple[int, int]], may: bool) -> None:
    plan = models.design(3)
    model, counts = plan.model(*pairs)[None], MADE_UP.counts[None].astype(float)

    assert bool(models.exists(plan, counts, model)[0]) is may
    assert np.isfinite(models.totals(plan, counts, model)[0]) == may


def test_pairs_that_share_nobody_leave_their_combinations_out() -> None:
    plan, counts = models.design(3), MADE_UP.counts[None].astype(float)
    some = np.array([plan.model((0, 2)), plan.model((0, 2), (1, 2))])

    found = models.totals(plan, np.repeat(counts, 2, axis=0), some)

    assert found == pytest.approx([396.0, 296.0], abs=1e-6)


@pytest.fixture(scope="module")
def judged() -> dict[str, Estimates]:
    tables = {"UK 6": UK_6, "UK 5": UK_5, "UK 4": UK_4, "NO": NEW_ORLEANS, "AU": AUSTRALIA}
    return {name: estimate(one, np.random.default_rng(87), 200) for name, one in tables.items()}


def test_only_the_table_that_can_carry_it_is_published(judged: dict[str, Estimates]) -> None:
    assert [name for name, found in judged.items() if found.published] == ["UK 6"]
    published, dga = judged["UK 6"].published, judged["UK 6"].methods["dga"]
    stepwise = judged["UK 6"].methods["stepwise"]
    assert published is not None
    assert dga is not None
    assert stepwise is not None
    assert published.lower == min(stepwise.lower, dga.lower)
    assert published.upper == max(stepwise.upper, dga.upper)
    assert published.upper / published.lower < 3


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("UK 5", "methods disagree"),
        ("UK 4", "One list decides"),
        ("NO", "12 persons stand on two or more lists"),
        ("AU", "methods disagree"),
    ],
)
def test_others_are_refused_for_the_reason_that_is_known(
    judged: dict[str, Estimates], name: str, word: str
) -> None:
    assert any(word in reason for reason in judged[name].refusals)


def test_leaving_out_a_list_gives_the_published_range(judged: dict[str, Estimates]) -> None:
    six, four = judged["UK 6"].without.values(), judged["UK 4"].without.values()

    assert (min(six), max(six)) == pytest.approx((10_464, 19_845), abs=1)
    assert (min(four), max(four)) == pytest.approx((8_640, 18_532), abs=1)


@pytest.mark.parametrize(
    ("name", "lower", "upper"), [("UK 6", 9175, 14512), ("UK 5", 9366.9, 15219), ("NO", 597, 1660)]
)
def test_bootstrap_limits_are_near_the_published_ones(
    judged: dict[str, Estimates], name: str, lower: float, upper: float
) -> None:
    """Limits of a bootstrap are random: those published are of other draws."""
    stepwise = judged[name].methods["stepwise"]

    assert stepwise is not None
    assert stepwise.lower == pytest.approx(lower, rel=0.2)
    assert stepwise.upper == pytest.approx(upper, rel=0.15)


@pytest.mark.parametrize("each", [1, 80, 5_000, 100_000, 100_000_000])
@pytest.mark.parametrize("lists", ["A B C", "A B C D"])
def test_average_of_graphs_finds_independent_lists_of_any_size(lists: str, each: int) -> None:
    # Every combination as many: so are those on no list.
    size = 1 << len(lists.split())
    counts = np.full(size, each)
    counts[0] = 0

    found = decomposable.average(Histories(tuple(lists.split()), counts))

    assert found.lower <= size * each <= found.upper
    if each >= 5_000:
        assert found.estimate == pytest.approx(size * each, rel=0.01)
