"""The use cases on visits and cases."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime

from mobile.casework.alarm import Alarms, said_so_far
from mobile.casework.decided import sentences_of
from mobile.casework.finalising import Finaliser, next_revision, packed_linkage
from mobile.casework.follow_ups import ASKED_BY, FollowUps, called_for
from mobile.casework.histories import CaseHistories, then
from mobile.casework.history import Act
from mobile.casework.interviewing import interview_of
from mobile.casework.known_time import KnownTime
from mobile.casework.lists import Found, Lists
from mobile.casework.papers import Paper, Papers, alone, card_with
from mobile.casework.papers_given import GivenPapers
from mobile.casework.refusals import (
    IdentityErased,
    NotADraft,
    OnceFinalised,
    StaysWithdrawn,
    VisitWithdrawn,
)
from mobile.casework.repository import Change, Repository
from mobile.casework.retention import Retention, Term
from mobile.casework.review import returned, review_of
from mobile.casework.starting import (
    country_must_be_here,
    first_answers,
    new_card,
    said_of_place,
)
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
from mobile.casework.withdrawals import Withdrawals
from mobile.casework.written import Body, Card
from shared.answers import Answers, Value
from shared.findings import Finding
from shared.identifiers import Fingerprint, RecordId, new_record_id
from shared.lifecycle import CaseState, move
from shared.questionnaire import Level
from shared.reference import Reference


class Casework:
    """Start, answer, review, finalise, correct, withdraw: one officer's work on one tablet."""

    def __init__(
        self,
        repository: Repository,
        reference: Reference,
        finaliser: Finaliser,
        clock: Callable[[], datetime],
        known: KnownTime,
        *,
        language: str = "en",
    ) -> None:
        self.language = language
        """ISO 639-1 code the views are in; may be set at any time, used from the next call on."""
        self.spoken = ""
        """The language of the words to say to the person; "" for the officer's own."""
        self._repository = repository
        self._finaliser, self._clock, self._known = finaliser, clock, known
        self._papers = Papers(repository, reference)
        self.histories = CaseHistories(repository)
        self._lists = Lists(repository, lambda: (self._papers.words(), self.language))
        self.retention = Retention(repository, Term.of(reference.profile), clock, known)
        self.withdrawals = Withdrawals(
            repository, self._papers, finaliser, self._finalise, self._now_s, known
        )
        self._alarms = Alarms(repository, self._papers, self._start, self._finalise, clock)
        self.given = GivenPapers(self._papers)
        self.follow_ups = FollowUps(
            repository, self._papers, self.retention.term, clock, lambda: self.language
        )

    def use(self, reference: Reference) -> None:
        """New reference data: new visits begin with them, what was begun keeps its questions."""
        self._papers.use(reference)

    # -- interviews

    def start_visit(self, area: str = "", place_kind: str = "") -> RecordId:
        """A new visit, today's date already answered. Its state is draft. Raises CountryAwaited.

        area, place_kind: codes of a place the office asked to be visited; nothing joins the two.
        """
        country_must_be_here(self._papers.reference.profile)
        known = said_of_place(self._papers.reference, area, place_kind)
        return self._start(Level.VISIT, None, known)

    def start_case(self, visit_id: RecordId) -> RecordId:
        """A new person found in the visit. Its state is draft.

        Raises MoveNotAllowed for a visit that was taken back: its cases are counted nowhere.
        """
        if self._repository.card(visit_id).state is CaseState.WITHDRAWN:
            raise VisitWithdrawn
        return self._start(Level.CASE, self._repository.card(visit_id))

    @alone
    def answer(
        self, record_id: RecordId, question: str, value: Value | None, *, observed: bool = False
    ) -> AnswerResult:
        """Saves one answer of a case or a visit; None takes it away. Gives the interview after it.

        Bad answers are saved too, and come with findings.
        observed: taken over from another person of the visit (mobile.casework.observed).
        value: as in shared.answers; "unknown" and "refused" are legal for every question.
        Raises MoveNotAllowed when the record is not a draft (reopen it first), KeyError for a
        question the questionnaire does not have at this level.
        """
        before = self._papers.open(record_id)
        if before.card.erased:
            raise IdentityErased
        if before.card.state is not CaseState.DRAFT:
            raise NotADraft
        if before.questionnaire.questions[question].level is not before.level:
            raise KeyError(question)
        after = before.with_answer(question, value, observed=observed)
        card = card_with(after, self._now_s())
        after = replace(after, card=card)
        if before.questionnaire.questions[question].measure in ASKED_BY:
            after = after.with_body(called_for(after, self._clock()))
        with self._repository.change("answer") as change:
            change.put_card(card)
            change.put_body(record_id, after.body)
            if (card.place, card.day) != (before.card.place, before.card.day):
                for case in self._repository.cases_of(record_id):
                    change.put_card(replace(case, place=card.place, day=card.day))
        shown, showed = after.shown, before.shown
        order = [asked.name for asked in after.questionnaire.of_level(after.level)]
        interview = self._interview(after)
        return AnswerResult(
            interview,
            interview.findings_about(question),
            tuple(name for name in order if name in shown - showed),
            tuple(name for name in order if name in showed - shown),
        )

    def interview(self, record_id: RecordId) -> Interview:
        """The visible questions of a case or a visit with present answers and section states."""
        paper = self._papers.open(record_id)
        return self._interview(paper)

    def answer_of(self, record_id: RecordId, question: str) -> Value | None:
        """The present answer, also of a question that is not asked at the moment."""
        return self._repository.body(record_id).answers.get(question)

    # -- review and finalise

    def review(self, record_id: RecordId) -> Review:
        """Findings, the class with its reasons, what will leave the tablet and what stays."""
        paper = self._papers.open(record_id)
        return review_of(paper, self._visit_of(paper), self.language, self._today())

    @alone
    def finalise(self, case_id: RecordId) -> FinaliseResult:
        """Finalises the case as it stands, ready to send, if no error is left.

        One transaction: state, canonical bytes, fingerprint, ancestors, linkage codes, outbox row
        and escrow copy. A visit that is still a draft is finalised with its case, because the
        server needs the day and the place; its errors are then among the findings.
        """
        paper = self._papers.open(case_id)
        visit = self._visit_of(paper)
        if visit is not None and visit.card.state is CaseState.WITHDRAWN:
            raise VisitWithdrawn
        together = visit is not None and visit.card.state is CaseState.DRAFT
        findings = list(visit.findings(self._today())) if together and visit else []
        findings += paper.findings(self._today())
        if any(finding.severity == "error" for finding in findings):
            return FinaliseResult(False, tuple(findings))
        with self._repository.change("finalise") as change:
            if together and visit:
                self._finalise(change, visit, None)
            card = self._finalise(change, paper, visit)
        return FinaliseResult(True, tuple(findings), card.revision, card.fingerprint, together)

    @alone
    def finalise_visit(self, visit_id: RecordId) -> FinaliseResult:
        """Finalises the visit (also one where nobody was found).

        When the day or the place was corrected, its finalised cases whose statistical part changes
        with it (an age, a class) get a new revision in the same transaction.
        """
        visit = self._papers.open(visit_id)
        findings = tuple(visit.findings(self._today()))
        if any(finding.severity == "error" for finding in findings):
            return FinaliseResult(False, findings)
        with self._repository.change("finalise") as change:
            card = self._finalise(change, visit, None)
            self._follow(change, replace(visit, card=card))
        return FinaliseResult(True, findings, card.revision, card.fingerprint)

    @alone
    def raise_danger(self, visit_id: RecordId | None, case_id: RecordId | None = None) -> RecordId:
        """Immediate danger: a record that is sent first, at once, without finishing anything; gives
        the case's id. See mobile.casework.alarm."""
        return self._alarms.raise_danger(visit_id, case_id)

    def possible_duplicates(self, case_id: RecordId) -> list[PossibleDuplicate]:
        """Other cases on this tablet that may be the same person, most alike first."""
        paper = self._papers.open(case_id)
        return self._lists.alike(paper.card, packed_linkage(self._finaliser.linkage(paper)))

    # -- correcting

    @alone
    def reopen(self, record_id: RecordId) -> int:
        """Makes it a draft again, to be finalised as the next revision; gives that revision.

        What was finalised stays in the outbox until the next revision replaces it. Raises
        MoveNotAllowed, also when the identity was erased: nothing is left to correct.
        """
        card = self._repository.card(record_id)
        if card.erased:
            raise IdentityErased
        if card.state is CaseState.WITHDRAWN:
            raise StaysWithdrawn  # by ``withdrawals.undo`` only
        body = then(self._repository.body(record_id), card, Act.REOPENED, self._now_s())
        card = next_revision(card, self._now_s())
        with self._repository.change("reopen") as change:
            change.put_card(card)
            change.put_body(record_id, body)
        return card.revision

    @alone
    def withdraw(self, record_id: RecordId, reason: str) -> None:
        """Takes it back: sent as a revision with no content. reason: one of WITHDRAWAL_REASONS.

        A visit takes all its cases back with it, in the same transaction: a screen asks first.
        A draft that never was finalised is not sent at all. Withdrawn consent erases the identity
        at once.
        """
        self.withdrawals.withdraw(record_id, reason)

    @alone
    def delete_draft(self, record_id: RecordId) -> None:
        """Removes a draft that was never finalised, with its cases when it is a visit.

        Raises MoveNotAllowed when it, or one of its cases, was ever finalised: withdraw it.
        """
        cards = [self._repository.card(record_id), *self._repository.cases_of(record_id)]
        if any(card.state is not CaseState.DRAFT or card.ancestors for card in cards):
            raise OnceFinalised
        with self._repository.change("delete") as change:
            for card in cards:
                change.delete(card.record_id)

    # -- lists

    def list_cases(
        self, search: str = "", state: CaseState | OnTheWay | None = None, *, limit: int = 0
    ) -> list[CaseRow]:
        """Cases, newest change first, from the index in memory. limit 0 is all.

        search: words that must all occur in name, place or number; accents and case do not matter.
        """
        states = () if state is None else (state,)
        return self._lists.found(Level.CASE, search, *states)[: limit or None]

    def find(self, search: str = "", *states: CaseState | OnTheWay) -> Found:
        """Cases and visits in one of these states, none for all, newest change first; each line
        made only when it is looked at: for long lists."""
        return self._lists.found(None, search, *states)

    def list_visits(
        self, search: str = "", state: CaseState | OnTheWay | None = None, *, limit: int = 0
    ) -> list[CaseRow]:
        """Visits, newest change first."""
        states = () if state is None else (state,)
        return self._lists.found(Level.VISIT, search, *states)[: limit or None]

    def cases_of(self, visit_id: RecordId) -> list[CaseRow]:
        """The persons found in one visit, in the order they were started."""
        return [self._lists.row(card) for card in self._repository.cases_of(visit_id)]

    def found_with(self, case_id: RecordId) -> list[tuple[CaseRow, Answers]]:
        """Other persons of its visit with their answers, in the order they were started."""
        rows = self.cases_of(self._repository.card(case_id).visit_id)
        kept = [row for row in rows if row.state is not CaseState.WITHDRAWN]
        others = [row for row in kept if row.record_id != case_id and not row.identity_erased]
        return [(row, said_so_far(row.record_id, self._repository)) for row in others]

    def row(self, record_id: RecordId) -> CaseRow:
        """The list line of one case or visit. KeyError when there is none."""
        return self._lists.row(self._repository.card(record_id))

    def fingerprint_of(self, record_id: RecordId) -> Fingerprint:
        """Of the latest finalised revision; "" before there is one."""
        return self._repository.card(record_id).fingerprint

    def why(self, record_id: RecordId) -> tuple[str, ...]:
        """Why a finalised case has its classes, and what to do next; empty before it has any."""
        card = self._repository.card(record_id)
        if card.level is Level.VISIT or not card.classes:
            return ()
        return sentences_of(card.class_codes, card.why, self._papers.words(), self.language)

    def counts(self) -> Counts:
        """The numbers of the home screen."""
        return self._lists.counts()

    def my_work(self) -> list[WorkWeek]:
        """What was recorded on this tablet by week, newest first."""
        return self._lists.weeks()

    def returned_findings(self, record_id: RecordId) -> tuple[Finding, ...]:
        """Why the office returned it: the findings of the latest rejection or conflict."""
        number = f"{self._repository.card(record_id).number:04}"
        body = self._repository.body(record_id)
        return tuple(returned(*kept, number, self.language) for kept in body.returned)

    # -- keeping and erasing

    @alone
    def erase_due_identities(self) -> int:
        """Erases identities whose term after the receipt is known to be over; gives how many. The
        stub stays (mobile.casework.retention)."""
        return self.retention.erase_due()

    @alone
    def erase_all_identities(self) -> int:
        """The office's order for a lost or revoked tablet: every identity, drafts included."""
        return self.retention.erase_all()

    def on_change(self, listener: Callable[[Collection[RecordId]], None]) -> None:
        """Calls the listener with ids whenever rows changed (from the thread that changed them)."""
        self._repository.on_change(listener)

    # -- steps

    def _interview(self, paper: Paper) -> Interview:
        organisation = self._finaliser.membership.organisation_list
        return interview_of(paper, self.language, self._today(), self.spoken, organisation)

    def _start(
        self, level: Level, visit: Card | None, begun_with: Answers | None = None
    ) -> RecordId:
        record_id, now = new_record_id(self._finaliser.random_bytes), self._clock()
        digest = visit.questionnaire if visit else self._papers.reference.questionnaire.digest
        questionnaire = self._papers.reference_for(digest).questionnaire
        said = self._repository.body(visit.record_id).answers if visit else {}
        answers = first_answers(questionnaire, level, said, now) | dict(begun_with or {})
        number = self._repository.next_number()
        with self._repository.change("start") as change:
            change.put_card(new_card(record_id, level, visit, number, questionnaire, now))
            change.put_body(record_id, Body(answers))
        return record_id

    def _finalise(
        self, change: Change, paper: Paper, visit: Paper | None, *, danger: bool = False
    ) -> Card:
        # An alarm goes out with slips still in the draft; the office must not refuse it for them.
        leaving = paper.without_errors(self._today()) if danger else paper
        act = Act.DANGER if danger and paper.level is Level.CASE else Act.FINALISED
        danger = danger or paper.measured("danger") == "yes"
        state = move(paper.card.state, CaseState.FINALISED)
        seen = [finding.code for finding in leaving.findings(self._today())]
        finalised = self._finaliser.finalise(leaving, visit, danger=danger, findings=seen)
        card = self._finaliser.keep(change, paper.card, finalised, self._now_s())
        card = replace(card, state=state, danger=danger and paper.level is Level.CASE)
        change.put_card(card)
        body = replace(paper.body, finalised=finalised.canonical, returned=())
        body = then(body, paper.card, act, self._now_s())
        change.put_body(card.record_id, body)
        return card

    def _follow(self, change: Change, visit: Paper) -> None:
        for card in self._repository.cases_of(visit.card.record_id):
            if card.erased or card.state not in (CaseState.FINALISED, CaseState.ACCEPTED):
                continue
            case = replace(self._papers.open(card.record_id), visit_answers=visit.answers)
            again = self._finaliser.finalise(case, visit)
            if again.canonical != case.body.finalised:
                draft = replace(case, card=next_revision(card, self._now_s()))
                self._finalise(change, draft, visit)

    def _visit_of(self, paper: Paper) -> Paper | None:
        return self._papers.open(paper.card.visit_id) if paper.level is Level.CASE else None

    def _today(self) -> date:
        return self._clock().date()

    def _now_s(self) -> int:
        return int(self._clock().timestamp())
