"""A draft begun with an app of before stays in the store with its questions, and is finished."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mobile.tablet import Session, Tablet
from shared.classification import RULES_VERSION, classify
from shared.lifecycle import CaseState
from shared.questionnaire import Questionnaire
from shared.reference import Reference
from tests.mobile.conftest import PIN, Clock, cheap_derivation
from tests.mobile.interviews import CHILD, VISIT, answer_all
from tests.mobile.office import MemoryOffice

ANSWERS = {**CHILD, "worked_own_farm": "yes", "work_hours": 30.0}


@pytest.fixture(scope="module")
def first(reference: Reference) -> Questionnaire:
    """The first version of the standard, which the app brings with it for ever."""
    (old,) = [one for one in reference.earlier.values() if one.version == "1.0"]
    return old


@pytest.fixture
def app(tmp_path: Path, clock: Clock, office: MemoryOffice) -> Callable[[Reference], Tablet]:
    """The same folder opened by an app that comes with that reference."""

    def open_with(reference: Reference) -> Tablet:
        return Tablet(
            tmp_path / "tablet",
            reference,
            clock,
            random.Random(reference.questionnaire.digest).randbytes,
            link=lambda _: office,
            uptime=clock.uptime,
            derivation=cheap_derivation,
        )

    return open_with


def test_a_draft_with_an_old_digest_goes_on_by_its_own_questions_and_is_accepted(
    app: Callable[[Reference], Tablet],
    reference: Reference,
    first: Questionnaire,
    office: MemoryOffice,
) -> None:
    then = app(replace(reference, questionnaire=first, earlier={})).set_up(PIN)
    then.enrolment.enrol(office.ticket().text())
    visit = then.casework.start_visit()
    answer_all(then.casework, visit, VISIT)
    case = then.casework.start_case(visit)
    asked = names(then, case)
    then.casework.answer(case, "sex", "male")
    then.lock()

    now = app(reference).unlock(PIN)

    assert names(now, case) >= asked
    assert names(now, case) <= first.questions.keys()
    answer_all(now.casework, case, ANSWERS)
    assert now.casework.finalise(case).done
    fresh = now.casework.start_case(now.casework.start_visit())
    assert not names(now, fresh) <= first.questions.keys(), "a new case asks what is asked now"
    report = now.sending.send()
    assert report.still_waiting == 0
    assert now.casework.row(case).state is CaseState.ACCEPTED
    record = office.newest(case)
    assert (record.questionnaire, record.rules_version) == (first.digest, RULES_VERSION)
    of_visit = office.newest(visit).content
    found = classify(record.content, of_visit, first, reference.profile).codes()
    assert record.classes == found
    now.lock()


def names(session: Session, case: object) -> set[str]:
    return {
        view.name
        for section in session.casework.interview(case).sections  # type: ignore[arg-type]
        for view in section.questions
    }
