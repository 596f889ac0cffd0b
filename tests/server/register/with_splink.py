"""A file of invented people linked by Splink itself, on its DuckDB backend: ``make splink``.

Not collected with the tests: Splink and DuckDB take 280 MB. The conditions of the settings run in
the tests by SQLite (tests/server/register/test_settings_for_splink.py); here by Splink, which adds
the weights up. Ends with status 1 when that is not what SQLite finds, or is too little.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from click.testing import CliRunner

from benchmarks.simulated_persons import MODERATE, simulated_records, write_csv
from server.cli.link import link
from tests.server.register.test_settings_for_splink import F1_AT_LEAST, f1_of, likely_by_sqlite


def likely_by_splink(folder: Path) -> set[tuple[str, str]]:
    """Pairs of at least even odds."""
    import duckdb
    from splink import DuckDBAPI, Linker

    connection = duckdb.connect()
    database = DuckDBAPI(connection=connection)
    people = connection.read_csv(str(folder / "codes.csv"), all_varchar=True).select(
        "* REPLACE (sex::INT AS sex, birth_year::INT AS birth_year)"
    )
    connection.register("people", people.to_arrow_table())
    linker = Linker(database.register("people"), str(folder / "settings.json"))
    found = linker.inference.predict(threshold_match_probability=0.5).as_record_list()
    return {
        (min(one["unique_id_l"], one["unique_id_r"]), max(one["unique_id_l"], one["unique_id_r"]))
        for one in found
    }


def main() -> int:
    """What both find of 3,000 invented children."""
    simulated = list(simulated_records(3_000, 4_718, MODERATE))
    with tempfile.TemporaryDirectory() as written:
        folder = Path(written)
        write_csv(folder / "people.csv", simulated)
        told = CliRunner().invoke(
            link, [str(folder / "people.csv"), "--splink", str(folder / "for")]
        )
        assert told.exit_code == 0, told.output
        ours, theirs = likely_by_sqlite(folder / "for"), likely_by_splink(folder / "for")
    f1 = f1_of(theirs, simulated)
    other = len(ours ^ theirs)
    print(f"Splink: {len(theirs)} pairs, F1 {f1:.3f}; SQLite finds {other} pairs otherwise")
    return int(ours != theirs or f1 < F1_AT_LEAST)


if __name__ == "__main__":
    sys.exit(main())
