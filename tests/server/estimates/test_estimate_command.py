"""`tally87 estimate`: what it prints, and what it says to a file that is not right."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from server.cli import main

DOCS = Path(__file__).parents[3] / "docs" / "estimates.md"
METHODS = ["main", "stepwise", "bic", "aic", "dga", "chao"]


def run(folder: Path, text: str | bytes, *options: str) -> Result:
    file = folder / "lists.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return CliRunner().invoke(main, ["estimate", str(file), *options])


def example() -> str:
    found = re.search(r"^    # Four made-up lists.*\n(?:    .*\n)+", DOCS.read_text(), re.M)
    assert found is not None
    return re.sub(r"^    ", "", found.group(), flags=re.M)


def answer(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert isinstance(document, dict)
    return document


def test_worked_example_of_the_docs_is_what_the_command_says(tmp_path: Path) -> None:
    page = DOCS.read_text()
    found = answer(run(tmp_path, example(), "--json"))
    rows = re.findall(r"^\| `(\w+)` \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$", page, re.M)

    assert [row[0] for row in rows] == METHODS
    for name, *numbers in rows:
        shown = [int(number.replace(",", "")) for number in numbers]
        told = [found["methods"][name][key] for key in ("estimate", "lower", "upper")]
        # The limits of stepwise are drawn: another numpy may draw others.
        near = {"rel": 0.02} if name == "stepwise" else {"abs": 0.51}
        assert told == pytest.approx(shown, **near)
    sentence = run(tmp_path, example()).stdout.splitlines()[2]
    assert sentence.startswith("At least about ")
    assert f"> {sentence}" in page.splitlines()


def test_json_has_the_documented_keys_and_no_others(tmp_path: Path) -> None:
    found = answer(run(tmp_path, example(), "--json"))

    assert list(found) == ["methods", "published", "refusals"]
    assert list(found["methods"]) == METHODS
    for name, numbers in found["methods"].items():
        assert set(numbers) - {"mean"} == {"estimate", "lower", "upper"}
        assert ("mean" in numbers) == (name == "dga")
        assert numbers["lower"] <= numbers["estimate"] <= numbers["upper"]
    assert set(found["published"]) == {"estimate", "lower", "upper"}
    assert found["refusals"] == []


def test_methods_that_are_asked_for_are_shown_and_all_of_them_judge(tmp_path: Path) -> None:
    whole = answer(run(tmp_path, example(), "--json"))
    part = answer(run(tmp_path, example(), "--json", "--method", "dga", "--method", "bic"))

    assert list(part["methods"]) == ["bic", "dga"]
    assert part["published"] == whole["published"]
    assert run(tmp_path, example(), "--method", "lcmcr").exit_code == 2


def test_same_seed_gives_the_same_limits_and_another_nearly_the_same(tmp_path: Path) -> None:
    one, again, other = (
        answer(run(tmp_path, example(), "--json", "--seed", seed)) for seed in ("5", "5", "6")
    )

    assert one == again
    assert one["methods"]["stepwise"] != other["methods"]["stepwise"]
    assert one["methods"]["stepwise"]["lower"] == pytest.approx(
        other["methods"]["stepwise"]["lower"], rel=0.1
    )


def test_two_lists_are_refused_without_an_error(tmp_path: Path) -> None:
    text = "A,B,count\n1,0,100\n0,1,80\n1,1,20\n"
    found = answer(run(tmp_path, text, "--json"))

    assert found["published"] is None
    assert any("2 lists" in reason for reason in found["refusals"])
    # Lincoln and Petersen: 120 x 100 / 20.
    assert found["methods"]["main"]["estimate"] == pytest.approx(600)
    assert found["methods"]["dga"] == {"estimate": None, "lower": None, "upper": None, "mean": None}
    page = run(tmp_path, text).stdout
    assert "No estimate can be published:" in page
    assert "At least" not in page


def test_lists_without_overlap_give_null_and_the_reason(tmp_path: Path) -> None:
    found = answer(run(tmp_path, "A,B,C,count\n1,0,0,50\n0,1,0,60\n0,0,1,50\n", "--json"))

    assert found["methods"]["main"] == {"estimate": None, "lower": 160.0, "upper": None}
    assert found["published"] is None
    assert any("no maximum" in reason for reason in found["refusals"])


@pytest.mark.parametrize(
    ("text", "sentence", "main"),
    [
        ("A,B,C,count\n", "Nobody stands on any list", None),
        ("A,B,C,count\n1,0,0,0\n0,1,1,0\n", "Nobody stands on any list", None),
        ("A,count\n1,30\n", "There is one list", None),
        ("A,B,C,count\n1,0,0,30\n", "Nobody stands on the list B", None),
        # Lincoln and Petersen of the other two: 120 x 100 / 20.
        ("A,B,C,count\n1,0,0,100\n0,1,0,80\n1,1,0,20\n", "Nobody stands on the list C", 600),
    ],
)
def test_lists_that_say_nothing_are_refused_without_an_error(
    tmp_path: Path, text: str, sentence: str, main: float | None
) -> None:
    found = answer(run(tmp_path, text, "--json"))

    assert found["published"] is None
    assert any(sentence in reason for reason in found["refusals"])
    assert list(found["methods"]) == METHODS
    estimated = found["methods"]["main"]["estimate"]
    assert estimated == (None if main is None else pytest.approx(main))
    assert "No estimate can be published:" in run(tmp_path, text).stdout


def test_combination_of_no_list_may_stand_there_with_nobody(tmp_path: Path) -> None:
    plain = "A,B,count\n1,0,100\n0,1,80\n1,1,20\n"
    whole = plain + "0,0,0\n"

    assert run(tmp_path, plain, "--json").stdout == run(tmp_path, whole, "--json").stdout


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("# only words\n", "is empty"),
        ("A,B,persons\n1,0,3\n", "and then 'count'"),
        ("count\n3\n", "and then 'count'"),
        ("A,,count\n1,0,3\n", "and then 'count'"),
        ("A;B;count\n1;0;3\n", "with commas between"),
        ("A,A,count\n1,0,3\n", "the same name"),
        (",".join("ABCDEFGHIJK") + ",count\n", "11 lists"),
        ("A,B,count\n1,0\n", "line 2: 2 columns"),
        ("A,B,count\n1,2,3\n", "line 2: on a list is 1"),
        ("# first\nA,B,count\n1,0,3\n1,0,3\n", "line 4: this combination"),
        ("A,B,count\n0,0,3\n", "line 2: nobody can be counted"),
        ("A,B,count\n1,0,-3\n", "line 2: a count is"),
        ("A,B,count\n1,0,3.5\n", "line 2: a count is"),
        ("A,B,count\n1,0,\n", "line 2: a count is"),
        ("A,B,count\n1,0,٣\n", "line 2: a count is"),
        ("A,B,count\n1,0,9999999999\n", "line 2: a count is"),
        ('A,B,count\n1,0,"3\n', "line 2: this is no CSV"),
        (b"A,B\xff,count\n", "not in UTF-8"),
    ],
)
def test_files_that_are_not_right_get_a_sentence(
    tmp_path: Path, text: str | bytes, sentence: str
) -> None:
    result = run(tmp_path, text, "--json")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_marks_and_comments_of_other_programs_are_read_over(tmp_path: Path) -> None:
    plain = "A,B,count\n1,0,100\n0,1,80\n1,1,20\n"
    marked = "\ufeff# a comment\r\nA, B ,count\r\n1,0,100\r\n\r\n# more\r\n0,1,80\r\n1,1,20"

    assert run(tmp_path, plain, "--json").stdout == run(tmp_path, marked, "--json").stdout


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["estimate", str(tmp_path / "none.csv")])

    assert result.exit_code == 2
    assert "does not exist" in result.stderr
