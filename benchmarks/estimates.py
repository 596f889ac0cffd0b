"""How often the published interval holds the truth, and what an estimate costs.

Simulated registers of a known number of persons, from simulated models: independent lists, the
model of the United Kingdom's five lists, two dependences, sparse lists, and persons who differ in
how easily they are found (where only the lower limit is expected to hold). covered: shares of
simulations, with 95 % intervals of the BCa bootstrap, of dga and of their envelope.
"""

from __future__ import annotations

import json
import os
import time

import click

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command does

import numpy as np

from benchmarks.figures import Figures, show
from server.estimates import bootstrap, decomposable
from server.estimates.histories import Histories
from server.estimates.models import Floats, design

UK_LISTS = (-5.09, -2.91, -2.15, -2.52, -3.31)
UK_PAIRS = {(0, 1): 1.52, (0, 2): 0.92, (1, 3): -0.55, (1, 4): -2.92, (2, 4): -1.25, (3, 4): -1.19}
"""What stepwise finds in the five lists of the United Kingdom of 2013: logarithms of the odds of a
list, and of dependences."""
SEED = 87


def shares(lists: tuple[float, ...], pairs: dict[tuple[int, int], float]) -> Floats:
    """The probability of each combination of lists, that of no list first."""
    plan = design(len(lists))
    effects = [0.0, *lists, *(pairs.get(pair, 0.0) for pair in plan.pairs)]
    weights = np.exp(plan.matrix @ np.array(effects))
    return np.asarray(weights / weights.sum())


def uneven(lists: tuple[float, ...], deviation: float, randomness: np.random.Generator) -> Floats:
    """The same where the logarithm of the odds differs from person to person."""
    people = randomness.normal(0, deviation, 20_000)
    return np.asarray(
        np.mean([shares(tuple(one + x for one in lists), {}) for x in people], axis=0)
    )


def scenarios(randomness: np.random.Generator) -> dict[str, tuple[int, Floats]]:
    """Persons, and the probability of each combination."""
    four = (-1.7, -1.9, -2.2, -2.5)
    return {
        "independent": (2000, shares(four, {})),
        "as_in_the_uk": (11_313, shares(UK_LISTS, UK_PAIRS)),
        "two_dependences": (3000, shares(four, {(0, 1): 1.0, (2, 3): 0.8})),
        "sparse": (600, shares((-1.9, -2.2, -2.4, -2.7), {})),
        "uneven": (3000, uneven(four, 1.0, randomness)),
    }


def measure(simulations: int = 20, replicates: int = 200) -> Figures:
    """For each scenario: the shares covered; processor time of one simulation."""
    randomness = np.random.default_rng(SEED)
    figures: dict[str, float] = {"simulations": simulations, "replicates": replicates}
    for name, (persons, probabilities) in scenarios(randomness).items():
        began = time.process_time()
        lists = tuple("ABCDEF"[: int(np.log2(len(probabilities)))])
        held = np.zeros(4)
        for _ in range(simulations):
            counts = randomness.multinomial(persons, probabilities)
            counts[0] = 0
            histories = Histories(lists, counts)
            drawn = bootstrap.stepwise(histories, randomness, replicates)
            averaged = decomposable.average(histories)
            lower, upper = min(drawn.lower, averaged.lower), max(drawn.upper, averaged.upper)
            held += [
                drawn.lower <= persons <= drawn.upper,
                averaged.lower <= persons <= averaged.upper,
                lower <= persons <= upper,
                lower <= persons,
            ]
        for kind, share in zip(("bca", "dga", "envelope", "at_least"), held, strict=True):
            figures[f"{name}_{kind}_covered"] = round(float(share / simulations), 3)
        figures[f"{name}_seconds"] = round((time.process_time() - began) / simulations, 2)
    return figures


@click.command(help="Coverage of estimates under known truth.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on one line.")
@click.option("--simulations", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--replicates", type=click.IntRange(min=50), default=200, show_default=True)
def command(as_json: bool, simulations: int, replicates: int) -> None:
    """A quick round unless more is asked for: 200 simulations of 1,000 replicates take long."""
    figures = measure(simulations, replicates)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        show("Coverage of estimates under known truth", figures)


if __name__ == "__main__":
    command()
