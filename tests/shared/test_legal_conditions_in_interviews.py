"""Conditions that a national law puts on the work of a child, asked of the officer."""

import pytest

from shared.profiles import load_profile, profiles_at_hand
from shared.questionnaire import Level
from shared.questionnaire.flow import work_through
from shared.reference import load_reference
from tests.shared.test_interview_files import NOTHING, VISIT, WORK, classified


def national(country, **case):
    said = {
        **NOTHING,
        **WORK,
        "worked_other_paid": "yes",
        "hours_longest_day": 4,
        "officer_signs": ["none"],
        **case,
    }
    (line,) = classified({"visit": {**VISIT, "area": ""}, "case": said}, country=country)
    return line.result["national"]


PERMIT_AT_16 = {"age_stated": 16, "work_hours": 20}


@pytest.mark.parametrize(
    ("conditions", "legal_class"),
    [
        (["permit"], "LIGHT_WORK_ALLOWED"),
        (["none"], "BELOW_MIN_AGE"),
        (["holidays"], "BELOW_MIN_AGE"),
        (["unknown"], "UNDETERMINED"),
        ([], "UNDETERMINED"),
    ],
)
def test_work_the_law_allows_with_a_permit_is_allowed_when_somebody_saw_it(conditions, legal_class):
    assert national("HND", legal_conditions=conditions, **PERMIT_AT_16) == legal_class


@pytest.mark.parametrize(
    ("country", "age", "condition"),
    [("UGA", 14, "supervision"), ("VNM", 13, "list")],
)
def test_every_condition_of_light_work_can_be_told(country, age, condition):
    case = {"age_stated": age, "work_hours": 6, "hours_longest_day": 1}

    open_ = national(country, **case)
    met = national(country, legal_conditions=[condition], **case)
    unmet = national(country, legal_conditions=["none"], **case)

    assert (open_, met, unmet) == ("UNDETERMINED", "LIGHT_WORK_ALLOWED", "BELOW_MIN_AGE")


LIMITS = sorted(
    {
        (age, hours)
        for iso3 in profiles_at_hand()
        for law in load_profile(iso3).possible_laws(None, ("01", "47"))
        for age in range(12, 18)
        for hours in (law.light_hours_day(age), law.young_hours_day(age))
        if hours is not None and hours < 24
    }
)
"""Limits of a day in the laws that come with Tally87, with an age at which they hold."""


def test_the_longest_day_is_asked_wherever_it_may_break_the_law():
    """A week of more hours than the law allows in a day may be that one day."""
    form = load_reference("PAK").questionnaire
    idle = {k: tuple(v) if isinstance(v, list) else v for k, v in NOTHING.items()}

    assert {hours for _age, hours in LIMITS} >= {2, 3, 4, 6, 7, 8}
    for age, limit in LIMITS:
        hours = limit + 0.5
        lodged = {"chores": ("cooking_cleaning",), "chores_for": "other", "hours_chores": hours}
        carries = {"chores_for": "other", "hours_water_firewood": hours}
        carries["fetched_water_or_firewood"] = "yes"
        for work in ({"worked_other_paid": "yes", "work_hours": hours}, lodged, carries):
            answers = {**idle, **work, "age_stated": age}
            flow = work_through(form, Level.CASE, answers, VISIT)
            assert "hours_longest_day" in flow.visible, (age, limit, work)
