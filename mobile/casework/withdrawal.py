"""Taking a case or a visit back: a revision without content that the office puts in its place."""

from __future__ import annotations

from dataclasses import replace

from mobile.casework.decided import joined_classes
from mobile.casework.finalising import Finaliser
from mobile.casework.histories import then
from mobile.casework.history import Act
from mobile.casework.papers import Paper
from mobile.casework.repository import Change
from mobile.casework.retention import erase
from shared.lifecycle import CONSENT_WITHDRAWN, CaseState, move

WITHDRAWAL_REASONS = ("recorded_by_mistake", "recorded_twice", CONSENT_WITHDRAWN, "not_a_case")
"""Codes of why a case is taken back; labels are text ids ``tablet.withdrawal.<code>``."""


def take_back(
    change: Change, paper: Paper, reason: str, finaliser: Finaliser, now_s: int, known_s: int
) -> None:
    """Withdraws one record within a change. reason: one of WITHDRAWAL_REASONS. now_s: by the
    tablet's clock. known_s: the moment it knows of, from which its identity's term runs.

    A draft that never was finalised is not sent at all. Raises MoveNotAllowed.
    """
    card, state = paper.card, move(paper.card.state, CaseState.WITHDRAWN)
    if card.state is not CaseState.DRAFT:
        ancestors = (*card.ancestors, card.fingerprint)
        card = replace(card, revision=card.revision + 1, ancestors=ancestors)
    body = then(paper.body, paper.card, Act.WITHDRAWN, now_s)
    body = replace(body, reason=reason, before=paper.card.state.value)
    if card.ancestors:
        finalised = finaliser.finalise_withdrawal(replace(paper, card=card), reason)
        body = replace(body, finalised=finalised.canonical)
        classes = joined_classes(card.class_codes)  # not the answers: they are taken back
        card = replace(finaliser.keep(change, card, finalised, now_s), classes=classes)
    card = replace(card, state=state, changed_s=now_s, decided_s=known_s, danger=False)
    if reason == CONSENT_WITHDRAWN:
        card, body = erase(card, body)
    change.put_card(card)
    change.put_body(card.record_id, body)
