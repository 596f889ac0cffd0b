"""What simulated officers say to questions that neither the survey nor the draw has.

Every other required question is answered ``unknown``: nothing about work, coercion or schooling is
made up here.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.answers import Value
from shared.questionnaire import Level

USUAL_ANSWERS: Mapping[Level, Mapping[str, Value]] = {
    Level.VISIT: {},
    Level.CASE: {},
}
