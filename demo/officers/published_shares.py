"""Draws interviews from published shares, for when no survey is at hand. Always marked synthetic.

Sources: ILO and UNICEF, Child Labour: Global estimates 2024 (GE24) and 2020 (GE20); ILO, Walk
Free and IOM, Global Estimates of Modern Slavery 2022 (GEMS22). Figures without a source are
chosen here so that every path of the questionnaire is walked; they say so.
"""

from __future__ import annotations

from random import Random
from typing import TypeVar

from demo.officers.interviews import SurveyInterview
from shared.answers import UNKNOWN, Value

T = TypeVar("T")

YEAR = 2025
"""Chosen: the year the drawn visits are dated to."""
_FIRST_MONTH = 7
"""Chosen: two quarters, so that they can be compared."""

DIVISIONS = (
    *("Bahawalpur", "DG Khan", "Faisalabad", "Gujranwala", "Lahore"),
    *("Multan", "Rawalpindi", "Sahiwal", "Sargodha"),
)

NOBODY_FOUND = 0.25
"""Chosen: about what the replayed survey gives (370 of 1,431)."""
ADULTS = 0.08
"""Chosen: enough forced labour of adults to fill a table row."""
BELOW_THRESHOLD = 0.35
"""Chosen: children found at work for fewer hours than make it child labour."""
HOURS_NOT_KNOWN = 0.04
"""Chosen: about what surveys leave open."""
WORST_FORMS, COERCED_CHILDREN = 0.02, 0.03
"""Chosen: small, so that protection of small cells can be seen."""

# Millions of children in child labour, GE24: by age band and by sex.
_AGE_BANDS = (((5, 11), 78.9), ((12, 14), 27.0), ((15, 17), 31.0))
_SEXES = (("male", 78.2), ("female", 59.4))
# Per cent by sector, GE24; the ISIC divisions within a sector are chosen.
_SECTORS = ((("01", "03"), 61.0), (("13", "23", "41"), 13.0), (("47", "56", "96", "97"), 27.0))
_RURAL = 122.7 / (122.7 + 37.3)  # GE20
_HAZARDOUS_BELOW_15 = (54.0 - 31.0) / (137.6 - 31.0)  # GE24; at 15 to 17 all are, by construction
_IN_FAMILY = 0.72  # GE20
_OUT_OF_SCHOOL = 0.33  # GE24, of child labourers in compulsory schooling age
_FEMALE_IN_FORCED_LABOUR = 11.8 / 27.6  # GEMS22
# Per cent of those forced; withheld wages and threat of dismissal GEMS22, violence GEMS17.
_COERCION = (
    ("withheld_wages", 36.0),
    ("abuse_of_vulnerability", 21.0),
    ("threats_or_violence", 17.0),
)
_HAZARDS = ("heavy_loads", "dangerous_tools", "dust_fumes_gas", "extreme_temperature", "chemicals")
_CHORES = ("shopping", "cooking_cleaning", "washing_clothes", "caring_children")


def draw_interviews(count: int, random: Random) -> list[SurveyInterview]:
    """That many interviews; the same ones for the same generator."""
    return [_draw(number, random) for number in range(1, count + 1)]


def _draw(number: int, random: Random) -> SurveyInterview:
    adult = random.random() < ADULTS
    found = adult or random.random() >= NOBODY_FOUND
    low, high = (18, 55) if adult else _one_of(_AGE_BANDS, random)
    age = random.randint(low, high)
    if adult:
        sex = "female" if random.random() < _FEMALE_IN_FORCED_LABOUR else "male"
    else:
        sex = _one_of(_SEXES, random)
    return SurveyInterview(
        number=number,
        year=YEAR,
        month=_FIRST_MONTH + (random.randint(1, 12) - 1) // 2,
        division=random.choice(DIVISIONS),
        urban_rural="rural" if random.random() < _RURAL else "urban",
        sex=sex,
        age=age,
        found=found,
        answers=_answers(age, random) if found else {},
    )


def _answers(age: int, random: Random) -> dict[str, Value]:
    in_family = age < 18 and random.random() < _IN_FAMILY
    industry = random.choice(_one_of(_SECTORS, random))
    kind = "worked_own_farm" if industry in ("01", "03") else "worked_family_business"
    activities = ("worked_own_farm", "worked_family_business", "worked_produced_goods")
    answers: dict[str, Value] = dict.fromkeys((*activities, "worked_other_paid"), "no")
    answers[kind if in_family else "worked_other_paid"] = "yes"
    below = age < 18 and random.random() < BELOW_THRESHOLD
    hazardous = not below and (age >= 15 or random.random() < _HAZARDOUS_BELOW_15)
    answers |= {
        "works_with_parents": "yes" if in_family else "no",
        "industry": industry,
        "work_hours": _hours(age, below, random),
        "hazards": tuple(sorted(random.sample(_HAZARDS, 2), key=_HAZARDS.index))
        if hazardous
        else ("none",),
        "night_work": "yes" if hazardous and random.random() < 0.1 else "no",  # chosen
        "fetched_water_or_firewood": "no",
        "chores": (random.choice(_CHORES),),
        "hours_chores": float(random.randint(1, 24)),
        "attends_school": "no" if random.random() < _OUT_OF_SCHOOL or age >= 18 else "yes",
        "officer_signs": ("unknown",),
        "wfcl_slavery": "no",
        "wfcl_sexual": "yes" if random.random() < WORST_FORMS / 2 else "no",
        "wfcl_illicit": "yes" if random.random() < WORST_FORMS / 2 else "no",
        "fl_third_party_coercion": "yes" if random.random() < COERCED_CHILDREN else "no",
        "fl_parents_in_forced_labour": "no",
        "tip_act": ("none",),
    }
    if age >= 18:
        answers |= _coerced(random)
    return answers


def _hours(age: int, below: bool, random: Random) -> Value:
    """Weekly hours on either side of the child labour threshold of that age (ICLS: 1, 14, 43)."""
    if random.random() < HOURS_NOT_KNOWN:
        return UNKNOWN
    threshold = 1 if age < 12 else 14 if age < 15 else 43
    if below:
        return float(random.randrange(threshold))
    return float(min(84, threshold + round(random.expovariate(1 / 12))))


def _coerced(random: Random) -> dict[str, Value]:
    """An adult who works against their will under the menace of a penalty."""
    return {
        "fl_involuntary": ("different_job",),
        "fl_stage_different_job": ("recruitment",),
        "fl_menace": (_one_of(_COERCION, random),),
        "fl_who_applies": ("employer",),
        "fl_can_leave": "no",
        "fl_commercial_sexual": "no",
    }


def _one_of(weighted: tuple[tuple[T, float], ...], random: Random) -> T:
    values = [value for value, _ in weighted]
    return random.choices(values, [weight for _, weight in weighted])[0]
