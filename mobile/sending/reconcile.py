"""Comparing with the office's totals, and naming what is different.

The office says only a count and a sum of hashes over (record, revision, fingerprint). The
difference of two such sums is itself the sum of the hashes of what differs, so one or two records
that differ are found by trying, without asking again; and a few more where the office has what was
sent to it and only its receipt was lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from mobile.casework.repository import Repository
from mobile.casework.written import Card, entry_of
from shared.identifiers import Fingerprint, RecordId
from shared.lifecycle import CaseState
from shared.wire.receipts import Totals, totals_of
from shared.wire.records import fingerprint

_MODULUS = 1 << 64
_MOST_UNHEARD = 12
"""Ways tried together: all 4,096 sums of twelve cost a tablet a few hundredths of a second."""
_TOLD = (CaseState.REJECTED, CaseState.CONFLICT)
"""The office said what it thinks of the newest revision: another word of it is a decision."""


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """A record in which tablet and office differ. lacking: the office does not have it at all.
    holds: the revision it has instead, with its fingerprint; None when it lacks the record.
    unheard: that is a later one than the office ever told of here, so its receipt was lost."""

    record_id: RecordId
    lacking: bool
    holds: tuple[int, Fingerprint] | None = field(default=None, compare=False)
    unheard: bool = field(default=False, compare=False)


def held_records(repository: Repository) -> list[tuple[RecordId, int, Fingerprint]]:
    """What this tablet knows the office to hold: the newest accepted revision of each record."""
    return [_held(card) for card in repository.cards() if card.accepted_revision]


def differing_records(repository: Repository, office: Totals) -> tuple[Difference, ...] | None:
    """The records in which tablet and office differ: none when they agree.

    None when they differ in one this tablet has never had, or in more than two that are more than
    lost receipts: then only a person at the office can tell.
    """
    ours = totals_of(held_records(repository))
    gap = (int(office.digest, 16) - int(ours.digest, 16)) % _MODULUS
    if gap == 0:
        return () if office.count == ours.count else None
    shares: dict[int, Difference] = dict(
        chain.from_iterable(_ways_to_differ(card) for card in repository.cards())
    )
    if gap in shares:
        return (shares[gap],)
    for share, one in shares.items():
        other = shares.get((gap - share) % _MODULUS)
        if other is not None and other.record_id != one.record_id:
            return tuple(sorted((one, other)))
    unheard = [(share, one) for share, one in shares.items() if one.unheard]
    sums: dict[int, tuple[Difference, ...]] = {0: ()}
    for share, one in unheard[:_MOST_UNHEARD]:
        sums |= {(total + share) % _MODULUS: (*some, one) for total, some in sums.items()}
    found = sums.get(gap)
    return None if found is None else tuple(sorted(found))


def _ways_to_differ(card: Card) -> Iterator[tuple[int, Difference]]:
    """What the gap would be if the office differed in this record alone, for each way it may:
    it lacks the record, or holds another revision than the one we know of."""
    known = _share(*_held(card)) if card.accepted_revision else 0
    if known:
        yield -known % _MODULUS, Difference(card.record_id, lacking=True)
    fingerprints = [*card.ancestors, card.fingerprint]
    for revision, mark in enumerate(fingerprints, start=1):
        if mark and revision != card.accepted_revision:
            gap = (_share(card.record_id, revision, mark) - known) % _MODULUS
            was_told = mark == card.fingerprint and card.state in _TOLD
            unheard = revision > card.accepted_revision and not was_told
            yield (
                gap,
                Difference(card.record_id, lacking=False, holds=(revision, mark), unheard=unheard),
            )


def _held(card: Card) -> tuple[RecordId, int, Fingerprint]:
    return card.record_id, card.accepted_revision, card.accepted_fingerprint


def _share(record_id: RecordId, revision: int, fingerprint: Fingerprint) -> int:
    return int(Totals().plus(record_id, revision, fingerprint).digest, 16)


def put_back(repository: Repository, lacking: Sequence[RecordId], now_s: int) -> None:
    """Puts records the office accepted once and no longer has (it was restored from an old backup,
    say) into the outbox again, as long as their finalised bytes are kept."""
    with repository.change("put_back") as change:
        for record_id in lacking:
            card, finalised = repository.card(record_id), repository.body(record_id).finalised
            if finalised and fingerprint(finalised) == card.accepted_fingerprint:
                entry = entry_of(card, card.accepted_revision, card.accepted_fingerprint, now_s)
                change.put_entry(entry, finalised)


def follow_office(
    repository: Repository, differing: Sequence[Difference], decided: Collection[RecordId]
) -> tuple[Difference, ...]:
    """Takes what the office's totals say it has for what it has: of records about whose conflict it
    decided, and of those it has a later revision of than it told here. Gives the differences that
    are left to be told."""
    known = [one for one in differing if one.holds and (one.unheard or one.record_id in decided)]
    with repository.change("decision") as change:
        for one in known:
            if one.holds is not None:
                revision, mark = one.holds
                card = repository.card(one.record_id)
                card = replace(card, accepted_revision=revision, accepted_fingerprint=mark)
                change.put_card(card)
    return tuple(one for one in differing if one not in known)
