"""tally87 profile confirm: who signed off a value, where, by which document and when."""

import tomllib
from datetime import date

import pytest
from click.testing import CliRunner

from server.cli.profile import profile
from shared.profiles import check_profile, load_profile

WHO = ["--by", "A. Sharma", "--office", "Ministry of Labour", "--document", "Letter 12/2026"]
DAY = ["--on", "2026-11-20"]


def confirm(folder, *arguments):
    return CliRunner().invoke(profile, ["confirm", *arguments, "--folder", str(folder), *WHO, *DAY])


def test_a_confirmed_value_says_by_whom(tmp_path):
    done = confirm(tmp_path, "npl", "minimum_age")

    found = load_profile("NPL", [tmp_path]).parameters["minimum_age"]
    assert done.exit_code == 0, done.output
    assert (found.value, found.confirmed) == (14, True)
    assert found.confirmation.by == "A. Sharma"
    assert found.confirmation.office == "Ministry of Labour"
    assert found.confirmation.document == "Letter 12/2026"
    assert found.confirmation.on == date(2026, 11, 20)
    assert load_profile("NPL").parameters["minimum_age"].confirmed is False


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        (["HND", "light_hours_week"], ((14, 20.0), (16, 30.0))),
        (["CHL", "young_hours_week"], ((0, 30.0),)),
        (["MEX", "light_age_from"], None),
        (["NPL", "minimum_age", "--value", "15"], 15),
        (["NPL", "light_age_from", "--value", "none"], None),
        (["COL", "young_hours_week", "--value", "{ 15 = 24, 16 = 30 }"], ((15, 24.0), (16, 30.0))),
        (["PER", "young_conditions"], ("permit",)),
        (["PER", "night_window"], ("19:00", "07:00")),
    ],
)
def test_every_kind_of_value_is_confirmed_as_it_is(tmp_path, arguments, value):
    done = confirm(tmp_path, *arguments)

    assert done.exit_code == 0, done.output
    found = load_profile(arguments[0], [tmp_path]).parameters[arguments[1]]
    assert (found.value, found.confirmed) == (value, True)


def test_a_value_of_a_province_or_an_industry_is_confirmed_for_it_alone(tmp_path):
    assert confirm(tmp_path, "PAK", "hazardous_age", "--area", "PK-SD").exit_code == 0
    assert confirm(tmp_path, "PER", "minimum_age", "--industry", "03").exit_code == 0

    pakistan, peru = (load_profile(iso3, [tmp_path / iso3]) for iso3 in ("PAK", "PER"))
    assert not pakistan.parameters["hazardous_age"].confirmed
    written = tomllib.loads((tmp_path / "profile.toml").read_text("utf-8"))
    assert written["areas"]["PK-SD"]["parameters"]["hazardous_age"]["value"] == 18
    assert written["industries"]["03"]["parameters"]["minimum_age"]["value"] == 17
    assert peru.minimum_age == 14


def test_a_confirmed_helpline_takes_the_place_of_the_unconfirmed_one(tmp_path):
    assert confirm(tmp_path, "NPL", "helpline:104").exit_code == 0

    lines = load_profile("NPL", [tmp_path]).helplines
    assert [line.number for line in lines].count("104") == 1
    assert (lines[0].number, lines[0].confirmed) == ("104", True)
    assert lines[0].confirmation.by == "A. Sharma"


def test_a_number_of_several_offices_is_confirmed_for_one(tmp_path):
    assert "--area" in confirm(tmp_path, "PAK", "helpline:1121").output
    assert confirm(tmp_path, "PAK", "helpline:1121", "--area", "PK-SD").exit_code == 0

    lines = load_profile("PAK", [tmp_path]).helplines
    assert [line.area for line in lines if line.confirmed] == ["PK-SD"]
    assert sum(line.number == "1121" for line in lines) == 3


def test_a_duty_to_report_is_confirmed_once(tmp_path):
    before = load_profile("MEX").duties
    done = confirm(tmp_path, "MEX", "duty:1")

    duties = load_profile("MEX", [tmp_path]).duties
    assert done.exit_code == 0, done.output
    assert [(duty.who, duty.what) for duty in duties] == [(d.who, d.what) for d in before]
    assert duties[0].confirmed
    assert duties[0].confirmation.office == "Ministry of Labour"
    assert confirm(tmp_path, "MEX", "duty:1").exit_code == 0, "it can be confirmed again"
    assert len(load_profile("MEX", [tmp_path]).duties) == len(before)
    assert "no number 9" in confirm(tmp_path, "MEX", "duty:9").output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["NPL", "no_such"], "no parameter named"),
        (["NPL", "helpline:12345"], "no helpline with"),
        (["NPL", "minimum_age", "--value", "99"], "number from 0 to 25"),
        (["NPL", "young_hours_week"], "no value"),
        (["TZA", "minimum_age", "--area", "TZ-15"], "no value"),
        (["XXX", "minimum_age"], "says nothing of"),
    ],
)
def test_what_cannot_be_confirmed_is_said_and_changes_nothing(tmp_path, arguments, sentence):
    file = tmp_path / "profile.toml"
    file.write_text("# ours\n", "utf-8")

    done = confirm(tmp_path, *arguments)

    assert done.exit_code != 0
    assert sentence in done.output
    assert "Traceback" not in done.output
    assert file.read_text("utf-8") == "# ours\n"


def test_nobody_confirms_without_a_name(tmp_path):
    done = CliRunner().invoke(
        profile,
        ["confirm", "NPL", "minimum_age", "--folder", str(tmp_path), "--by", " ", *WHO[2:], *DAY],
    )

    assert done.exit_code == 2
    assert not (tmp_path / "profile.toml").exists()


def test_the_check_asks_who_confirmed(tmp_path):
    (tmp_path / "profile.toml").write_text(
        '# kept\n[parameters.minimum_age]\nvalue = 14\nsource = "Act"\nconfirmed = true\n', "utf-8"
    )

    def unsigned():
        remarks = check_profile(load_profile("NPL", [tmp_path]))
        return [remark.subject for remark in remarks if remark.kind == "unsigned"]

    assert unsigned() == ["minimum_age"]
    confirm(tmp_path, "NPL", "minimum_age")
    assert unsigned() == []
    assert "# kept" in (tmp_path / "profile.toml").read_text("utf-8")
