"""How many answers an interview needs, measured on real interviews replayed.

The interviews are read where they stand beside the project and never copied (MICS microdata are
not for redistribution). What the survey did not ask is answered as most children would answer.
"""

from __future__ import annotations

import csv
import statistics
from pathlib import Path

import pytest

from shared.questionnaire import Kind, Level, defaults, load_questionnaire
from shared.questionnaire.flow import work_through

MICRODATA = Path(__file__).parents[3] / "shared/data/microdata/mics5_punjab_2014_child_labour.csv"
VISIT = {
    "visit_date": "2014-07-15",
    "visit_reason": "routine",
    "area": "PK-PB-06",
    "urban_rural": "rural",
    "place_kind": "farm",
    "setting": "rural",
    "access": "free",
    "activity": "01",
    "workers_seen": 3,
    "nobody_found": "no",
}
# Answers of most children; everything else that is asked is answered with none or no.
USUAL = {
    "birth_date": None,  # worked out from the age
    "consent_given_by": "caregiver_and_assent",
    "consent_purposes": ("interview", "statistics", "referral"),
    "consent_linkage": "yes",
    "chores_for": "own",
    "given_name": "A",
    "family_name": "B",
    "parent_given_name": "C",
    "home_area": "PK-PB-06",
    "occupation": "921",
    "industry": "01",
    "worked_for": "employer",
    "work_status": "43",
    "pay_form": "money",
    "months_worked": 6,
    "referral_offered": ("education",),
    "referral_result": "accepted",
    "school_level": "1",
    "school_reason": "cost",
}
HAZARDS = {
    "heavy_loads": "heavy_loads",
    "dangerous_tools_or_machinery": "dangerous_tools",
    "dust_fumes_gas": "dust_fumes_gas",
    "extreme_temperature_or_humidity": "extreme_temperature",
    "loud_noise_or_vibration": "loud_noise",
    "heights": "heights",
    "chemicals": "chemicals",
    "other_hazard": "other",
}
CHORES = [
    "shopping",
    "repairing",
    "cooking_cleaning",
    "washing_clothes",
    "caring_children",
    "caring_old_or_sick",
    "other",
]


def what_the_child_said(row):
    said = {
        "sex": {"M": "male", "F": "female"}[row["sex"]],
        "birth_date": f"{2014 - int(row['age']) - 1}-09-01",
        "worked_own_farm": row["own_farm_or_garden"],
        "worked_family_business": row["family_business"],
        "worked_produced_goods": row["produced_or_sold_articles"],
        "worked_other_paid": row["other_paid_activity"],
        "works_with_parents": "no" if row["other_paid_activity"] == "yes" else "yes",
        "fetched_water_or_firewood": row["fetched_water_or_firewood"],
        "attends_school": row["attends_school"],
        "hazards": tuple(c for column, c in HAZARDS.items() if row[column] == "yes") or ("none",),
        "chores": tuple(c for c in CHORES if row[f"chore_{c}"] == "yes") or ("none",),
    }
    for column, name in (
        ("hours_economic", "work_hours"),
        ("hours_water_firewood", "hours_water_firewood"),
        ("hours_chores", "hours_chores"),
    ):
        said[name] = float(row[column]) if row[column] not in ("", "unknown") else "unknown"
    return said


def interview(questionnaire, row):
    """Answers question after question, as they appear; gives the names answered by the officer."""
    said = {**USUAL, **what_the_child_said(row)}
    given = defaults(questionnaire, Level.CASE, VISIT)
    answers, answered = dict(given), []
    while True:
        flow = work_through(questionnaire, Level.CASE, answers, VISIT)
        following = next(
            (
                q
                for q in questionnaire.of_level(Level.CASE)
                if q.name in flow.visible
                and q.required is not None
                and q.required.is_true(flow.scope)
                and q.takes_answer
                and q.name not in answers
            ),
            None,
        )
        if following is None:
            return answers, answered
        usual = ("none",) if following.kind is Kind.SELECT_MULTIPLE else "no"
        answers[following.name] = said.get(following.name, usual)
        answered.append(following.name)


@pytest.fixture(scope="module")
def working_children():
    if not MICRODATA.exists():
        pytest.skip("the replayed interviews are not beside the project")
    with MICRODATA.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    kinds = (
        "own_farm_or_garden",
        "family_business",
        "produced_or_sold_articles",
        "other_paid_activity",
    )
    return [row for row in rows if "yes" in [row[kind] for kind in kinds]]


def test_a_typical_working_child_answers_about_thirty_five_questions(working_children):
    """Median at most 35, and even the longest of these interviews stays below 45."""
    questionnaire = load_questionnaire()
    lengths = [len(interview(questionnaire, row)[1]) for row in working_children]

    assert len(lengths) > 100
    assert statistics.median(lengths) <= 35
    assert max(lengths) < 45
