"""Which pairs of lists depend on each other: pairs enter a model one by one. Pure."""

from __future__ import annotations

import numpy as np
from scipy.special import pdtr, pdtrc

from server.estimates.histories import Ints
from server.estimates.models import Bools, Design, Floats, exists, fit

P_TO_ENTER = 0.02
"""Below it a pair enters (Chan, Silverman & Vincent 2021, the threshold of their UK analysis)."""


def by_overlaps(plan: Design, counts: Floats) -> Bools:
    """The model of each table (tables x 2^k) by the overlaps it does not explain.

    At each step the pair whose overlap is least likely enters: its p is the smaller tail of a
    Poisson number whose mean is what the model expects on both lists. It enters when p < 0.02 and
    the larger model has a maximum; else the next pair is tried (Chan, Silverman & Vincent 2021).
    """
    members = plan.matrix[:, 1 + plan.lists :] * (np.arange(len(plan.matrix)) > 0)[:, None]
    models = np.zeros((len(counts), len(plan.pairs)), dtype=bool)
    live = np.arange(len(counts))
    while live.size:
        observed = counts[live] @ members
        expected = fit(plan, counts[live], models[live]).means @ members
        chance = np.minimum(
            pdtr(observed, expected),
            np.where(observed > 0, pdtrc(np.maximum(observed - 1, 0), expected), 1.0),
        )
        chance[models[live]] = 1.0
        live = live[_enter_one(plan, counts[live], models, live, chance)]
    return models


def _enter_one(plan: Design, counts: Floats, models: Bools, rows: Ints, chance: Floats) -> Bools:
    """Adds to each model its likeliest pair that may enter. Gives which models have grown."""
    grown = np.zeros(len(chance), dtype=bool)
    open_ = np.arange(len(chance))
    while True:
        open_ = open_[chance[open_].min(axis=1, initial=1.0) < P_TO_ENTER]
        if not open_.size:
            return grown
        pair = chance[open_].argmin(axis=1)
        larger = models[rows[open_]].copy()
        larger[np.arange(len(open_)), pair] = True
        may = exists(plan, counts[open_], larger)
        models[rows[open_[may]]] = larger[may]
        grown[open_[may]] = True
        chance[open_[~may], pair[~may]] = 1.0
        open_ = open_[~may]


def by_information(plan: Design, counts: Floats, price: float) -> Bools:
    """The model of one table (2^k) by an information criterion, from no pair forward.

    price: of a parameter, 2 for Akaike's, the logarithm of the number of persons for Bayes'. A pair
    that shares nobody costs as much as any other, though no number is estimated for it.
    """
    model = np.zeros(len(plan.pairs), dtype=bool)
    best = -2 * float(fit(plan, counts[None], model[None]).likelihood[0])
    while not model.all():
        choices = np.flatnonzero(~model)
        larger = np.tile(model, (len(choices), 1))
        larger[np.arange(len(choices)), choices] = True
        tables = np.tile(counts, (len(choices), 1))
        may = exists(plan, tables, larger)
        if not may.any():
            break
        larger, tables = larger[may], tables[may]
        values = -2 * fit(plan, tables, larger).likelihood + price * larger.sum(axis=1)
        at = int(values.argmin())
        if values[at] >= best:
            break
        best, model = float(values[at]), larger[at]
    return model
