"""A visit and a case without a finding, to be spoilt in tests."""

from datetime import date

TODAY = date(2026, 5, 4)
VISIT = {
    "visit_date": "2026-05-03",
    "visit_reason": "routine",
    "area": "PK-PB-05",
    "urban_rural": "rural",
    "place_kind": "farm",
    "setting": "rural",
    "access": "free",
    "activity": "01",
    "workers_seen": 4,
    "nobody_found": "no",
}
CHILD = {
    "safety_problems": ("none",),
    "sex": "female",
    "birth_date": "2013-05-04",
    "consent_given_by": "caregiver_and_assent",
    "consent_purposes": ("interview", "statistics", "referral"),
    "consent_linkage": "yes",
    "moved": "no",
    "given_name": "Amina",
    "family_name": "Khan",
    "parent_given_name": "Zainab",
    "worked_own_farm": "yes",
    "worked_family_business": "no",
    "worked_produced_goods": "no",
    "worked_other_paid": "no",
    "worked_without_pay": "no",
    "work_hours": 15.5,
    "works_with_parents": "yes",
    "occupation": "921",
    "industry": "01",
    "hazards": ("heavy_loads",),
    "night_work": "no",
    "injuries": ("none",),
    "abuse": ("none",),
    "fetched_water_or_firewood": "no",
    "chores": ("shopping",),
    "hours_chores": 3.0,
    "chores_for": "own",
    "chore_hazards": ("none",),
    "attends_school": "yes",
    "school_affected": "no",
    "officer_signs": ("unknown",),
    "wfcl_slavery": "no",
    "wfcl_sexual": "no",
    "wfcl_illicit": "no",
    "fl_third_party_coercion": "no",
    "fl_parents_in_forced_labour": "no",
    "tip_act": ("none",),
    "immediate_danger": "no",
    "known_to": ("none",),
    "referral_offered": ("education",),
}
PAID = {
    "worked_own_farm": "no",
    "worked_other_paid": "yes",
    "works_with_parents": "no",
    "worked_for": "employer",
    "work_status": "43",
    "pay_form": "money",
    "months_worked": 3,
    "industry": "23",
    "confined": "no",
    "ilo_indicators": ("none",),
}


def child(**changes):
    """The child with other answers; ``None`` takes an answer away."""
    return {name: value for name, value in {**CHILD, **changes}.items() if value is not None}
