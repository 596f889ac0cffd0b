"""The worked cases of the standards, classified as tally87 classify does it."""

import csv
import io
from pathlib import Path

import pytest

from shared.classification.case_files import (
    CHILD_LABOUR_RESULTS,
    FORCED_LABOUR_RESULTS,
    BadRow,
    CaseFileUnreadable,
    classify_child_labour_file,
    classify_forced_labour_file,
)

OWN = Path(__file__).parent / "worked_cases"
REFERENCE = Path(__file__).parents[3] / "shared" / "data" / "worked_cases"
FOLDERS = [pytest.param(OWN, id="own"), pytest.param(REFERENCE, id="reference")]


def expected(file: Path) -> dict[str, dict[str, str]]:
    if not file.is_file():
        pytest.skip(f"{file.parent} is not here; the same cases are tested from {OWN.name}/")
    return {row["id"]: row for row in csv.DictReader(io.StringIO(file.read_text("utf-8")))}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_worked_case_of_child_labour_has_its_class_and_rule(folder):
    file = folder / "child_labour.csv"
    cases = expected(file)

    found = list(classify_child_labour_file(io.StringIO(file.read_text("utf-8"))))

    assert list(cases) == [row.id for row in found]
    for row in found:
        assert {name: cases[row.id][name] for name in CHILD_LABOUR_RESULTS} == dict(
            zip(CHILD_LABOUR_RESULTS, row.results, strict=True)
        ), row.id


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_worked_case_of_forced_labour_has_its_class_and_rule(folder):
    file = folder / "forced_labour.csv"
    cases = expected(file)

    found = list(classify_forced_labour_file(io.StringIO(file.read_text("utf-8"))))

    assert list(cases) == [row.id for row in found]
    for row in found:
        assert {name: cases[row.id][name] for name in FORCED_LABOUR_RESULTS} == dict(
            zip(FORCED_LABOUR_RESULTS, row.results, strict=True)
        ), row.id


CHILD_HEADER = "id,age,hours_economic,hours_household,hazardous,worst_form,any_economic\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("X,twelve,1,0,N,N,", "age is 'twelve'"),
        ("X,12.5,1,0,N,N,", "age is '12.5'"),
        ("X,121,1,0,N,N,", "age is '121'"),
        ("X,12,-1,0,N,N,", "hours_economic is '-1'"),
        ("X,12,nan,0,N,N,", "hours_economic is 'nan'"),
        ("X,12,1e2,0,N,N,", "hours_economic is '1e2'"),
        ("X,12,113,0,N,N,", "hours_economic is '113'"),
        ("X,12,1,300,N,N,", "hours_household is '300'"),
        ("X,12,1,0,perhaps,N,", "hazardous is 'perhaps'"),
        ("X,12,1,0,N,yes,", "worst_form is 'yes'"),
        (",12,1,0,N,N,", "the id is empty"),
        ("X,12,1", "the row ends early"),
        ("X,12,1,0,N,N,,,", "the row has 9 cells"),
    ],
)
def test_a_bad_row_is_named_by_line_and_the_others_are_classified(row, reason):
    lines = io.StringIO(f"{CHILD_HEADER}A,7,2,0,N,N,\n{row}\nB,12,2,0,N,N,\n")

    first, bad, last = classify_child_labour_file(lines)

    assert (first.results[2], last.results[2]) == ("BELOW_MIN_AGE", "LIGHT_WORK")
    assert isinstance(bad, BadRow)
    assert bad.line == 3
    assert reason in str(bad)


def test_a_line_number_counts_the_lines_inside_quotes_and_blank_lines():
    lines = io.StringIO(
        CHILD_HEADER.replace("\n", ",note\n")
        + 'A,7,2,0,N,N,,"one\ntwo\nthree"\n\nB,x,2,0,N,N,,"four\nfive"\nC,9,2,0,N,N,,\n'
    )

    found = list(classify_child_labour_file(lines))

    assert [row.id for row in found] == ["A", "B", "C"]
    assert found[1].line == 6


def test_blank_is_unknown_and_small_letters_are_read():
    lines = io.StringIO(f"{CHILD_HEADER}A,13,8,,,,\nB,13,8,0,n,n,y\nC,u,20,0,n,n,\n")

    assert [row.results[2] for row in classify_child_labour_file(lines)] == [
        "UNDETERMINED",
        "LIGHT_WORK",
        "UNDETERMINED",
    ]


def test_columns_may_stand_in_any_order_among_others():
    lines = io.StringIO(
        "note,worst_form,age,hazardous,any_economic,hours_household,hours_economic,id\n"
        "x,N,14,N,,0,43,C14\n"
    )

    (row,) = classify_child_labour_file(lines)

    assert (row.id, row.results[2]) == ("C14", "HAZARDOUS")


@pytest.mark.parametrize("number", ["13.9", "13.90", "013.9"])
def test_decimals_are_not_rounded_before_comparing(number):
    (row,) = classify_child_labour_file(io.StringIO(f"{CHILD_HEADER}A,12,{number},0,N,N,\n"))

    assert row.results[2] == "LIGHT_WORK"


FORCED_HEADER = (
    "id,age,worked,involuntary,menace,actor,commercial_sexual,c29_exception,"
    "third_party_coercion,parents_in_fl,worst_form_a_c,tip_act,tip_means,tip_purpose\n"
)


def test_an_actor_may_be_blank_unknown_or_an_armed_group_and_nothing_else():
    actors = enumerate(("", "u", "armed_group", "boss"))
    rows = [f"A{row},30,Y,Y,Y,{actor},N,N,N,N,N,N,N,N" for row, actor in actors]

    *known, bad = classify_forced_labour_file(io.StringIO(FORCED_HEADER + "\n".join(rows)))

    assert {row.results[0] for row in known} == {"FL_PRIVATE"}
    assert "actor is 'boss'" in str(bad)


def test_a_cell_too_long_to_be_one_spoils_its_own_row():
    row = f"B,{'9' * 200_000},1,0,N,N,\n"

    first, bad, last = classify_child_labour_file(
        io.StringIO(f"{CHILD_HEADER}A,7,2,0,N,N,\n{row}C,7,2,0,N,N,\n")
    )

    assert (first.id, last.id) == ("A", "C")
    assert "not readable as CSV" in str(bad)


def test_a_cell_is_quoted_short_and_only_when_it_can_be_shown():
    rows = f"A,{'x' * 60},1,0,N,N,\nB,\x07,1,0,N,N,\n"

    long, bell = classify_child_labour_file(io.StringIO(CHILD_HEADER + rows))

    assert "'xxxxxxxxxxxxxxxxxxxx...'" in str(long)
    assert "not printable" in str(bell)


@pytest.mark.parametrize("header", ["", "# only a note\n", f"{'x' * 200_000}\n"])
def test_a_file_without_a_header_is_refused(header):
    with pytest.raises(CaseFileUnreadable):
        list(classify_child_labour_file(io.StringIO(header)))


def test_notes_before_the_header_are_skipped_and_lines_still_counted():
    found = list(classify_child_labour_file(io.StringIO(f"# a note\n{CHILD_HEADER}A,x,1,0,N,N,\n")))

    assert found[0].line == 3
