"""The class told first, and what may look like good news, of whole cases."""

import pytest

from shared.classification.headlines import (
    Weight,
    headlines,
    weight_beside_doubts,
    weight_of_child_labour,
    weight_of_forced_labour,
)
from shared.texts import text
from tests.shared.classification.answered import ADULT, NO_CHORES, NO_WORK, child, classes

LANGUAGES = ("en", "fr", "es", "pt", "sw", "ar", "hi", "ne", "am", "ur", "bn")
IDLE = {**NO_WORK, "worked_last_year": "no", "work_hours": None}
FREE = {"fl_third_party_coercion": "no", "fl_parents_in_forced_labour": "no"}
NOT_TRAFFICKED = {"tip_act": ("none",)}
QUIET_ADULT = {
    **{"birth_date": 30, **NO_WORK, "worked_last_year": "no", "worked_household": "no"},
    "fl_commercial_sexual": "no",
}


def codes_of(answers):
    said = {name: value for name, value in answers.items() if value is not None}
    return classes(said).codes()


def test_a_child_in_long_housework_is_not_told_as_not_working():
    long = {"chores": ("cooking_cleaning",), "hours_chores": 30, "chores_for": "own"}
    codes = codes_of(child(10, **IDLE, **FREE, **NOT_TRAFFICKED, **long, chore_hazards=("none",)))

    assert codes["cl_sna"] == "NOT_WORKING"
    assert list(headlines(codes)) == [("cl_sna", "HAZ_HOUSEHOLD_SERVICES")]
    assert weight_of_child_labour(codes, True) is Weight.SERIOUS
    assert weight_of_forced_labour(codes, True) is Weight.QUIET


def test_forced_labour_of_an_adult_and_of_a_child_stands_in_every_list():
    assert list(headlines(codes_of(ADULT))) == [("fl", "FL_PRIVATE")]
    forced = child(14, work_hours=10, fl_third_party_coercion="yes")
    assert list(headlines(codes_of(forced))) == [("cl_sna", "WFCL_OTHER"), ("fl", "FL_PRIVATE")]


@pytest.mark.parametrize("means", ["fraud", "unknown"])
def test_trafficking_that_is_not_excluded_is_never_good_news(means):
    act = {"tip_act": ("recruited",), "tip_means": (means,), "tip_purpose": ("forced_labour",)}
    codes = codes_of({**QUIET_ADULT, **act})

    assert codes["fl"] == "NOT_FL"
    assert list(headlines(codes)) == [("fl", "UNDETERMINED")]
    assert weight_of_forced_labour(codes, True) is Weight.OPEN


def test_only_a_case_with_nothing_open_is_good_news():
    adult = codes_of({**QUIET_ADULT, **NOT_TRAFFICKED})
    assert weight_of_forced_labour(adult, False) is Weight.GOOD
    idle = child(16, **IDLE, **FREE, **NOT_TRAFFICKED)
    assert weight_of_child_labour(codes_of(idle), True) is Weight.GOOD
    assert weight_of_forced_labour(codes_of(idle), True) is Weight.GOOD
    for left_out in ("wfcl_sexual", "worked_own_use", "tip_act", "chores"):
        codes = codes_of({**idle, left_out: None})
        assert weight_of_forced_labour(codes, True) is not Weight.GOOD


@pytest.mark.parametrize("weight", Weight)
def test_doubts_take_good_news_away_and_leave_what_is_serious_or_open(weight):
    assert weight_beside_doubts(weight, False) is weight
    expected = Weight.QUIET if weight is Weight.GOOD else weight
    assert weight_beside_doubts(weight, True) is expected


def test_every_answer_left_out_of_a_quiet_case_leaves_nothing_green_that_may_be_grave():
    worker = child(16, work_hours=20, **FREE, **NOT_TRAFFICKED, **NO_CHORES)
    for left_out in (None, *worker):
        codes = codes_of({**worker, left_out: None} if left_out else worker)
        if "Y" in codes["cl_general_bounds"]:
            assert weight_of_child_labour(codes, True) in (Weight.SERIOUS, Weight.OPEN)
        if "Y" in codes["fl_bounds"] or codes["tip"] != "N":
            assert weight_of_forced_labour(codes, True) in (Weight.SERIOUS, Weight.OPEN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_child_of_four_is_never_told_to_be_no_child(language):
    codes = codes_of(child(4, **FREE, **NOT_TRAFFICKED))
    (told,) = headlines(codes)

    words = text(f"screens.class.{told[0]}.{told[1]}", language)
    digits = {"bn": ("৫", "১৭")}.get(language, ("5", "17"))
    assert all(number in words for number in digits)
