"""On which records an alarm can stand: no state of a case may refuse immediate danger.

A draft, a finalised, accepted or returned case goes on as its next revision. A case that was taken
back, that is held in conflict, whose identity was erased or whose row is damaged has no next
revision of its own that the office would take: the alarm gets a new case, with what was said so
far, so that its linkage codes lead to the same person. A visit that was taken back gets a new one
too: cases of a withdrawn visit are counted nowhere.
"""

from __future__ import annotations

from mobile.casework.repository import Repository
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


def _is_whole(record_id: RecordId, repository: Repository) -> bool:
    try:
        repository.body(record_id)
    except StoreDamaged:
        return False
    return True
