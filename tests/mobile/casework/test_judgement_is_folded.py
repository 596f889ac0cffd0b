"""What the officer alone judges is on the screen only once the officer has seen a sign of it."""

from datetime import date

import pytest

from mobile.session import Session
from tests.mobile.interviews import CHILD, answer_all, record_visit

GRAVE = {"wfcl_slavery", "wfcl_sexual", "wfcl_illicit"}
TODAY = date(2026, 11, 20)


def child(session: Session, **said: object):
    casework = session.casework
    case_id = casework.start_case(record_visit(casework))
    answers = {**CHILD, "works_with_parents": "no", "industry": "56", **said}
    del answers["officer_signs"]
    for name, value in answers.items():
        casework.answer(case_id, name, value)
    return casework, case_id


def shown(casework, case_id) -> list[str]:
    sections = casework.interview(case_id).sections
    return [
        view.name
        for section in sections
        if section.name == "worst_forms"
        for view in section.questions
    ]


def missing(casework, case_id) -> set[str]:
    return {name for section in casework.interview(case_id).sections for name in section.missing}


def asked_for(casework, case_id) -> set[str]:
    return {finding.question for finding in casework.review(case_id).findings}


def test_until_the_signs_are_said_the_page_shows_nothing_else(session: Session) -> None:
    casework, case_id = child(session)

    assert shown(casework, case_id) == ["judgement_note", "officer_signs"]
    for waiting in (missing(casework, case_id), asked_for(casework, case_id)):
        assert "officer_signs" in waiting
        assert not (GRAVE | {"ilo_indicators"}) & waiting
    assert not casework.finalise(case_id).done, "what is folded is no way around the signs"


def test_none_of_the_signs_leaves_worst_forms_folded_and_asks_for_the_indicators(
    session: Session,
) -> None:
    casework, case_id = child(session)
    casework.answer(case_id, "officer_signs", ("none",))

    assert shown(casework, case_id) == ["judgement_note", "officer_signs", "ilo_indicators"]


@pytest.mark.parametrize("signs", [("sexual",), ("unknown",), ("debt", "forced")])
def test_a_sign_opens_every_question_on_worst_forms(
    session: Session, signs: tuple[str, ...]
) -> None:
    casework, case_id = child(session)
    told = casework.answer(case_id, "officer_signs", signs)

    assert set(told.appeared) >= GRAVE, "who goes by what appeared sees them too"
    assert set(shown(casework, case_id)) >= GRAVE
    assert missing(casework, case_id) >= GRAVE
    assert asked_for(casework, case_id) >= GRAVE


def test_what_was_answered_stays_in_sight_when_the_signs_are_taken_back(session: Session) -> None:
    casework, case_id = child(session)
    casework.answer(case_id, "officer_signs", ("sexual",))
    casework.answer(case_id, "wfcl_sexual", "yes")
    casework.answer(case_id, "officer_signs", None)

    assert {"wfcl_sexual"} == GRAVE & set(shown(casework, case_id))


def test_a_whole_interview_goes_through_what_unfolds(session: Session) -> None:
    casework, case_id = child(session)
    answer_all(casework, case_id, {**CHILD, "officer_signs": ("sexual",), "wfcl_sexual": "no"})

    assert not missing(casework, case_id)
    assert casework.finalise(case_id).done
