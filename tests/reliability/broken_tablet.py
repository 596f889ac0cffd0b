"""A tablet whose own checks are broken: what it writes the real use cases would refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from shared.answers import Value
from shared.identifiers import Fingerprint, RecordId
from shared.lifecycle import CaseState


def say(book: Any, record_id: RecordId, answers: dict[str, Value]) -> None:
    """Puts answers into a draft without a look at them."""
    with book.change("answer") as change:
        change.put_card(book.card(record_id))
        change.put_body(record_id, replace(book.body(record_id), answers=answers))


def finalise_badly(work: Any, book: Any, case_id: RecordId) -> Fingerprint:
    """Finalises a case with more working hours than a week has; gives its fingerprint."""
    visit_id = book.card(case_id).visit_id
    if book.card(visit_id).state is CaseState.DRAFT:
        work.finalise_visit(visit_id)
    say(book, case_id, {**book.body(case_id).answers, "work_hours": 999.0})
    paper = work._papers.open(case_id)
    finalised = work._finaliser.finalise(paper, work._visit_of(paper))
    with book.change("finalise") as change:
        work._finalise(change, paper, work._visit_of(paper))
    fingerprint: Fingerprint = finalised.fingerprint
    return fingerprint
