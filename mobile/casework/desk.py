"""The use cases on visits and cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from mobile.casework.views import (
    AnswerResult,
    CaseRow,
    Counts,
    FinaliseResult,
    Interview,
    OnTheWay,
    PossibleDuplicate,
    Review,
    WorkWeek,
)
from shared.answers import Value
from shared.findings import Finding
from shared.identifiers import RecordId
from shared.lifecycle import CaseState


class Casework:
    """Start, answer, review, finalise, correct, withdraw: one officer's work on one tablet."""

    language: str
    """ISO 639-1 code the views are in; may be set at any time, used from the next call on."""

    # -- interviews

    def start_visit(self) -> RecordId:
        """A new visit, today's date already answered. Its state is draft."""
        raise NotImplementedError

    def start_case(self, visit_id: RecordId) -> RecordId:
        """A new person found in the visit. Its state is draft."""
        raise NotImplementedError

    def answer_visit(self, visit_id: RecordId, question: str, value: Value | None) -> AnswerResult:
        """Same as answer, for a question of the visit."""
        raise NotImplementedError

    def answer(self, case_id: RecordId, question: str, value: Value | None) -> AnswerResult:
        """Saves one answer; None takes it away. Bad answers are saved too, and come with findings.

        value: as in shared.answers; "unknown" and "refused" are legal for every question.
        Raises MoveNotAllowed when the case is not a draft (reopen it first), KeyError for a
        question the questionnaire does not have.
        """
        raise NotImplementedError

    def interview(self, record_id: RecordId) -> Interview:
        """The visible questions of a case or a visit with present answers and section states."""
        raise NotImplementedError

    def answer_of(self, record_id: RecordId, question: str) -> Value | None:
        """The present answer, also of a question that is not asked at the moment."""
        raise NotImplementedError

    # -- review and finalise

    def review(self, record_id: RecordId) -> Review:
        """Findings, the class with its reasons, what will leave the tablet and what stays."""
        raise NotImplementedError

    def finalise(self, case_id: RecordId) -> FinaliseResult:
        """Freezes the case as it stands, ready to send, if no error is left.

        One transaction: state, canonical bytes, fingerprint, ancestors, linkage codes, outbox row
        and escrow copy. A visit that is still a draft is finalised with its case, because the
        server needs the day and the place; its errors are then among the findings.
        """
        raise NotImplementedError

    def finalise_visit(self, visit_id: RecordId) -> FinaliseResult:
        """Freezes the visit (also one where nobody was found)."""
        raise NotImplementedError

    def raise_danger(self, visit_id: RecordId, case_id: RecordId | None = None) -> RecordId:
        """Immediate danger: a record that is sent first, at once, without finishing anything.

        Marks the case (a new one of the visit when None), freezes what is there so far as a
        revision of its own, and leaves the case a draft to go on with. Gives the case's id.
        """
        raise NotImplementedError

    def possible_duplicates(self, case_id: RecordId) -> list[PossibleDuplicate]:
        """Other cases on this tablet that may be the same person, most alike first."""
        raise NotImplementedError

    # -- correcting

    def reopen(self, record_id: RecordId) -> int:
        """Makes it a draft again, to be finalised as the next revision; gives that revision."""
        raise NotImplementedError

    def withdraw(self, record_id: RecordId, reason: str) -> None:
        """Takes it back: sent as a revision with no content. reason: one of WITHDRAWAL_REASONS."""
        raise NotImplementedError

    def delete_draft(self, record_id: RecordId) -> None:
        """Removes a draft that was never finalised, with its cases when it is a visit."""
        raise NotImplementedError

    # -- lists

    def list_cases(
        self, search: str = "", state: CaseState | OnTheWay | None = None, *, limit: int = 0
    ) -> list[CaseRow]:
        """Cases, newest change first, from the index in memory. limit 0 is all.

        search: words that must all occur in name, place or number; accents and case do not matter.
        """
        raise NotImplementedError

    def list_visits(
        self, search: str = "", state: CaseState | OnTheWay | None = None, *, limit: int = 0
    ) -> list[CaseRow]:
        """Visits, newest change first."""
        raise NotImplementedError

    def cases_of(self, visit_id: RecordId) -> list[CaseRow]:
        """The persons found in one visit, in the order they were started."""
        raise NotImplementedError

    def row(self, record_id: RecordId) -> CaseRow:
        """The list line of one case or visit. KeyError when there is none."""
        raise NotImplementedError

    def counts(self) -> Counts:
        """The numbers of the home screen."""
        raise NotImplementedError

    def my_work(self) -> list[WorkWeek]:
        """What was recorded on this tablet by week, newest first."""
        raise NotImplementedError

    def returned_findings(self, record_id: RecordId) -> tuple[Finding, ...]:
        """Why the office returned it: the findings of the latest rejection."""
        raise NotImplementedError

    # -- keeping and erasing

    def erase_due_identities(self) -> int:
        """Erases identities whose days after the receipt are over; gives how many. The stub stays."""
        raise NotImplementedError

    def on_change(self, listener: Callable[[Iterable[RecordId]], None]) -> None:
        """Calls the listener with ids whenever rows changed (from the thread that changed them)."""
        raise NotImplementedError


WITHDRAWAL_REASONS = ("recorded_by_mistake", "recorded_twice", "consent_withdrawn", "not_a_case")
"""Codes of why a case is taken back; labels are text ids ``tablet.withdrawal.<code>``."""

Clock = Callable[[], datetime]
