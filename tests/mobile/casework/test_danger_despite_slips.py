"""A slip of the finger in a draft must not keep an alarm from the office."""

from __future__ import annotations

from datetime import date

import pytest

from mobile.tablet import Session
from shared.answers import Value
from shared.findings import check_content
from shared.reference import load_reference
from tests.mobile.interviews import CHILD, answer_all, record_visit
from tests.mobile.office import MemoryOffice


@pytest.mark.parametrize(
    ("question", "slip"),
    [("work_hours", 200.0), ("age_stated", -3), ("chores", ("none", "shopping"))],
)
def test_danger_is_accepted_by_the_office_though_an_answer_is_still_wrong(
    session: Session, office: MemoryOffice, question: str, slip: Value
) -> None:
    visit_id = record_visit(session.casework)
    case_id = session.casework.start_case(visit_id)
    answer_all(session.casework, case_id, CHILD)
    session.casework.answer(case_id, question, slip)

    session.casework.raise_danger(visit_id, case_id)
    session.sending.send()

    record = office.newest(case_id)
    findings = check_content(load_reference("PAK"), record, date(2026, 11, 22))
    assert [one.code for one in findings if one.severity == "error"] == []
    assert record.danger
    assert session.casework.answer_of(case_id, question) == slip
