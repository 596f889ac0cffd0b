"""From capture histories to every estimate, and to the one that may be published. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from server.estimates import bootstrap, bound, decomposable, refusal
from server.estimates.histories import Histories
from server.estimates.models import Bools, ConfidenceInterval, design, profile, totals
from server.estimates.profiles import profile_of_constant
from server.estimates.selection import by_information, by_overlaps

METHODS = ("main", "stepwise", "bic", "aic", "dga", "chao")
AKAIKE = 2.0


@dataclass(frozen=True)
class Estimates:
    """What is known of the persons no list recorded.

    methods: by name; None where a method does not apply. mean: of the posterior of dga. pairs: of
    lists that depend on each other, by method. without: the stepwise estimate without each list.
    published: None when there are refusals.
    """

    persons: int
    shared: int
    methods: Mapping[str, ConfidenceInterval | None]
    mean: float | None
    pairs: Mapping[str, tuple[tuple[str, str], ...]]
    without: Mapping[str, float]
    published: ConfidenceInterval | None
    refusals: tuple[str, ...]


def estimate(
    histories: Histories,
    randomness: np.random.Generator,
    replicates: int = bootstrap.REPLICATES,
) -> Estimates:
    """All methods, and whether their envelope may be published.

    Published is the stepwise estimate between the lower of the lower and the upper of the upper
    limits of its BCa interval and of dga. randomness: draws the replicates.
    """
    if histories.empty_lists or len(histories.lists) < 2:
        return _of_lists_that_say_something(histories, randomness, replicates)
    plan, counts = design(len(histories.lists)), histories.counts.astype(float)
    models = {
        "main": plan.model(),
        "stepwise": by_overlaps(plan, counts[None])[0],
        "bic": by_information(plan, counts, float(np.log(histories.persons))),
        "aic": by_information(plan, counts, AKAIKE),
    }
    methods: dict[str, ConfidenceInterval | None] = {
        name: profile(histories, model, float(totals(plan, counts[None], model[None])[0]))
        for name, model in models.items()
        if name in ("bic", "aic")
    }
    alone = float(totals(plan, counts[None], models["main"][None])[0])
    methods["main"] = profile_of_constant(histories, models["main"], alone)
    stepwise = bootstrap.stepwise(histories, randomness, replicates)
    methods["stepwise"] = stepwise
    mean = averaged = None
    if decomposable.FEWEST_LISTS <= len(histories.lists) <= decomposable.MOST_LISTS:
        posterior = decomposable.average(histories)
        averaged = ConfidenceInterval(posterior.estimate, posterior.lower, posterior.upper)
        mean = posterior.mean
    methods["dga"] = averaged
    methods["chao"] = bound.chao(histories)
    without = _without(histories)
    envelope = _envelope(stepwise, averaged)
    compared = {
        name: None if (found := methods[name]) is None else found.estimate
        for name in ("main", "stepwise", "bic", "dga")
    }
    refusals = (
        *refusal.of_lists(histories),
        *refusal.of_estimates(histories.persons, compared, envelope, without),
    )
    return Estimates(
        histories.persons,
        histories.shared,
        {name: methods[name] for name in METHODS},
        mean,
        {name: _named(histories, model) for name, model in models.items()},
        without,
        None if refusals else envelope,
        refusals,
    )


def _of_lists_that_say_something(
    histories: Histories, randomness: np.random.Generator, replicates: int
) -> Estimates:
    """The same without the lists nobody stands on, which change no estimate; never published."""
    left = histories
    for name in histories.empty_lists:
        left = left.without(left.lists.index(name))
    refused = tuple(refusal.of_lists(histories))
    if len(left.lists) < 2:
        nothing = dict.fromkeys(METHODS)
        return Estimates(histories.persons, histories.shared, nothing, None, {}, {}, None, refused)
    found = estimate(left, randomness, replicates)
    others = tuple(one for one in found.refusals if one not in refused)
    return replace(found, published=None, refusals=(*refused, *others))


def _envelope(
    stepwise: ConfidenceInterval, averaged: ConfidenceInterval | None
) -> ConfidenceInterval:
    if averaged is None:
        return stepwise
    return ConfidenceInterval(
        stepwise.estimate,
        min(stepwise.lower, averaged.lower),
        max(stepwise.upper, averaged.upper),
    )


def _without(histories: Histories) -> dict[str, float]:
    """The stepwise estimate when each list in turn had never been kept; none for two lists."""
    if len(histories.lists) < 3:
        return {}
    plan = design(len(histories.lists) - 1)
    tables = np.array(
        [histories.without(i).counts for i in range(len(histories.lists))], dtype=float
    )
    found = totals(plan, tables, by_overlaps(plan, tables))
    return dict(zip(histories.lists, found.tolist(), strict=True))


def _named(histories: Histories, model: Bools) -> tuple[tuple[str, str], ...]:
    pairs = design(len(histories.lists)).pairs
    return tuple(
        (histories.lists[i], histories.lists[j])
        for (i, j), chosen in zip(pairs, model, strict=True)
        if chosen
    )
