"""Log-linear models of capture histories, many at a time. Pure.

The count of a combination of lists is Poisson; its logarithm is a constant, an effect of each list
and of some pairs of lists (Fienberg 1972; Cormack 1989). exp(constant) is the number of persons on
no list. A pair in a model that shares nobody has the effect minus infinity: every combination that
holds the pair is left out, and the pair still counts as a parameter (Chan, Silverman & Vincent
2021, JASA 116:1297). A list with nobody on it is treated so, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.special import gammaln, xlogy

from server.estimates.histories import Histories

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
CHI_SQUARED_95 = 3.841458820694124
"""The 95 % point of chi-squared with one degree of freedom."""
Z_95 = 1.959963984540054
_ROUNDS = 100


@dataclass(frozen=True)
class ConfidenceInterval:
    """An estimate of all persons, recorded or not, and its 95 % limits. Infinite: no limit."""

    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Design:
    """What the parameters of models of k lists say: constant, lists, pairs of lists in order."""

    lists: int

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """All pairs of lists, by number."""
        return tuple(combinations(range(self.lists), 2))

    @cached_property
    def matrix(self) -> Floats:
        """2^k combinations by parameters, 0 or 1."""
        cells = np.arange(1 << self.lists)
        on = [(cells >> i & 1).astype(float) for i in range(self.lists)]
        both = [on[i] * on[j] for i, j in self.pairs]
        return np.column_stack([np.ones(cells.size), *on, *both])

    @cached_property
    def products(self) -> Floats:
        """Combinations by parameters squared: information = means @ products."""
        matrix = self.matrix
        return (matrix[:, :, None] * matrix[:, None, :]).reshape(len(matrix), -1)

    def of(self, models: Bools) -> Bools:
        """Parameters of models given by their pairs: models x parameters."""
        always = np.ones((len(models), 1 + self.lists), dtype=bool)
        return np.concatenate([always, models], axis=1)

    def model(self, *pairs: tuple[int, int]) -> Bools:
        """One model by its pairs of lists."""
        return np.array([pair in pairs for pair in self.pairs], dtype=bool)


@lru_cache(maxsize=16)
def design(lists: int) -> Design:
    """The design of k lists, worked out once."""
    return Design(lists)


@dataclass(frozen=True)
class Fits:
    """Fitted models. means: models x combinations. unseen: persons on no list, each model.
    likelihood: Poisson, without the terms that are the same in all models of one table."""

    means: Floats
    unseen: Floats
    likelihood: Floats


def support(plan: Design, counts: Floats, parameters: Bools) -> tuple[Bools, Bools]:
    """Which combinations can have persons, and which parameters are finite, in each model."""
    totals = counts @ plan.matrix
    gone = parameters & (totals == 0)
    return ~((gone @ plan.matrix.T) > 0), parameters & ~gone


def fit(plan: Design, counts: Floats, models: Bools, *, completed: bool = False) -> Fits:
    """Maximum likelihood, row by row: counts (tables x 2^k), models (tables x pairs).

    completed: the persons on no list are given and not asked for. The estimate must exist
    (`exists`); where it does not the number of persons on no list grows without end.
    """
    can, finite = support(plan, counts, plan.of(models))
    can = can.copy()
    can[:, 0] = completed
    tables, size = finite.shape
    theta = np.zeros((tables, size))
    matrix, products = plan.matrix, plan.products
    singles = 1 << np.arange(plan.lists)
    theta[:, 1 : 1 + plan.lists] = np.where(
        finite[:, 1 : 1 + plan.lists],
        np.log(counts[:, singles] + 0.5) - np.log(counts.sum(1, keepdims=True)),
        0,
    )
    theta[:, 0] = np.log(counts.sum(axis=1))
    both = finite[:, :, None] & finite[:, None, :]
    identity = np.eye(size)
    live = np.arange(tables)
    best = np.full(tables, -np.inf)
    step = np.zeros_like(theta)
    for _ in range(_ROUNDS):
        linear = np.clip(theta[live] @ matrix.T, -60, 60)
        means = np.exp(linear) * can[live]
        now = (counts[live] * linear * can[live]).sum(axis=1) - means.sum(axis=1)
        # A step of Newton's that went too far is halved until the likelihood grows.
        worse = now < best[live] - 1e-9 * (1 + np.abs(best[live]))
        better = live[~worse]
        gain = now[~worse] - best[better]
        best[better] = now[~worse]
        step[live[worse]] /= 2
        theta[live[worse]] -= step[live[worse]]
        if better.size:
            means = means[~worse]
            slope = ((counts[better] - means) * can[better]) @ matrix * finite[better]
            information = (means @ products).reshape(-1, size, size)
            information = np.where(both[better], information, 0.0)
            information += identity * np.where(finite[better], 1e-10, 1.0)[:, :, None]
            newton = np.linalg.solve(information, slope[:, :, None])[:, :, 0]
            # Shortened as a whole: a step with some parts cut may lead downhill.
            longest = np.abs(newton).max(axis=1, keepdims=True)
            step[better] = newton / np.maximum(1, longest / 4)
            still = (gain > 1e-10) | (np.abs(step[better]).max(axis=1) > 1e-7)
            theta[better] += np.where(still[:, None], step[better], 0.0)
            live = np.concatenate([better[still], live[worse]])
        if not live.size:
            break
    linear = np.clip(theta @ matrix.T, -60, 60)
    can[:, 0] = True
    means = np.exp(linear) * can
    inside = means if completed else means * (np.arange(means.shape[1]) > 0)
    terms = xlogy(counts, np.where(inside > 0, inside, 1.0)) - inside
    return Fits(means, means[:, 0], terms.sum(axis=1))


def exists(plan: Design, counts: Floats, models: Bools) -> Bools:
    """Whether each model has one finite maximum of its likelihood.

    It has when the parameters are told apart (rank), and when no direction of parameters leaves
    the combinations with persons alone while it lowers one without (Fienberg & Rinaldo 2012,
    Ann. Stat. 40:996; the linear program of Chan, Silverman & Vincent 2021).
    """
    can, finite = support(plan, counts, plan.of(models))
    can = can.copy()
    can[:, 0] = False
    seen = can & (counts > 0)
    size = finite.shape[1]
    both = finite[:, :, None] & finite[:, None, :]
    gram = np.where(both, (seen @ plan.products).reshape(-1, size, size), 0.0)
    gram += np.eye(size) * np.where(finite, 0.0, 1.0)[:, :, None]
    # Told apart by the combinations with persons alone: no program is needed.
    found = np.linalg.eigvalsh(gram)[:, 0] > 1e-9
    for row in np.flatnonzero(~found):
        found[row] = _exists(
            plan.lists, finite[row].tobytes(), can[row].tobytes(), seen[row].tobytes()
        )
    return found


@lru_cache(maxsize=20_000)
def _exists(lists: int, finite: bytes, can: bytes, seen: bytes) -> bool:
    matrix = design(lists).matrix[:, np.frombuffer(finite, dtype=bool)]
    inside, positive = np.frombuffer(can, dtype=bool), np.frombuffer(seen, dtype=bool)
    if np.linalg.matrix_rank(matrix[inside]) < matrix.shape[1]:
        return False
    zero = matrix[inside & ~positive]
    answer = linprog(
        zero.sum(axis=0),
        A_ub=zero,
        b_ub=np.zeros(len(zero)),
        A_eq=matrix[positive],
        b_eq=np.zeros(int(positive.sum())),
        bounds=(-1, 1),
        method="highs",
    )
    return bool(answer.success and answer.fun > -1e-7)


def profile(histories: Histories, model: Bools, estimate: float) -> ConfidenceInterval:
    """The 95 % profile likelihood interval of all persons under one model.

    For each number of persons on no list the completed table is fitted; the limits are where twice
    the multinomial log-likelihood has fallen by 3.84 (Cormack 1992, Biometrics 48:567).
    """
    if not np.isfinite(estimate):
        return ConfidenceInterval(estimate, float(histories.persons), np.inf)
    plan, persons = design(len(histories.lists)), histories.persons
    unseen = max(estimate - persons, 1e-3)
    steps = np.linspace(-4.0, 6.0, 81)

    def likelihood(unseen_persons: Floats) -> Floats:
        counts = np.tile(histories.counts.astype(float), (len(unseen_persons), 1))
        counts[:, 0] = unseen_persons
        fits = fit(plan, counts, np.tile(model, (len(counts), 1)), completed=True)
        total = persons + unseen_persons
        shares = fits.means / total[:, None]
        logs = xlogy(counts, np.where(shares > 0, shares, 1.0)).sum(axis=1)
        return np.asarray(gammaln(total + 1) - gammaln(unseen_persons + 1) + logs)

    top = float(likelihood(unseen * np.exp(np.linspace(-0.05, 0.05, 21))).max())
    heights = 2 * (top - likelihood(unseen * np.exp(steps))) - CHI_SQUARED_95

    limits: list[float] = []
    for side, end in ((steps <= 0, 0.0), (steps >= 0, np.inf)):
        outside = steps[side & (heights > 0)]
        if not outside.size:
            limits.append(persons + end)
            continue
        out = float(outside.max() if end == 0 else outside.min())
        inside = out + (0.125 if end == 0 else -0.125)
        # The limit lies between two steps: four times a twentieth of the distance.
        for _ in range(4):
            between = np.linspace(inside, out, 21)
            fallen = 2 * (top - likelihood(unseen * np.exp(between))) > CHI_SQUARED_95
            at = int(fallen.argmax()) if fallen.any() else 20
            inside, out = float(between[max(at - 1, 0)]), float(between[at])
        limits.append(persons + unseen * float(np.exp((inside + out) / 2)))
    return ConfidenceInterval(estimate, limits[0], limits[1])


def wald(histories: Histories, model: Bools) -> ConfidenceInterval:
    """The 95 % interval from the information at the maximum, on the log scale of the unseen."""
    plan = design(len(histories.lists))
    counts = histories.counts[None].astype(float)
    fits = fit(plan, counts, model[None])
    _, finite = support(plan, counts, plan.of(model[None]))
    matrix = plan.matrix[1:, finite[0]]
    information = matrix.T @ (fits.means[0, 1:, None] * matrix)
    error = float(np.sqrt(np.linalg.inv(information)[0, 0]))
    unseen, persons = float(fits.unseen[0]), histories.persons
    return ConfidenceInterval(
        persons + unseen,
        persons + unseen * float(np.exp(-Z_95 * error)),
        persons + unseen * float(np.exp(Z_95 * error)),
    )


def totals(plan: Design, counts: Floats, models: Bools) -> Floats:
    """All persons by each model; infinite where its maximum does not exist."""
    fits = fit(plan, counts, models)
    return np.where(exists(plan, counts, models), counts.sum(axis=1) + fits.unseen, np.inf)
