"""What Splink is given: codes as columns, and settings whose SQL every database reads."""

from __future__ import annotations

import csv
import json
import math
import sqlite3
from contextlib import closing
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.simulated_persons import MODERATE, simulated_records, write_csv
from server.cli.link import link

F1_AT_LEAST = 0.82
Simulated = list[tuple[int, dict[str, str]]]


def likely_by_sqlite(folder: Path) -> set[tuple[str, str]]:
    """Pairs of at least even odds, by the rules and levels of the settings alone."""
    with closing(sqlite3.connect(":memory:")) as database:
        return _likely(database, folder)


def _likely(database: sqlite3.Connection, folder: Path) -> set[tuple[str, str]]:
    settings = json.loads((folder / "settings.json").read_text("utf-8"))
    with (folder / "codes.csv").open(encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    database.execute(f"CREATE TABLE codes ({', '.join(header)})")
    database.executemany(
        f"INSERT INTO codes VALUES ({', '.join('?' * len(header))})",
        [[value or None for value in row] for row in rows],
    )
    for name in header:
        database.execute(f"CREATE INDEX by_{name} ON codes ({name})")
    blocked = " UNION ".join(
        f"SELECT l.unique_id a, r.unique_id b FROM codes l JOIN codes r ON {rule['blocking_rule']} "
        "AND l.unique_id < r.unique_id"
        for rule in settings["blocking_rules_to_generate_predictions"]
    )
    odds = settings["probability_two_random_records_match"]
    weights = [str(math.log(odds / (1 - odds)))]
    for comparison in settings["comparisons"]:
        cases = "".join(
            f" ELSE {_weight(level)}"
            if level["sql_condition"] == "ELSE"
            else f" WHEN {level['sql_condition']} THEN {_weight(level)}"
            for level in comparison["comparison_levels"]
        )
        weights.append(f"CASE{cases} END")
    both = ", ".join(f"{side}.{name} AS {name}_{side}" for name in header for side in "lr")
    return set(
        database.execute(
            f"WITH blocked AS ({blocked}), pairs AS (SELECT a, b, {both} FROM blocked "
            "JOIN codes l ON l.unique_id = a JOIN codes r ON r.unique_id = b) "
            f"SELECT a, b FROM pairs WHERE {' + '.join(weights)} >= 0"
        )
    )


def _weight(level: dict[str, float]) -> float:
    if level.get("is_null_level"):
        return 0.0
    return math.log(level["m_probability"] / level["u_probability"])


def f1_of(found: set[tuple[str, str]], simulated: Simulated) -> float:
    """Over pairs of records of one person, without any clustering."""
    records: dict[int, list[str]] = {}
    for person, record in simulated:
        records.setdefault(person, []).append(record["record_id"])
    true = {pair for some in records.values() for pair in combinations(sorted(some), 2)}
    return 2 * len(found & true) / (len(found) + len(true))


@pytest.fixture(scope="module")
def simulated() -> Simulated:
    return list(simulated_records(1_500, 4_717, MODERATE))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, simulated: Simulated) -> Path:
    folder = tmp_path_factory.mktemp("splink")
    write_csv(folder / "people.csv", simulated)
    told = CliRunner().invoke(link, [str(folder / "people.csv"), "--splink", str(folder / "for")])
    assert told.exit_code == 0, told.output
    assert not told.stdout
    return folder / "for"


def test_rules_and_levels_of_the_settings_find_persons(written: Path, simulated: Simulated) -> None:
    assert f1_of(likely_by_sqlite(written), simulated) >= F1_AT_LEAST


def test_no_name_stands_in_what_splink_is_given(written: Path, simulated: Simulated) -> None:
    given = (written / "codes.csv").read_text("utf-8") + (written / "settings.json").read_text()

    for _, record in simulated[:200]:
        for name in ("given", "family", "parent", "district"):
            assert len(record[name]) < 4 or record[name] not in given


def test_codes_of_another_run_are_others(tmp_path: Path, written: Path) -> None:
    """The key is forgotten: nobody looks a name up by making its code."""
    CliRunner().invoke(link, [str(written.parent / "people.csv"), "--splink", str(tmp_path)])

    assert (tmp_path / "codes.csv").read_bytes() != (written / "codes.csv").read_bytes()
    assert (tmp_path / "settings.json").read_bytes() == (written / "settings.json").read_bytes()


def test_a_larger_register_has_a_smaller_prior(tmp_path: Path, written: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text('{"register_records": 50000000}', "utf-8")
    CliRunner().invoke(
        link,
        [
            *(str(written.parent / "people.csv"), "--config", str(config)),
            *("--splink", str(tmp_path / "for")),
        ],
    )

    usual, large = (
        json.loads((folder / "settings.json").read_text())["probability_two_random_records_match"]
        for folder in (written, tmp_path / "for")
    )
    assert large < usual / 5_000
