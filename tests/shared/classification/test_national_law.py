"""National law, from the country profile only and apart from the statistical class."""

from dataclasses import dataclass, replace
from itertools import product

import pytest

from shared.answers import Trilean
from shared.classification import ChildLabourClass, NationalClass, classify
from shared.classification.child_labour import IN_CHILD_LABOUR
from shared.classification.national import (
    FORBIDDEN,
    PERMITTED,
    NationalInputs,
    classify_national,
    national_message_parts,
)
from shared.profiles import load_profile, profiles_at_hand
from shared.questionnaire import STANDARD, load_questionnaire

Y, N, U = Trilean.YES, Trilean.NO, Trilean.UNKNOWN


@dataclass(frozen=True)
class Law:
    minimum_age: int | None = 15
    declared_minimum_age: int | None = None
    light_age_from: int | None = 13
    light_week: float | None = 14.0
    light_day: float | None = None
    light_conditions: tuple[str, ...] = ()
    hazardous_age: int | None = 18
    hazardous_training_age: int | None = None
    compulsory_school_age: int | None = None
    young_conditions: tuple[str, ...] = ()
    limit: float | None = 36.0
    day_limit: float | None = None
    confirmed: bool = True
    untold: tuple[str, ...] = ()

    def young_hours_week(self, age):
        return self.limit

    def young_hours_day(self, age):
        return self.day_limit

    def light_hours_week(self, age):
        return self.light_week

    def light_hours_day(self, age):
        return self.light_day

    def is_confirmed(self, *parameters):
        return self.confirmed or not parameters

    def sets(self, parameter):
        return parameter not in self.untold


LAW = Law()


def case(ages, hours=10.0, hazardous=N, worst=N, activity=Y, school=N, **more):
    ages = range(ages, ages + 1) if isinstance(ages, int) else ages
    return NationalInputs(ages, activity, hours, hazardous, worst, school, **more)


@pytest.mark.parametrize(
    ("given", "legal_class", "rule"),
    [
        (case(18), "NOT_A_CHILD", "N0"),
        (case(17, worst=Y), "WORST_FORM", "N1"),
        (case(17, worst=Y, activity=N, hours=0.0), "WORST_FORM", "N1"),
        (case(14, activity=N, hours=0.0), "NOT_WORKING", "N2"),
        (case(17, hazardous=Y), "HAZARDOUS_PROHIBITED", "N3"),
        (case(12), "BELOW_MIN_AGE", "N4"),
        (case(14, hours=14.5), "BELOW_MIN_AGE", "N4"),
        (case(14, school=Y), "BELOW_MIN_AGE", "N4"),
        (case(14, hours=14.0), "LIGHT_WORK_ALLOWED", "N5"),
        (case(13), "LIGHT_WORK_ALLOWED", "N5"),
        (case(14, hours=None), "UNDETERMINED", "N8"),
        (case(14, hazardous=U), "UNDETERMINED", "N8"),
        (case(15, hours=37.0), "TOO_LONG_HOURS", "N6"),
        (case(15, hours=36.0), "ALLOWED", "N7"),
        (case(15, hazardous=U), "UNDETERMINED", "N8"),
        (case(15, hours=None), "UNDETERMINED", "N8"),
        (case(15, activity=U, hours=None), "UNDETERMINED", "N8"),
        (case(range(13, 15)), "LIGHT_WORK_ALLOWED", "N5"),
        (case(range(12, 15)), "UNDETERMINED", "N8"),
        (case(range(5, 13)), "BELOW_MIN_AGE", "N4"),
    ],
)
def test_the_first_rule_that_fits_decides(given, legal_class, rule):
    found = classify_national(given, LAW)

    assert (found.legal_class, found.rule) == (legal_class, rule)


def test_a_value_the_profile_does_not_have_is_never_taken_as_allowed():
    for name in ("minimum_age", "hazardous_age"):
        law = replace(LAW, **{name: None})
        for age, hazardous in product(range(5, 18), (Y, U)):
            found = classify_national(case(age, hazardous=hazardous), law).legal_class
            assert found is not NationalClass.ALLOWED


def test_a_law_that_knows_no_light_work_allows_none():
    found = classify_national(case(14), replace(LAW, light_age_from=None))

    assert found.legal_class is NationalClass.BELOW_MIN_AGE


def test_hazardous_work_may_be_kept_from_those_over_eighteen():
    zambia = replace(LAW, hazardous_age=19)

    assert classify_national(case(18, hazardous=Y), zambia).legal_class == "HAZARDOUS_PROHIBITED"
    assert classify_national(case(18), zambia).legal_class == "ALLOWED"
    assert classify_national(case(18, hazardous=U), zambia).legal_class == "UNDETERMINED"
    assert classify_national(case(19, hazardous=Y), zambia).legal_class == "NOT_A_CHILD"


def test_an_unknown_answer_is_never_taken_for_a_yes_or_a_no():
    for age, hours, law in product(
        range(4, 20), (0.0, 10.0, 20.0, 40.0), (LAW, replace(LAW, hazardous_age=16))
    ):
        open_case = classify_national(case(age, hours=hours, hazardous=U), law).legal_class
        if open_case is not NationalClass.UNDETERMINED:
            for word in (Y, N):
                ended = classify_national(case(age, hours=hours, hazardous=word), law)
                assert ended.legal_class is open_case or age < 15


def test_the_law_of_the_province_decides_where_the_visit_was():
    questionnaire, pakistan = load_questionnaire([STANDARD]), load_profile("PAK")
    content = {
        "birth_date": 16,
        "worked_own_farm": "no",
        "worked_other_paid": "yes",
        "work_hours": 20.0,
        "hazards": ("chemicals",),
        "wfcl_slavery": "no",
        "wfcl_sexual": "no",
        "wfcl_illicit": "no",
    }

    def law_of(area):
        return classify(content, {"area": area}, questionnaire, pakistan).national

    for province in ("PK-PB-05", "PK-SD", "PK-KP", "PK-BA", "PK-GB"):
        assert law_of(province).legal_class is NationalClass.HAZARDOUS_PROHIBITED, province
    capital = law_of("PK-IS")
    assert capital.legal_class not in FORBIDDEN
    assert not capital.confirmed
    assert law_of("PK-JK").legal_class is NationalClass.UNDETERMINED, "nobody knows its law"


def test_hazardous_occupations_and_industries_are_those_of_the_country(tmp_path):
    (tmp_path / "profile.toml").write_text(
        '[parameters.hazardous_occupations]\nvalue = ["911", "93"]\nsource = "List"\n'
        '[parameters.hazardous_industries]\nvalue = ["12", "B"]\nsource = "List"\n',
        "utf-8",
    )
    questionnaire, own = load_questionnaire([STANDARD]), load_profile("NPL", [tmp_path])
    content = {
        "birth_date": 16,
        "immediate_danger": "no",
        "worked_other_paid": "yes",
        "work_hours": 20.0,
        "hazards": ("none",),
        "night_work": "no",
        "abuse": ("none",),
        "confined": "no",
        "fetched_water_or_firewood": "no",
        "chores": ("none",),
    }

    def sna(**more):
        return classify(content | more, {}, questionnaire, own).child_labour.sna

    assert sna(occupation="911", industry="97") == "HAZARDOUS"
    assert sna(occupation="932", industry="23") == "HAZARDOUS"
    assert sna(occupation="941", industry="12") == "HAZARDOUS"
    assert sna(occupation="941", industry="08") == "HAZARDOUS"
    assert sna(occupation="941", industry="43") == "PERMITTED_WORK"


def at(iso3, age, hours, industry="", area="", *, hazardous=N, school=N, **more):
    """The national class of a child of that age in that country, otherwise unharmed."""
    laws = load_profile(iso3).possible_laws(area, [industry] if industry else [])
    given = case(
        age, hours, hazardous=hazardous, school=school, **{"attending": Y, "permit": Y} | more
    )
    return classify_national(given, laws)


@pytest.mark.parametrize(
    ("found", "legal_class"),
    [
        # Honduras: 20 hours a week at 14 and 15, 30 at 16 and 17, with a permit.
        (at("HND", 14, 25.0, hours_longest_day=4.0), "BELOW_MIN_AGE"),
        (at("HND", 14, 20.0, hours_longest_day=4.0), "LIGHT_WORK_ALLOWED"),
        (at("HND", 14, 20.0, hours_longest_day=5.0), "BELOW_MIN_AGE"),
        (at("HND", 16, 25.0, hours_longest_day=6.0), "LIGHT_WORK_ALLOWED"),
        (at("HND", 16, 25.0, hours_longest_day=6.0, permit=U), "UNDETERMINED"),
        (at("HND", 16, 25.0, hours_longest_day=6.0, permit=N), "BELOW_MIN_AGE"),
        # Mexico: 6 hours a day at 15, 8 from 16 on, one day of rest.
        (at("MEX", 15, 37.0), "TOO_LONG_HOURS"),
        (at("MEX", 15, 36.0, hours_longest_day=6.0), "ALLOWED"),
        (at("MEX", 15, 20.0, hours_longest_day=7.0), "TOO_LONG_HOURS"),
        (at("MEX", 15, 20.0), "UNDETERMINED"),
        (at("MEX", 15, 6.0), "ALLOWED"),
        (at("MEX", 16, 40.0, hours_longest_day=8.0), "ALLOWED"),
        (at("MEX", 16, 6.0, attending=N), "COMPULSORY_SCHOOLING"),
        # Ethiopia: 7 hours a day from 15 to 17.
        (at("ETH", 16, 42.5), "TOO_LONG_HOURS"),
        (at("ETH", 16, 42.0, hours_longest_day=7.0), "ALLOWED"),
        # Kenya: light work of 2 hours a day in farming, without a limit elsewhere.
        (at("KEN", 14, 13.0, "01", hours_longest_day=2.0), "BELOW_MIN_AGE"),
        (at("KEN", 14, 12.0, "01", hours_longest_day=2.0), "UNDETERMINED"),
        (at("KEN", 14, 13.0, "47", hours_longest_day=8.0), "UNDETERMINED"),
        (at("KEN", 14, 13.0, hours_longest_day=8.0), "UNDETERMINED"),
        # Peru: 15 on farms, 16 in industry, trade and mines, 17 in fishing.
        (at("PER", 14, 4.0, "56"), "ALLOWED"),
        (at("PER", 14, 30.0, "01"), "BELOW_MIN_AGE"),
        (at("PER", 15, 30.0, "10", hours_longest_day=6.0), "BELOW_MIN_AGE"),
        (at("PER", 16, 30.0, "10", hours_longest_day=6.0), "ALLOWED"),
        (at("PER", 16, 30.0, "03", hours_longest_day=6.0), "BELOW_MIN_AGE"),
        (at("PER", 17, 30.0, "03", hours_longest_day=6.0), "ALLOWED"),
        # Tanzania: nobody below 18 in mines, factories and ships; Zanzibar has its own law.
        (at("TZA", 17, 6.0, "08", "TZ-02"), "BELOW_MIN_AGE"),
        (at("TZA", 17, 6.0, "10", "TZ-02"), "BELOW_MIN_AGE"),
        (at("TZA", 17, 6.0, "08"), "UNDETERMINED"),
        (at("TZA", 17, 6.0, "01", "TZ-02"), "ALLOWED"),
        (at("TZA", 17, 6.0, "01", "TZ-15"), "UNDETERMINED"),
        (at("TZA", 13, 6.0, "01", "TZ-02"), "BELOW_MIN_AGE"),
        (at("TZA", 13, 6.0, "01", "TZ-15"), "UNDETERMINED"),
        (at("TZA", 17, 6.0, "08", "TZ-15"), "UNDETERMINED"),
        # Nigeria: 12 in one law; declared 15; light farm work for the family at any age.
        (at("NGA", 13, 30.0, "47"), "BELOW_MIN_AGE"),
        (at("NGA", 13, 8.0, "01", with_family=Y), "LIGHT_WORK_ALLOWED"),
        (at("NGA", 13, 8.0, "01", with_family=N), "BELOW_MIN_AGE"),
        (at("NGA", 15, 8.0, "08"), "BELOW_MIN_AGE"),
        (at("NGA", 16, 8.0, "47"), "UNDETERMINED"),
        # Pakistan: light work in the family is known to one province.
        (at("PAK", 12, 2.0, area="PK-KP", with_family=Y), "LIGHT_WORK_ALLOWED"),
        (at("PAK", 12, 2.0, area="PK-PB", with_family=Y), "BELOW_MIN_AGE"),
        (at("PAK", 14, 7.0, area="PK-PB"), "BELOW_MIN_AGE"),
        (at("PAK", 14, 7.0, area="PK-SD"), "ALLOWED"),
        (at("PAK", 14, 7.0), "UNDETERMINED"),
        (at("PAK", 16, 49.0, area="PK-IS"), "TOO_LONG_HOURS"),
        (at("PAK", 16, 49.0, area="PK-SD"), "UNDETERMINED"),
        (at("PAK", 13, 10.0, area="PK-IS"), "BELOW_MIN_AGE"),
        (at("PAK", 13, 10.0, area="PK-SD"), "UNDETERMINED"),
        (at("PAK", 13, 10.0, area="PK-JK"), "UNDETERMINED"),
        (at("PAK", 16, 10.0, area="PK-JK", hazardous=Y), "UNDETERMINED"),
        # Others.
        (at("ALB", 15, 10.0), "UNDETERMINED"),
        (at("ALB", 15, 10.0, holidays=Y), "LIGHT_WORK_ALLOWED"),
        (at("TUN", 13, 10.0, "01"), "UNDETERMINED"),
        (at("TUN", 13, 10.0, "47"), "BELOW_MIN_AGE"),
        (at("COL", 16, 30.0, hours_longest_day=7.0), "TOO_LONG_HOURS"),
        (at("ARG", 15, 12.0, hours_longest_day=3.0, with_family=N), "BELOW_MIN_AGE"),
    ],
)
def test_what_a_law_says_in_words_decides_the_class(found, legal_class):
    assert found.legal_class == legal_class
    assert not found.confirmed


def test_a_child_below_the_age_declared_to_the_ilo_is_not_called_allowed():
    law = replace(LAW, minimum_age=12, light_age_from=None, declared_minimum_age=15)

    assert classify_national(case(13), law).legal_class is NationalClass.BELOW_MIN_AGE
    assert classify_national(case(15), law).legal_class is NationalClass.ALLOWED


def test_schooling_is_compulsory_until_its_age():
    law = replace(LAW, compulsory_school_age=16)

    def found(**more):
        return classify_national(case(15, **more), law)

    assert found(attending=Y).legal_class is NationalClass.ALLOWED
    assert found(attending=N).legal_class is NationalClass.COMPULSORY_SCHOOLING
    assert found(attending=Y, school=Y).legal_class is NationalClass.COMPULSORY_SCHOOLING
    assert found(attending=U).conditions == ("schooling",)
    assert classify_national(case(16, attending=N), law).legal_class is NationalClass.ALLOWED


def test_laws_that_may_hold_must_agree():
    other = replace(LAW, minimum_age=14, light_age_from=None)

    assert classify_national(case(14), [LAW, other]).conditions == ("area_or_industry",)
    assert classify_national(case(16), [LAW, other]).legal_class is NationalClass.ALLOWED
    assert not classify_national(case(16), [LAW, replace(other, confirmed=False)]).confirmed


def test_nothing_unconfirmed_is_called_allowed_in_any_country():
    for iso3, age, hours in product(profiles_at_hand(), range(5, 18), (1.0, 6.0, 20.0)):
        met = {"holidays": Y, "supervision": Y, "listed": Y, "with_family": Y}
        legal = at(iso3, age, hours, hours_longest_day=1.0, **met)
        parts = list(national_message_parts(legal, "PERMITTED_WORK"))
        if legal.legal_class in PERMITTED:
            assert not legal.confirmed
            assert f"national.{legal.legal_class}" not in parts
            assert "national.indication_only" in parts


def test_a_law_that_is_stricter_than_the_statistic_says_so_first():
    legal = classify_national(case(15, hours=37.0), LAW)

    said = {
        found.value: next(iter(national_message_parts(legal, found))) for found in ChildLabourClass
    }
    for not_counted in ("PERMITTED_WORK", "LIGHT_WORK", "NOT_WORKING", "OUT_OF_SCOPE"):
        assert said[not_counted] == "national.stricter"
    assert said["UNDETERMINED"] == "national.stricter_already"
    for counted in IN_CHILD_LABOUR:
        assert "stricter" not in said[counted]
    allowed = national_message_parts(classify_national(case(15), LAW), "PERMITTED_WORK")
    assert not any("stricter" in part for part in allowed)


def test_more_hours_and_fewer_years_never_make_a_class_milder():
    grave = [*PERMITTED, NationalClass.UNDETERMINED, *FORBIDDEN]
    for iso3 in profiles_at_hand():
        for age in range(10, 18):
            before = 0
            for hours in (1.0, 5.0, 9.0, 13.0, 25.0, 37.0, 49.0):
                legal = at(iso3, age, hours).legal_class
                rank = 0 if legal in PERMITTED else 1 if legal not in FORBIDDEN else 2
                assert legal in grave
                assert rank >= before, (iso3, age, hours)
                before = rank
