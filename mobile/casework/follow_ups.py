"""Follow-ups: what was agreed for a person, until when, and what became of it.

What an answer calls for (help that was offered, a duty to report a danger) is noted in the same
transaction as the answer. The officer changes the day, writes a note, says it is done, and adds
what was agreed besides. Nothing of it leaves the tablet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from mobile.casework.follow_up import DUTY, OWN, Due, FollowUp, unpacked, urgency
from mobile.casework.papers import Paper, Papers, alone
from mobile.casework.repository import Repository
from mobile.casework.retention import Term, erased_from_s
from mobile.casework.views import FollowUpCounts, FollowUpRow, FollowUpView
from mobile.casework.written import Body, Card
from shared.answers import NOT_SAID
from shared.errors import MoveNotAllowed
from shared.identifiers import RecordId
from shared.lifecycle import CaseState
from shared.profiles import Duty

OFFERED, RESULT, DANGER = "referral.to", "referral.result", "danger"
REPORT, REPORT_BY = "report.state", "report.deadline"
ASKED_BY = frozenset({OFFERED, RESULT, DANGER, REPORT, REPORT_BY})
"""Measures of the questions whose answers call for follow-ups."""

NO_HELP = NOT_SAID | {"none"}
SETTLED = frozenset({"completed", "declined", "not_available"})
"""Results of a referral after which there is nothing to look after."""


def called_for(paper: Paper, now: datetime) -> Body:
    """The body with the follow-ups its answers call for.

    New ones are added with the day the country's profile proposes. One that is no longer called
    for goes, unless the officer changed it or did it.
    """
    kept = paper.body.follow_ups
    wanted = {(one.what, one.words): one for one in _wanted(paper, now)}
    known = {(one.what, one.words) for one in kept}
    stay = [
        _by_the_day_stated(one, paper)
        for one in kept
        if one.what == OWN or one.touched or one.done_on or (one.what, one.words) in wanted
    ]
    number = max((one.number for one in kept), default=0)
    for key, one in wanted.items():
        if key not in known:
            number += 1
            stay.append(replace(one, number=number))
    return replace(paper.body, follow_ups=tuple(stay))


def _wanted(paper: Paper, now: datetime) -> Iterator[FollowUp]:
    profile = paper.reference.profile
    in_danger = paper.measured(DANGER) == "yes"
    offered = paper.measured(OFFERED)
    if isinstance(offered, tuple) and paper.measured(RESULT) not in SETTLED:
        visible = paper.flow.visible
        days = profile.follow_up_days_danger if in_danger else profile.follow_up_days
        due = (now.date() + timedelta(days=days)).isoformat()
        if any(question.name in visible for question in paper.questionnaire.measured(OFFERED)):
            yield from (FollowUp(0, code, due) for code in offered if code not in NO_HELP)
    if in_danger:
        for duty in profile.duties:
            yield FollowUp(0, DUTY, _deadline(duty, now), said_of(duty), duty.to_whom)
    if paper.measured(REPORT) == "due":
        yield FollowUp(0, DUTY, _day_stated(paper) or now.date().isoformat())


def _day_stated(paper: Paper) -> str:
    """The day the officer gave for the report the law asks for; "" for none."""
    said = paper.measured(REPORT_BY)
    return said if isinstance(said, str) and said not in NOT_SAID else ""


def _by_the_day_stated(one: FollowUp, paper: Paper) -> FollowUp:
    """The duty the officer said is due follows the day given for it until it is done: nobody
    changes the day of a duty by hand."""
    day = _day_stated(paper)
    is_stated = one.what == DUTY and not one.words
    return replace(one, due=day) if day and is_stated and not one.done_on else one


def _deadline(duty: Duty, now: datetime) -> str:
    """Without delay is today."""
    if duty.within_hours is None:
        return now.date().isoformat()
    return f"{now + timedelta(hours=duty.within_hours):%Y-%m-%dT%H:%M}"


def said_of(duty: Duty) -> str:
    """A duty of law in one line: who, what, to whom."""
    return f"{duty.who}: {duty.what} → {duty.to_whom}"


class FollowUps:
    """The follow-ups of all cases of one tablet."""

    def __init__(
        self,
        repository: Repository,
        papers: Papers,
        term: Term,
        clock: Callable[[], datetime],
        language: Callable[[], str],
    ) -> None:
        """term: how long identities are kept. language: the officer's, asked at every call."""
        self._repository, self._papers, self._term = repository, papers, term
        self._clock, self._language = clock, language

    # -- lists

    def of(self, case_id: RecordId) -> tuple[FollowUpView, ...]:
        """All of one case: the open ones by day, then what is done, the latest first."""
        paper = self._papers.open(case_id)
        views = [self._view(paper, one) for one in paper.body.follow_ups]
        open_ones = sorted((one for one in views if one.urgency), key=lambda one: one.due)
        done = sorted((one for one in views if not one.urgency), key=lambda one: one.done_on)
        return (*open_ones, *reversed(done))

    def one(self, case_id: RecordId, number: int) -> FollowUpView:
        """One of them. KeyError when there is none of that number."""
        paper = self._papers.open(case_id)
        return self._view(paper, _numbered(paper.body, number))

    def open_ones(self, limit: int = 0) -> list[FollowUpRow]:
        """The open ones of all cases, the most urgent first, from the index in memory.

        limit 0 is all. Where what was agreed is in own words, the case is opened for them.
        """
        now = self._clock()
        found = sorted(
            (due, card.number, number, what, card)
            for card in self._followed()
            for number, due, what in unpacked(card.follow_ups)
        )
        return [
            FollowUpRow(
                record_id=card.record_id,
                number=number,
                case_number=card.number,
                name=card.name,
                place=card.place,
                what=self._words_on(card, number, what),
                is_duty=what == DUTY,
                due=due,
                urgency=urgency(due, now),
            )
            for due, _, number, what, card in (found[:limit] if limit else found)
        ]

    def counts(self) -> FollowUpCounts:
        """How many are overdue, due today and later; and the next day something is due."""
        now = self._clock()
        count = dict.fromkeys(Due, 0)
        next_day = ""
        for card in self._followed():
            for _, due, _ in unpacked(card.follow_ups):
                how = urgency(due, now)
                count[how] += 1
                if how is Due.LATER and (not next_day or due[:10] < next_day):
                    next_day = due[:10]
        return FollowUpCounts(count[Due.OVERDUE], count[Due.TODAY], count[Due.LATER], next_day)

    def erased_on(self, case_id: RecordId) -> date | None:
        """The day from which the names of the case are erased; None while that is not known,
        because it was not sent or the office has not answered."""
        if self._repository.entry(case_id) is not None:
            return None
        from_s = erased_from_s(self._repository.card(case_id), self._term)
        if from_s is None:
            return None
        return datetime.fromtimestamp(from_s, self._clock().tzinfo).date()

    # -- changing

    @alone
    def add(self, case_id: RecordId, words: str = "") -> int:
        """One more, in own words, due when the profile proposes; gives its number.

        Raises MoveNotAllowed when the identity was erased.
        """
        paper = self._papers.open(case_id)
        days = paper.reference.profile.follow_up_days
        due = (self._clock().date() + timedelta(days=days)).isoformat()
        number = max((one.number for one in paper.body.follow_ups), default=0) + 1
        self._keep(paper, (*paper.body.follow_ups, FollowUp(number, OWN, due, words, touched=True)))
        return number

    @alone
    def change(self, case_id: RecordId, number: int, **changes: str) -> None:
        """Changes due (a day), with_whom, note, or the words of one in own words.

        Raises ValueError for a due that is no day, KeyError for an unknown number, MoveNotAllowed.
        """
        if not changes.keys() <= {"due", "with_whom", "note", "words"}:
            raise KeyError(", ".join(changes))
        day = changes.get("due")
        if day is not None and date.fromisoformat(day).isoformat() != day:
            raise ValueError("not a day written YYYY-MM-DD")
        self._replace(case_id, number, **changes)

    @alone
    def settle(self, case_id: RecordId, number: int, *, done: bool) -> None:
        """Says that it was done today, or that it is open after all."""
        self._replace(case_id, number, done_on=self._clock().date().isoformat() if done else "")

    @alone
    def remove(self, case_id: RecordId, number: int) -> None:
        """Takes away one in own words. MoveNotAllowed for what an answer or the law calls for."""
        paper = self._papers.open(case_id)
        if _numbered(paper.body, number).what != OWN:
            raise MoveNotAllowed
        self._keep(paper, tuple(one for one in paper.body.follow_ups if one.number != number))

    # -- steps

    def _replace(self, case_id: RecordId, number: int, **changes: Any) -> None:
        paper = self._papers.open(case_id)
        _numbered(paper.body, number)
        self._keep(
            paper,
            tuple(
                replace(one, **changes, touched=True) if one.number == number else one
                for one in paper.body.follow_ups
            ),
        )

    def _keep(self, paper: Paper, follow_ups: tuple[FollowUp, ...]) -> None:
        if paper.card.erased:
            raise MoveNotAllowed("The identity of this case was erased; it cannot be changed.")
        with self._repository.change("follow_up") as change:
            change.put_card(paper.card)
            change.put_body(paper.card.record_id, replace(paper.body, follow_ups=follow_ups))

    def _followed(self) -> Iterator[Card]:
        """Cases with an open follow-up; what was taken back has none."""
        for card in self._repository.cards():
            if card.follow_ups and card.state is not CaseState.WITHDRAWN:
                yield card

    def _view(self, paper: Paper, one: FollowUp) -> FollowUpView:
        return FollowUpView(
            number=one.number,
            what=self._words(paper, one),
            is_duty=one.what == DUTY,
            is_own=one.what == OWN,
            due=one.due,
            with_whom=one.with_whom,
            note=one.note,
            done_on=one.done_on,
            urgency=None if one.done_on else urgency(one.due, self._clock()),
        )

    def _words(self, paper: Paper, one: FollowUp) -> str:
        return one.words if one.what in (OWN, DUTY) else self._label(paper.card, one.what)

    def _words_on(self, card: Card, number: int, what: str) -> str:
        if what not in (OWN, DUTY):
            return self._label(card, what)
        return _numbered(self._repository.body(card.record_id), number).words

    def _label(self, card: Card, code: str) -> str:
        questionnaire = self._papers.reference_for(card.questionnaire).questionnaire
        for question in questionnaire.measured(OFFERED):
            choice = questionnaire.choice(question.choice_list or "", code)
            if choice is not None:
                return choice.label(self._language())
        return code


def _numbered(body: Body, number: int) -> FollowUp:
    for one in body.follow_ups:
        if one.number == number:
            return one
    raise KeyError(number)
