"""Answers of whole cases, for tests of what they are classified as."""

from shared.classification import classify
from shared.profiles import load_profile
from shared.questionnaire import STANDARD, load_questionnaire

QUESTIONNAIRE = load_questionnaire([STANDARD])
PROFILE = load_profile("PAK")
NO_WORST_FORM = {"wfcl_slavery": "no", "wfcl_sexual": "no", "wfcl_illicit": "no"}
NO_WORK = {
    "worked_own_farm": "no",
    "worked_family_business": "no",
    "worked_produced_goods": "no",
    "worked_other_paid": "no",
    "worked_without_pay": "no",
    "worked_own_use": "no",
    "absent_from_job": "no",
}
NO_CHORES = {"fetched_water_or_firewood": "no", "chores": ("none",)}
SAFE_WORK = {
    "immediate_danger": "no",
    "hazards": ("none",),
    "night_work": "no",
    "abuse": ("none",),
    "confined": "no",
    "industry": "56",
}
PAID_WORK = NO_WORK | {"worked_other_paid": "yes"}
BRICK_KILN = {"visit_date": "2026-10", "area": "PK-PB-05", "activity": "23"}
ADULT = {
    "birth_date": 30,
    **PAID_WORK,
    "fl_involuntary": ("very_low_or_no_wages",),
    "fl_menace": ("withheld_wages",),
    "fl_who_applies": ("employer",),
    "fl_can_leave": "no",
    "fl_commercial_sexual": "no",
    "tip_act": ("none",),
}


def child(age=13, **answers):
    """A child in paid work without a hazard; what is not said here was asked and denied."""
    usual = {**PAID_WORK, **NO_CHORES, **SAFE_WORK, **NO_WORST_FORM}
    return {"birth_date": age, **usual, **answers}


def classes(content, visit=BRICK_KILN, profile=PROFILE):
    return classify(content, visit, QUESTIONNAIRE, profile)
