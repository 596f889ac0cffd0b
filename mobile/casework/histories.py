"""The history of a record as it is told: what was kept, and what stands on its card."""

from __future__ import annotations

from mobile.casework.history import Act, Happened
from mobile.casework.repository import Repository
from mobile.casework.written import Body, Card
from mobile.store import StoreDamaged
from shared.identifiers import RecordId
from shared.lifecycle import CaseState


def accepted(card: Card) -> tuple[Happened, ...]:
    """That the office has it, while that is the last word about it. It is not written at the
    receipt: three hundred bodies would be written again for it."""
    if card.state is not CaseState.ACCEPTED or not (card.decided_s and card.accepted_revision):
        return ()
    return (Happened(Act.ACCEPTED, card.decided_s, card.accepted_revision),)


def then(body: Body, card: Card, act: Act, now_s: int) -> Body:
    """The body with one more act. card: as it stood before that."""
    for one in (*accepted(card), Happened(act, now_s, card.revision)):
        body = body.having(one)
    return body


class CaseHistories:
    """What happened to each record."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def of(self, record_id: RecordId) -> list[Happened]:
        """Oldest first. What was recorded with an older app has a beginning and where it stands."""
        card = self._repository.card(record_id)
        try:
            kept = self._repository.body(record_id).history
        except StoreDamaged:
            kept = ()
        return [Happened(Act.BEGUN, card.started_s, 1), *kept, *accepted(card)]
