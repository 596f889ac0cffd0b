"""What simulated officers answer: the planned visit in the questionnaire's own words, and what is
said to questions that neither the survey nor the draw has.

The course of the interview itself is made up (it was safe to talk, who agreed, no immediate
danger); what the survey did not ask is simulated (simulated_answers.py), and every page says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from demo.officers.plan import PlannedCase, PlannedVisit
from demo.officers.simulated_answers import simulated_answers
from shared.answers import Value
from shared.questionnaire import Level

OWN_CONSENT_AGE = 15
"""From this age the questionnaire's consent notes ask for the young person's own consent."""

USUAL_ANSWERS: Mapping[Level, Mapping[str, Value]] = {
    Level.VISIT: {
        "visit_reason": "outreach",
        "place_kind": "private_household",  # both sources are interviews in households
        "access": "free",
    },
    Level.CASE: {
        "safety_problems": ("none",),
        "consent_purposes": ("interview", "statistics"),
        "consent_linkage": "yes",
        "immediate_danger": "no",
        "known_to": ("unknown",),
        "referral_offered": ("none",),
    },
}


def visit_answers(visit: PlannedVisit, area_codes: Mapping[str, str]) -> dict[str, Value]:
    """What is said about a visit. area_codes: name of the division -> code of the areas list."""
    working = sum("yes" in _activities(case) for case in visit.cases)
    return {
        "visit_date": visit.visit_date.isoformat(),
        "area": area_codes[visit.division],
        "urban_rural": visit.urban_rural,
        "place_name": visit.place_name,
        "setting": "rural" if visit.urban_rural == "rural" else "urban_informal",
        "workers_seen": working,
        "nobody_found": "no" if visit.cases else "yes",
    }


def case_answers(
    case: PlannedCase, visit: PlannedVisit, area_codes: Mapping[str, str]
) -> dict[str, Value]:
    """What is said about one person: the interview, and the made-up identity around it."""
    of_age = case.interview.age >= OWN_CONSENT_AGE
    return {
        **simulated_answers(case.interview),
        **case.interview.answers,
        **case.person.answers(),
        "age_stated": case.interview.age,
        "home_area": area_codes[visit.division],
        "consent_given_by": "self" if of_age else "caregiver_and_assent",
    }


def _activities(case: PlannedCase) -> set[Value]:
    answers = case.interview.answers
    return {value for name, value in answers.items() if name.startswith("worked_")}
