"""What a case or visit is counted by: month, area, sex, age band, read through measures.

Owns the words of the count tables. Every word stands in the table even when nothing is known,
so that a person of unknown sex or age is still a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.answers import Value, is_said
from shared.classification.ages import OLDEST, ages_in_band
from shared.counting import NOT_KNOWN
from shared.questionnaire import Questionnaire

AGE_BANDS: Mapping[str, tuple[int, int]] = {
    "0-4": (0, 4),
    "5-11": (5, 11),
    "12-14": (12, 14),
    "15-17": (15, 17),
    "18+": (18, OLDEST),
}
"""Completed years, both ends included: the age groups of ICLS 18 and SDG 8.7.1, and adults."""

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")

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


def is_month(text: str | None) -> bool:
    """Whether this is a month as ``2026-11``. What is kept always is; one row that was damaged must
    not keep all others from being counted."""
    return text is not None and _MONTH.fullmatch(text) is not None


def periods_of(month: str) -> tuple[str, str, str]:
    """Year, quarter and month in which a month counts: ``2026``, ``2026-Q4``, ``2026-11``."""
    year, number = month.split("-")
    return year, f"{year}-Q{(int(number) + 2) // 3}", month


def period_of(month: str, length: str) -> str:
    """That of ``year``, ``quarter`` or ``month`` in which a month counts."""
    return periods_of(month)[("year", "quarter", "month").index(length)]


def is_period_of(period: str, length: str) -> bool:
    """Whether a period is one of these lengths."""
    return (
        "quarter" if "Q" in period else "month" if len(period) > len("2026") else "year"
    ) == length


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
