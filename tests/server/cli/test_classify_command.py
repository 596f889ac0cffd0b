"""tally87 classify and tally87 profile, as typed at a shell."""

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli.classify import classify
from server.cli.profile import profile

WORKED = Path(__file__).parents[2] / "shared" / "worked_cases"
RESULTS = {
    "child-labour": "id,sdg_A_chldea,sdg_B_chldec,icls_sna_class,icls_general_class,"
    "mics_childLabor,mics_includeHaz,deciding_rule",
    "forced-labour": "id,fl_class,tip_flag,deciding_rule",
}


def run(command, *arguments, **more):
    return CliRunner().invoke(command, [str(argument) for argument in arguments], **more)


@pytest.mark.parametrize("kind", ["child-labour", "forced-labour"])
def test_the_worked_cases_come_out_as_they_are_written(kind):
    file = WORKED / f"{kind.replace('-', '_')}.csv"
    expected = {row["id"]: row for row in csv.DictReader(io.StringIO(file.read_text("utf-8")))}

    done = run(classify, kind, file)

    assert done.exit_code == 0
    assert done.stderr == ""
    assert done.stdout.splitlines()[0] == RESULTS[kind]
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["id"] for row in rows] == list(expected)
    for row in rows:
        assert row == {name: expected[row["id"]][name] for name in row}


HEADER = "id,age,hours_economic,hours_household,hazardous,worst_form,any_economic,note\n"


def test_a_bad_row_goes_to_standard_error_with_its_line_and_the_exit_status_is_one(tmp_path):
    file = tmp_path / "cases.csv"
    file.write_text(HEADER + "A,9,5,0,N,N,,\nB,old,5,0,N,N,,\nC,9,0,0,N,N,,\n", "utf-8")

    done = run(classify, "child-labour", file)

    assert done.exit_code == 1
    assert [line.split(",")[0] for line in done.stdout.splitlines()] == ["id", "A", "C"]
    assert done.stderr.splitlines()[0].startswith("line 3 (B): age is 'old'")


def test_two_rows_of_one_id_are_both_classified_and_told(tmp_path):
    file = tmp_path / "cases.csv"
    file.write_text(HEADER + "A,9,5,0,N,N,,\nB,9,0,0,N,N,,\nA,9,0,0,N,N,,\n", "utf-8")

    done = run(classify, "child-labour", file)

    assert done.exit_code == 1
    assert [line.split(",")[0] for line in done.stdout.splitlines()] == ["id", "A", "B", "A"]
    assert done.stderr == "line 4 (A): line 2 has the same id; both are classified\n"


@pytest.mark.parametrize("id_", ["=1+1", "+4", "-4", "@A1"])
def test_an_id_is_written_so_that_no_spreadsheet_works_it_out(tmp_path, id_):
    file = tmp_path / "cases.csv"
    file.write_text(HEADER + f"{id_},9,5,0,N,N,,\n", "utf-8")

    done = run(classify, "child-labour", file)

    assert done.stdout.splitlines()[1].startswith(f"'{id_},")


def test_a_byte_that_is_not_utf8_spoils_its_own_row_only(tmp_path):
    file = tmp_path / "cases.csv"
    file.write_bytes(HEADER.encode() + b"A,9,5,0,N,N,,caf\xe9\nB,9,5,0,\xe9,N,,\nC,9,0,0,N,N,,\n")

    done = run(classify, "child-labour", file)

    assert done.exit_code == 1
    assert [line.split(",")[0] for line in done.stdout.splitlines()] == ["id", "A", "C"]


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    file = tmp_path / "cases.csv"
    file.write_bytes(b"\xef\xbb\xbf" + HEADER.replace("\n", "\r\n").encode() + b"A,9,5,0,N,N,,\r\n")

    done = run(classify, "child-labour", file)

    assert done.exit_code == 0
    assert done.stdout.splitlines()[1].startswith("A,Y,Y,BELOW_MIN_AGE")


def test_standard_input_is_read_for_a_dash():
    done = run(classify, "child-labour", "-", input=HEADER + "A,9,5,0,N,N,,\n")

    assert done.exit_code == 0
    assert "BELOW_MIN_AGE" in done.stdout


@pytest.mark.parametrize("text", ["", "id,age\nA,9\n", "id,id\nA,9\n"])
def test_a_file_of_another_kind_is_refused_with_what_it_needs(tmp_path, text):
    file = tmp_path / "cases.csv"
    file.write_text(text, "utf-8")

    done = run(classify, "child-labour", file)

    assert done.exit_code == 2
    assert done.stderr.strip()
    assert done.stdout.count("\n") <= 1


def test_exactly_twenty_one_hours_of_housework_follow_the_country_asked_for(tmp_path):
    file = tmp_path / "cases.csv"
    file.write_text(HEADER + "A,9,0,21,N,N,,\n", "utf-8")

    done = run(classify, "child-labour", file, "--country", "NPL")
    unknown = run(classify, "child-labour", file, "--country", "XXX")

    assert "HAZ_HOUSEHOLD_SERVICES" in done.stdout
    assert unknown.exit_code == 2


def test_the_profile_check_explains_what_is_open():
    done = run(profile, "check", "ZAF", "NPL")

    assert done.exit_code == 0
    assert "South Africa" in done.stdout
    assert "Not confirmed by the country" in done.stdout
    assert "C138 art. 3 asks for 18" in done.stdout


def test_the_profile_check_fails_for_a_contradiction_or_an_unknown_country(tmp_path):
    (tmp_path / "profile.toml").write_text(
        '[parameters.light_age_from]\nvalue = 15\nsource = "x"\n', "utf-8"
    )

    contradictory = run(profile, "check", "NPL", "--folder", tmp_path)
    unknown = run(profile, "check", "XXX")

    assert contradictory.exit_code == 1
    assert "Contradictions" in contradictory.stdout
    assert unknown.exit_code == 1
    assert "XXX" in unknown.stderr


def test_the_profile_check_looks_at_every_country():
    every = run(profile, "check")
    names = run(profile, "list")

    assert every.exit_code == 0
    assert every.stdout.count("Not confirmed by the country") == 37
    assert len(names.stdout.splitlines()) == 37


def test_a_profile_without_open_points_says_so(tmp_path):
    lines = ['iso3 = "XKX"', 'iso2 = "XK"', 'm49 = "383"', 'languages = ["sq"]']
    lines += ["[name]", 'en = "Kosovo"']
    lines += ["[mandate]", 'source = "Act, section 7"', 'words = { en = "The office counts." }']
    values = {
        "minimum_age": "15",
        "hazardous_age": "18",
        "compulsory_school_age": "15",
        "night_window": '["22:00", "06:00"]',
        "hazardous_industries": '["B", "F"]',
        "hazardous_occupations": "[]",
        "hazardous_lists": '"own"',
        "hazardous_abuse": '["beaten", "sexual"]',
        "hazardous_night": '"any"',
        "hazardous_fire_from_15": "false",
        "young_hours_week": "40",
        "chore_strict": "false",
        "water_firewood": '"chores"',
        "disclosure_threshold": "10",
    }
    by = 'by = "A. Person", office = "Ministry", document = "Letter 1", on = 2026-11-01'
    for name, value in values.items():
        lines += [f"[parameters.{name}]", f"value = {value}", 'source = "Law"', "confirmed = true"]
        lines += [f"confirmation = {{ {by} }}"]
        if name == "young_hours_week":
            lines += ['note = "The young work not more than 40 hours a week."']
    for name in ("young_hours_day", "young_conditions"):
        lines += [f"[parameters.{name}]", "none = true", 'source = "Law"', "confirmed = true"]
        lines += [f"confirmation = {{ {by} }}", 'note = "The law sets no limit of the day."']
    lines += ["[[helplines]]", 'name = "Line"', 'number = "1"', 'source = "x"', "confirmed = true"]
    lines += ["[[mandatory_reporting]]", 'who = "All"', 'what = "harm"', 'to_whom = "police"']
    lines += ['source = "Law"', "confirmed = true"]
    (tmp_path / "profile.toml").write_text("\n".join(lines), "utf-8")
    (tmp_path / "areas.csv").write_text(
        "code,parent,level,label::English (en)\nXK-1,,admin1,North\nXK-1-01,XK-1,admin2,Upper\n",
        "utf-8",
    )

    done = run(profile, "check", "XKX", "--folder", tmp_path)

    assert done.exit_code == 0
    assert "Everything is given and confirmed." in done.stdout


@pytest.mark.parametrize("nothing", ["", "\n\n  \n", "\ufeff"])
def test_a_file_without_an_interview_says_so(tmp_path, nothing):
    file = tmp_path / "interviews.jsonl"
    file.write_text(nothing, "utf-8")

    done = run(classify, "interviews", file)

    assert (done.exit_code, done.stdout) == (2, "")
    assert "no line with an interview" in done.stderr
