"""An answer is saved and the new interview given back in one trip to the store."""

from __future__ import annotations

import pytest

from mobile.tablet import Session
from tests.mobile.interviews import record_visit
from tests.mobile.work_done import counted


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("sex", "female"),
        ("work_hours", 190.0),
        ("attends_school", "no"),
        ("referral_offered", ("medical",)),  # calls for a follow-up, written with it
        ("sex", None),
    ],
)
def test_an_answer_about_a_person_reads_case_and_visit_once(
    session: Session, monkeypatch: pytest.MonkeyPatch, question: str, value: object
) -> None:
    casework = session.casework
    case_id = casework.start_case(record_visit(casework))
    work = counted(monkeypatch)

    result = casework.answer(case_id, question, value)

    assert (work.bodies, work.flows) == (2, 2)
    assert result.interview == casework.interview(case_id)
    assert result.findings == result.interview.findings_about(question)


def test_an_answer_about_a_visit_reads_the_visit_once(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    casework = session.casework
    visit_id = record_visit(casework)
    casework.start_case(visit_id)
    work = counted(monkeypatch)

    result = casework.answer(visit_id, "place_name", "Brick kiln 7")

    assert (work.bodies, work.flows) == (1, 2)
    assert result.interview == casework.interview(visit_id)
