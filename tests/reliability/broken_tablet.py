"""A tablet whose own checks are broken: what it writes the real use cases would refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mobile.casework.finalising import next_revision
from shared.answers import Value
from shared.identifiers import RecordId
from shared.lifecycle import CaseState
from tests.reliability.model import HOURS_NO_WEEK_HAS


def say(book: Any, record_id: RecordId, answers: dict[str, Value]) -> None:
    """Puts answers into a draft without a look at them."""
    with book.change("answer") as change:
        change.put_card(book.card(record_id))
        change.put_body(record_id, replace(book.body(record_id), answers=answers))


def take_up_without_consent(
    work: Any, book: Any, case_id: RecordId, answers: dict[str, Value]
) -> None:
    """Finalises a case again, with everything that was said, though the person withdrew consent."""
    card = next_revision(book.card(case_id), work._now_s())
    with book.change("answer") as change:
        change.put_card(replace(card, erased=False))
        body = replace(book.body(case_id), answers=answers, reason="", before="")
        change.put_body(case_id, body)
    paper = work._papers.open(case_id)
    with book.change("finalise") as change:
        work._finalise(change, paper, work._visit_of(paper))


def finalise_badly(work: Any, book: Any, case_id: RecordId) -> None:
    """Finalises a case with more working hours than a week has."""
    visit_id = book.card(case_id).visit_id
    if book.card(visit_id).state is CaseState.DRAFT:
        work.finalise_visit(visit_id)
    say(book, case_id, {**book.body(case_id).answers, "work_hours": float(HOURS_NO_WEEK_HAS)})
    paper = work._papers.open(case_id)
    with book.change("finalise") as change:
        work._finalise(change, paper, work._visit_of(paper))
