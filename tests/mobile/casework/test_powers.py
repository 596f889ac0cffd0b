"""Only who has the power of inspection can record by it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mobile.casework.powers import BY_POWER, WITHOUT_POWER
from mobile.tablet import Session
from shared.questionnaire import Level
from shared.reference import Reference
from tests.mobile.interviews import record_case, record_visit


def givers(session: Session, case_id: str) -> set[str]:
    view = session.casework.interview(case_id).find("consent_given_by")  # type: ignore[arg-type]
    assert view is not None
    return {choice.code for choice in view.choices}


def of_kind(session: Session, organisation: str) -> None:
    casework = session.casework
    membership = replace(casework._finaliser.membership, organisation_list=organisation)
    casework._finaliser = replace(casework._finaliser, membership=membership)


def test_every_kind_and_answer_named_is_one_there_is(reference: Reference) -> None:
    assert {code.code for code in reference.codelists["source_lists"]} >= WITHOUT_POWER
    questionnaire = reference.questionnaire
    for name, code in BY_POWER.items():
        question = questionnaire.questions[name]
        assert question.level is Level.CASE
        assert code in {one.code for one in questionnaire.choices[question.choice_list or ""]}


@pytest.mark.parametrize(
    ("organisation", "offered"),
    [("labour_inspectorate", True), ("police", True), ("ngo", False), ("trade_union", False)],
)
def test_recording_by_the_power_of_inspection_is_offered_to_authorities_only(
    session: Session, organisation: str, offered: bool
) -> None:
    of_kind(session, organisation)
    case_id = session.casework.start_case(record_visit(session.casework))

    assert ("inspection" in givers(session, case_id)) is offered
    assert {"self", "nobody"} <= givers(session, case_id)


def test_what_was_answered_so_before_is_still_seen_and_can_be_changed(session: Session) -> None:
    of_kind(session, "ngo")
    case_id = session.casework.start_case(record_visit(session.casework))
    session.casework.answer(case_id, "consent_given_by", "inspection")
    assert "inspection" in givers(session, case_id)

    session.casework.answer(case_id, "consent_given_by", "nobody")
    assert "inspection" not in givers(session, case_id)


@pytest.mark.parametrize(
    ("organisation", "linked"), [("labour_inspectorate", True), ("ngo", False)]
)
def test_only_who_has_the_power_makes_linkage_codes_by_it(
    session: Session, organisation: str, linked: bool
) -> None:
    of_kind(session, organisation)
    case_id = record_case(
        session.casework, record_visit(session.casework), consent_given_by="inspection"
    )
    paper = session.casework._papers.open(case_id)

    assert bool(session.casework._finaliser.linkage(paper)) is linked
