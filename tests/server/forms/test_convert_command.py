"""tally87 questionnaire convert and confirm, as commands."""

import csv

import pytest
from click.testing import CliRunner

from server.cli.questionnaire import questionnaire as command
from shared.questionnaire import PrivacyKind, load_questionnaire
from shared.questionnaire.loading import STANDARD
from tests.server.forms.written_forms import form, workbook


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def survey(tmp_path):
    return form(
        tmp_path,
        [
            ["select_one yn", "at_kiln", "At a kiln?", ""],
            ["integer", "bricks", "How many bricks?", "${at_kiln} = 'yes'"],
            ["image", "face", "Picture", ""],
            ["select_one yn", "sex", "Another sex?", ""],
        ],
        header=("type", "name", "label", "relevant"),
    )


def report(folder):
    with (folder / "report.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_folder_adds_to_the_standard_and_tells_what_was_dropped(survey, tmp_path):
    result = run("convert", survey, "--out", tmp_path / "out")

    assert result.exit_code == 0, result.output
    assert run("check", tmp_path / "out").exit_code == 0
    lines = report(tmp_path / "out")
    assert list(lines[0]) == ["sheet", "row", "column", "what", "why"]
    assert {
        "sheet": "survey",
        "row": "4",
        "column": "type",
        "what": "dropped: image face",
    }.items() <= {
        key: line[key] for line in lines if "face" in line["what"] for key in line
    }.items()
    known = load_questionnaire([STANDARD, tmp_path / "out"])
    assert known.questions["bricks"].relevant.source == "${at_kiln} = 'yes'"
    assert "form_sex" in known.questions  # the standard has a question of that name


def test_whole_stands_alone_and_says_what_cannot_be_decided(survey, tmp_path):
    result = run("convert", survey, "--out", tmp_path / "out", "--whole")

    assert result.exit_code == 0, result.output
    assert run("check", "--whole", tmp_path / "out").exit_code == 0
    assert "cannot decide light work: no hours" in result.output
    known = load_questionnaire([tmp_path / "out"])
    assert {"visit_date", "area", "at_kiln", "bricks", "sex"} == set(known.questions)


@pytest.mark.parametrize(
    ("sheets", "reason"),
    [
        ({"notes": [["kind", "name"]]}, "no sheet called survey; the sheets are: notes"),
        ({"survey": [["name", "label"], ["a", "A"]]}, "no column called type"),
        ({"survey": [["type", "name", "label"]]}, "no question"),
        ({"survey": [["type", "name", "label"], ["image", "a", "A"]]}, "No question|no question"),
    ],
)
def test_what_cannot_be_a_form_ends_with_one_and_the_reason(tmp_path, sheets, reason):
    result = run("convert", workbook(tmp_path, **sheets), "--out", tmp_path / "out")

    assert result.exit_code == 1
    assert any(words in result.output for words in reason.split("|")), result.output
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_form_is_refused_in_words(tmp_path):
    for name, data in (
        ("a.xlsx", b"PK\3\4 not really"),
        ("b.xls", b"\xd0\xcf\x11\xe0 short"),
        ("c.pdf", b"%PDF"),
        ("d.csv", b""),
    ):
        (tmp_path / name).write_bytes(data)
        result = run("convert", tmp_path / name, "--out", tmp_path / "out")
        assert result.exit_code == 1, name
        assert "Nothing was written" in result.output


def test_sheets_with_confirmed_marks_are_not_written_over(survey, tmp_path):
    run("convert", survey, "--out", tmp_path / "out")
    before = (tmp_path / "out" / "survey.csv").read_bytes()

    assert run("convert", survey, "--out", tmp_path / "out", "--whole").exit_code == 1
    assert (tmp_path / "out" / "survey.csv").read_bytes() == before
    assert run("convert", survey, "--out", tmp_path / "out", "--again").exit_code == 0


def test_a_confirmed_mark_lets_the_answer_leave_and_says_by_whom(survey, tmp_path):
    run("convert", survey, "--out", tmp_path / "out")
    before = load_questionnaire([STANDARD, tmp_path / "out"])
    result = run("confirm", tmp_path / "out", "at_kiln", "bricks", "--by", "A. Steward")

    assert result.exit_code == 0, result.output
    after = load_questionnaire([STANDARD, tmp_path / "out"])
    assert before.questions["bricks"].is_identity
    assert after.questions["bricks"].privacy.kind is PrivacyKind.KEEP
    assert after.questions["form_sex"].is_identity
    assert "A. Steward" in (tmp_path / "out" / "survey.csv").read_text()


def test_a_mark_that_would_tell_about_what_stays_is_refused_and_nothing_changes(survey, tmp_path):
    run("convert", survey, "--out", tmp_path / "out")
    before = (tmp_path / "out" / "survey.csv").read_bytes()
    result = run("confirm", tmp_path / "out", "bricks", "--by", "A. Steward")

    assert result.exit_code == 1
    assert "must not leave" in result.output
    assert (tmp_path / "out" / "survey.csv").read_bytes() == before
    for names in (["nobody"], ["bricks", "nobody"]):
        assert run("confirm", tmp_path / "out", *names, "--by", "A").exit_code == 1
    assert run("confirm", tmp_path / "out", "at_kiln", "--by", "A", "--as", "loud").exit_code == 1
    assert (tmp_path / "out" / "survey.csv").read_bytes() == before
