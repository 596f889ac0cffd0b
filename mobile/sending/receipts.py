"""Applying a receipt: what the office says about each record, in one transaction.

Owns compare-and-set: an outcome moves a case only while the case still stands at the revision the
outcome is about. Must not know by which transport the receipt came.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace

from mobile.casework.history import Act, Happened
from mobile.casework.repository import Change, Repository
from mobile.store import StoreDamaged
from shared.identifiers import Fingerprint, ParcelId, RecordId
from shared.lifecycle import AFTER_OUTCOME, CaseState, Outcome, move
from shared.wire.receipts import Receipt, RecordOutcome

_HELD = frozenset({Outcome.ACCEPTED, Outcome.ALREADY_ACCEPTED})
"""After these the office holds exactly this revision."""


@dataclass(frozen=True, slots=True)
class ParcelNote:
    """What went into one parcel, in order: kept until every record in it has an outcome."""

    parcel_id: ParcelId
    records: tuple[tuple[RecordId, int, Fingerprint], ...]

    def to_bytes(self) -> bytes:
        """JSON."""
        return json.dumps([self.parcel_id, self.records], separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> ParcelNote:
        """The inverse. Raises StoreDamaged."""
        try:
            parcel_id, records = json.loads(content)
            return cls(parcel_id, tuple((r, int(n), f) for r, n, f in records))
        except (ValueError, TypeError) as broken:
            raise StoreDamaged from broken


@dataclass(slots=True)
class Applied:
    """What a receipt changed: outcomes by word, and the records rejected or in conflict."""

    words: Counter[Outcome] = field(default_factory=Counter)
    returned: list[RecordId] = field(default_factory=list)


def apply_receipt(
    repository: Repository, note: ParcelNote, receipt: Receipt, now_s: int
) -> Applied:
    """Applies every outcome and forgets notes of parcels that have nothing left to say.

    Applying the same receipt again, or an older one late, changes nothing. A receipt without
    outcomes (a revoked tablet's) leaves every record waiting. Raises ValueError when the receipt
    has neither none nor one outcome for each record of the parcel.
    """
    applied = Applied()
    if not receipt.outcomes:
        return applied
    with repository.change("receipt") as change:
        for (record_id, revision, fingerprint), outcome in zip(
            note.records, receipt.outcomes, strict=True
        ):
            applied.words[outcome.word] += 1
            _apply(repository, change, record_id, revision, fingerprint, outcome, now_s)
            if outcome.word in (Outcome.REJECTED, Outcome.CONFLICT):
                applied.returned.append(record_id)
        if not any(_waits(repository, change, record) for record in note.records):
            repository.store.parcels.delete(note.parcel_id)
    return applied


def forget_answered_notes(repository: Repository) -> None:
    """Removes notes of earlier tries whose records all have an outcome by now."""
    notes = [ParcelNote.from_bytes(content) for content in repository.store.parcels.contents()]
    with repository.change() as change:
        for note in notes:
            if not any(_waits(repository, change, record) for record in note.records):
                repository.store.parcels.delete(note.parcel_id)


def _apply(
    repository: Repository,
    change: Change,
    record_id: RecordId,
    revision: int,
    fingerprint: Fingerprint,
    outcome: RecordOutcome,
    now_s: int,
) -> None:
    entry = repository.entry(record_id)
    if entry is not None and (entry.revision, entry.fingerprint) == (revision, fingerprint):
        change.drop_entry(record_id)
        if outcome.word in _HELD:
            change.drop_escrow(record_id)
    try:
        card = repository.card(record_id)
    except KeyError:
        return
    if outcome.word in _HELD and revision >= card.accepted_revision:
        card = replace(card, accepted_revision=revision, accepted_fingerprint=fingerprint)
    if card.revision == revision and card.fingerprint == fingerprint:
        card = replace(card, decided_s=now_s)
        if card.state is CaseState.FINALISED:
            card = replace(card, state=move(card.state, AFTER_OUTCOME[outcome.word]))
    change.put_card(card)
    # Findings are about the words the officer wrote, so they also help in a reopened draft.
    # Warnings on an accepted record are for the office: nothing came back.
    if outcome.word in (Outcome.REJECTED, Outcome.CONFLICT):
        body = repository.body(record_id).having(Happened(Act.RETURNED, now_s, revision))
        change.put_body(record_id, replace(body, returned=_findings(outcome)))


def _findings(
    outcome: RecordOutcome,
) -> tuple[tuple[str, str | None, dict[str, str | int | float]], ...]:
    found = tuple((code, question, dict(values)) for code, question, values in outcome.findings)
    if outcome.word is Outcome.CONFLICT and not found:
        return (("record.conflict", None, {}),)
    return found


def _waits(
    repository: Repository, change: Change, record: tuple[RecordId, int, Fingerprint]
) -> bool:
    record_id, revision, _ = record
    if record_id in change.entries:
        return change.entries[record_id] is not None
    entry = repository.entry(record_id)
    return entry is not None and entry.revision == revision
