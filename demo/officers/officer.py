"""A simulated officer: works on a real tablet the way a person does, question after question.

Answers only what is asked, in the order it is asked, and looks again after every answer that
made questions appear or disappear. Can be stopped anywhere: the next officer at the same tablet
finds the visit by its made-up place and goes on where it was left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from demo.officers.plan import PlannedCase, PlannedVisit, Shift
from demo.officers.usual_answers import USUAL_ANSWERS, case_answers, visit_answers
from mobile.casework import Casework, FinaliseResult, QuestionView
from shared.answers import UNKNOWN, Value
from shared.identifiers import RecordId
from shared.lifecycle import CaseState
from shared.questionnaire import Kind, Level

_NOT_ANSWERED = frozenset({Kind.NOTE, Kind.CALCULATE})


class OfficerStuck(Exception):
    """The tablet would not finalise what the officer recorded; names questions, never answers."""


@dataclass(frozen=True)
class Progress:
    """How far a shift is: visits and cases finalised so far."""

    visits: int
    cases: int


class SimulatedOfficer:
    """One officer at one unlocked tablet.

    area_codes: name of the division -> code of the country's areas list.
    A question that neither the interview nor USUAL_ANSWERS has is answered ``unknown`` when it is
    required, and left out otherwise.
    """

    def __init__(self, casework: Casework, area_codes: Mapping[str, str]) -> None:
        self._casework = casework
        self._area_codes = area_codes

    def work(
        self, shift: Shift, progress: Callable[[Progress], None] = lambda _: None
    ) -> dict[RecordId, int]:
        """Records every visit of the shift that the tablet does not have yet.

        Gives the made-up person's number of every case of the shift. Calls progress after each
        visit. Raises OfficerStuck when something cannot be finalised.
        """
        people: dict[RecordId, int] = {}
        cases = 0
        begun = {row.place: row.record_id for row in self._casework.list_visits()}
        for visits, visit in enumerate(shift.visits, start=1):
            cases_of_visit = self._record(visit, begun.get(visit.place_name))
            for case_id, planned in zip(cases_of_visit, visit.cases, strict=True):
                people[case_id] = planned.person_number
            cases += len(visit.cases)
            progress(Progress(visits, cases))
        return people

    def _record(self, visit: PlannedVisit, visit_id: RecordId | None) -> list[RecordId]:
        if visit_id is None:
            visit_id = self._casework.start_visit()
            # the place first: it is how an interrupted visit is found again
            self._casework.answer(visit_id, "place_name", visit.place_name)
        if self._casework.row(visit_id).state is CaseState.DRAFT:
            self._answer_all(Level.VISIT, visit_id, visit_answers(visit, self._area_codes))
        case_ids = [row.record_id for row in self._casework.cases_of(visit_id)]
        for number, planned in enumerate(visit.cases):
            if number == len(case_ids):
                case_ids.append(self._casework.start_case(visit_id))
            self._record_case(case_ids[number], visit, planned)
        if self._casework.row(visit_id).state is CaseState.DRAFT:
            self._finalise(visit_id, self._casework.finalise_visit)
        return case_ids

    def _record_case(self, case_id: RecordId, visit: PlannedVisit, planned: PlannedCase) -> None:
        if self._casework.row(case_id).state is not CaseState.DRAFT:
            return
        said = case_answers(planned, visit, self._area_codes)
        self._answer_all(Level.CASE, case_id, said)
        self._finalise(case_id, self._casework.finalise)

    def _answer_all(self, level: Level, record_id: RecordId, said: Mapping[str, Value]) -> None:
        passed: set[str] = set()
        looking = True
        while looking:
            looking = False
            for view in self._open_questions(record_id, passed):
                passed.add(view.name)
                value = self._what_to_say(level, view, said)
                if value is None or value == view.value:
                    continue
                result = self._casework.answer(record_id, view.name, value)
                if result.appeared or result.disappeared:
                    looking = True
                    break

    def _open_questions(self, record_id: RecordId, passed: set[str]) -> list[QuestionView]:
        return [
            view
            for section in self._casework.interview(record_id).sections
            for view in section.questions
            if view.name not in passed and view.question.kind not in _NOT_ANSWERED
        ]

    def _what_to_say(
        self, level: Level, view: QuestionView, said: Mapping[str, Value]
    ) -> Value | None:
        if view.name in said:
            return said[view.name]
        usual = USUAL_ANSWERS[level].get(view.name)
        if usual is not None:
            return usual
        return UNKNOWN if view.required and view.value is None else None

    def _finalise(
        self, record_id: RecordId, finalise: Callable[[RecordId], FinaliseResult]
    ) -> None:
        result = finalise(record_id)
        if not result.done:
            broken = ", ".join(f"{f.code} ({f.question})" for f in result.findings)
            raise OfficerStuck(f"The tablet would not finalise: {broken}")
