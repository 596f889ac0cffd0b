"""Reads the MICS child labour interviews that stand beside the project and replays their answers.

The file is read where it is and never copied: MICS microdata are not for redistribution.
Source: Multiple Indicator Cluster Survey 2014, Punjab (Pakistan), child labour module CL.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from demo.officers.interviews import SurveyInterview
from shared.answers import UNKNOWN, Value

YEAR = 2014
"""The survey was in the field from June to September 2014; the file has the month only."""

# Column of the file -> question of the standard questionnaire.
_ACTIVITIES = {
    "own_farm_or_garden": "worked_own_farm",
    "family_business": "worked_family_business",
    "produced_or_sold_articles": "worked_produced_goods",
    "other_paid_activity": "worked_other_paid",
}
# Column of the file -> choice code of the question `hazards` (MICS items CL4 to CL6X).
_HAZARDS = {
    "heavy_loads": "heavy_loads",
    "dangerous_tools_or_machinery": "dangerous_tools",
    "dust_fumes_gas": "dust_fumes_gas",
    "extreme_temperature_or_humidity": "extreme_temperature",
    "loud_noise_or_vibration": "loud_noise",
    "heights": "heights",
    "chemicals": "chemicals",
    "other_hazard": "other",
}
# Column of the file -> choice code of the question `chores` (MICS items CL11A to CL11X).
_CHORES = {
    "chore_shopping": "shopping",
    "chore_repairing": "repairing",
    "chore_cooking_cleaning": "cooking_cleaning",
    "chore_washing_clothes": "washing_clothes",
    "chore_caring_children": "caring_children",
    "chore_caring_old_or_sick": "caring_old_or_sick",
    "chore_other": "other",
}
_HOURS = {
    "hours_economic": "work_hours",
    "hours_water_firewood": "hours_water_firewood",
    "hours_chores": "hours_chores",
}


def replay_mics(file: Path) -> list[SurveyInterview]:
    """Every interview of the file, in its order.

    A child who worked for one hour or more, or had any hours of household services or of fetching
    water and firewood, is somebody to record; any other interview is a visit with nobody found.
    Raises OSError when the file is not there and KeyError when a column is missing.
    """
    with file.open(encoding="utf-8", newline="") as lines:
        return [_interview(row) for row in csv.DictReader(_without_comments(lines))]


def _without_comments(lines: Iterator[str]) -> Iterator[str]:
    return (line for line in lines if not line.startswith("#"))


def _interview(row: Mapping[str, str]) -> SurveyInterview:
    answers: dict[str, Value] = {
        question: row[column] for column, question in _ACTIVITIES.items() if row[column]
    }
    answers["fetched_water_or_firewood"] = row["fetched_water_or_firewood"]
    answers["attends_school"] = row["attends_school"]
    answers |= _several("hazards", _HAZARDS, row) | _several("chores", _CHORES, row)
    for column, question in _HOURS.items():
        if row[column]:
            answers[question] = UNKNOWN if row[column] == UNKNOWN else float(row[column])
    return SurveyInterview(
        number=int(row["row"]),
        year=YEAR,
        month=int(row["month"]),
        division=row["division"],
        urban_rural=row["area"],
        sex={"M": "male", "F": "female"}[row["sex"]],
        age=int(row["age"]),
        found=_is_somebody_to_record(answers),
        answers=answers,
    )


def _several(question: str, items: Mapping[str, str], row: Mapping[str, str]) -> dict[str, Value]:
    """One question of several choices out of yes-or-no columns; nothing when none was asked."""
    said = {code: row[column] for column, code in items.items() if row[column] != "not_asked"}
    if not said:
        return {}
    chosen = [code for code, word in said.items() if word == "yes"]
    if any(word == UNKNOWN for word in said.values()):
        return {question: UNKNOWN if not chosen else (*chosen, UNKNOWN)}
    return {question: tuple(chosen) if chosen else ("none",)}


def _is_somebody_to_record(answers: Mapping[str, Value]) -> bool:
    worked = any(answers.get(question) == "yes" for question in _ACTIVITIES.values())
    hours = [answers.get(question) for question in _HOURS.values()]
    return worked or any(isinstance(value, float) and value > 0 for value in hours)
