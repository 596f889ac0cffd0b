"""Conditions that a national law puts on the work of a child, asked of the officer."""

import pytest

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
