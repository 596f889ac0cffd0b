"""What simulated officers answer: the planned visit in the questionnaire's own words, and what is
said to questions that neither the survey nor the draw has.

Every other required question is answered ``unknown``: nothing about work, coercion or schooling is
made up here.
"""

from __future__ import annotations

from collections.abc import Mapping

from mobile.simulation.plan import PlannedCase, PlannedVisit
from shared.answers import Value
from shared.questionnaire import Level

USUAL_ANSWERS: Mapping[Level, Mapping[str, Value]] = {
    Level.VISIT: {},
    Level.CASE: {},
}


def visit_answers(visit: PlannedVisit, area_codes: Mapping[str, str]) -> dict[str, Value]:
    """What is said about a visit. area_codes: name of the division -> code of the areas list."""
    return {
        "visit_date": visit.visit_date.isoformat(),
        "area": area_codes[visit.division],
        "urban_rural": visit.urban_rural,
        "place_name": visit.place_name,
        "nobody_found": "no" if visit.cases else "yes",
        "workers_seen": len(visit.cases),
    }


def case_answers(
    case: PlannedCase, visit: PlannedVisit, area_codes: Mapping[str, str]
) -> dict[str, Value]:
    """What is said about one person: the interview, and the made-up identity around it."""
    return {
        **case.interview.answers,
        **case.person.answers(),
        "age_stated": case.interview.age,
        "home_area": area_codes[visit.division],
    }
