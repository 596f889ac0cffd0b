"""Answers to what neither the survey nor the published shares asked: simulated, and called so.

Every page that shows counts of a demonstration says that they are in it. Forced labour is among
them: the survey of 2014 asked nothing about it, and "nobody asked" must not look like "nobody is".
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from demo.officers.interviews import SurveyInterview
from shared.answers import Value

FORCED, BONDED_PARENTS = 0.04, 0.02
"""Shares of working children who are coerced by a third party, or work with parents who are.
Chosen: enough to fill a row of a table, and no estimate of anything."""
_INDUSTRIES = {
    "worked_own_farm": "01",
    "worked_family_business": "47",
    "worked_produced_goods": "14",
    "worked_other_paid": "56",
}
_OCCUPATIONS = {"01": "921", "47": "522", "14": "753", "56": "941"}
_QUIET: Mapping[str, Value] = {
    **dict.fromkeys(("worked_without_pay", "worked_own_use", "absent_from_job"), "no"),
    **dict.fromkeys(("worked_last_year", "worked_household", "night_work", "confined"), "no"),
    **dict.fromkeys(("moved", "school_affected"), "no"),
    **dict.fromkeys(("abuse", "water_firewood_hazards", "chore_hazards"), ("none",)),
    **dict.fromkeys(("officer_signs", "ilo_indicators", "fl_involuntary"), ("none",)),
    "chores_for": "own",
    "fl_third_party_coercion": "no",
    "fl_parents_in_forced_labour": "no",
    "fl_debt": "no",
    "pay_form": "money",
    "worked_for": "employer",
    "work_status": "43",
    "months_worked": 6,
}


def simulated_answers(interview: SurveyInterview) -> dict[str, Value]:
    """The same for the same interview. Never an answer the interview itself has."""
    random = Random(interview.number)  # noqa: S311 - a simulation, not a secret
    answers: dict[str, Value] = dict(_QUIET)
    kinds = [kind for kind in _INDUSTRIES if interview.answers.get(kind) == "yes"]
    if kinds:
        answers["industry"] = industry = _INDUSTRIES[kinds[0]]
        answers["occupation"] = _OCCUPATIONS[industry]
        outside = "worked_other_paid" in kinds
        answers["works_with_parents"] = "no" if outside else "yes"
        drawn = random.random()
        if drawn < FORCED:
            answers |= _coerced(random)
        elif drawn < FORCED + BONDED_PARENTS and not outside:
            answers |= {"fl_parents_in_forced_labour": "yes", "fl_third_party_coercion": "yes"}
            answers |= {"fl_menace": ("debt_bondage",), "fl_who_applies": ("community",)}
            answers |= {"fl_stage_debt_bondage": ("leaving",), "fl_debt": "yes"}
    return {name: value for name, value in answers.items() if name not in interview.answers}


def _coerced(random: Random) -> dict[str, Value]:
    threat = random.choice(("withheld_wages", "threats_or_violence", "restricted_movement"))
    return {
        "works_with_parents": "no",
        "fl_third_party_coercion": "yes",
        "fl_menace": (threat,),
        f"fl_stage_{threat}": ("during_work",),
        "fl_menace_target": ("self",),
        "fl_who_applies": (random.choice(("employer", "recruiter", "community")),),
        "fl_can_leave": "no",
        "fl_ongoing": "yes",
        "fl_months": random.randint(1, 24),
        "ilo_indicators": ("withholding_of_wages",),
    }
