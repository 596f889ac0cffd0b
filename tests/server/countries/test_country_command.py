"""tally87 country: what a new user of any country does first."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.cli import main
from server.office import Office
from server.office.config import config_for
from server.operations.first_start import countries
from shared.codelists.lists import load_codelist
from shared.profiles import load_profile
from shared.reference import load_reference
from tests.server.field import Clock, seeded


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, list(words), input=typed)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "areas.csv").write_text("state,district\nGoiás,Anápolis\nBahia,Ilhéus\n", "utf-8")
    (tmp_path / "law.csv").write_text(
        "parameter,value,source,area,industry,as_of\n"
        "minimum_age,16,Constitution art. 7,,,2024-01-01\n"
        "minimum_age,18,State law 9,BR-02,,\n"
        'young_hours_day,"{ 16 = 6, 17 = 8 }",CLT art. 411,,A,\n'
        "light_hours_week,none,CLT,,,\n"
        'night_window,"[""22:00"", ""05:00""]",CLT art. 404,,,\n',
        "utf-8",
    )
    (tmp_path / "lines.csv").write_text("name,number,source\nDisque 100,100,Ministry\n", "utf-8")
    return tmp_path


def new(files: Path, country: str = "BRA", *more: str, typed: str = "") -> Result:
    given = [("--areas", "areas.csv"), ("--law", "law.csv"), ("--helplines", "lines.csv")]
    words = [part for flag, name in given for part in (flag, str(files / name))]
    return run("country", "new", country, "--out", str(files / "made"), *words, *more, typed=typed)


def test_a_folder_is_begun_that_an_office_and_its_tablets_can_read(files: Path) -> None:
    made = new(files, "bra", "--language", "pt")

    assert made.exit_code == 0, made.output
    assert "2 areas of the first level and 2 of the second" in made.output
    assert "compulsory_school_age" in made.output  # still open
    reference = load_reference("BRA", [files / "made"])
    profile = reference.profile
    assert (profile.name("pt"), profile.iso2, profile.m49) == ("Brasil", "BR", "076")
    assert profile.languages == ("pt",)
    assert (profile.minimum_age, profile.in_area("BR-02-01").minimum_age) == (16, 18)
    assert profile.value("young_hours_day") is None
    assert profile.sets("light_hours_week")
    assert profile.night_window == ("22:00", "05:00")
    assert [line.number for line in profile.helplines] == ["100"]
    assert not profile.is_confirmed("minimum_age")
    assert reference.codelists["areas"].label("BR-02-01", "en") == "Anápolis"
    assert run("country", "check", "BRA", str(files / "made")).exit_code == 0


def test_values_no_file_gives_are_asked_for(files: Path) -> None:
    made = new(files, "BRA", "--ask", typed="18\nCLT art. 405\n17\nConstitution art. 208\n")

    assert made.exit_code == 0, made.output
    profile = load_profile("BRA", [files / "made"])
    assert (profile.hazardous_age, profile.compulsory_school_age) == (18, 17)
    assert profile.parameters["hazardous_age"].source == "CLT art. 405"


def test_nothing_is_written_when_a_row_of_the_law_is_wrong(files: Path) -> None:
    (files / "law.csv").write_text(
        "parameter,value,source,area\nminimum_age,99,x,\nfoo,1,x,\nhazardous_age,18,,\n"
        "hazardous_age,18,x,BR-77\nnight_window,,x,\n",
        "utf-8",
    )
    made = new(files)

    assert made.exit_code == 1
    assert [f"row {number} (" in made.output for number in range(2, 7)] == [True] * 5
    assert not (files / "made").exists()


def test_the_law_is_read_as_people_write_it_in_a_spreadsheet(files: Path) -> None:
    (files / "law.csv").write_text(
        "parameter,value,source\n"
        "night_window,20:00-6:00,Act\n"
        "hazardous_industries,B; F,Act\n"
        "chore_strict,Yes,Act\n"
        "young_hours_day,15: 6; 17: 8,Act\n",
        "utf-8",
    )
    made = new(files)
    profile = load_profile("BRA", [files / "made"])

    assert made.exit_code == 0, made.output
    assert profile.night_window == ("20:00", "06:00")
    assert profile.value("hazardous_industries") == ("B", "F")
    assert profile.value("chore_strict") is True
    assert profile.value("young_hours_day") == ((15, 6.0), (17, 8.0))


def test_a_value_that_is_no_list_is_told_with_how_to_write_one(files: Path) -> None:
    (files / "law.csv").write_text("parameter,value,source\nnight_window,late,Act\n", "utf-8")

    assert "20:00-06:00" in new(files).output


def test_hours_told_twice_for_one_age_are_not_taken_for_the_last_of_them(files: Path) -> None:
    (files / "law.csv").write_text(
        "parameter,value,source\nyoung_hours_day,15: 6; 15: 8,Act\n", "utf-8"
    )
    made = new(files)

    assert made.exit_code != 0
    assert "14: 4; 16: 6" in made.output, "with how to write them"
    assert not (files / "made").exists()


def test_columns_from_which_nothing_is_taken_are_named(files: Path) -> None:
    (files / "areas.csv").write_text(
        "state,district,Pop.,p-code\nBahia,Ilheus,5,BR29\nPara,,,\n", "utf-8"
    )
    (files / "lines.csv").write_text("name,number,source,hours\nA,100,M,9-5\n", "utf-8")
    made = new(files)
    (area,) = [
        one for one in load_reference("BRA", [files / "made"]).codelists["areas"] if one.parent
    ]

    assert "remark: areas.csv: nothing reads the columns 'pop.'." in made.output
    assert "remark: lines.csv: nothing reads the columns 'hours'." in made.output
    assert "BR29" in (files / "made" / "areas.csv").read_text("utf-8")
    assert area.label("en") == "Ilheus"


def test_a_folder_with_something_in_it_is_left_alone(files: Path) -> None:
    (files / "made").mkdir()
    (files / "made" / "profile.toml").write_text("mine", "utf-8")

    made = new(files)

    assert made.exit_code == 1
    assert "not empty" in made.output
    assert (files / "made" / "profile.toml").read_text("utf-8") == "mine"


def test_a_code_that_is_no_countrys_is_refused(files: Path) -> None:
    made = new(files, "XYZ")
    assert made.exit_code == 1
    assert "no country with this" in made.output


@pytest.mark.parametrize("iso3", sorted(load_codelist("countries").entries)[::25])
def test_any_country_can_begin_with_its_code_alone(tmp_path: Path, iso3: str) -> None:
    made = run("country", "new", iso3, "--out", str(tmp_path / "made"))
    assert made.exit_code == 0, made.output
    assert load_profile(iso3, [tmp_path / "made"]).iso3 == iso3


def test_the_page_of_the_first_start_offers_the_country_of_a_folder(files: Path) -> None:
    new(files)
    config = config_for(files / "office", country_folders=(files / "made",))
    office = Office.open(config, Clock(), seeded(1))
    assert "BRA" in countries(office)
    assert "PAK" in countries(office)


def test_what_is_wrong_in_all_files_is_told_at_once_and_nothing_is_written(files: Path) -> None:
    (files / "areas.csv").write_text("code,name,parent\nBR-1,A,BR-2\nBR-2,B,BR-1\n", "utf-8")
    (files / "law.csv").write_text("parameter,value,source\nminimum_age,old,Act\n", "utf-8")
    (files / "lines.csv").write_text(
        "name,number,source,kind\nChildline,116 CALL,Web,\nPolice,190,Web,polise\n", "utf-8"
    )

    made = new(files)

    assert made.exit_code == 1
    assert "below itself" in made.output
    assert "row 2 (minimum_age)" in made.output
    assert "row 2 (116 CALL): It is no number a telephone can dial." in made.output
    assert "row 3 (190): The kind polise is none of" in made.output
    assert "Did you mean police?" in made.output
    assert made.output.count("Nothing was written.") == 1
    assert not (files / "made").exists()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("hazardous_industries,B; ZZ,Act", "ISIC has no ZZ."),
        ("hazardous_occupations,9999,Act", "ISCO has no 9999."),
    ],
)
def test_no_folder_is_begun_from_which_nothing_could_be_published(
    files: Path, row: str, told: str
) -> None:
    (files / "law.csv").write_text(f"parameter,value,source\n{row}\n", "utf-8")

    made = new(files)

    assert made.exit_code == 1
    assert told in made.output
    assert not (files / "made").exists()
