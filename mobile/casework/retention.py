"""How long an identity stays on the tablet, and what is left of a case afterwards."""

from __future__ import annotations

from dataclasses import replace

from mobile.casebook import Body, Card, Casebook
from shared.lifecycle import CaseState
from shared.questionnaire import Level

DAY_S = 86400


def is_due(card: Card, casebook: Casebook, now_s: int, retention_days: int) -> bool:
    """Whether the identity part of a record has to go.

    A case: so many days after its outcome came, if nothing of it is on the way. A visit: when all
    its cases are erased too, because they cannot be read without it. A clock that was set back
    postpones the term, it never brings it forward.
    """
    if card.erased or card.state not in (CaseState.ACCEPTED, CaseState.WITHDRAWN):
        return False
    if casebook.entry(card.record_id) is not None:
        return False
    since = card.decided_s or card.changed_s
    if now_s - since < retention_days * DAY_S:
        return False
    if card.level is Level.VISIT:
        return all(
            case.erased or is_due(case, casebook, now_s, retention_days)
            for case in casebook.cases_of(card.record_id)
        )
    return True


def erase(card: Card, body: Body) -> tuple[Card, Body]:
    """The stub: number, day, state, revision, fingerprint and class stay as proof of work."""
    return (
        replace(card, name="", place="", erased=True, linkage=b""),
        replace(body, answers={}, frozen=b""),
    )
