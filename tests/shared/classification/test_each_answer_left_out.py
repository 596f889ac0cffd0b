"""Of interviews of every kind each answer is left out in turn, and given in every way there is.

Interviews at random seldom give the one answer that overturns a class; here every answer of a list,
and hours on both sides of every limit, are tried for the question that was left out. What they open
is answered quietly, and as gravely as can be.
"""

from random import Random

import pytest

from shared.classification import classify
from shared.classification.child_labour import IN_CHILD_LABOUR, ChildLabourClass
from shared.classification.forced_labour import IN_FORCED_LABOUR, ForcedLabourClass
from shared.profiles import load_profile
from shared.questionnaire import Kind
from tests.shared.classification.random_interviews import (
    HOURS,
    LISTS,
    QUESTIONNAIRE,
    asked_only,
    completed,
)

PAKISTAN = load_profile("PAK")
VISIT = {"visit_date": "2026-10-15", "area": "PK-PB-05"}
QUIET = {
    "interview_form": "full",
    "immediate_danger": "no",
    "safety_action": "continued",
    "who_answered": "self",
    "consent_given_by": "self",
    "consent_purposes": ("interview", "statistics"),
    "moved": "no",
    "industry": "56",
    "hazards": ("none",),
    "chores_for": "own",
    "officer_signs": ("none",),
    "fl_involuntary": ("none",),
    "worked_for": "employer",
}
KINDS = {
    "idle at 12": {"birth_date": 12},
    "idle at 30": {"birth_date": 30},
    "below 12": {"birth_date": 8, "worked_own_farm": "yes", "work_hours": 6.0},
    "light work": {"birth_date": 13, "worked_other_paid": "yes", "work_hours": 6.0},
    "long hours at 13": {"birth_date": 13, "worked_other_paid": "yes", "work_hours": 20.5},
    "quiet at 16": {"birth_date": 16, "worked_other_paid": "yes", "work_hours": 20.5},
    "long hours at 16": {"birth_date": 16, "worked_other_paid": "yes", "work_hours": 60.0},
    "hazardous at 16": {
        **{"birth_date": 16, "worked_other_paid": "yes", "work_hours": 6.0},
        "hazards": ("heights",),
    },
    "with the parents": {
        **{"birth_date": 12, "worked_family_business": "yes", "work_hours": 6.0},
        "works_with_parents": "yes",
    },
    "lodged with an employer": {
        **{"birth_date": 13, "moved": "within_country", "moved_with": "recruiter"},
        **{"lives_at": "employer", "chores": ("cooking_cleaning",), "chores_for": "other"},
        "hours_chores": 13.5,
    },
    "chores of 21 hours": {"birth_date": 9, "chores": ("shopping",), "hours_chores": 21.0},
    "free at 30": {"birth_date": 30, "worked_other_paid": "yes", "work_hours": 43.0},
    "forced at 30": {
        **{"birth_date": 30, "worked_other_paid": "yes", "work_hours": 60.0},
        **{"fl_involuntary": ("no_freedom_to_leave",), "fl_menace": ("restricted_movement",)},
        **{"fl_who_applies": ("employer",), "fl_commercial_sexual": "no", "tip_act": ("none",)},
    },
    "forced at 14": {
        **{"birth_date": 14, "worked_other_paid": "yes", "work_hours": 6.0},
        **{"fl_third_party_coercion": "yes", "fl_menace": ("threats_or_violence",)},
        **{"fl_who_applies": ("employer",), "fl_commercial_sexual": "no", "tip_act": ("none",)},
    },
    "short form at 9": {
        **{"interview_form": "short", "birth_date": 9, "age_stated": 9},
        **{"worked_own_farm": "yes", "work_hours": 6.0},
    },
}
NOTHING = {
    ChildLabourClass.NOT_WORKING,
    ChildLabourClass.LIGHT_WORK,
    ChildLabourClass.PERMITTED_WORK,
}


def classes(content):
    content = asked_only(content, VISIT)
    return classify(content, {**VISIT, "visit_date": "2026-10"}, QUESTIONNAIRE, PAKISTAN)


def every_answer(name):
    """Each code alone, and hours on both sides of each limit."""
    question = QUESTIONNAIRE.questions[name]
    if question.from_file:
        codes = LISTS.get(question.choice_list, ())
    elif question.choice_list:
        codes = [choice.code for choice in QUESTIONNAIRE.choices[question.choice_list]]
    else:
        return HOURS if question.kind is Kind.DECIMAL else ()
    known = [code for code in codes if code not in ("unknown", "refused")]
    return known if question.kind is Kind.SELECT_ONE else [(code,) for code in known]


def ends_without(whole, name):
    """Every way that was tried to answer what was left out, and what that opens."""
    left = {each: value for each, value in whole.items() if each != name}
    for value in every_answer(name):
        for quiet, said in ((1.0, QUIET), (0.0, {"interview_form": "full"})):
            given = {**left, name: value}
            full = completed(given, VISIT, Random(7), said=said, unknown=0.0, quiet=quiet)
            end = asked_only(full, VISIT)
            if given.items() <= end.items():  # it takes no other answer out
                yield end


@pytest.fixture(scope="module", params=KINDS)
def left_out(request):
    """Of one kind: what was left out, the classes without it, and those of its completions."""
    said = {**QUIET, **KINDS[request.param]}
    whole = completed({}, VISIT, Random(3), said=said, unknown=0.0, quiet=1.0)
    whole = asked_only({**whole, "interview_form": said["interview_form"]}, VISIT)
    found = []
    for name in whole:
        left = asked_only({each: value for each, value in whole.items() if each != name}, VISIT)
        ends = [classes(end) for end in ends_without(whole, name)]
        found.append((name, classes(left), ends))
    return found


def test_nothing_found_is_overturned_by_no_answer_that_was_left_out(left_out):
    for name, found, ends in left_out:
        for boundary in ("sna", "general"):
            if getattr(found.child_labour, boundary) in NOTHING:
                graver = {getattr(end.child_labour, boundary) for end in ends} & IN_CHILD_LABOUR
                assert graver <= {ChildLabourClass.WFCL_OTHER}, name
        if found.forced_labour.labour_class is ForcedLabourClass.NOT_FL:
            assert not {end.forced_labour.labour_class for end in ends} & IN_FORCED_LABOUR, name
        if found.trafficking == "N":
            assert "Y" not in {end.trafficking for end in ends}, name


def test_bounds_hold_every_answer_that_was_left_out(left_out):
    for name, found, ends in left_out:
        for end in ends:
            if end.forced_labour.rule == "F1":
                continue  # it documents an exception of C29
            if end.child_labour.general is not ChildLabourClass.UNDETERMINED:
                inside = end.child_labour.general in IN_CHILD_LABOUR
                low, high = found.child_labour.general_low, found.child_labour.general_high
                assert low <= inside <= high, (name, end.child_labour)
            if end.forced_labour.labour_class is not ForcedLabourClass.UNDETERMINED:
                forced = end.forced_labour.labour_class in IN_FORCED_LABOUR
                assert found.forced_labour.low <= forced <= found.forced_labour.high, name


DECIDE_ALONE = ("hazards", "night_work", "confined", "industry", "work_hours", "hours_chores")
"""What opens no question a class rests on, and takes no answer out: every way was tried."""


def test_child_labour_that_every_answer_makes_is_not_left_open(left_out):
    """Whether a child is in child labour is open only when the possible answers differ in it."""
    for name, found, ends in left_out:
        ways = {end.child_labour.sna for end in ends}
        if name in DECIDE_ALONE and ends and ways <= IN_CHILD_LABOUR:
            assert found.child_labour.sna is not ChildLabourClass.UNDETERMINED, (name, ways)


WEIGHT = {
    **dict.fromkeys((*NOTHING, ChildLabourClass.OUT_OF_SCOPE), 0),
    ChildLabourClass.UNDETERMINED: 1,
    ChildLabourClass.HAZ_HOUSEHOLD_SERVICES: 2,
    ChildLabourClass.BELOW_MIN_AGE: 3,
    ChildLabourClass.HAZARDOUS: 4,
    ChildLabourClass.WFCL_OTHER: 5,
}


@pytest.mark.parametrize("kind", KINDS)
def test_more_hours_never_make_a_child_more_harmless(kind):
    """Along every limit, to the longest week there is; no hours at all beside a yes are a slip."""
    said = {**QUIET, **KINDS[kind]}
    whole = completed({}, VISIT, Random(3), said=said, unknown=0.0, quiet=1.0)
    for name in {"work_hours", "hours_chores"} & whole.keys():
        found = [classes({**whole, name: hours}) for hours in (*HOURS[1:], 84.0, 112.0)]
        for boundary in ("sna", "general"):
            weights = [WEIGHT[getattr(one.child_labour, boundary)] for one in found]
            assert weights == sorted(weights), (name, boundary)
