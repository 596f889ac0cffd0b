"""A country folder: whatever is written wrong is named with its file, row and column, all at once.

The folder of each case is right but for one thing.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli import main
from server.countries import folder_faults
from shared.profiles.files import COUNTRIES, load_profile

TODAY = date(2026, 11, 29)
PROFILE = """iso3 = "ZWE"
iso2 = "ZW"
m49 = "716"
languages = ["en", "sn"]
calendar = "gregorian"
[name]
en = "Zimbabwe"
[parameters.minimum_age]
value = 16
source = "Labour Act"
confirmed = false
[[helplines]]
name = "Childline"
number = "116"
source = "Childline"
kind = "child_helpline"
"""
AREAS = """code,parent,level,label::English (en),lat,lon
ZW-HA,,admin1,Harare,-17.8,31.0
ZW-BU,,admin1,Bulawayo,,
ZW-HA-01,ZW-HA,admin2,Harare Urban,,
"""


def folder_of(tmp_path: Path, profile: str = PROFILE, areas: str = AREAS, **more: str) -> Path:
    (tmp_path / "profile.toml").write_text(profile, "utf-8")
    (tmp_path / "areas.csv").write_text(areas, "utf-8")
    for name, text in more.items():
        file = tmp_path / name.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return tmp_path


def said(folder: Path) -> list[str]:
    return [str(fault) for fault in folder_faults("ZWE", folder, TODAY) if fault.is_error]


def test_a_right_folder_has_no_fault(tmp_path: Path) -> None:
    assert folder_faults("ZWE", folder_of(tmp_path), TODAY) == []


ABUSE = """[parameters.hazardous_abuse]
value = ["beaten", "burned"]
source = "Order"
"""
BURNED = "list_name,name,label::English (en)\nabuse,burned,Burned\n"


def test_abuse_that_a_country_asks_for_beside_ours_makes_work_hazardous(tmp_path: Path) -> None:
    profile = PROFILE + ABUSE
    (fault,) = said(folder_of(tmp_path, profile))
    assert fault.startswith("profile.toml parameters.hazardous_abuse")
    assert "burned" in fault

    folder = folder_of(tmp_path, profile, **{"questionnaire__choices.csv": BURNED})
    assert said(folder) == []
    assert load_profile("ZWE", [folder]).hazardous_abuse == ("beaten", "burned")


def test_both_checks_name_a_code_that_no_rule_knows_until_it_is_told(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, **{"questionnaire__choices.csv": BURNED})
    for command in (["country", "check", "ZWE", str(folder)], [*CHECK_PROFILE, str(folder)]):
        told = CliRunner().invoke(main, command)
        assert "the code 'burned' of the list 'abuse'" in told.output
        assert "tally:means" in told.output

    head, row = BURNED.splitlines()
    folder_of(tmp_path, **{"questionnaire__choices.csv": f"{head},tally:means\n{row},beaten\n"})
    assert folder_faults("ZWE", folder, TODAY) == []


OPTIONAL = """type,name,required,relevant,bind::tally:privacy
begin_repeat,case,,,
begin_group,worst_forms,,,
select_multiple officer_signs,officer_signs,no,,
end_group,,,,
begin_group,conditions,,,
select_multiple abuse,abuse,,${night_work} = 'yes',
select_multiple injuries,injuries,,,identity
end_group,,,,
end_repeat,,,,
"""


def test_both_checks_name_a_question_of_which_a_country_asks_less(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, **{"questionnaire__survey.csv": OPTIONAL})
    for command in (["country", "check", "ZWE", str(folder)], [*CHECK_PROFILE, str(folder)]):
        told = CliRunner().invoke(main, command).output
        assert "officer_signs may be left out" in told
        assert "abuse is asked of others" in told
        assert "injuries stays on the tablet" in told
        assert told.count("unlike in the standard") == 3
    folder_of(tmp_path, **{"questionnaire__survey.csv": OPTIONAL.replace(",no,", ",yes,")})
    assert "officer_signs" not in "".join(map(str, folder_faults("ZWE", folder, TODAY)))


CHECK_PROFILE = ["profile", "check", "ZWE", "--folder"]


@pytest.mark.parametrize("place", ["parameters", 'industries."B".parameters'])
def test_that_a_country_or_an_industry_makes_its_own_law_is_read_by_nothing(
    tmp_path: Path, place: str
) -> None:
    own = f'[{place}.own_law]\nvalue = true\nsource = "Act"\n'
    (fault,) = said(folder_of(tmp_path, PROFILE + own))

    assert "own_law" in fault


def test_no_folder_that_comes_with_the_product_has_a_fault() -> None:
    folders = [folder for folder in COUNTRIES.iterdir() if folder.is_dir()]

    found = {f.name: folder_faults(f.name, f, TODAY) for f in folders}
    assert found == {f.name: [] for f in folders}


@pytest.mark.parametrize(
    ("before", "after", "place", "words"),
    [
        ("ZW-HA,,", "ZW-HA,ZW-HA-01,", "areas.csv row 2 parent", "stands below itself"),
        ("ZW-BU,,", "ZW-HA,,", "areas.csv row 3 code", "row 2 already"),
        ("ZW-HA-01,ZW-HA", "ZW-HA-01,ZW-HB", "areas.csv row 4 parent", "Did you mean"),
        ("ZW-BU,,admin1", "ZW-BU,,provincce", "areas.csv row 3 level", "stands on admin1"),
        ("ZW-BU,,admin1", "ZW-BU,,admin2", "areas.csv row 3 level", "stands on admin1"),
        ("Bulawayo", "", "areas.csv row 3 label", "has no name"),
        ("Bulawayo", "HARARE", "areas.csv row 3 label", "row 2 already"),
        ("Bulawayo,,", "Bulawayo,,,stray", "areas.csv row 3", "more cells"),
        ("ZW-BU", "ZW BU", "areas.csv row 3 code", "letters, digits"),
        ("ZW-BU", "", "areas.csv row 3 code", "empty"),
        ("parent,", "parnt,", "areas.csv row 1 parnt", "Did you mean parent"),
        ("English (en)", "Shona", "areas.csv row 1 label::Shona", "label::Name"),
        ("English (en)", "English (xq)", "areas.csv row 1", "code xq"),
        ("-17.8,31.0", "-17.8,", "areas.csv row 2 lon", "together"),
        ("-17.8,31.0", "-97.8,31.0", "areas.csv row 2 lat", "degrees up to 90"),
        ("-17.8,31.0", "-17.82922,31.0", "areas.csv row 2 lat", "to a tenth"),
        (",", ";", "areas.csv row 1", "semicolons"),
    ],
)
def test_what_is_wrong_with_an_area_is_named(
    tmp_path: Path, before: str, after: str, place: str, words: str
) -> None:
    (fault, *_) = said(folder_of(tmp_path, areas=AREAS.replace(before, after, 999)))

    assert fault.startswith(place)
    assert words in fault


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("ZW-HA,,admin1,H,,2026-01-01,ZW-HB\nZW-HB,,admin1,I,2026-01-01,,", []),
        (
            "ZW-HA,,admin1,H,,2026-01-01,ZW-HB\nZW-HB,,admin1,I,2026-03-01,,",
            ["areas.csv row 2 until: Between 2026-01-01 and 2026-03-01, when ZW-HB begins"],
        ),
        (
            "ZW-HA,,admin1,H,,2026-01-01,ZW-HB\nZW-HB,,admin1,I,2026-01-01,,\n"
            "ZW-HA-01,ZW-HA,admin2,D,,,",
            ["areas.csv row 4 until: ZW-HA, in which it lies, ends on 2026-01-01"],
        ),
        ("ZW-HA,,admin1,H,,2026-01-01,ZW-HA", ["areas.csv row 2 became: ZW-HA became itself"]),
    ],
)
def test_what_does_not_hold_together_in_time_is_named_once(
    tmp_path: Path, rows: str, told: list[str]
) -> None:
    header = "code,parent,level,label::English (en),since,until,became"
    folder = folder_of(tmp_path, areas=f"{header}\n{rows}\n")
    faults = [str(fault) for fault in folder_faults("ZWE", folder, TODAY)]
    found = [one for one in faults if one.startswith("areas.csv")]

    assert len(found) == len(told), found
    assert all(one.startswith(words) for one, words in zip(found, told, strict=True)), found


@pytest.mark.parametrize(
    ("before", "after", "place", "words"),
    [
        ('"ZW"', '"XX"', "iso2", '"ZW"'),
        ('"716"', "716", "m49", '"716"'),
        ('["en", "sn"]', '"en"', "languages", "list of codes"),
        ('"sn"', '"xq"', "languages", "code xq"),
        ("gregorian", "julian", "calendar", "persian"),
        ("calendar", "calender", "calender", "Did you mean calendar"),
        ("minimum_age", "minimun_age", "parameters.minimun_age", "Did you mean minimum_age"),
        ("= 16", "= 160", "parameters.minimum_age", "0 to 25"),
        ("= 16", '= "16"', "parameters.minimum_age", "0 to 25"),
        ("= false", '= "no"', "parameters.minimum_age confirmed", "true or false"),
        ("confirmed =", "confirmd =", "parameters.minimum_age confirmd", "Did you mean confirmed"),
        ("confirmed = false", 'as_of = "soon"', "parameters.minimum_age as_of", "a day such as"),
        ("[parameters.", '[areas."ZW-HB".parameters.', "areas.ZW-HB", "no area ZW-HB"),
        ("[parameters.", '[industries."ZZ".parameters.', "industries.ZZ", "ISIC has no ZZ"),
        ('number = "116"', "", "helplines 1", "needs number"),
        ('"116"', "116", "helplines 1 number", "a text in quotes"),
        ('"116"', '"call us"', "helpline call us", "dial"),
        ("child_helpline", "child_helpine", "helpline 116", "Did you mean child_helpline"),
        ("[[helplines]]", "[[helpline]]", "helpline", "Did you mean helplines"),
        ("[[helplines]]", "[helplines]", "helplines", "begins with [[helplines]]"),
        ("iso3 =", "iso3", "", "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_profile_is_named(
    tmp_path: Path, before: str, after: str, place: str, words: str
) -> None:
    faults = said(folder_of(tmp_path, PROFILE.replace(before, after, 1)))

    assert any(one.startswith(f"profile.toml {place}".rstrip()) and words in one for one in faults)


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        (
            "codelists__isicc.csv",
            "code\nA\n",
            "codelists/isicc.csv: Nothing reads it. Did you mean",
        ),
        ("codelists__isic.csv", "code,parent\nA,01\n", "codelists/isic.csv row 2 parent: A stands"),
        ("codelists__isic.csv", "code,parent\n9Z,QQ\n", "isic.csv row 2 parent: There is no QQ"),
        ("codelists__isic.csv", "code\n23\n23\n", "isic.csv row 3 code: The code 23 stands"),
        ("area.csv", "code\n", "area.csv: Nothing reads it. Did you mean areas.csv?"),
        ("questionare__survey.csv", "type\n", "Did you mean questionnaire?"),
        ("languages__sn__screens.mo", "nonsense", "languages/sn/screens.mo: It is no compiled"),
    ],
)
def test_a_file_that_nothing_reads_or_that_is_no_tree_is_named(
    tmp_path: Path, file: str, text: str, words: str
) -> None:
    assert any(words in one for one in said(folder_of(tmp_path, **{file: text})))


def test_law_of_an_area_that_would_not_be_found_below_it_is_named(tmp_path: Path) -> None:
    profile = PROFILE.replace("[parameters.", '[areas."ZW-HA".parameters.')
    folder = folder_of(tmp_path, profile, AREAS.replace("ZW-HA-01", "ZW-9901"))

    assert any(
        "ZW-9901" in one and one.startswith("profile.toml areas.ZW-HA") for one in said(folder)
    )


def test_both_checks_say_it_and_end_with_one(tmp_path: Path) -> None:
    survey = "type,name,label\ntext,a,A\n"
    areas = AREAS.replace("ZW-BU,,", "ZW-HA,,")
    folder = str(folder_of(tmp_path, areas=areas, questionnaire__survey_csv=""))
    (tmp_path / "questionnaire" / "survey.csv").write_text(survey)
    (tmp_path / "questionnaire" / "survey_csv").unlink()
    for words in (
        ["country", "check", "ZWE", folder],
        ["profile", "check", "ZWE", "--folder", folder],
    ):
        result = CliRunner().invoke(main, words)

        assert result.exit_code == 1
        assert "areas.csv row 3 code: The code ZW-HA stands in row 2 already." in result.stderr
        assert "questionnaire: sheet survey" in result.stderr


def test_a_list_in_the_encoding_of_windows_is_refused_with_its_row(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    (folder / "areas.csv").write_bytes(AREAS.replace("Bulawayo", "Bulaoué").encode("cp1252"))

    assert said(folder)[0].startswith("areas.csv row 3: It is not written in UTF-8")


@pytest.mark.parametrize(
    "profile",
    [
        PROFILE.replace('[name]\nen = "Zimbabwe"', "").replace(
            "calendar =", 'name = "Z"\ncalendar ='
        ),
        PROFILE.replace("[parameters.minimum_age]\nvalue = 16", "[parameters]\nminimum_age = 16"),
        PROFILE.replace("confirmed = false", 'as_of = "next year"'),
        PROFILE.replace("[[helplines]]", "[helplines]"),
    ],
)
def test_a_tablet_refuses_such_a_profile_with_a_sentence(tmp_path: Path, profile: str) -> None:
    from shared.errors import QuestionnaireError

    with pytest.raises(QuestionnaireError, match=r"profile\.toml"):
        load_profile("ZWE", [folder_of(tmp_path, profile)])


@pytest.mark.parametrize("text", ["[dimension.x]\n", "[[table]]\ncode = 3\n", "no toml"])
def test_tables_that_cannot_be_counted_are_named(tmp_path: Path, text: str) -> None:
    folder = folder_of(tmp_path, **{"tables.toml": text})
    result = CliRunner().invoke(main, ["country", "check", "ZWE", str(folder)])

    assert result.exit_code == 1
    assert "tables.toml:" in result.stderr


@pytest.mark.parametrize(
    ("mandate", "named"),
    [
        ('[mandate]\nsource = "Act 7"\n', "mandate: It needs words"),
        ('[mandate]\nwords = { en = "By law" }\n', "mandate: It needs source"),
        ('[mandate]\nsource = "Act 7"\nwords = { sn = "Mutemo" }\n', "mandate.words: It needs en"),
        ('[mandate]\nsource = "Act 7"\nwords = { en = "A", xx = "B" }\n', "the code xx"),
        ('[mandate]\nsource = "Act 7"\nwords = { en = "A" }\nsourse = "B"\n', "source"),
        ('[mandat]\nsource = "Act 7"\nwords = { en = "A" }\n', "mandate"),
    ],
)
def test_a_mandate_written_wrongly_is_named(tmp_path: Path, mandate: str, named: str) -> None:
    found = said(folder_of(tmp_path, PROFILE + mandate))

    assert any(named in sentence for sentence in found), found
