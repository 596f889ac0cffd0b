"""Learns the weights of a linkage edition from simulated persons, whose truth is known.

    python -m benchmarks.linkage_weights [--seed N] OUT.json

No record of the public data sets, of any pilot or of the seeds the benchmark judges by is used.
One logistic regression a kind of pair, by iteratively reweighted least squares with a small ridge;
every simulated register enters with the prior of its own size.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.simulated_persons import (
    COLUMNS,
    DATES_KNOWN,
    MODERATE,
    NO_PARENT,
    REGISTRATION,
    Errors,
    simulated_records,
)
from server.register.blocking import candidate_pairs
from server.register.file_evidence import commonness
from server.register.plain_files import PeopleFile, key_of_run, read_people
from server.register.records import Records, bits_of
from server.register.score import (
    AREA_TYPES,
    CELLS,
    KINDS,
    OBSERVATIONS,
    cells,
    compared,
    contradict,
    kind_of_pair,
    observations,
)
from shared.linkage.code_types import KEPT, TIER_2, VERSION_1, VERSION_2

RECORDS = 20_000
"""Size of the register the intercepts are for."""
RIDGE = 1.0
LEAST_PAIRS = 200
"""Fewer pairs of a kind teach nothing; its weights are then those of the kind without it."""

SEXES_KNOWN = replace(REGISTRATION, sex_known=1.0, sex_wrong=0.01)


@dataclass(frozen=True)
class Register:
    """One simulated register to learn from; ages and districts as for ``simulated_records``."""

    persons: int
    errors: Errors
    names: str = "en_KE"
    left_out: tuple[str, ...] = ()
    ages: tuple[int, int] = (5, 17)
    districts: int = 60
    twins: float = 0.125
    namesakes: float = 0.0


ALL_AGES = (5, 90)
MANY_NAMES = "en_KE+en_IN+yo_NG+zu_ZA+tw_GH+en_PK"
REGISTERS = (
    Register(12_000, MODERATE.times(1.2)),
    Register(6_000, MODERATE.times(1.2), "en_IN"),
    Register(5_000, DATES_KNOWN.times(1.2)),
    Register(4_000, NO_PARENT.times(1.2), "yo_NG"),
    Register(5_000, REGISTRATION, ages=ALL_AGES),
    Register(4_000, REGISTRATION, MANY_NAMES, ages=ALL_AGES),
    # No place told, and few names for many people: codes agree by chance.
    Register(6_000, REGISTRATION.times(0.6), "tw_GH", ("district",), ALL_AGES),
    Register(6_000, REGISTRATION.times(0.6), "es_AR", ("district",), ALL_AGES, namesakes=0.01),
    Register(4_000, REGISTRATION.times(0.6), "ha_NG", ("district",), ALL_AGES),
    # One place only, and in it fathers and sons of one name.
    Register(9_000, SEXES_KNOWN, "en_US", (), ALL_AGES, 1, 0.3, 0.02),
    Register(4_000, SEXES_KNOWN, "en_IN", (), ALL_AGES),
    Register(3_000, SEXES_KNOWN, "en_KE", ("district",), ALL_AGES, namesakes=0.01),
    # Children of whom little is known.
    Register(5_000, MODERATE.times(1.2), "en_KE", ("district",)),
)
VERSIONS = (KEPT, VERSION_1, VERSION_2, TIER_2)
"""In the order of server.register.score.KINDS."""

Numbers = NDArray[np.float64]


def file_of(
    simulated: Sequence[tuple[int, dict[str, str]]], types: Sequence[int]
) -> tuple[PeopleFile, NDArray[np.int64]]:
    """Simulated records as ``tally87 link`` reads them, and the person of each row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(record for _, record in simulated)
    people = read_people(text.getvalue().splitlines(), key_of_run(b"benchmark"), types)
    truth = np.empty(len(simulated), np.int64)
    truth[list(people.in_file)] = [number for number, _ in simulated]
    return people, truth


def people_of(
    simulated: Sequence[tuple[int, dict[str, str]]], types: Sequence[int]
) -> tuple[Records, NDArray[np.int64]]:
    """Simulated records as an office sees them, and the person of each row."""
    people, truth = file_of(simulated, types)
    return people.records, truth


def learnt(seed: int) -> dict[str, object]:
    """The document of an edition's weights."""
    kinds: dict[str, list[tuple[Numbers, Numbers, Numbers]]] = {kind: [] for kind in KINDS}
    every = tuple(sorted({*VERSION_1, *TIER_2}))
    for place, one in enumerate(REGISTERS):
        simulated = list(
            simulated_records(
                one.persons,
                seed + place,
                one.errors,
                one.names,
                one.districts,
                one.ages,
                one.twins,
                one.namesakes,
            )
        )
        for _, record in simulated:
            record.update(dict.fromkeys(one.left_out, ""))
        records, truth = people_of(simulated, every)
        if one.districts == 1:
            # Weights are those of the usual number of places, also where all live in one.
            records = replace(records, place=commonness([0] * records.count))
        for version, types in enumerate(VERSIONS):
            some = replace(records, codes={number: records.codes[number] for number in types})
            for kind, columns, same, of_place in examples(some, truth, types, version):
                prior = math.log(records.count / RECORDS) - of_place
                kinds[kind].append((columns, same, prior))
    models = {}
    for kind, parts in kinds.items():
        types = VERSIONS[KINDS.index(kind) // 16]
        seen, is_same, priors = (np.concatenate(one) for one in zip(*parts, strict=True))
        if len(is_same) >= LEAST_PAIRS:
            models[kind] = as_model(fitted(seen, is_same, priors), types) | {
                "share": round(float(is_same.mean()), 4)
            }
    return {
        "name": "2026-12",
        "learnt_from": "simulated persons (benchmarks/simulated_persons.py)",
        "seed": seed,
        "records": RECORDS,
        "link_at": 0.5,
        "possible_at": 0.3,
        "least_mean": 0.5,
        "most_records": 25,
        "models": models,
    }


def examples(
    records: Records, truth: NDArray[np.int64], types: Sequence[int], version: int
) -> Iterator[tuple[str, Numbers, Numbers, Numbers]]:
    """By kind of pair, what is seen of each candidate, whether it is one person, and what an
    agreeing place adds beside (log-odds)."""
    pairs = compared(records, *candidate_pairs(records))
    kinds = kind_of_pair(records, pairs)
    kinds[contradict(records, pairs)] = -1
    seen, cell = observations(records, pairs), cells(records, pairs)
    bits = [np.uint64(1 << number) for number in types]
    columns = np.stack(
        [(pairs.agree & bit) != 0 for bit in bits]
        + [(pairs.both & ~pairs.agree & bit) != 0 for bit in bits]
        + [seen[name] for name in OBSERVATIONS]
        + [cell == place for place in range(len(CELLS))],
        axis=1,
    )
    same = truth[pairs.first] == truth[pairs.second]
    beside = np.zeros(len(same))
    if records.place is not None:
        agrees = pairs.agree & bits_of(AREA_TYPES) != 0
        beside = np.where(agrees, records.place[pairs.first] / 1000, 0.0)
    for place in range(16 * version, 16 * version + 16):
        here = kinds == place
        yield (
            KINDS[place],
            columns[here].astype(np.float64),
            same[here].astype(np.float64),
            beside[here],
        )


def fitted(columns: Numbers, same: Numbers, prior: Numbers) -> Numbers:
    """Intercept and one log-odds weight a column: Newton's steps, each halved until it helps."""
    seen = np.column_stack([np.ones(len(columns)), columns])
    ridge = np.r_[1e-6, np.full(columns.shape[1], RIDGE)]
    weights = np.zeros(seen.shape[1])

    def loss(some: Numbers) -> float:
        score = seen @ some - prior
        return float(np.logaddexp(0, score).sum() - score @ same + ridge @ some**2 / 2)

    last = loss(weights)
    for _ in range(60):
        likely = 1 / (1 + np.exp(-(seen @ weights - prior)))
        slope = seen.T @ (likely - same) + ridge * weights
        curve = (seen * (likely * (1 - likely))[:, None]).T @ seen + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        while (now := loss(weights - step)) > last and np.abs(step).max() > 1e-6:
            step /= 2
        weights -= step
        last = now
        if np.abs(step).max() < 1e-5:
            break
    return weights


def as_model(weights: Numbers, types: Sequence[int]) -> dict[str, object]:
    """One model's part of the document: whole thousandths, in the order of the columns."""
    whole = [round(1000 * float(weight)) for weight in weights]
    count = len(types)
    return {
        "intercept": whole[0],
        "agree": dict(zip(map(str, types), whole[1 : 1 + count], strict=True)),
        "differ": dict(zip(map(str, types), whole[1 + count : 1 + 2 * count], strict=True)),
        "observed": {
            name: weight
            for name, weight in zip(OBSERVATIONS, whole[1 + 2 * count :], strict=False)
            if weight
        },
        "cells": {
            name: weight
            for name, weight in zip(CELLS, whole[1 + 2 * count + len(OBSERVATIONS) :], strict=True)
            if weight
        },
    }


@click.command(help="Learns linkage weights from simulated persons.")
@click.option("--seed", default=87_001, show_default=True)
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def main(seed: int, out: Path) -> None:
    """Writes the document."""
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(learnt(seed), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
