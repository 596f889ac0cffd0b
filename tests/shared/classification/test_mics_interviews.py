"""1,431 real interviews: the MICS variant against the MICS syntax computed here by itself.

The file is read where it lies beside the project; its rows are not for redistribution.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from shared.classification import classify
from shared.classification.child_labour import IN_CHILD_LABOUR, ChildLabourClass
from shared.profiles import load_profile
from shared.questionnaire import STANDARD, load_questionnaire
from shared.reference import EARLIER

INTERVIEWS = (
    Path(__file__).parents[4]
    / "shared"
    / "data"
    / "microdata"
    / "mics5_punjab_2014_child_labour.csv"
)
ACTIVITIES = {
    "own_farm_or_garden": "worked_own_farm",
    "family_business": "worked_family_business",
    "produced_or_sold_articles": "worked_produced_goods",
    "other_paid_activity": "worked_other_paid",
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
CHORES = {
    f"chore_{code}": code
    for code in (
        "shopping",
        "repairing",
        "cooking_cleaning",
        "washing_clothes",
        "caring_children",
        "caring_old_or_sick",
        "other",
    )
}


@pytest.fixture(scope="module")
def interviews():
    if not INTERVIEWS.is_file():
        pytest.skip(f"the interviews are not here ({INTERVIEWS.name}): they cannot be shipped")
    lines = INTERVIEWS.read_text("utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@pytest.fixture(scope="module")
def classes(interviews):
    # The survey asked what the first edition of the questionnaire asks, and no more.
    questionnaire, profile = load_questionnaire([STANDARD / EARLIER / "1.0"]), load_profile("PAK")
    return [classify(answers_of(row), {}, questionnaire, profile) for row in interviews]


def several(row, columns):
    chosen = tuple(code for column, code in columns.items() if row[column] == "yes")
    unknown = any(row[column] == "unknown" for column in columns)
    if all(row[column] == "not_asked" for column in columns):
        return ()
    return (*chosen, *(("unknown",) if unknown else ())) or ("none",)


def answers_of(row):
    """The interview as an officer enters it, with the questionnaire's own skips."""
    answers = {"birth_date": int(row["age"])}
    answers |= {name: row[column] for column, name in ACTIVITIES.items()}
    if "yes" in {row[column] for column in ACTIVITIES}:
        answers["work_hours"] = hours_of(row["hours_economic"])
        answers["hazards"] = several(row, HAZARDS)
    answers["fetched_water_or_firewood"] = row["fetched_water_or_firewood"]
    if row["fetched_water_or_firewood"] == "yes":
        answers["hours_water_firewood"] = hours_of(row["hours_water_firewood"])
    answers["chores"] = several(row, CHORES)
    if "yes" in {row[column] for column in CHORES}:
        answers["hours_chores"] = hours_of(row["hours_chores"])
    return {name: value for name, value in answers.items() if value not in ("", ())}


def hours_of(cell):
    return cell if cell in ("", "unknown") else float(cell)


def mics_syntax(row):
    """MICS6 - 09 - PR.sps, line by line: (childLabor, includeHaz)."""
    age = int(row["age"])
    number = {
        name: None if row[name] in ("", "unknown") else float(row[name])
        for name in ("hours_economic", "hours_water_firewood", "hours_chores")
    }
    threshold = 1 if age <= 11 else 14 if age <= 14 else 43
    any_activity = any(row[column] == "yes" for column in ACTIVITIES)
    hours = number["hours_economic"]
    economic = any_activity and hours is not None and hours >= threshold
    any_chores = row["fetched_water_or_firewood"] == "yes" or any(
        row[column] == "yes" for column in CHORES
    )
    total = (number["hours_water_firewood"] or 0) + (number["hours_chores"] or 0)
    household = age <= 14 and any_chores and total >= 21
    hazard = any(row[column] == "yes" for column in HAZARDS)
    return int(economic or household), int(economic or household or hazard)


def test_every_interview_has_the_mics_values_of_the_mics_syntax(interviews, classes):
    assert len(interviews) == 1431

    expected = [mics_syntax(row) for row in interviews]

    assert [(c.child_labour.mics, c.child_labour.mics_hazards) for c in classes] == expected


def test_totals_of_the_interviews_are_those_of_the_mics_syntax(interviews, classes):
    by_band = Counter()
    for row, found in zip(interviews, classes, strict=True):
        band = "5-11" if int(row["age"]) <= 11 else "12-14" if int(row["age"]) <= 14 else "15-17"
        by_band[band, found.child_labour.mics] += 1
    expected = Counter()
    for row in interviews:
        band = "5-11" if int(row["age"]) <= 11 else "12-14" if int(row["age"]) <= 14 else "15-17"
        expected[band, mics_syntax(row)[0]] += 1

    assert by_band == expected
    assert by_band.total() == 1431


def test_mics_never_counts_a_child_the_series_leaves_out(classes):
    """Unknown answers count as no in MICS; otherwise the two are one rule."""
    for found in classes:
        child = found.child_labour
        if child.sdg_b == "Y":
            assert child.mics_hazards == 1
        if child.sdg_b == "N":
            assert child.mics == 0


def test_interviews_with_unknown_answers_are_undetermined_and_not_left_out(interviews, classes):
    for row, found in zip(interviews, classes, strict=True):
        child = found.child_labour
        if all(row[column] == "no" for column in ACTIVITIES):
            assert child.sna is ChildLabourClass.NOT_WORKING
        elif all(row[column] in ("no", "unknown") for column in ACTIVITIES):
            assert child.sna is ChildLabourClass.UNDETERMINED
        if child.mics == 1:
            assert child.general in IN_CHILD_LABOUR or child.general_high
