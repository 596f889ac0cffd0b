"""What is handed over says codes in words, and nothing that could point to anybody."""

from __future__ import annotations

from mobile.tablet import Session
from shared.answers import Value
from tests.mobile.interviews import CHILD, MARKERS, VISIT, answer_all

HELP = {"referral_offered": ("medical", "legal_aid"), "referral_result": "accepted"}
OUTCOMES: dict[str, Value] = {
    "visit_outcomes": ("violations_found", "fine", "revisit", "removal", "prosecution"),
    "revisit_on": "2026-12-24",
}


def recorded(session: Session, visit: dict[str, Value], case: dict[str, Value]) -> tuple[str, str]:
    casework = session.casework
    visit_id = casework.start_visit()
    answer_all(casework, visit_id, {**VISIT, **visit})
    case_id = casework.start_case(visit_id)
    answer_all(casework, case_id, {**CHILD, **case})
    return visit_id, case_id


def test_slip_says_which_help_and_whom_to_call_and_no_name_place_or_work(session: Session) -> None:
    visit_id, case_id = recorded(session, {}, HELP)
    slip = session.casework.given.slip(case_id, "en")

    assert "- Medical care" in slip.lines
    assert "- Legal aid" in slip.lines
    assert "1121" in slip.words
    assert not [one for one in (*MARKERS, "kiln", "work", "Tally") if one in slip.words]
    assert session.casework.row(visit_id).place not in slip.words

    named = session.casework.given.slip(case_id, "en", with_name=True)
    assert "For: Zorblax Qwertzin" in named.lines


def test_slip_is_in_the_language_of_the_person(session: Session) -> None:
    _visit, case_id = recorded(session, {}, HELP)

    slip = session.casework.given.slip(case_id, "ur")

    assert "براہ کرم" in slip.title
    assert "Medical" not in slip.words


def test_without_help_there_is_no_slip(session: Session) -> None:
    _visit, case_id = recorded(session, {}, {"referral_offered": ("none",)})

    assert session.casework.given.slip(case_id, "en").lines == ()


def test_report_tells_what_came_of_the_visit_and_warns_nobody(session: Session) -> None:
    visit_id, _case = recorded(session, OUTCOMES, HELP)
    report = session.casework.given.report(visit_id, "LI", "en")

    assert "- Violations of the law found" in report.lines
    assert "- Fine" in report.lines
    hidden = (*MARKERS, "again", "prosecution", "taken out", "24 December", "Medical")
    assert not [one for one in hidden if one in report.words]
    assert report.title == "Visit of 20 November 2026"


def test_report_says_no_answer_to_a_question_that_is_not_asked_any_more(session: Session) -> None:
    visit_id, _case = recorded(session, OUTCOMES, {})
    session.casework.answer(visit_id, "violations", ("minimum_age",))
    assert (
        "Which provisions were broken?" in session.casework.given.report(visit_id, "LI", "en").lines
    )
    session.casework.answer(visit_id, "visit_outcomes", ("advice",))

    report = session.casework.given.report(visit_id, "LI", "en")

    assert [line for line in report.lines if line.startswith("-")] == ["- Advice or warning"]
