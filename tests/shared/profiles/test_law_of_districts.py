"""Law of a district: over that of its province, or alone."""

import json

import pytest

from shared.interview_files import classify_interviews
from shared.profiles import load_profile
from shared.reference import load_reference
from tests.shared.test_interview_files import NOTHING, WORK

NESTED = """
[areas."NP-P3".parameters.minimum_age]
value = 15
source = "Act of the province"
[areas."NP-P3".parameters.hazardous_age]
value = 18
source = "Act of the province"
[areas."NP-P3".parameters.night_window]
value = ["19:00", "07:00"]
source = "Act of the province"
[areas."NP-P3".industries."03".parameters.minimum_age]
value = 17
source = "Act of the province"
[areas."NP-P3-01".parameters.minimum_age]
value = 16
source = "By-law of the district, which makes its own law"
[areas."NP-P3-02".parameters.minimum_age]
value = 16
source = "By-law of the district"
[areas."NP-P3-02".parameters.own_law]
value = false
source = "By-law of the district: beside the act of the province"
[areas."NP-P3-03".industries."A".parameters.minimum_age]
value = 18
source = "By-law of the district"
[areas."NP-P3-03".parameters.own_law]
value = false
source = "By-law of the district: beside the act of the province"
"""


def test_law_of_a_district_lies_over_that_of_its_province_or_stands_alone(tmp_path):
    (tmp_path / "profile.toml").write_text(NESTED, "utf-8")
    nepal = load_profile("NPL", [tmp_path])

    def law(area, industry="10"):
        (found,) = nepal.possible_laws(area, [industry])
        return found.minimum_age, found.hazardous_age, found.night_window[0]

    assert law("NP-P1") == (14, 17, "18:00"), "the country's"
    assert law("NP-P3-09") == (15, 18, "19:00"), "the province's, and nothing of the country"
    assert law("NP-P3-09", "03") == (17, 18, "19:00")
    assert not nepal.in_area("NP-P3-09").sets("compulsory_school_age")
    assert law("NP-P3-01") == (16, None, "19:00"), "its own; the window of the province stands in"
    assert not nepal.in_area("NP-P3-01").is_confirmed("night_window")
    assert law("NP-P3-01", "03") == (16, None, "19:00"), "nothing of the province, by industry too"
    assert law("NP-P3-02") == (16, 18, "19:00"), "laid over the province's"
    assert law("NP-P3-03", "01") == (18, 18, "19:00")
    assert law("NP-P3-03", "10") == (15, 18, "19:00")
    of_province = {one.minimum_age for one in nepal.possible_laws("NP-P3", ["10"])}
    assert of_province == {15, 16}, "which district is not known: each may hold"
    assert 14 in {one.minimum_age for one in nepal.possible_laws(None, ["10"])}


MEETING = """
[areas."NP-P3".parameters.minimum_age]
value = 15
source = "Act of the province"
[areas."NP-P3".parameters.own_law]
value = false
source = "Act of the province: beside the act of the country"
[areas."NP-P3".industries."03".parameters.minimum_age]
value = {fishing}
source = "Fishing act of the province"
confirmed = {wide}
[areas."NP-P3".industries."03".parameters.young_hours_day]
value = {{ 15 = 6, 17 = 8 }}
source = "Fishing act of the province"
[areas."NP-P3".industries."03".parameters.light_conditions]
value = ["permit"]
source = "Fishing act of the province"
[areas."NP-P3".industries."03".parameters.night_window]
value = ["21:00", "05:00"]
source = "Fishing act of the province"
[areas."NP-P3-02".parameters.minimum_age]
value = 16
source = "By-law of the district"
confirmed = {narrow}
[areas."NP-P3-02".parameters.young_hours_day]
value = 7
source = "By-law of the district"
[areas."NP-P3-02".parameters.light_conditions]
value = ["holidays"]
source = "By-law of the district"
[areas."NP-P3-02".parameters.night_window]
value = ["22:00", "06:30"]
source = "By-law of the district"
[areas."NP-P3-02".parameters.own_law]
value = false
source = "By-law of the district: beside the act of the province"
"""


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("fishing", [14, 18])
def test_a_rule_about_an_industry_is_not_lost_in_a_district_while_one_of_the_two_is_unconfirmed(
    tmp_path, wide, narrow, fishing
):
    said = {"wide": str(wide).lower(), "narrow": str(narrow).lower(), "fishing": fishing}
    (tmp_path / "profile.toml").write_text(MEETING.format(**said), "utf-8")
    nepal = load_profile("NPL", [tmp_path])
    (law,) = nepal.possible_laws("NP-P3-02", ["03"])
    (elsewhere,) = nepal.possible_laws("NP-P3-02", ["10"])
    (beside,) = nepal.possible_laws("NP-P3-09", ["03"])

    assert law.minimum_age == (16 if wide and narrow else max(16, fishing))
    assert law.is_confirmed("minimum_age") is (wide and narrow)
    assert elsewhere.minimum_age == 16
    assert beside.minimum_age == fishing, "the district says nothing of its neighbour"
    assert [law.young_hours_day(age) for age in (14, 15, 16, 17)] == [7, 6, 6, 7]
    assert set(law.light_conditions) == {"permit", "holidays"}
    assert law.night_window == ("21:00", "06:30")


def test_law_of_the_district_about_the_industry_itself_is_no_way_around_it(tmp_path):
    own = """
[areas."NP-P3-02".industries."03".parameters.minimum_age]
value = 14
source = "Fishing by-law of the district"
"""
    said = {"wide": "false", "narrow": "true", "fishing": 18}
    (tmp_path / "profile.toml").write_text(MEETING.format(**said) + own, "utf-8")
    (law,) = load_profile("NPL", [tmp_path]).possible_laws("NP-P3-02", ["03"])

    assert law.minimum_age == 18


def test_what_the_law_permits_nobody_is_stricter_than_what_it_permits_some(tmp_path):
    words = """
[areas."NP-P3".industries."03".parameters.light_age_from]
none = true
source = "Fishing act of the province: no light work"
[areas."NP-P3".industries."03".parameters.hazardous_age]
unknown = true
source = "Not looked up"
[areas."NP-P3-02".parameters.light_age_from]
value = 13
source = "By-law of the district"
[areas."NP-P3-02".parameters.hazardous_age]
value = 18
source = "By-law of the district"
[areas."NP-P3-02".parameters.own_law]
value = false
source = "By-law"
[areas."NP-P3".parameters.own_law]
value = false
source = "Act of the province"
"""
    (tmp_path / "profile.toml").write_text(words, "utf-8")
    (law,) = load_profile("NPL", [tmp_path]).possible_laws("NP-P3-02", ["03"])

    assert law.light_age_from is None
    assert law.sets("light_age_from")
    assert not law.sets("hazardous_age"), "what nobody looked up for fishing stays open"


def test_a_case_of_a_district_with_law_of_its_own_is_judged_by_that_law(tmp_path):
    (tmp_path / "profile.toml").write_text(NESTED, "utf-8")
    districts = [f"NP-P3-0{n},NP-P3,admin2,District {n}" for n in range(1, 5)]
    header = "code,parent,level,label::English (en)"
    (tmp_path / "areas.csv").write_text("\n".join([header, *districts, ""]), "utf-8")
    nepal = load_reference("NPL", [tmp_path])
    work = {**NOTHING, "worked_other_paid": "yes", **WORK, "age_stated": 15}

    def national(area, **answers):
        line = {"id": 1, "country": "NPL", "on": "2026-11-01"}
        line |= {"visit": {"area": area, "place_kind": "farm"}, "case": {**work, **answers}}
        (found,) = classify_interviews([json.dumps(line)], lambda _: nepal)
        assert not found.problems
        return found.result["national"]

    assert national("NP-P3-04", age_stated=14, work_hours=43) == "BELOW_MIN_AGE"
    assert national("NP-P3-01", work_hours=43) == "BELOW_MIN_AGE"
    assert national("NP-P3-02", work_hours=43) == "BELOW_MIN_AGE"
    hazardous = {"hazards": ["heights"], "age_stated": 17}
    assert national("NP-P3-04", **hazardous) == "HAZARDOUS_PROHIBITED"
    assert national("NP-P3-01", **hazardous) == "UNDETERMINED", "no hazardous age is told there"
    assert national("NP-P3-02", **hazardous) == "HAZARDOUS_PROHIBITED"
    farm = {"age_stated": 17, "work_hours": 43}
    assert national("NP-P3-03", industry="01", **farm) == "BELOW_MIN_AGE"
    assert national("NP-P3-03", industry="10", **farm) != "BELOW_MIN_AGE"
