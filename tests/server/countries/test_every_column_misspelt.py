"""Every column of every table an office hands in, misspelt at each place of its name, is named.

All misspellings of a table stand in it at once, beside the columns they mean.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli import main
from server.cli.country import HELPLINE_COLUMNS, LAW_COLUMNS
from server.countries import folder_faults
from server.countries.headers import column_of
from shared.codelists import changes, load_codelist
from shared.codelists.lists import STANDARD

AREAS = (
    *("code", "parent", "level", "lat", "lon", *changes.COLUMNS),
    *("label::English (en)", "alias::English (en)", "was::English (en)"),
)
GIVEN_AREAS = ("code", "name", "parent", "level", "lat", "lon", "alias")


def misspellings(words: Iterable[str]) -> list[str]:
    """Two letters the wrong way round, one left out, one too many, at each place of each word, and
    what no word is."""
    right = list(words)
    found = []
    for word in right:
        for at in range(len(word)):
            found += [word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]]
            found.append(word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :])
    plain = (one.strip() for one in dict.fromkeys(found))
    return [one for one in dict.fromkeys(plain) if one and one not in right]


def table(path: Path, columns: Sequence[str], *rows: Sequence[str]) -> Path:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def named_in(folder: Path) -> set[str]:
    return {fault.column for fault in folder_faults("ZWE", folder, date(2026, 11, 29))}


def test_every_misspelt_column_of_the_areas_of_a_folder_is_named(tmp_path: Path) -> None:
    wrong = misspellings(AREAS)
    read_all_the_same = [one for one in wrong if one.startswith(("label::", "alias::", "was::"))]
    table(tmp_path / "areas.csv", [*AREAS, *wrong], ["ZW-HA", "", "admin1"])

    silent = set(wrong) - named_in(tmp_path)
    # The name of a language is for people; its code in brackets decides.
    assert {one for one in silent if "(en)" not in one} == set()
    assert silent <= set(read_all_the_same)


@pytest.mark.parametrize("name", sorted(file.stem for file in STANDARD.glob("*.csv")))
def test_every_misspelt_column_of_a_code_list_is_named(tmp_path: Path, name: str) -> None:
    standard = load_codelist(name)
    own = sorted({column for entry in standard.entries.values() for column in entry.columns})
    right = ["code", "parent", "level", *own]
    wrong = misspellings(right)
    table(tmp_path / "codelists" / f"{name}.csv", [*right, *wrong], [next(iter(standard.entries))])

    assert set(wrong) - named_in(tmp_path) == set()


def test_every_misspelt_column_of_what_a_country_is_begun_with_is_named(tmp_path: Path) -> None:
    areas, law, lines = map(misspellings, (GIVEN_AREAS, LAW_COLUMNS, HELPLINE_COLUMNS))
    # A misspelling may be another column's name, or a language's code: then it is read as that.
    areas = [one for one in areas if column_of(one) is None]
    given = {
        "--areas": table(tmp_path / "a.csv", ["name", *areas], ["Harare"]),
        "--law": table(
            tmp_path / "l.csv", [*LAW_COLUMNS[:3], *law], ["minimum_age", "16", "Labour Act"]
        ),
        "--helplines": table(
            tmp_path / "h.csv", [*HELPLINE_COLUMNS[:3], *lines], ["Childline", "116", "Ministry"]
        ),
    }
    words = [part for flag, file in given.items() for part in (flag, str(file))]
    made = CliRunner().invoke(
        main, ["country", "new", "ZWE", "--out", str(tmp_path / "zwe"), *words]
    )

    assert made.exit_code == 0, made.output
    for file, wrong in (("a.csv", areas), ("l.csv", law), ("h.csv", lines)):
        (told,) = (one for one in made.output.splitlines() if one.startswith(f"remark: {file}:"))
        assert [one for one in wrong if repr(one.casefold()) not in told] == []
