"""`tally87 link`: persons from a CSV of names, by the rules of an office."""

from __future__ import annotations

import csv
import io
import random
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmarks.simulated_persons import COLUMNS, MODERATE, simulated_records, write_csv
from server.cli.link import link
from server.register.weights import load_weights

HEADER = "record_id,given,family,parent,sex,birth_date,birth_year,district\n"
AMINA = "Amina,Khan,Yusuf,female,2014-03-09,2014,D1\n"


def run(*arguments: str, text: str = "") -> Result:
    return CliRunner().invoke(link, [*arguments], input=text)


def persons_in(result: Result) -> dict[str, str]:
    assert result.exit_code == 0, result.output
    return {
        row["record_id"]: row["person_id"] for row in csv.DictReader(io.StringIO(result.stdout))
    }


def linked(text: str, *arguments: str) -> dict[str, str]:
    return persons_in(run("-", *arguments, text=text))


def quality(found: dict[str, str], truth: dict[str, int]) -> tuple[float, float]:
    """F1 and precision over pairs of records of one person."""

    def pairs(groups: dict[str, object]) -> set[tuple[str, str]]:
        together: dict[object, list[str]] = {}
        for record, group in groups.items():
            together.setdefault(group, []).append(record)
        return {pair for some in together.values() for pair in combinations(sorted(some), 2)}

    ours, theirs = pairs(dict(found)), pairs(dict(truth))
    precision, recall = len(ours & theirs) / len(ours), len(ours & theirs) / len(theirs)
    return 2 * precision * recall / (precision + recall), precision


@pytest.mark.parametrize("tier", ["1", "2"])
def test_simulated_children_are_found_again(tmp_path: Path, tier: str) -> None:
    simulated = list(simulated_records(2_500, 4711, MODERATE))
    write_csv(tmp_path / "people.csv", simulated)

    found = persons_in(run(str(tmp_path / "people.csv"), "--tier", tier))

    f1, precision = quality(found, {record["record_id"]: person for person, record in simulated})
    assert f1 >= 0.86
    assert precision >= 0.94


def test_order_of_lines_does_not_matter(tmp_path: Path) -> None:
    simulated = list(simulated_records(800, 4712, MODERATE))
    write_csv(tmp_path / "one.csv", simulated)
    random.Random(1).shuffle(simulated)
    write_csv(tmp_path / "other.csv", simulated)

    one, other = run(str(tmp_path / "one.csv")), run(str(tmp_path / "other.csv"))

    assert persons_in(one) == persons_in(other)
    assert sorted(one.stdout.splitlines()) == sorted(other.stdout.splitlines())


def test_answers_stand_in_the_order_of_the_file_with_the_smallest_id_of_the_person() -> None:
    result = run("-", text=HEADER + "z," + AMINA + "b," + AMINA + "c,Sita,Rai,,female,,2011,D7\n")

    rows = list(csv.reader(io.StringIO(result.stdout)))
    assert [row[:2] for row in rows] == [
        ["record_id", "person_id"],
        ["z", "b"],
        ["b", "b"],
        ["c", "c"],
    ]
    assert all(0 <= float(row[2]) <= 1 for row in rows[1:])


def test_any_column_but_the_first_may_be_missing() -> None:
    for column in COLUMNS[1:]:
        rows = [
            {"given": "Amina", "family": "Khan", "birth_date": "2014-03-09", "sex": "female"}
        ] * 2
        text = io.StringIO()
        kept = [name for name in COLUMNS if name != column]
        writer = csv.DictWriter(text, kept, extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows({"record_id": str(place), **row} for place, row in enumerate(rows))

        assert set(linked(text.getvalue())) == {"0", "1"}

    assert linked("record_id\na\nb\n") == {"a": "a", "b": "b"}


def test_records_with_nothing_but_names_stand_alone_and_that_is_said() -> None:
    result = run("-", text="record_id,given,family\na,Amina,Khan\nb,Amina,Khan\n")

    assert persons_in(result) == {"a": "a", "b": "b"}
    assert "2 of 2 records have too little" in result.stderr


def test_impossible_dates_and_odd_values_are_no_error() -> None:
    odd = "Amina,Khan,,woman?,2014-13-45,year?,D1\n"

    assert set(linked(HEADER + "a," + odd + "b," + odd + "c,,,,,0000-00-00,,\n")) == {"a", "b", "c"}


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_columns_of_every_spreadsheet_program_are_read(sign: str, end: str) -> None:
    lines = ["\ufeff" + HEADER.strip(), "a," + AMINA.strip(), "", "b," + AMINA.strip(), "c"]

    assert linked(end.join(lines).replace(",", sign)) == {"a": "a", "b": "a", "c": "c"}


def test_a_date_agrees_however_its_digits_are_written() -> None:
    header = "record_id,given,family,birth_date,postcode\n"
    born = ("2014-03-09", "2014-3-9", "٢٠١٤-٠٣-٠٩")
    lines = "".join(f"{at},Amina,Khan,{date},P1\n" for at, date in enumerate(born))

    assert set(linked(header + lines).values()) == {"0"}


@pytest.mark.parametrize("value", ['"Amina', '"Amina"x', "x" * 140_000])
def test_a_value_that_would_swallow_others_is_refused_in_a_sentence(value: str) -> None:
    result = run("-", text=HEADER + f"a,{value},Khan\nb," + AMINA)

    assert result.exit_code == 2
    assert not result.stdout
    assert "is no CSV" in result.stderr
    assert "Amina" not in result.stderr


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name,given\nx,Amina\n", "no column record_id"),
        (HEADER + "a," + AMINA + "a," + AMINA, "same record_id"),
        (HEADER + "," + AMINA, "Line 2 has no record_id"),
        ("", "no column record_id"),
    ],
)
def test_file_of_something_else_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    result = run("-", text=text)

    assert result.exit_code == 2
    assert sentence in result.stderr
    assert "Nothing was linked" in result.stderr
    assert "Amina" not in result.stderr


def test_other_sex_or_a_stated_year_four_apart_never_join() -> None:
    text = (
        HEADER
        + "a,Amina,Khan,Yusuf,female,,2014,D1\n"
        + "b,Amina,Khan,Yusuf,male,,2014,D1\n"
        + "c,Amina,Khan,Yusuf,female,,2018,D1\n"
    )

    assert linked(text) == {"a": "a", "b": "b", "c": "c"}


def test_an_organisation_may_be_said_to_list_nobody_twice(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text('{"one_record_per_organisation": true}')
    text = "record_id,given,family,sex,birth_date,district,organisation\n" + "".join(
        f"{name},Amina,Khan,female,2014-03-09,D1,{organisation}\n"
        for name, organisation in (("a", "X"), ("b", "X"), ("c", "Y"))
    )

    assert len(set(linked(text).values())) == 1
    assert len(set(linked(text, "--config", str(config)).values())) == 2


@pytest.mark.parametrize(
    "settings",
    ["[]", "no json", '{"colour": 1}', '{"link_at": 2}', '{"link_at": 0.2, "possible_at": 0.5}'],
)
def test_settings_that_make_no_sense_are_refused(tmp_path: Path, settings: str) -> None:
    config = tmp_path / "config.json"
    config.write_text(settings)

    result = run("-", "--config", str(config), text=HEADER)

    assert result.exit_code != 0
    assert not result.stdout


def test_a_larger_register_is_linked_more_cautiously() -> None:
    weights = load_weights()

    shifts = [weights.prior_shift(records) for records in (1_000, 20_000, 1_000_000)]

    assert shifts[0] < shifts[1] == 0 < shifts[2]
