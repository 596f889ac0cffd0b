"""Answering a whole interview on a tablet, the way an officer would: what is asked, in order."""

from __future__ import annotations

from collections.abc import Mapping

from mobile.casework import Casework, FinaliseResult
from shared.answers import UNKNOWN, Value
from shared.identifiers import RecordId

VISIT: Mapping[str, Value] = {
    "visit_date": "2026-11-20",
    "visit_reason": "routine",
    "area": "PK-PB-05",
    "urban_rural": "rural",
    "place_name": "Qanzib kiln",
    "place_kind": "brick_kiln",
    "setting": "rural",
    "access": "free",
    "nobody_found": "no",
    "workers_seen": 7,
}
CHILD: Mapping[str, Value] = {
    "sex": "male",
    "birth_date": "2014-05-17",
    "safety_problems": ("none",),
    "given_name": "Zorblax",
    "family_name": "Qwertzin",
    "parent_given_name": "Vumpelik",
    "home_area": "PK-PB-05",
    "contact": "Wibblefone 0300",
    "case_notes": "Xylomarker notes",
    "consent_linkage": "yes",
    "worked_own_farm": "yes",
    "work_hours": 20.0,
    "hazards": ("heavy_loads",),
    "immediate_danger": "no",
    "officer_signs": ("none",),
}
MARKERS = ("Zorblax", "Qwertzin", "Vumpelik", "Wibblefone", "Xylomarker", "Qanzib", "2014-05-17")
"""Every value of CHILD and VISIT that points to a person or a place."""


def answer_all(casework: Casework, record_id: RecordId, said: Mapping[str, Value]) -> None:
    """Answers what is asked: from ``said``, else ``unknown`` where an answer is required."""
    seen: set[str] = set()
    while True:
        waiting = [
            view
            for section in casework.interview(record_id).sections
            for view in section.questions
            if view.question.takes_answer
            and view.name not in seen
            and (view.name in said or (view.required and view.value is None))
        ]
        if not waiting:
            return
        seen.add(waiting[0].name)
        casework.answer(record_id, waiting[0].name, said.get(waiting[0].name, UNKNOWN))


def record_visit(casework: Casework, **said: Value) -> RecordId:
    """A visit with every required answer, still a draft."""
    visit_id = casework.start_visit()
    answer_all(casework, visit_id, {**VISIT, **said})
    return visit_id


def record_case(casework: Casework, visit_id: RecordId, **said: Value) -> RecordId:
    """A case with every required answer, still a draft."""
    case_id = casework.start_case(visit_id)
    answer_all(casework, case_id, {**CHILD, **said})
    return case_id


def finalised_case(casework: Casework, **said: Value) -> RecordId:
    """A finalised case with its finalised visit."""
    case_id = record_case(casework, record_visit(casework), **said)
    result: FinaliseResult = casework.finalise(case_id)
    assert result.done, [(finding.code, finding.question) for finding in result.findings]
    return case_id
