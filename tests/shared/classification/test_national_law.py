"""National law, from the country profile only and apart from the statistical class."""

from dataclasses import dataclass, replace
from itertools import product

import pytest

from shared.answers import Trilean
from shared.classification import NationalClass, classify
from shared.classification.national import NationalInputs, classify_national
from shared.profiles import load_profile
from shared.questionnaire import STANDARD, load_questionnaire

Y, N, U = Trilean.YES, Trilean.NO, Trilean.UNKNOWN


@dataclass(frozen=True)
class Law:
    minimum_age: int | None = 15
    light_age_from: int | None = 13
    light_hours_week: float | None = 14.0
    hazardous_age: int | None = 18
    limit: float | None = 36.0

    def young_hours_week(self, age):
        return self.limit


LAW = Law()


def case(ages, hours=10.0, hazardous=N, worst=N, activity=Y, school=N):
    ages = range(ages, ages + 1) if isinstance(ages, int) else ages
    return NationalInputs(ages, activity, hours, hazardous, worst, school)


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

    punjab = classify(content, {"area": "PK-PB-05"}, questionnaire, pakistan)
    sindh = classify(content, {"area": "PK-SD"}, questionnaire, pakistan)

    assert punjab.national.legal_class is NationalClass.HAZARDOUS_PROHIBITED
    assert sindh.national.legal_class is NationalClass.ALLOWED
    assert punjab.child_labour == sindh.child_labour


def test_hazardous_occupations_and_industries_are_those_of_the_country(tmp_path):
    (tmp_path / "profile.toml").write_text(
        '[parameters.hazardous_occupations]\nvalue = ["911", "93"]\nsource = "List"\n'
        '[parameters.hazardous_industries]\nvalue = ["12", "B"]\nsource = "List"\n',
        "utf-8",
    )
    questionnaire, own = load_questionnaire([STANDARD]), load_profile("NPL", [tmp_path])
    content = {
        "birth_date": 16,
        "worked_other_paid": "yes",
        "work_hours": 20.0,
        "hazards": ("none",),
    }

    def sna(**more):
        return classify(content | more, {}, questionnaire, own).child_labour.sna

    assert sna(occupation="911", industry="97") == "HAZARDOUS"
    assert sna(occupation="932", industry="23") == "HAZARDOUS"
    assert sna(occupation="941", industry="12") == "HAZARDOUS"
    assert sna(occupation="941", industry="08") == "HAZARDOUS"
    assert sna(occupation="941", industry="43") == "PERMITTED_WORK"
