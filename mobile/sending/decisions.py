"""What a person at the office decided about a conflict, brought onto the case on this tablet.

The newest decision about a revision counts, in whatever order the notes come.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mobile.casework.written import NONE_YET, Card
from shared.identifiers import Fingerprint, RecordId
from shared.lifecycle import CaseState, move
from shared.wire.note_kinds import ConflictDecided, ConflictDecision
from shared.wire.notes import Note


def newest_about(
    decisions: Iterable[ConflictDecided], record_id: RecordId, mark: Fingerprint
) -> ConflictDecided | None:
    """The decision that counts about the revision of that fingerprint; None before there is any."""
    about = [one for one in decisions if (one.record_id, one.fingerprint) == (record_id, mark)]
    return max(about, key=lambda one: one.decided_s, default=None)


def decided(card: Card, said: ConflictDecided, now_s: int) -> Card:
    """The card after that decision; the same card where it changes nothing here.

    Taken: as if the office had accepted that revision. Left: it goes on with another one, and this
    one waits no more. Open: it waits again. Which revision the office has after the last two is not
    said here: its totals tell (mobile.sending.reconcile).
    """
    mine = said.fingerprint
    if said.decision is ConflictDecision.TAKEN:
        card = replace(card, accepted_revision=said.revision, accepted_fingerprint=mine)
    elif card.accepted_fingerprint == mine:
        card = replace(card, accepted_revision=0, accepted_fingerprint=NONE_YET)
    if card.fingerprint != mine:
        return card  # a later revision stands here, or a draft of one
    is_open = said.decision is ConflictDecision.OPEN
    before, after = CaseState.CONFLICT, CaseState.ACCEPTED
    if is_open:
        before, after = after, before
    if card.state is not before:
        return card
    return replace(card, state=move(before, after), decided_s=now_s)


def moment_of(note: Note) -> int:
    """Decisions of one receipt are followed in the order they were made in."""
    content = note.content
    return content.decided_s if isinstance(content, ConflictDecided) else note.made_s
