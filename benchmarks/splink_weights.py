"""Learns the weights of the settings for Splink from simulated persons, whose truth is known.

    python -m benchmarks.splink_weights OUT.json

By SQLite and the very conditions that the settings hold: one logistic regression over the levels.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import click
import numpy as np

from benchmarks.linkage_weights import REGISTERS, file_of, fitted
from benchmarks.simulated_persons import simulated_records
from server.register.splink import RECORDS, columns, comparisons, rows, settings
from shared.linkage.code_types import VERSION_2

LEARNT_FROM = (0, 2, 4)
"""Places in REGISTERS: children of whom little is known, birth dates known, a registration."""


def pairs_of(database: sqlite3.Connection) -> list[tuple[str | int, ...]]:
    """Both ids of every pair that a blocking rule finds, and its level in every comparison."""
    rules = settings({name: {} for name in comparisons()} | {"prior": {"odds": 0.0}}, RECORDS)
    blocked = " UNION ".join(
        "SELECT l.unique_id a, r.unique_id b FROM codes l JOIN codes r ON "
        f"{rule['blocking_rule']} AND l.unique_id < r.unique_id"
        for rule in rules["blocking_rules_to_generate_predictions"]
    )
    both = ", ".join(f"{side}.{one} AS {one}_{side}" for one in columns() for side in "lr")
    levels = ", ".join(
        "CASE "
        + " ".join(
            f"WHEN {condition} THEN {place}" if condition != "ELSE" else f"ELSE {place}"
            for place, (_, condition) in enumerate(some)
        )
        + " END"
        for some in comparisons().values()
    )
    return database.execute(
        f"WITH blocked AS ({blocked}), pairs AS (SELECT a, b, {both} FROM blocked "
        "JOIN codes l ON l.unique_id = a JOIN codes r ON r.unique_id = b) "
        f"SELECT a, b, {levels} FROM pairs"
    ).fetchall()


def table_of(simulated: list[tuple[int, dict[str, str]]]) -> sqlite3.Connection:
    """A database in memory with the table of codes, indexed."""
    people, _ = file_of(simulated, VERSION_2)
    database = sqlite3.connect(":memory:")
    names = columns()
    database.execute(f"CREATE TABLE codes ({', '.join(names)})")
    marks = ", ".join("?" * len(names))
    database.executemany(f"INSERT INTO codes VALUES ({marks})", rows(people.ids, people.records))
    for name in names:
        database.execute(f"CREATE INDEX by_{name} ON codes ({name})")
    return database


def learnt() -> dict[str, dict[str, float]]:
    """Log-odds by comparison and level."""
    labels = [(name, label) for name, some in comparisons().items() for label, _ in some]
    starts = np.cumsum([0, *(len(some) for some in comparisons().values())])[:-1]
    seen, same, prior = [], [], []
    for place in LEARNT_FROM:
        one = REGISTERS[place]
        simulated = list(
            simulated_records(
                one.persons, 99_000 + place, one.errors, one.names, one.districts, one.ages
            )
        )
        person = {record["record_id"]: number for number, record in simulated}
        for first, second, *levels in pairs_of(table_of(simulated)):
            column = np.zeros(len(labels))
            column[starts + np.array(levels)] = 1
            seen.append(column)
            same.append(float(person[str(first)] == person[str(second)]))
            prior.append(np.log(len(simulated) / RECORDS))
    told = np.array([label != "not known" for _, label in labels])
    weights = fitted(np.array(seen)[:, told], np.array(same), np.array(prior))
    found: dict[str, dict[str, float]] = {name: {} for name in comparisons()}
    known = [pair for pair, is_told in zip(labels, told, strict=True) if is_told]
    for (name, label), weight in zip(known, weights[1:], strict=True):
        found[name][label] = round(float(weight), 3)
    return found | {"prior": {"odds": round(float(weights[0]), 3)}}


@click.command(help="Learns the weights of the settings for Splink from simulated persons.")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def main(out: Path) -> None:
    """Writes the document."""
    out.write_text(json.dumps(learnt(), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
