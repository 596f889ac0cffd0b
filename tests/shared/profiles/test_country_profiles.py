"""Country profiles: every value with a source, laid over the international defaults."""

import csv
from pathlib import Path

import pytest

from shared.errors import QuestionnaireError
from shared.profiles import check_profile, load_profile, profiles_at_hand
from shared.profiles.kinds import KINDS

REFERENCE = Path(__file__).parents[4] / "shared" / "data" / "country_profiles.csv"
THIRTY_SEVEN = profiles_at_hand()


def subjects(profile, kind):
    return [remark.subject for remark in check_profile(profile) if remark.kind == kind]


def test_thirty_seven_countries_have_a_profile():
    assert len(THIRTY_SEVEN) == 37


@pytest.mark.parametrize("iso3", THIRTY_SEVEN)
def test_every_value_has_a_source_and_a_day_and_says_whether_it_is_confirmed(iso3):
    profile = load_profile(iso3)

    tables = (*profile.areas.values(), *profile.industries.values())
    own = [parameter for table in tables for parameter in table.values()]
    for parameter in [*profile.parameters.values(), *own]:
        assert parameter.source.strip()
        assert parameter.as_of is not None
        assert parameter.name in KINDS
    for entry in (*profile.helplines, *profile.duties):
        assert entry.source.strip()
        assert entry.as_of is not None
        assert not entry.confirmed
    assert not profile.parameters["minimum_age"].confirmed
    assert profile.languages
    assert profile.name("en")


def test_the_ages_are_those_of_the_reference_table():
    """Where a profile departs from the table it has looked further and says so in its source."""
    if not REFERENCE.is_file():
        pytest.skip("the reference table is not here")
    lines = [x for x in REFERENCE.read_text("utf-8").splitlines() if not x.startswith("#")]
    rows = list(csv.DictReader(lines))

    assert {row["iso3"] for row in rows} == set(THIRTY_SEVEN)
    for row in rows:
        profile = load_profile(row["iso3"])
        assert (profile.iso2, profile.m49) == (row["iso2"], row["m49"])
        for name, column in (("minimum_age", "min_age"), ("hazardous_age", "hazardous_age")):
            parameter = profile.parameters[name]
            if "ILAB" in parameter.source:
                assert str(parameter.value) in row[column], row["iso3"]
        assert profile.value("hazardous_instrument")


def test_people_count_their_years_differently_in_two_of_them():
    other = {i: load_profile(i).calendar for i in THIRTY_SEVEN} | {}

    assert {i: c for i, c in other.items() if c != "gregorian"} == {
        "ETH": "ethiopian",
        "NPL": "bikram_sambat",
    }


def test_defaults_stand_where_the_country_says_nothing():
    cameroon = load_profile("CMR")

    assert cameroon.night_window == ("20:00", "06:00")
    assert cameroon.water_firewood == "chores"
    assert cameroon.chore_strict is False
    assert cameroon.disclosure_threshold == 10
    assert cameroon.hazardous_industries == ("B", "F")
    assert cameroon.light_age_from is None
    assert cameroon.value("nothing_of_the_kind") is None


def test_a_province_has_its_own_law():
    pakistan = load_profile("PAK")

    assert pakistan.hazardous_age == 14
    assert pakistan.in_area("PK-PB").hazardous_age == 18
    assert pakistan.in_area("PK-PB-05").hazardous_age == 18
    assert pakistan.in_area("PK-SD").hazardous_age == 18
    assert pakistan.in_area("PK-IS").hazardous_age == 14
    assert pakistan.in_area(None) is pakistan
    assert pakistan.in_area("PK-PB-05") is pakistan.in_area("PK-PB-05")


LIMITS = ("light_age_from", "compulsory_school_age", "young_hours_day", "hazardous_training_age")


@pytest.mark.parametrize("iso3", THIRTY_SEVEN)
def test_an_area_that_makes_its_own_law_has_no_value_but_those_it_tells(iso3):
    profile = load_profile(iso3)
    for code in filter(profile.makes_its_own_law, profile.areas):
        for law in profile.possible_laws(code, ["08"]):
            for name in (*LIMITS, "minimum_age", "hazardous_age"):
                assert not law.sets(name) or name in profile.areas[code], (code, name)
            assert not law.is_confirmed("night_window")
            assert not law.is_confirmed("rest_days_week"), "nobody there signed them off"
            assert law.value("rest_days_week") == profile.value("rest_days_week")
            assert law.night_window == profile.night_window


def test_an_area_is_taken_to_make_its_own_law_unless_it_says_that_it_does_not(tmp_path):
    values = '[areas."NP-P3".parameters.minimum_age]\nvalue = 16\nsource = "Act"\n'
    beside = '[areas."NP-P3".parameters.own_law]\nvalue = false\nsource = "Act"\n'
    own = '[areas."NP-P4".parameters.own_law]\nvalue = true\nsource = "Constitution"\n'
    for name, text in (("own", values), ("beside", values + beside), ("untold", own)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "profile.toml").write_text(text, "utf-8")

    def law(folder, area):
        return load_profile("NPL", [tmp_path / folder]).in_area(area)

    assert law("own", "NP-P3-01").minimum_age == law("beside", "NP-P3-01").minimum_age == 16
    assert law("own", "NP-P3-01").hazardous_age is None
    assert law("beside", "NP-P3-01").hazardous_age == 17
    assert law("own", "NP-P1").hazardous_age == 17
    assert law("untold", "NP-P4-02").minimum_age is None
    assert law("untold", "NP-P4-02").declared_minimum_age == 14, "a treaty holds everywhere"


def test_the_check_names_what_of_the_country_stands_in_where_an_area_makes_its_own_law():
    remarks = [one for one in check_profile(load_profile("PAK")) if one.subject == "PK-SD"]
    (stand_in,) = [one.sentence for one in remarks if "stands in" in one.sentence]

    for name in ("night_window", "rest_days_week", "hazardous_industries"):
        assert name in stand_in, "nobody can call work allowed there before it is told"
    assert "declared_minimum_age" not in stand_in


def test_the_law_of_an_industry_is_not_that_of_an_area_that_makes_its_own():
    tanzania = load_profile("TZA")

    assert [law.minimum_age for law in tanzania.possible_laws("TZ-02", ["08"])] == [18]
    assert [law.minimum_age for law in tanzania.possible_laws("TZ-15", ["08"])] == [None]


def test_hours_of_young_workers_may_rise_with_age():
    colombia = load_profile("COL")

    assert [colombia.young_hours_week(age) for age in (14, 15, 16, 17)] == [None, 30, 30, 40]


OWN = """
iso3 = "XKX"
iso2 = "XK"
m49 = "383"
languages = ["sq", "sr"]

[name]
en = "Kosovo"

[parameters.minimum_age]
value = 15
source = "Labour Law 03/L-212"
as_of = 2026-01-01
confirmed = true
"""


def test_a_country_of_its_own_needs_a_folder_and_no_code(tmp_path):
    (tmp_path / "profile.toml").write_text(OWN, "utf-8")

    kosovo = load_profile("XKX", [tmp_path])

    assert kosovo.minimum_age == 15
    assert kosovo.parameters["minimum_age"].confirmed
    assert kosovo.night_window == ("20:00", "06:00")
    assert kosovo.folders == (tmp_path,)


def test_a_folder_overrides_value_by_value(tmp_path):
    (tmp_path / "profile.toml").write_text(
        '[parameters.minimum_age]\nvalue = 16\nsource = "New law"\nconfirmed = true\n'
        '[areas."NP-P3".parameters.minimum_age]\nvalue = 17\nsource = "Provincial act"\n'
        '[[helplines]]\nname = "Office"\nnumber = "112"\nsource = "Ministry"\nconfirmed = true\n',
        "utf-8",
    )

    nepal = load_profile("NPL", [tmp_path])

    assert (nepal.minimum_age, nepal.hazardous_age) == (16, 17)
    assert nepal.in_area("NP-P3").minimum_age == 17
    assert nepal.helplines[1:] == load_profile("NPL").helplines
    assert nepal.helplines[0].number == "112", "a confirmed number is read first"
    assert "minimum_age" not in subjects(nepal, "unconfirmed")
    assert "NP-P3: minimum_age" in subjects(nepal, "unconfirmed")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[parameters.minimum_age]\nvalue = 15\n", "a value and a source"),
        ('[parameters.minimum_age]\nvalue = "15"\nsource = "x"\n', "number from 0 to 25"),
        ('[parameters.minimum_age]\nvalue = true\nsource = "x"\n', "number from 0 to 25"),
        ('[parameters.minimum_age]\nvalue = 99\nsource = "x"\n', "number from 0 to 25"),
        ('[parameters.min_age]\nvalue = 15\nsource = "x"\n', "no parameter of this name"),
        ('[parameters.night_window]\nvalue = ["8pm", "6am"]\nsource = "x"\n', "two times"),
        ('[parameters.water_firewood]\nvalue = "both"\nsource = "x"\n', "chores, economic"),
        ('[parameters.chore_strict]\nvalue = 1\nsource = "x"\n', "true or false"),
        ('[parameters.hazardous_industries]\nvalue = "B"\nsource = "x"\n', "list of codes"),
        ('[parameters.young_hours_week]\nvalue = { a = 3 }\nsource = "x"\n', "from an age on"),
        ('[parameters.hazardous_instrument]\nvalue = ""\nsource = "x"\n', "a text"),
        ('calendar = "lunar"\n', "calendar 'lunar'"),
        ('iso3 = "NPX"\n', "is of NPX"),
        ('[[helplines]]\nname = "Office"\nsource = "x"\n', "lacks: number"),
        ('[[mandatory_reporting]]\nwho = "All"\nsource = "x"\n', "lacks: what, to_whom"),
        ("this is not toml", "Not a readable TOML"),
    ],
)
def test_a_profile_that_cannot_be_used_says_where_and_why(tmp_path, text, part):
    (tmp_path / "profile.toml").write_text(text, "utf-8")

    with pytest.raises(QuestionnaireError, match=part):
        load_profile("NPL", [tmp_path])


def test_an_unknown_country_is_told_how_to_be_added():
    with pytest.raises(QuestionnaireError, match="how-to-add-a-country"):
        load_profile("XXX")


def test_a_profile_without_its_codes_is_refused(tmp_path):
    (tmp_path / "profile.toml").write_text('iso3 = "XKX"\n', "utf-8")

    with pytest.raises(QuestionnaireError, match=r"iso2, m49, languages, name\.en"):
        load_profile("XKX", [tmp_path])


def test_the_check_names_what_is_missing_and_what_is_below_the_standard():
    assert "compulsory_school_age" in subjects(load_profile("CRI"), "missing")
    assert "compulsory_school_age" not in subjects(load_profile("ETH"), "missing")
    assert {"TZ-06", "TZ-15"} <= set(subjects(load_profile("TZA"), "missing"))
    assert "mandatory_reporting" in subjects(load_profile("ETH"), "missing")
    assert subjects(load_profile("NGA"), "below_standard") == ["minimum_age", "minimum_age"]
    assert subjects(load_profile("NPL"), "below_standard") == ["hazardous_age"]
    assert subjects(load_profile("PAK"), "below_standard").count("hazardous_age") == 2
    assert all(subjects(load_profile(iso3), "unread") == [] for iso3 in THIRTY_SEVEN)
    assert all(subjects(load_profile(iso3), "untold") == [] for iso3 in THIRTY_SEVEN)
    assert all(subjects(load_profile(iso3), "contradiction") == [] for iso3 in THIRTY_SEVEN)
    young = ["young_hours_day", "young_hours_week", "young_conditions"]
    assert subjects(load_profile("ZAF"), "missing") == [*young, "areas", "mandate"]


def test_the_check_asks_for_areas_of_the_second_level(tmp_path):
    (tmp_path / "profile.toml").write_text(OWN, "utf-8")
    no_list = check_profile(load_profile("XKX", [tmp_path]))
    (tmp_path / "areas.csv").write_text(
        "code,parent,level,label::English (en)\nXK-1,,admin1,North\nXK-2,,admin1,South\n"
        "XK-1-01,XK-1,admin2,Upper\n",
        "utf-8",
    )
    one_level = check_profile(load_profile("XKX", [tmp_path]))

    assert "No list of areas" in next(r.sentence for r in no_list if r.subject == "areas")
    assert "1 of 2 areas" in next(r.sentence for r in one_level if r.subject == "areas")


def test_the_check_finds_light_work_above_the_minimum_age(tmp_path):
    (tmp_path / "profile.toml").write_text(
        '[parameters.light_age_from]\nvalue = 15\nsource = "x"\n', "utf-8"
    )

    assert subjects(load_profile("NPL", [tmp_path]), "contradiction") == ["light_age_from"]


def test_the_check_shows_every_value_in_words():
    sentences = [remark.sentence for remark in check_profile(load_profile("COL"))]

    assert any("30 from 15, 40 from 17" in sentence for sentence in sentences)
    assert any("18:00, 06:00" in sentence for sentence in sentences)
    assert all(sentence.endswith(".") for sentence in sentences)


def test_values_of_an_industry_hold_in_it_and_below_it():
    peru = load_profile("PER")

    def ages(*industries):
        return sorted({law.minimum_age for law in peru.possible_laws(None, industries)})

    assert ages("47") == [16]
    assert ages("01") == [15]
    assert ages("03") == [17], "a division goes before its section"
    assert ages("031") == [17]
    assert ages("55") == [14]
    assert ages("A") == [15, 17], "a section leaves open which of its divisions it is"
    assert ages() == ages("unknown") == [14, 15, 16, 17]


def test_values_of_an_industry_in_one_area_hold_there(tmp_path):
    (tmp_path / "profile.toml").write_text(
        '[areas."NP-P3".industries."A".parameters.minimum_age]\nvalue = 16\nsource = "Act"\n',
        "utf-8",
    )
    nepal = load_profile("NPL", [tmp_path])

    def age(area, industry):
        (law,) = nepal.possible_laws(area, [industry])
        return law.minimum_age

    assert (age("NP-P3-01", "01"), age("NP-P1", "01")) == (16, 14)
    assert age("NP-P3", "10") is None, "who makes law of one industry makes law of labour"
    assert nepal.makes_its_own_law("NP-P3")
    beside = '[areas."NP-P3".parameters.own_law]\nvalue = false\nsource = "Act"\n'
    with (tmp_path / "profile.toml").open("a", encoding="utf-8") as stream:
        stream.write(beside)
    nepal = load_profile("NPL", [tmp_path])
    assert (age("NP-P3-01", "01"), age("NP-P3", "10")) == (16, 14)


def test_every_country_has_a_childrens_helpline_or_says_that_none_is_known():
    for iso3 in ("BFA", "CMR", "COD", "MLI", "MRT"):
        profile = load_profile(iso3)
        known = any(line.kind == "child_helpline" for line in profile.helplines)
        assert known != (profile.no_helpline is not None), iso3


def test_numbers_of_the_area_come_before_those_of_others(tmp_path):
    pakistan = load_profile("PAK")

    def areas(area):
        return [line.area for line in pakistan.helplines_for(area)]

    assert areas("PK-SD-KHI")[-2:] == ["PK-PB", "PK-KP"]
    assert areas("PK-PB-05")[0] == "PK-PB"
    assert set(areas(None)) == set(areas("PK-SD"))
    everywhere = areas("PK-SD").count("")
    assert areas(None)[:everywhere] == [""] * everywhere, "of no area known, no area's first"
    (tmp_path / "profile.toml").write_text(
        '[[helplines]]\nname = "Office"\nnumber = "1"\nsource = "x"\nconfirmed = true\n', "utf-8"
    )
    assert load_profile("PAK", [tmp_path]).helplines_for("PK-SD")[0].number == "1"
