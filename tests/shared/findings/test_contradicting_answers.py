"""Two answers of one person that cannot both be true ask the officer to look at both again."""

import pytest

from shared.findings import check_draft
from shared.findings.contradictions import contradictions
from shared.findings.facts import Facts
from shared.questionnaire import Level
from shared.questionnaire.flow import work_through
from shared.reference import load_reference
from tests.shared.findings.cases import PAID, TODAY, VISIT, child

REFERENCE = load_reference("PAK")
GROWN = {
    **PAID,
    "birth_date": "1990-01-01",
    "consent_given_by": "self",
    "work_hours": 40.0,
    "fl_involuntary": ("different_job",),
    "fl_menace": ("threats_or_violence",),
    "fl_who_applies": ("employer",),
    "fl_can_leave": "no",
    "fl_commercial_sexual": "no",
}
LODGED = {"moved": "within_country", "moved_with": "recruiter", "lives_at": "employer"}
AWAY = {"attends_school": "no", "school_level": "1", "school_reason": "cost"}
BY_STATE = {**GROWN, "fl_who_applies": ("state_authority",), "fl_exception": "emergency"}
PAIRS = [
    # when and how long
    ("work.start_after_age", "age_at_start", {"age_at_start": 14}),
    ("forced.before_birth", "fl_months", {**GROWN, "fl_months": 600}),
    (
        "forced.before_birth",
        "fl_months",
        {**GROWN, "fl_months": 400, "fl_ongoing": "no", "fl_ended_months": 60},
    ),
    ("hours.longest_day", "hours_longest_day", {"work_hours": 43.0, "hours_longest_day": 6.0}),
    ("hours.longest_day", "hours_longest_day", {"work_hours": 5.0, "hours_longest_day": 9.0}),
    (
        "hours.other_more_than_all",
        "hours_chores_other",
        {"chores_for": "both", "hours_chores_other": 9.0},
    ),
    ("work.week_contradicts", "months_worked", {"months_worked": 0}),
    ("work.week_contradicts", "pay_form", {**PAID, "pay_form": "none", "work_status": "60"}),
    # school
    ("school.never_but_attends", "school_level", {"school_level": "never"}),
    (
        "school.reason_contradicts",
        "school_reason",
        {**AWAY, "school_level": "never", "school_reason": "completed"},
    ),
    (
        "school.reason_contradicts",
        "school_reason",
        {**AWAY, "school_level": "never", "school_reason": "failed"},
    ),
    ("school.reason_contradicts", "school_reason", {**AWAY, "school_reason": "too_young"}),
    (
        "school.reason_contradicts",
        "school_reason",
        {**AWAY, "school_reason": "chores", "chores": ("none",)},
    ),
    # whose household
    ("chores.own_but_lodged", "chores_for", LODGED),
    # a sign that is named and denied
    ("forced.sign_denied", "fl_debt", {**GROWN, "pay_form": "debt", "fl_debt": "no"}),
    ("forced.sign_denied", "fl_debt", {**GROWN, "officer_signs": ("debt",), "fl_debt": "no"}),
    ("forced.sign_denied", "fl_debt", {**GROWN, "fl_menace": ("debt_bondage",), "fl_debt": "no"}),
    ("forced.sign_denied", "debt_band", {**GROWN, "fl_debt": "yes", "debt_band": "nothing"}),
    (
        "forced.sign_denied",
        "fl_documents",
        {**GROWN, "fl_menace": ("withheld_documents",), "fl_documents": "no"},
    ),
    (
        "forced.sign_denied",
        "fl_documents",
        {**GROWN, "moved": "other_country", "papers": "held_by_other", "fl_documents": "no"},
    ),
    (
        "forced.sign_denied",
        "wages_due",
        {**GROWN, "fl_menace": ("withheld_wages",), "wages_due": "nothing"},
    ),
    (
        "forced.sign_denied",
        "fl_can_leave",
        {**GROWN, "fl_involuntary": ("no_freedom_to_leave",), "fl_can_leave": "yes"},
    ),
    ("forced.sign_denied", "confined", {**GROWN, "fl_menace": ("restricted_movement",)}),
    (
        "forced.sign_denied",
        "confined",
        {**PAID, "immediate_danger": "yes", "danger_kind": ("confined",)},
    ),
    ("forced.sign_denied", "abuse", {"immediate_danger": "yes", "danger_kind": ("violence",)}),
    # an exception of C29
    (
        "forced.exception_doubtful",
        "fl_exception",
        {**BY_STATE, "fl_who_applies": ("state_authority", "employer")},
    ),
    ("forced.exception_doubtful", "fl_exception", {**BY_STATE, "fl_exception": "convict_labour"}),
    (
        "forced.exception_doubtful",
        "fl_exception",
        {
            **{"fl_third_party_coercion": "yes", "fl_menace": ("restricted_movement",)},
            **{"fl_who_applies": ("armed_forces",), "fl_exception": "military_service"},
        },
    ),
]
VISITS = [
    ("violations", {"visit_outcomes": ("violations_found",), "violations": ("none",)}),
    ("fine_band", {"visit_outcomes": ("fine",), "fine_band": "nothing"}),
    ("wages_recovered", {"visit_outcomes": ("wages_recovered",), "wages_recovered": "nothing"}),
    ("fees_recovered", {"visit_outcomes": ("fees_recovered",), "fees_recovered": "nothing"}),
    ("persons_removed", {"visit_outcomes": ("removal",), "persons_removed": 0}),
    ("notice_deadline", {"visit_outcomes": ("notice",), "notice_deadline": "2026-04-30"}),
    ("revisit_on", {"visit_outcomes": ("revisit",), "revisit_on": "2026-05-02"}),
    ("visit_outcomes", {"visit_outcomes": ("removal",), "nobody_found": "yes"}),
]
NO_CONTRADICTION = [
    ("the first day of work, at the age of now", {"age_at_start": 12}),
    ("a situation as long as the life", {**GROWN, "fl_months": 12 * 36}),
    ("all the hours on one day", {"work_hours": 9.0, "hours_longest_day": 9.0}),
    ("the same hours every day", {"work_hours": 42.0, "hours_longest_day": 6.0}),
    ("never at school, for its cost", {**AWAY, "school_level": "never"}),
    ("never at school, for a disability beside no difficulty", {**AWAY, "school_level": "never",
     "school_reason": "disability_illness", "wg_seeing": "none"}),
    ("illness is no disability", {**AWAY, "school_reason": "disability_illness"}),
    ("lodged, chores for the employer", {**LODGED, "chores_for": "other"}),
    ("a debt that is not known", {**GROWN, "pay_form": "debt", "fl_debt": "unknown"}),
    ("a debt of unknown height", {**GROWN, "fl_debt": "yes"}),
    ("pay withheld and owed", {**GROWN, "fl_menace": ("withheld_wages",), "wages_due": "below_1"}),
    ("an exception of the State alone", BY_STATE),
    ("private pressure, and no exception", {**BY_STATE, "fl_exception": "no",
     "fl_who_applies": ("state_authority", "employer")}),
    ("a sign that was seen and judged to be none", {"officer_signs": ("illicit",)}),
    ("shouted at, and no menace", {"abuse": ("shouted_at",)}),
]  # fmt: skip
"""Pairs that look alike and are none."""


@pytest.mark.parametrize(("question", "changes"), VISITS)
def test_what_came_of_a_visit_fits_the_rest_of_it(question, changes):
    told = check_draft(REFERENCE, Level.VISIT, VISIT | changes, {}, TODAY)

    assert ("visit.outcome_contradicts", question) in {(one.code, one.question) for one in told}


def test_what_fits_has_no_finding():
    changes = {
        "visit_outcomes": ("violations_found", "fine", "removal", "notice"),
        "violations": ("minimum_age",),
        "fine_band": "below_1",
        "persons_removed": 2,
        "notice_deadline": "2026-05-03",
    }

    assert check_draft(REFERENCE, Level.VISIT, VISIT | changes, {}, TODAY) == []


def found(changes):
    flow = work_through(REFERENCE.questionnaire, Level.CASE, child(**changes), VISIT)
    facts = Facts(REFERENCE.questionnaire, flow.scope.values)
    return {(one.code, one.question) for one in contradictions(facts)}


@pytest.mark.parametrize(("code", "question", "changes"), PAIRS)
def test_a_contradiction_has_its_finding(code, question, changes):
    told = check_draft(REFERENCE, Level.CASE, child(**changes), VISIT, TODAY)

    assert (code, question) in {(one.code, one.question) for one in told}


@pytest.mark.parametrize(("what", "changes"), NO_CONTRADICTION)
def test_what_only_looks_like_one_has_none(what, changes):
    assert found({"age_at_start": 10} | changes) == set()
