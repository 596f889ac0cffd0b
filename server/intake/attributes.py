"""What a case or visit is counted by: month, area, sex, age band, read through measures.

Owns the words of the count tables. Every word stands in the table even when nothing is known,
so that a person of unknown sex or age is still a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.answers import Value, is_said
from shared.classification.ages import OLDEST, ages_in_band
from shared.questionnaire import Questionnaire

NOT_KNOWN = "unknown"

AGE_BANDS: Mapping[str, tuple[int, int]] = {
    "0-4": (0, 4),
    "5-11": (5, 11),
    "12-14": (12, 14),
    "15-17": (15, 17),
    "18+": (18, OLDEST),
}
"""Completed years, both ends included: the age groups of ICLS 18 and SDG 8.7.1, and adults."""

SEXES = ("female", "male", NOT_KNOWN)


@dataclass(frozen=True)
class CaseAttributes:
    """What is counted of the person in one case. age_years: None unless known to the year."""

    sex: str
    age_years: int | None
    age_band: str


@dataclass(frozen=True)
class VisitAttributes:
    """Where and when. month: ``2026-11``; None when not known, then its cases have no period."""

    month: str | None
    area: str | None
    nobody_found: bool


def case_attributes(questionnaire: Questionnaire, content: Mapping[str, Value]) -> CaseAttributes:
    """Sex and age of a case's statistical content.

    The age comes from the date of birth (already completed years), else as stated, else from the
    estimated band when that lies within one of ours.
    """
    sex = next(_said(questionnaire, content, "sex"), NOT_KNOWN)
    age: int | None = None
    for measure in ("age.completed_years", "age.stated"):
        for value in _said(questionnaire, content, measure):
            if age is None and isinstance(value, int) and 0 <= value <= OLDEST:
                age = value
    if age is not None:
        return CaseAttributes(_sex(sex), age, band_of(age, age))
    for code in _said(questionnaire, content, "age.band"):
        ages = ages_in_band(code)
        if ages is not None:
            return CaseAttributes(_sex(sex), None, band_of(ages[0], ages[-1]))
    return CaseAttributes(_sex(sex), None, NOT_KNOWN)


def visit_attributes(questionnaire: Questionnaire, content: Mapping[str, Value]) -> VisitAttributes:
    """Month, area and whether nobody was found, of a visit's statistical content."""
    when = next(_said(questionnaire, content, "visit.date"), None)
    area = next(_said(questionnaire, content, "visit.area"), None)
    nobody = next(_said(questionnaire, content, "visit.nobody_found"), "no")
    month = when[:7] if isinstance(when, str) and len(when) >= 7 else None
    return VisitAttributes(month, area if isinstance(area, str) else None, nobody == "yes")


def band_of(youngest: int, oldest: int) -> str:
    """The band in which all these ages lie, else unknown."""
    for band, (low, high) in AGE_BANDS.items():
        if low <= youngest and oldest <= high:
            return band
    return NOT_KNOWN


def _sex(answer: Value) -> str:
    return answer if isinstance(answer, str) and answer in SEXES else NOT_KNOWN


def _said(
    questionnaire: Questionnaire, content: Mapping[str, Value], measure: str
) -> Iterator[Value]:
    for question in questionnaire.measured(measure):
        value = content.get(question.name)
        if value is not None and is_said(value):
            yield value
