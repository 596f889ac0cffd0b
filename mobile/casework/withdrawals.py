"""Taking a case or a visit back, and undoing that: for as long as the identity is kept.

Undone, a record is a draft again with every answer; what was finalised or accepted before is
finalised anew in the same transaction, so that nothing is left out of the counts, and an alarm that
stood goes out. It is a new revision that names the withdrawal among its ancestors: the office may
have that, from a try nobody answered, a parcel that is being packed, a copy of this tablet. As long
as nothing of it was tried to be sent, the withdrawal itself is sent no more.

Not undone is what was withdrawn with the consent (its identity is erased), what was held in
conflict, and a case whose visit is withdrawn: the visit brings it back.

What was withdrawn for another reason can lose its consent as well: one more revision says so, the
identity goes at once, and there is no way back any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mobile.casework.finalising import Finaliser, next_revision
from mobile.casework.histories import then
from mobile.casework.history import Act
from mobile.casework.known_time import KnownTime
from mobile.casework.papers import Paper, Papers, alone, card_with
from mobile.casework.refusals import StaysWithdrawn
from mobile.casework.repository import Change, Repository
from mobile.casework.withdrawal import WITHDRAWAL_REASONS, may_lose_consent, take_back
from mobile.casework.written import Card
from mobile.store import StoreDamaged
from shared.identifiers import RecordId
from shared.lifecycle import CONSENT_WITHDRAWN, CaseState, move
from shared.questionnaire import Level

COUNTED = frozenset({CaseState.FINALISED.value, CaseState.ACCEPTED.value})
CAN_COME_BACK = COUNTED | {CaseState.DRAFT.value, CaseState.REJECTED.value}
"""States before a withdrawal to which there is a way back."""


class Withdrawals:
    """Withdrawing and undoing it."""

    def __init__(
        self,
        repository: Repository,
        papers: Papers,
        finaliser: Finaliser,
        finalise: Callable[..., Card],
        now_s: Callable[[], int],
        known: KnownTime,
    ) -> None:
        """finalise: Casework's, within a change."""
        self._repository, self._papers, self._finaliser = repository, papers, finaliser
        self._finalise, self._now_s, self._known = finalise, now_s, known

    @alone
    def withdraw(self, record_id: RecordId, reason: str) -> None:
        """See Casework.withdraw."""
        if reason not in WITHDRAWAL_REASONS:
            raise ValueError(f"not a reason to withdraw: {reason}")
        ends_consent = reason == CONSENT_WITHDRAWN
        if not (ends_consent and self.may_lose_consent(record_id)):
            move(self._repository.card(record_id).state, CaseState.WITHDRAWN)
        now_s, known_s = self._now_s(), self._known.now_s()
        with self._repository.change("withdraw") as change:
            for card in (self._repository.card(record_id), *self._repository.cases_of(record_id)):
                is_again = ends_consent and self.may_lose_consent(card.record_id)
                if card.state is not CaseState.WITHDRAWN or is_again:
                    paper = self._papers.open(card.record_id)
                    take_back(change, paper, reason, self._finaliser, now_s, known_s)

    def reason(self, record_id: RecordId) -> str:
        """Why it was withdrawn, "" when it was not or when that cannot be read."""
        try:
            return self._repository.body(record_id).reason
        except StoreDamaged:
            return ""

    def may_lose_consent(self, record_id: RecordId) -> bool:
        """Whether it is withdrawn for another reason, and the consent can be withdrawn as well."""
        card = self._repository.card(record_id)
        try:
            return may_lose_consent(card, self._repository.body(record_id).reason)
        except StoreDamaged:
            return False

    def can_be_undone(self, record_id: RecordId) -> bool:
        """Whether it was withdrawn by itself and can be a draft again."""
        card = self._repository.card(record_id)
        if card.level is Level.CASE:
            visit = self._repository.card(card.visit_id)
            if visit.state is CaseState.WITHDRAWN:
                return False
        return self._can_come_back(card)

    def may_be_known(self, record_id: RecordId) -> bool:
        """Whether the office may have the withdrawal: what undoes it is a new revision then."""
        return self._is_sent(self._repository.card(record_id))

    def comes_back_as_draft(self, record_id: RecordId) -> bool:
        """Whether it did not count where it stood before: the officer has to finish it then."""
        return self._repository.body(record_id).before not in COUNTED

    @alone
    def undo(self, record_id: RecordId) -> None:
        """A visit brings back what was withdrawn together with it. Raises StaysWithdrawn."""
        if not self.can_be_undone(record_id):
            raise StaysWithdrawn
        card = self._repository.card(record_id)
        together = [
            case
            for case in self._repository.cases_of(record_id)
            if case.changed_s == card.changed_s and self._can_come_back(case)
        ]
        with self._repository.change("undo_withdrawal") as change:
            for one in (card, *together):
                self._bring_back(change, self._papers.open(one.record_id))

    def _can_come_back(self, card: Card) -> bool:
        if card.state is not CaseState.WITHDRAWN or card.erased:
            return False
        try:
            return self._repository.body(card.record_id).before in CAN_COME_BACK
        except StoreDamaged:
            return False

    def _is_sent(self, card: Card) -> bool:
        entry = self._repository.entry(card.record_id)
        return entry.attempts > 0 if entry is not None else bool(card.ancestors)

    def _bring_back(self, change: Change, paper: Paper) -> None:
        before, record_id = paper.body.before, paper.card.record_id
        body = then(paper.body, paper.card, Act.UNDONE, self._now_s())
        body = replace(body, reason="", before="", finalised=b"")
        if not self._is_sent(paper.card):
            change.drop_entry(record_id)
            change.drop_escrow(record_id)
        if paper.card.ancestors:
            card = next_revision(paper.card, self._now_s())
        else:  # a draft of which nothing was ever finalised
            card = replace(paper.card, state=move(paper.card.state, CaseState.DRAFT))
        paper = replace(paper, card=replace(card, decided_s=0), body=body)
        card = card_with(paper, self._now_s())
        change.put_card(card)
        change.put_body(record_id, body)
        alarm = card.danger and bool(card.ancestors)
        if before not in COUNTED and not alarm:
            return
        visit = self._papers.open(card.visit_id) if card.level is Level.CASE else None
        finalised = self._finalise(change, replace(paper, card=card), visit, danger=card.danger)
        if before not in COUNTED:
            change.put_card(next_revision(finalised, self._now_s()))
