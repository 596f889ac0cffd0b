"""Tables of every kind, drawn at random, and whether an attacker finds something out of what
`tally87 protect` writes of them: one to five dimensions, trees of areas and of classes, groups in
which all have one class, organisations that recorded nothing, some or all of a cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.random import Generator

from tests.server.disclosure.attackers import Attacker, Codes, with_margins, write
from tests.server.disclosure.test_protect import protected

NAMES = ("area", "sex", "age", "work", "class")
_MOST_CELLS = 350


@dataclass(frozen=True)
class RandomTable:
    """own: what one organisation recorded itself, where it knows that."""

    names: tuple[str, ...]
    finest: Mapping[Codes, int]
    parents: Mapping[str, Mapping[str, str]]
    threshold: int
    own: Mapping[Codes, int]


def random_table(seed: int) -> RandomTable:
    """The same seed draws the same table."""
    chance = np.random.default_rng(seed)
    while True:
        names = (*NAMES[: int(chance.integers(0, 5))], "class")
        sizes = [
            int(chance.choice([3, 6, 12, 30] if name == "area" else [1, 2, 3, 4])) for name in names
        ]
        if np.prod([size + 1 for size in sizes]) <= _MOST_CELLS:
            break
    weights = np.ones(sizes)
    for axis, size in enumerate(sizes):
        skew = chance.dirichlet(np.full(size, chance.choice([0.3, 1.0, 5.0])))
        weights = weights * skew.reshape([-1 if at == axis else 1 for at in range(len(sizes))])
    weights = weights * chance.lognormal(0, 0.8, sizes) * (chance.random(sizes) < 0.85)
    if chance.random() < 0.3:
        weights[..., 1:][tuple(0 for _ in sizes[:-1])] = 0  # one group has one class
    persons = int(np.exp(chance.uniform(np.log(60), np.log(50_000))))
    counts = chance.multinomial(persons, (weights.ravel() + 1e-12) / (weights.sum() + 1e-9))
    keys = product(*([f"{n[0]}{at}" for at in range(s)] for n, s in zip(names, sizes, strict=True)))
    finest = dict(zip(keys, map(int, counts), strict=True))
    return RandomTable(
        names,
        finest,
        _parents(chance, names, sizes),
        int(chance.choice([3, 5, 10, 10, 11, 20])),
        _own(chance, finest),
    )


def _parents(
    chance: Generator, names: tuple[str, ...], sizes: list[int]
) -> dict[str, dict[str, str]]:
    found = {}
    if names[0] == "area" and sizes[0] >= 6 and chance.random() < 0.6:
        found["area"] = {f"a{at}": f"P{at * 3 // sizes[0]}" for at in range(sizes[0])}
    if sizes[-1] >= 3 and chance.random() < 0.3:
        found["class"] = {"c0": "IN", "c1": "IN"}
    return found


def _own(chance: Generator, finest: Mapping[Codes, int]) -> dict[Codes, int]:
    if chance.random() < 0.5:
        return {}
    share = float(chance.choice([0.1, 0.4, 0.8]))
    return {
        cell: count if chance.random() < 0.2 else int(chance.binomial(count, share))
        for cell, count in finest.items()
    }


def found_out_of(table: RandomTable, folder: Path) -> list[str]:
    """What attackers know of it that nobody should."""
    more = ["--threshold", str(table.threshold)]
    folder.mkdir(parents=True, exist_ok=True)
    if table.own:
        more += ["--own", str(write(folder / "own.csv", table.names, table.own))]
    attacker, truth = protected(folder, table.finest, table.parents, *more, names=table.names)
    own = with_margins(table.names, table.own, table.parents)
    found: list[str] = []
    for least in (1, 0):
        for theirs in ({}, own) if own else ({},):
            reader = Attacker(table.names, attacker.cells, table.parents, least, theirs)
            if reader.is_possible():
                found += _narrow(table, reader, truth, own)
                found += _classes(table, reader, truth, theirs)
    return found


def _narrow(
    table: RandomTable, reader: Attacker, truth: Mapping[Codes, int], own: Mapping[Codes, int]
) -> Iterator[str]:
    withheld = reader.withheld()
    for cell in np.random.default_rng(1).permutation(len(withheld))[:15]:
        codes = withheld[int(cell)]
        beside = truth[codes] - own.get(codes, 0)
        small = 0 < truth[codes] < table.threshold or (
            own.get(codes, 0) > 0 and 0 < beside < table.threshold
        )
        low, high = reader.interval(codes)
        if high - low < (table.threshold - 1 if small else 1) - 1e-6:
            yield f"{codes} of {truth[codes]} lies between {low:g} and {high:g}"


def _classes(
    table: RandomTable, reader: Attacker, truth: Mapping[Codes, int], own: Mapping[Codes, int]
) -> Iterator[str]:
    """Groups in which all persons beside the reader's own are known to have one class."""
    above = table.parents.get("class", {})
    used = {codes[-1] for codes in reader.keys} - {"Total"}
    tops = sorted(code for code in used if code not in above)
    for group in reader.keys if len(tops) > 1 else ():
        if group[-1] != "Total" or truth[group] == own.get(group, 0):
            continue
        line = [(*group[:-1], top) for top in tops]
        known = [reader.cells[cell] for cell in line]
        shown = sum(
            count is not None and count > own.get(cell, 0)
            for cell, count in zip(line, known, strict=True)
        )
        if shown + known.count(None) < 2 or (shown + known.count(None) < 3 and own):
            possible = sum(reader.interval(cell)[1] > own.get(cell, 0) + 0.5 for cell in line)
            if possible < 2:
                yield f"all others of {group} have one class"
