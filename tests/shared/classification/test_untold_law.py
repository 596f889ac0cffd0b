"""What nobody has looked up in a law decides nothing, in any country."""

from dataclasses import dataclass, replace
from itertools import product

import pytest

from shared.answers import Trilean
from shared.classification import NationalClass
from shared.classification.national import FORBIDDEN, PERMITTED, classify_national
from shared.profiles import load_profile, profiles_at_hand
from tests.shared.classification.test_national_law import LAW, Law, case

Y, N = Trilean.YES, Trilean.NO


def test_an_untold_age_of_light_work_leaves_open_what_such_a_law_could_allow():
    untold = replace(
        LAW, light_age_from=None, light_week=None, untold=("light_age_from", "light_hours_week")
    )

    for age, hours in product((6, 12, 14), (1.0, 10.0, 30.0, None)):
        found = classify_national(case(age, hours=hours), untold)
        assert (found.legal_class, found.rule) == ("UNDETERMINED", "N8"), (age, hours)
        assert "light_age_from" in found.parameters
        assert not found.confirmed


@pytest.mark.parametrize("never_light", [{"school": Y}, {"hours": 43.0}])
def test_what_is_no_light_work_in_any_law_is_forbidden_below_the_minimum_age(never_light):
    untold = replace(LAW, light_age_from=None, untold=("light_age_from",))

    assert classify_national(case(14, **never_light), untold).legal_class == "BELOW_MIN_AGE"
    no_ages = replace(untold, hazardous_age=None)
    assert classify_national(case(14, hazardous=Y), no_ages).legal_class == "BELOW_MIN_AGE"


def test_untold_hours_of_light_work_forbid_none_below_long_hours():
    untold = replace(LAW, light_week=None, untold=("light_hours_week",))

    found = {
        hours: classify_national(case(14, hours=hours), untold) for hours in (14.0, 20.0, 43.0)
    }
    assert [one.legal_class.value for one in found.values()] == [
        "LIGHT_WORK_ALLOWED",
        "UNDETERMINED",
        "BELOW_MIN_AGE",
    ]
    assert "light_hours_week" in found[20.0].parameters
    told = replace(LAW, light_week=None)
    assert classify_national(case(14, hours=20.0), told).legal_class == "BELOW_MIN_AGE"


def test_untold_conditions_of_light_work_leave_it_open():
    """C138 art. 7(3): a law of light work prescribes its conditions; none told is not none."""
    untold = replace(LAW, untold=("light_conditions",))

    open_one = classify_national(case(14), untold)
    assert (open_one.legal_class, open_one.rule) == ("UNDETERMINED", "N8")
    assert open_one.conditions == ("conditions",)
    assert "light_conditions" in open_one.parameters
    assert classify_national(case(14), LAW).legal_class == "LIGHT_WORK_ALLOWED"
    for never in (case(14, hours=14.5), case(14, school=Y), case(12)):
        assert classify_national(never, untold).legal_class == "BELOW_MIN_AGE"


@dataclass(frozen=True)
class SignedOff(Law):
    """A law whose values are signed off one by one."""

    open: str = ""

    def is_confirmed(self, *parameters):
        return self.open not in parameters


@pytest.mark.parametrize(
    ("value", "given"),
    [
        *((name, case(14)) for name in ("light_conditions", "light_hours_day", "light_hours_week")),
        *((name, case(16)) for name in ("young_conditions", "young_hours_day", "young_hours_week")),
    ],
)
def test_no_work_is_called_allowed_before_every_limit_and_condition_is_signed_off(value, given):
    found = classify_national(given, SignedOff(open=value))
    assert found.legal_class in PERMITTED
    assert not found.confirmed
    assert classify_national(given, SignedOff(open="-")).confirmed


def test_untold_hours_of_the_young_allow_no_long_hours():
    untold = replace(LAW, limit=None, untold=("young_hours_week",))

    found = {
        hours: classify_national(case(16, hours=hours), untold) for hours in (42.0, 43.0, None)
    }
    assert [one.legal_class.value for one in found.values()] == [
        "ALLOWED",
        "UNDETERMINED",
        "UNDETERMINED",
    ]
    assert (
        classify_national(case(16, hours=60.0), replace(LAW, limit=None)).legal_class == "ALLOWED"
    )


def test_an_untold_end_of_schooling_allows_no_child_out_of_school():
    untold = replace(LAW, untold=("compulsory_school_age",))

    out_of_school = classify_national(case(16, attending=N), untold)
    assert (out_of_school.legal_class, out_of_school.conditions) == ("UNDETERMINED", ("schooling",))
    assert classify_national(case(16, attending=Y), untold).legal_class == "ALLOWED"
    assert classify_national(case(16, attending=N), LAW).legal_class == "ALLOWED"


VALUES_OF_LAW = (
    *("minimum_age", "hazardous_age", "light_age_from", "compulsory_school_age"),
    *("light_hours_week", "young_hours_week", "light_conditions"),
)


@pytest.mark.parametrize("iso3", profiles_at_hand())
def test_no_value_that_a_country_has_not_told_decides_its_class(iso3):
    """Whatever the law may turn out to say, what is said before is never the contrary of it."""
    for law in load_profile(iso3).possible_laws(None):
        told = [name for name in VALUES_OF_LAW if not law.sets(name)]
        for age, hours, attending in product((8, 12, 14, 15, 16, 17), (20.0, 43.0), (Y, N)):
            found = classify_national(case(age, hours=hours, attending=attending), law)
            said = (found.legal_class in FORBIDDEN, found.legal_class in PERMITTED)
            if "light_age_from" in told and found.rule == "N4":
                assert hours == 43.0, (age, hours)
            if "compulsory_school_age" in told and attending is N:
                assert found.legal_class is not NationalClass.ALLOWED, (age, hours)
            if "light_conditions" in told:
                assert found.legal_class is not NationalClass.LIGHT_WORK_ALLOWED, (age, hours)
            if "light_hours_week" in told and found.rule == "N4" and hours == 20.0:
                assert not _may_be_light(law, age), age
            if "young_hours_week" in told and law.young_hours_week(age) is None:
                assert found.legal_class is not NationalClass.ALLOWED or hours < 43.0, (age, hours)
            if "minimum_age" in told and age >= 16:
                assert said == (False, False), (age, hours)


def _may_be_light(law, age):
    light_from = law.light_age_from
    return light_from is not None and age >= light_from and law.light_hours_week(age) is None
