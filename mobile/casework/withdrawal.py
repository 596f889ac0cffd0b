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
from mobile.casework.written import Card
from shared.lifecycle import CONSENT_WITHDRAWN, CaseState, move

WITHDRAWAL_REASONS = ("recorded_by_mistake", "recorded_twice", CONSENT_WITHDRAWN, "not_a_case")
"""Codes of why a case is taken back; labels are text ids ``tablet.withdrawal.<code>``."""


def may_lose_consent(card: Card, reason: str) -> bool:
    """Whether the consent can still be withdrawn of what is withdrawn for another reason: the names
    may be on the tablet, the answers at the office, and there is a way back to both. reason: why it
    is withdrawn."""
    is_anything_left = not card.erased or bool(card.ancestors)
    return card.state is CaseState.WITHDRAWN and reason != CONSENT_WITHDRAWN and is_anything_left


def take_back(
    change: Change, paper: Paper, reason: str, finaliser: Finaliser, now_s: int, known_s: int
) -> None:
    """Withdraws one record within a change. reason: one of WITHDRAWAL_REASONS. now_s: by the
    tablet's clock. known_s: the moment it knows of, from which its identity's term runs.

    A draft that never was finalised is not sent at all. What is withdrawn already loses its consent
    only, by one more revision where there is one before. Raises MoveNotAllowed.
    """
    card = paper.card
    if not (reason == CONSENT_WITHDRAWN and may_lose_consent(card, paper.body.reason)):
        move(card.state, CaseState.WITHDRAWN)
    was_never_finalised = card.state is CaseState.WITHDRAWN and not card.ancestors
    if card.state is not CaseState.DRAFT and not was_never_finalised:
        ancestors = (*card.ancestors, card.fingerprint)
        card = replace(card, revision=card.revision + 1, ancestors=ancestors)
    body = then(paper.body, paper.card, Act.WITHDRAWN, now_s)
    body = replace(body, reason=reason, before=paper.card.state.value)
    if card.ancestors:
        finalised = finaliser.finalise_withdrawal(replace(paper, card=card), reason)
        body = replace(body, finalised=finalised.canonical)
        classes = joined_classes(card.class_codes)  # not the answers: they are taken back
        card = replace(finaliser.keep(change, card, finalised, now_s), classes=classes)
    card = replace(card, state=CaseState.WITHDRAWN, danger=False)
    card = replace(card, changed_s=now_s, decided_s=known_s)
    if reason == CONSENT_WITHDRAWN:
        card, body = erase(card, body)
    change.put_card(card)
    change.put_body(card.record_id, body)
