"""What the office asks for, seen and answered on the tablet's screens."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mobile.sending.notes import Notes
from shared.identifiers import RecordId
from shared.wire.note_kinds import (
    AnswerQueried,
    AssignmentWord,
    ConflictDecided,
    ConflictDecision,
    Content,
    QueryReason,
    VisitAsked,
)
from shared.wire.notes import Note, NoteId

VISIT = VisitAsked(
    "00112233445566aa", AssignmentWord.ASKED, "PK-PB-05", "brick_kiln", "2026-11-01",
    "[b]Behind[/b] the mill", takes_answer=True,
)  # fmt: skip


@pytest.fixture
def told(at_work: Any, drive: Any) -> Any:
    """A driver of a tablet at work, and a way to let the office say something to it."""
    session, _visit_id, cases = at_work
    driver = drive((600, 900))
    driver.app.opened(session)
    now_s = int(driver.app.clock().timestamp())

    def say(content: Content, number: int = 1) -> None:
        note = Note(NoteId(f"{number:016x}"), now_s + number, now_s + 86_400, content)
        session.notes.take([note], now_s, brings_all=True)
        driver.app.show_place("home")
        driver.settle(4)

    return driver, session, cases, say


def query(record_id: RecordId, question: str = "work_hours") -> AnswerQueried:
    return AnswerQueried("0011223344556677", AssignmentWord.ASKED, record_id, question,
                         QueryReason.UNUSUAL)  # fmt: skip


def test_visit_asked_for_is_reached_from_home_begun_and_answered(told: Any) -> None:
    driver, session, _cases, say = told
    assert not driver.sees("Visits the office asks for")
    say(VISIT)
    assert driver.sees("Visits the office asks for: 1")

    driver.tap(driver.screen.asked_reminder)
    driver.settle(4)
    assert driver.sees("Brick kiln")
    assert driver.sees("[b]Behind[/b] the mill"), "words of the office are no markup"
    (card,) = driver.screen.ids.asked.children
    driver.tap(card.begin_button)
    driver.settle(6)
    visit_id = driver.app.screen.record_id
    assert session.casework.answer_of(visit_id, "place_kind") == "brick_kiln"

    driver.app.go_from_first("asked")
    driver.settle(4)
    (card,) = driver.screen.ids.asked.children
    driver.tap({chip.code: chip for chip in card.choices.children}["done"])
    driver.settle(4)
    assert driver.sees("Your answer goes with the next sending.")
    (one,) = session.notes.asked(0)
    assert one.answer == "done"
    driver.app.show_place("home")
    driver.settle(4)
    assert not driver.sees("Visits the office asks for"), "nothing waits for the officer"


def test_answer_the_office_asks_about_is_marked_at_its_question_and_corrected(told: Any) -> None:
    driver, session, cases, say = told
    case_id = cases[1]
    say(query(case_id))
    assert driver.sees("Answers the office asks about: 1")

    driver.app.go("case", record_id=case_id)
    driver.settle(4)
    assert driver.sees("Is it written as it was said?")
    (card,) = [one for one in driver.screen.ids.findings.children if hasattr(one, "choices")]
    driver.tap(card.correct_button)
    driver.settle(30)

    assert driver.app.screen.record_id == case_id
    assert driver.sees("The office asks about this answer")
    (one,) = session.notes.asked(0)
    assert one.answer == "corrected"
    assert session.notes.to_answer(0) == (), "told when the correction is finalised"


def test_question_about_a_case_that_is_not_here_can_still_be_answered(told: Any) -> None:
    driver, session, _cases, say = told
    say(query(RecordId("ee" * 16), "a_question_of_another_edition"))
    driver.app.go("asked")
    driver.settle(4)

    assert driver.sees("A case that is not on this tablet")
    (card,) = driver.screen.ids.asked.children
    driver.tap({chip.code: chip for chip in card.choices.children}["cannot_ask"])

    assert [one.code for one in session.notes.to_answer(0)] == ["cannot_ask"]


def test_decision_about_a_conflict_stands_on_the_case(told: Any) -> None:
    driver, session, cases, say = told
    mark = session.casework.fingerprint_of(cases[1])
    say(ConflictDecided(cases[1], 1, mark, 100, ConflictDecision.LEFT))

    driver.app.go("case", record_id=cases[1])
    driver.settle(4)

    assert driver.sees("The office goes on with another version of this case.")


def test_visit_shows_what_the_office_decided_and_asks_about_it(told: Any) -> None:
    driver, session, cases, say = told
    visit_id = session.casework.row(cases[0]).visit_id
    mark = session.casework.fingerprint_of(visit_id)
    say(ConflictDecided(visit_id, 1, mark, 100, ConflictDecision.TAKEN), 1)
    say(query(visit_id, "workers_seen"), 2)

    driver.app.go("visit", visit_id=visit_id)
    driver.settle(4)

    assert driver.sees("The office goes on with what you sent.")
    assert driver.sees("Is it written as it was said?")


def test_store_from_before_answers_is_read_and_written_alike(told: Any) -> None:
    """What nobody answered is written as before; what was, is read again."""
    _driver, session, _cases, say = told
    say(VISIT)
    store = session._store

    def kept() -> list[int]:
        return [len(json.loads(content)) for content in store.notes.contents()]

    assert kept() == [2]
    session.notes.answer(session.notes.asked(0)[0].note_id, "done")
    assert kept() == [5]
    again = Notes(session.casework._repository)
    assert [one.answer for one in again.asked(0)] == ["done"]
