"""Immediate danger raised, and on which records: no state of a case may refuse it.

A draft, a finalised, accepted or returned case goes on as its next revision. A case that was taken
back, that is held in conflict, whose identity was erased or whose row is damaged has no next
revision of its own that the office would take: the alarm gets a new case, with what was said so
far, so that its linkage codes lead to the same person. A visit that was taken back gets a new one
too: cases of a withdrawn visit are counted nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from mobile.casework.finalising import next_revision
from mobile.casework.follow_ups import called_for
from mobile.casework.papers import Paper, Papers, card_with
from mobile.casework.repository import Change, Repository
from mobile.casework.written import Card
from mobile.store import StoreDamaged
from shared.answers import Answers
from shared.identifiers import RecordId
from shared.lifecycle import ALLOWED_MOVES, CaseState
from shared.questionnaire import Level


def can_go_on(card: Card, repository: Repository) -> bool:
    """Whether an alarm about this case or visit can be written on this very record."""
    if not _is_whole(card.record_id, repository) or card.state is CaseState.WITHDRAWN:
        return False
    if card.level is Level.VISIT:
        # Of what was erased the office still has the day and the place, if it ever had them.
        return not card.erased or bool(card.fingerprint)
    is_open = card.state is CaseState.DRAFT or CaseState.DRAFT in ALLOWED_MOVES[card.state]
    return is_open and not card.erased


def said_so_far(record_id: RecordId, repository: Repository) -> Answers:
    """The answers a new record begins with; none when they were erased or cannot be read."""
    try:
        return dict(repository.body(record_id).answers)
    except StoreDamaged:
        return {}


class Start(Protocol):
    """Begins a record: its level, its visit (None for a visit), what is answered already."""

    def __call__(self, level: Level, visit: Card | None, begun_with: Answers, /) -> RecordId: ...


class Finalise(Protocol):
    """Finalises a record as it stands within a change; gives its card."""

    def __call__(
        self, change: Change, paper: Paper, visit: Paper | None, *, danger: bool
    ) -> Card: ...


class Alarms:
    """Use case: immediate danger."""

    def __init__(
        self,
        repository: Repository,
        papers: Papers,
        start: Start,
        finalise: Finalise,
        clock: Callable[[], datetime],
    ) -> None:
        self._repository, self._papers, self._clock = repository, papers, clock
        self._start, self._finalise = start, finalise

    def raise_danger(self, visit_id: RecordId | None, case_id: RecordId | None = None) -> RecordId:
        """Immediate danger: a record that is sent first, at once, without finishing anything.

        Marks the case (where None: a new one of the visit, or of a new visit), finalises what is
        there so far as a revision of its own, answers with an error left out, and leaves the case
        a draft to go on with. Whatever state the case and its visit are in, the alarm is recorded:
        where they cannot go on, new ones do with what was said so far (mobile.casework.alarm).
        Gives the case's id.
        """
        visit_id = self._ground(Level.VISIT, visit_id, None)
        case_id = self._ground(Level.CASE, case_id, visit_id)
        with self._repository.change("danger") as change:
            visit, paper = self._papers.open(visit_id), self._papers.open(case_id)
            if visit.card.state is CaseState.DRAFT and not visit.card.fingerprint:
                visit = replace(visit, card=card_with(visit, self._now_s()))
                place, day = visit.card.place, visit.card.day
                paper = replace(paper, card=replace(paper.card, place=place, day=day))
                finalised = self._finalise(change, visit, None, danger=True)
                change.put_card(next_revision(finalised, self._now_s()))
            if paper.card.state is not CaseState.DRAFT:
                paper = replace(paper, card=next_revision(paper.card, self._now_s()))
            for question in paper.questionnaire.measured("danger"):
                paper = paper.with_answer(question.name, "yes")
            card = replace(card_with(paper, self._now_s()), danger=True)
            paper = replace(paper, card=card, body=called_for(paper, self._clock()))
            finalised = self._finalise(change, paper, visit, danger=True)
            change.put_card(next_revision(finalised, self._now_s()))
        return case_id

    def _ground(
        self, level: Level, record_id: RecordId | None, visit_id: RecordId | None
    ) -> RecordId:
        """The record an alarm stands on: this one, or a new one with what was said in it."""
        if record_id is not None:
            card = self._repository.card(record_id)
            if card.visit_id == (visit_id or record_id) and can_go_on(card, self._repository):
                return record_id
        visit = self._repository.card(visit_id) if visit_id is not None else None
        said = said_so_far(record_id, self._repository) if record_id is not None else {}
        return self._start(level, visit, said)

    def _now_s(self) -> int:
        return int(self._clock().timestamp())


def _is_whole(record_id: RecordId, repository: Repository) -> bool:
    try:
        repository.body(record_id)
    except StoreDamaged:
        return False
    return True
