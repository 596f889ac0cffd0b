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
}
PAID_WORK = NO_WORK | {"worked_other_paid": "yes"}
BRICK_KILN = {"visit_date": "2026-10", "area": "PK-PB-05", "activity": "23"}
ADULT = {
    "birth_date": 30,
    **PAID_WORK,
    "fl_involuntary": ("very_low_or_no_wages",),
    "fl_menace": ("withheld_wages",),
    "fl_who_applies": ("employer",),
    "fl_commercial_sexual": "no",
    "tip_act": ("none",),
}


def child(age=13, **answers):
    return {"birth_date": age, "hazards": ("none",), **PAID_WORK, **NO_WORST_FORM, **answers}


def classes(content, visit=BRICK_KILN, profile=PROFILE):
    return classify(content, visit, QUESTIONNAIRE, profile)
