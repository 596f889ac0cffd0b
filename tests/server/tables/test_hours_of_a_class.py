"""The hours shown of a case are those its class was decided by."""

import pytest

from server.tables.case_words import CaseAsKept
from server.tables.declaration import standard
from server.tables.observed import readers, standings_of
from tests.shared.classification.answered import PROFILE, QUESTIONNAIRE, child, classes

DECLARED = standard()
OTHER = {"chores": ("cooking",), "chores_for": "other", "household_hazards": ("none",)}


def hours_of(age_band, **answers):
    codes = classes(answers).codes()
    (read,) = readers((DECLARED.dimensions["hours_band"],), QUESTIONNAIRE, PROFILE)
    kept = CaseAsKept(
        answers, codes, standings_of(codes), "PK-PB-05", "female", age_band, "ngo", False, True
    )
    return codes["cl_general"], read(kept)


@pytest.mark.parametrize(
    ("age", "band", "job", "chores", "shown"),
    [
        (13, "12-14", 10.0, 10.0, ("BELOW_MIN_AGE", "14-27")),
        (9, "5-11", 0.5, 12.0, ("BELOW_MIN_AGE", "1-13")),
        (16, "15-17", 20.0, 30.0, ("HAZARDOUS", "43+")),
    ],
)
def test_chores_for_another_household_are_hours_of_work_as_for_the_class(
    age, band, job, chores, shown
):
    answers = child(age, work_hours=job, **OTHER, hours_chores=chores)

    assert hours_of(band, **answers) == shown


def test_hours_with_which_the_class_would_be_another_are_not_known():
    """Hazardous work that was said beside no hours at all is a slip (R2 takes an hour at least)."""
    answers = child(13, work_hours=0.0, hazards=("heavy_loads",))

    assert hours_of("12-14", **answers) == ("HAZARDOUS", "unknown")
