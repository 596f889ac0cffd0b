"""What goes into the next parcel, and in what order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from mobile.casework.written import OutboxEntry
from shared.identifiers import RecordId

MOST_RECORDS = 300
"""One request is enough for a tablet with a few hundred finalised cases (design section 7)."""
MOST_BYTES = 256_000
"""Canonical bytes before packing: below the wire's limit for a sealed parcel even unpacked."""


def next_batch(
    entries: Iterable[OutboxEntry], most_records: int, held_back: Collection[RecordId] = ()
) -> list[OutboxEntry]:
    """The entries to send next, at most so many, at least one when there is one.

    Danger first; then those tried least often, so that a record that makes requests fail does not
    starve the others; then the oldest. A visit goes before its first case, because the office
    reads the day and the place of a case from its visit.

    held_back: records that failed on their own in this run; they wait for the next one, danger or
    not. A visit among them still goes with its other cases.
    """
    waiting = sorted(
        entries, key=lambda entry: (not entry.danger, entry.attempts, entry.finalised_s)
    )
    visits = {entry.record_id: entry for entry in waiting}
    batch: dict[RecordId, OutboxEntry] = {}
    size = 0
    for entry in waiting:
        if entry.record_id in held_back:
            continue
        visit = visits.get(entry.visit_id)
        wanted = [one for one in (visit, entry) if one is not None and one.record_id not in batch]
        more = sum(one.size for one in wanted)
        if batch and (len(batch) + len(wanted) > most_records or size + more > MOST_BYTES):
            break
        for one in wanted:
            batch[one.record_id] = one
        size += more
    return list(batch.values())


def all_batches(entries: Iterable[OutboxEntry]) -> Iterator[list[OutboxEntry]]:
    """All of them, one full parcel after the other."""
    left = list(entries)
    while left:
        batch = next_batch(left, MOST_RECORDS)
        yield batch
        packed = {entry.record_id for entry in batch}
        left = [entry for entry in left if entry.record_id not in packed]
