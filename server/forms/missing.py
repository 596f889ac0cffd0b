"""What the rules need and a form that stands alone does not ask."""

from __future__ import annotations

from collections.abc import Iterator

from shared.questionnaire.model import Questionnaire

_NEEDED = {
    "visit.date": "cannot count by period: no date of the visit",
    "visit.area": "cannot count by area: no area of the visit",
    "sex": "cannot count girls and boys: no sex",
    "age.completed_years": "cannot decide child labour: no age",
    "work.activity": "cannot decide whether somebody works: no work",
    "work.hours": "cannot decide light work: no hours",
    "work.hazards": "cannot decide hazardous work: no hazards",
    "chores.hours": "cannot decide long hours of chores: no hours of chores",
}


def missing_measures(questionnaire: Questionnaire) -> Iterator[tuple[str, str]]:
    """What is missing and what therefore cannot be decided, for each need that is not met."""
    for measure, why in _NEEDED.items():
        if not questionnaire.measured(measure):
            yield f"missing: measure {measure}", why
