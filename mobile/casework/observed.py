"""What was observed at a workplace, offered to the next person there: never copied in silence.

Persons found at one workplace often share the work; hours, pay, school and consent are asked of
each. Offered is only what was seen to be so: no "no", no "none", nothing that was not said. It is
shown in words with whose answer it was, taken by one tap, and marked on the tablet as taken so
until somebody answers anew. The mark does not leave the tablet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mobile.casework.use_cases import Casework
from mobile.casework.views import CaseRow, QuestionView
from shared.answers import NOT_SAID, Answers, Value
from shared.identifiers import RecordId
from shared.questionnaire import Questionnaire

WORK = ("work.activity", "work.unpaid", "work.occupation", "work.industry", "work.status")
"""Measures of what is the same for those who do the same work."""
SHARED_AT_WORK = (*WORK, "work.employer", "work.hazards", "work.night")
"""Measures of what persons at one workplace may share; each one's own exposure is confirmed."""
NOTHING_SEEN = frozenset({"no", "none"}) | NOT_SAID
"""Answers that are no observation of anything."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen with another person of the visit, by question; row: that person."""

    row: CaseRow
    answers: Mapping[str, Value]


def is_observed(value: Value | None) -> bool:
    """Whether that answer says that something was seen."""
    if isinstance(value, tuple):
        return bool(value) and NOTHING_SEEN.isdisjoint(value)
    return value is not None and value not in NOTHING_SEEN


def observed_with(
    views: Sequence[QuestionView], others: Sequence[tuple[CaseRow, Answers]]
) -> Observed | None:
    """What the newest other person says about questions of this page that are still open.

    others: the persons of the visit with their answers, in the order they were begun. None when
    nobody says anything about them.
    """
    wanted = {
        view.name
        for view in views
        if view.value is None and view.question.measure in SHARED_AT_WORK
    }
    for row, answers in reversed(others):
        found = {name: answers[name] for name in answers if name in wanted}
        seen = {name: value for name, value in found.items() if is_observed(value)}
        if seen:
            return Observed(row, seen)
    return None


def take_over_work(
    casework: Casework, questionnaire: Questionnaire, case_id: RecordId, like: RecordId
) -> None:
    """Answers what the work is as with another person of the visit, each answer marked."""
    found = (answers for row, answers in casework.found_with(case_id) if row.record_id == like)
    answers = next(found, {})
    for measure in WORK:
        for question in questionnaire.measured(measure):
            value = answers.get(question.name)
            if value is not None and is_observed(value):
                casework.answer(case_id, question.name, value, observed=True)
