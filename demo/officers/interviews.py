"""What one interview says, wherever it comes from: a survey that is replayed, or a draw.

Knows no person: names and birth dates are put around an interview later (names.py), because the
survey has none and must not get any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.answers import Value


@dataclass(frozen=True)
class SurveyInterview:
    """One interview, in the words of the standard questionnaire.

    number: from 1, the row of the survey or the place in the draw.
    year, month: of the interview. division: name of the administrative area (level 2).
    age: completed years. sex: ``male`` or ``female``.
    found: whether there is somebody to record; else the visit ends with nobody found.
    answers: case questions by name; a question that is not here was not asked in the survey.
    """

    number: int
    year: int
    month: int
    division: str
    urban_rural: str
    sex: str
    age: int
    found: bool
    answers: Mapping[str, Value] = field(default_factory=dict)
