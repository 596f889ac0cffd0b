"""The interval of a model as the literature prints it: the profile of its constant. Pure.

exp(constant) is the number of persons on no list. For each value of it the other parameters are
fitted to the persons who stand on lists, as Poisson counts; the limits are where twice the
log-likelihood has fallen by 3.84 (Cormack 1992, Biometrics 48:567; ``confint`` of R's glm, as
Binette & Steorts 2022 print it).
"""

from __future__ import annotations

import numpy as np
from scipy.special import xlogy

from server.estimates.histories import Histories
from server.estimates.models import (
    CHI_SQUARED_95,
    Bools,
    ConfidenceInterval,
    Floats,
    design,
    support,
)

_ROUNDS = 60
_STEPS = np.linspace(-4.0, 6.0, 81)


def profile_of_constant(histories: Histories, model: Bools, estimate: float) -> ConfidenceInterval:
    """The 95 % interval of all persons under one model. estimate: its maximum.

    No lower limit above the recorded persons, or no upper one: the likelihood has not fallen so
    far within a factor of 50 down and 400 up.
    """
    persons = histories.persons
    if not np.isfinite(estimate):
        return ConfidenceInterval(estimate, float(persons), np.inf)
    centre = float(np.log(max(estimate - persons, 1e-3)))
    top = float(_heights(histories, model, centre + np.linspace(-0.05, 0.05, 21)).max())

    def fallen(constants: Floats) -> Bools:
        return 2 * (top - _heights(histories, model, constants)) > CHI_SQUARED_95

    beyond = fallen(centre + _STEPS)
    limits: list[float] = []
    for side, end in ((_STEPS <= 0, 0.0), (_STEPS >= 0, np.inf)):
        outside = _STEPS[side & beyond]
        if not outside.size:
            limits.append(persons + end)
            continue
        out = float(outside.max() if end == 0 else outside.min())
        inside = out + (0.125 if end == 0 else -0.125)
        # The limit lies between two steps: four times a twentieth of the distance.
        for _ in range(4):
            between = np.linspace(inside, out, 21)
            far = fallen(centre + between)
            at = int(far.argmax()) if far.any() else 20
            inside, out = float(between[max(at - 1, 0)]), float(between[at])
        limits.append(persons + float(np.exp(centre + (inside + out) / 2)))
    return ConfidenceInterval(estimate, limits[0], limits[1])


def _heights(histories: Histories, model: Bools, constants: Floats) -> Floats:
    """The greatest log-likelihood for each value of the constant."""
    plan, counts = design(len(histories.lists)), histories.counts.astype(float)
    can, finite = support(plan, counts[None], plan.of(model[None]))
    cells = can[0].copy()
    cells[0] = False
    matrix = plan.matrix[cells][:, finite[0] & (np.arange(finite.shape[1]) > 0)]
    seen = counts[cells]
    theta = np.zeros((len(constants), matrix.shape[1]))
    start = np.log(counts[1 << np.arange(plan.lists)] + 0.5)
    theta[:, : plan.lists] = start[finite[0][1 : 1 + plan.lists]] - constants[:, None]
    for _ in range(_ROUNDS):
        means = np.exp(np.clip(constants[:, None] + theta @ matrix.T, -60, 60))
        slope = (seen - means) @ matrix
        information = np.einsum("tc,ci,cj->tij", means, matrix, matrix)
        information += 1e-10 * np.eye(matrix.shape[1])
        step = np.linalg.solve(information, slope[:, :, None])[:, :, 0]
        longest = np.abs(step).max(axis=1, keepdims=True)
        theta += step / np.maximum(1, longest / 2)
        if float(longest.max()) < 1e-9:
            break
    means = np.exp(np.clip(constants[:, None] + theta @ matrix.T, -60, 60))
    return np.asarray((xlogy(seen, means) - means).sum(axis=1))
