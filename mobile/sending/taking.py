"""A receipt opened and applied: outcomes, notes of the office, the time it says, its orders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from mobile.casework.known_time import KnownTime
from mobile.casework.repository import Repository
from mobile.sending.attempts import keep_attempts, read_attempts
from mobile.sending.notes import Notes
from mobile.sending.receipts import Applied, ParcelNote, apply_receipt
from mobile.sending.runs import Run
from shared.errors import ParcelUnreadable, SignatureInvalid
from shared.wire.keys import TabletKeys
from shared.wire.notes import Note, open_notes
from shared.wire.receipts import Receipt, open_receipt
from shared.wire.tickets import Membership


class Taking:
    """What comes back from the office, by any transport."""

    def __init__(
        self,
        repository: Repository,
        membership: Membership,
        tablet_keys: TabletKeys,
        clock: Callable[[], datetime],
        known: KnownTime,
        notes: Notes,
        obey: Callable[[str], None],
    ) -> None:
        """obey: carries out an order of the office (erase_identities)."""
        self._repository, self._membership, self._tablet_keys = repository, membership, tablet_keys
        self._clock, self._known, self._notes, self._obey = clock, known, notes, obey

    def open(self, data: bytes) -> Receipt:
        """The receipt in these bytes. Raises ParcelUnreadable, SignatureInvalid."""
        return open_receipt(
            data,
            tablet_keys=self._tablet_keys,
            programme_public=self._membership.programme_public,
        )

    def take(self, run: Run, receipt: Receipt, note: ParcelNote | None = None) -> None:
        """Applies a receipt. Without a note at hand it is looked up; without any, the receipt is
        one whose outcomes were applied long ago."""
        just_sent = note is not None
        if note is None:
            content = self._repository.store.parcels.get(receipt.parcel_id)
            note = ParcelNote.from_bytes(content) if content is not None else None
        applied = Applied()
        self._known.heard(receipt.server_time_s)
        if note is not None and len(receipt.outcomes) in (0, len(note.records)):
            applied = apply_receipt(self._repository, note, receipt, self._known.now_s())
        # By file a receipt may come months late: its totals are those of that day. The count never
        # goes down, so it tells which of two receipts of one second is the newer.
        kept = read_attempts(self._repository.store)
        told = receipt.server_time_s, receipt.totals.count
        is_newest = just_sent or told >= (kept.office_time_s, kept.office_count)
        run.take(applied, receipt if is_newest else None)
        # Of two receipts of one second neither is surely the newer: then nothing is left out.
        brings_all = just_sent or told > (kept.office_time_s, kept.office_count)
        # What is over is over by the office's signed time, whatever the clocks of this tablet did.
        office_s = max(kept.office_time_s, receipt.server_time_s)
        self._notes.take(self._notes_in(receipt), office_s, brings_all=brings_all)
        if is_newest:
            keep_attempts(self._repository.store, office_time_s=told[0], office_count=told[1])
        keep_attempts(self._repository.store, last_success_s=int(self._clock().timestamp()))
        for order in receipt.orders:
            self._obey(order)

    def _notes_in(self, receipt: Receipt) -> tuple[Note, ...]:
        """What came with it for this tablet; nothing when it cannot be opened."""
        if not receipt.notes:
            return ()
        try:
            return open_notes(
                receipt.notes,
                tablet_keys=self._tablet_keys,
                programme_public=self._membership.programme_public,
            )
        except (ParcelUnreadable, SignatureInvalid):
            return ()
