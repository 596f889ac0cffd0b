"""The decision table: what becomes of (record id, revision, fingerprint). Pure.

Owns the five outcomes and nothing else; docs/wire-protocol.md tells the table to others. The same
bytes get the same answer for ever: a revision that is held answers with what was stored when it
came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shared.identifiers import Fingerprint
from shared.lifecycle import CONSENT_WITHDRAWN, Outcome


class Effect(StrEnum):
    """What is to be written."""

    STORE_ACCEPTED = "store_accepted"
    STORE_REJECTED = "store_rejected"
    FILE_CONFLICT = "file_conflict"
    """Filed as a conflict; what is held stays."""
    NOTHING = "nothing"


class ConflictReason(StrEnum):
    """Why a revision does not follow from what is held."""

    SAME_REVISION = "same_revision"
    """The same revision is held with another content."""
    NOT_A_SUCCESSOR = "not_a_successor"
    """Newer, but does not name the newest one held: a clone or an old backup has diverged."""
    OTHER_OWNER = "other_owner"
    """Another officer's tablet, or another kind of record, uses this id."""
    OLDER_NOT_NAMED = "older_not_named"
    """Older than the newest one, which does not name it: answered superseded, but kept."""
    CONSENT_WITHDRAWN = "consent_withdrawn"
    """The person no longer wants to be in the register: nothing that says more may follow."""
    DISPLACED = "displaced"
    """It was held until somebody took a conflict in its place."""


@dataclass(frozen=True)
class Held:
    """One revision the server has, with the outcome it got."""

    fingerprint: Fingerprint
    outcome: Outcome
    ancestors: tuple[Fingerprint, ...] = ()
    findings: tuple[Any, ...] = ()
    """What was answered then, to be answered again."""
    tablet_id: str = ""
    withdrawn: str | None = None
    """Why the record was taken back, where this revision does so."""


@dataclass
class History:
    """All revisions held of one record, by number, and whose record it is."""

    owner: int | None = None
    kind: str | None = None
    revisions: dict[int, Held] = field(default_factory=dict)
    conflicts: dict[tuple[int, Fingerprint], ConflictReason] = field(default_factory=dict)
    """Revisions filed as conflicts, by number and fingerprint."""

    @property
    def newest(self) -> int:
        """The highest revision held; 0 when there is none."""
        return max(self.revisions, default=0)

    @property
    def is_unwanted(self) -> bool:
        """Whether the person withdrew consent, for good: also when the withdrawal is withdrawn in
        its turn. (An office of before took what followed; that stands.)"""
        unwanted = False
        for _, held in sorted(self.revisions.items()):
            if held.outcome is Outcome.ACCEPTED:
                withdraws = held.withdrawn == CONSENT_WITHDRAWN
                unwanted = withdraws or (unwanted and held.withdrawn is not None)
        return unwanted


@dataclass(frozen=True)
class Arrival:
    """What decides about one record that came in. is_sound: nothing in it is an error. withdrawn:
    why it takes the record back, where it does."""

    owner: int
    kind: str
    revision: int
    fingerprint: Fingerprint
    ancestors: tuple[Fingerprint, ...]
    is_sound: bool
    withdrawn: str | None = None


@dataclass(frozen=True)
class Decision:
    """The outcome to answer and the effect to bring about."""

    outcome: Outcome
    effect: Effect
    reason: ConflictReason | None = None
    stored: Held | None = None
    """The held revision whose findings are answered again."""


_AGAIN: Mapping[Outcome, Outcome] = {
    Outcome.ACCEPTED: Outcome.ALREADY_ACCEPTED,
    Outcome.REJECTED: Outcome.REJECTED,
}


def decide(history: History, arrival: Arrival) -> Decision:
    """The outcome of this arrival given what is held of the same record. Never raises."""
    if history.revisions and (history.owner, history.kind) != (arrival.owner, arrival.kind):
        return _conflict(ConflictReason.OTHER_OWNER)
    reason = history.conflicts.get((arrival.revision, arrival.fingerprint))
    if reason not in (None, ConflictReason.OTHER_OWNER):
        # Also when it would follow by now: only a steward takes it out of the conflicts.
        older = reason is ConflictReason.OLDER_NOT_NAMED
        return Decision(Outcome.SUPERSEDED if older else Outcome.CONFLICT, Effect.NOTHING, reason)
    held = history.revisions.get(arrival.revision)
    if held is not None:
        if held.fingerprint == arrival.fingerprint:
            return Decision(_AGAIN[held.outcome], Effect.NOTHING, stored=held)
        return _conflict(ConflictReason.SAME_REVISION)
    newest = history.newest
    if arrival.revision < newest:
        # By any revision held, not only the newest: what was once named stays named.
        if any(arrival.fingerprint in held.ancestors for held in history.revisions.values()):
            return Decision(Outcome.SUPERSEDED, Effect.NOTHING)
        # Answered as the table says, but kept for a steward: evidence is never lost silently.
        return Decision(Outcome.SUPERSEDED, Effect.FILE_CONFLICT, ConflictReason.OLDER_NOT_NAMED)
    if newest and history.revisions[newest].fingerprint not in arrival.ancestors:
        return _conflict(ConflictReason.NOT_A_SUCCESSOR)
    if arrival.withdrawn is None and history.is_unwanted:
        return _conflict(ConflictReason.CONSENT_WITHDRAWN)
    if arrival.is_sound:
        return Decision(Outcome.ACCEPTED, Effect.STORE_ACCEPTED)
    return Decision(Outcome.REJECTED, Effect.STORE_REJECTED)


def hold(
    history: History,
    arrival: Arrival,
    decision: Decision,
    findings: tuple[Any, ...],
    tablet_id: str,
) -> None:
    """The history as it stands after that decision. findings: what is answered about it."""
    if decision.effect in (Effect.STORE_ACCEPTED, Effect.STORE_REJECTED):
        history.owner, history.kind = arrival.owner, arrival.kind
        history.revisions[arrival.revision] = Held(
            *(arrival.fingerprint, decision.outcome, arrival.ancestors, findings, tablet_id),
            arrival.withdrawn,
        )
    elif decision.effect is Effect.FILE_CONFLICT and decision.reason is not None:
        # What the owner's own tablet filed stays, whoever else sends the same bytes: else the
        # owner's copy would no longer wait for a steward.
        filed = history.conflicts.get((arrival.revision, arrival.fingerprint))
        if filed in (None, ConflictReason.OTHER_OWNER):
            history.conflicts[arrival.revision, arrival.fingerprint] = decision.reason


def findings_to_answer(decision: Decision, found: tuple[Any, ...]) -> tuple[Any, ...]:
    """Those stored when the revision first came; of a new one, those found now. A conflict and
    what is superseded are answered without any."""
    if decision.stored is not None:
        return decision.stored.findings
    return found if decision.outcome in (Outcome.ACCEPTED, Outcome.REJECTED) else ()


def _conflict(reason: ConflictReason) -> Decision:
    return Decision(Outcome.CONFLICT, Effect.FILE_CONFLICT, reason)
