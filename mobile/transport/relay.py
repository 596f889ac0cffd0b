"""Relay through a supervisor's tablet: other tablets' parcels to the office, receipts back.

A parcel is sealed to the programme and names nobody: the carrier can neither read it nor tell
whose it is. It keeps parcel and receipt until the receipt has been handed back, and hands every
receipt to every tablet that asks: only the right one can open it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from mobile.platform.durable import replace_file
from mobile.store import Store
from mobile.transport.files import (
    PARCEL_SUFFIX,
    RECEIPT_SUFFIX,
    read_parcel_files,
    read_receipt_files,
)
from mobile.transport.link import (
    LinkDown,
    LinkRefused,
    NotOurServer,
    ServerFault,
    ServerLink,
    SlowDown,
)
from shared.errors import ParcelUnreadable
from shared.identifiers import ParcelId
from shared.wire.envelope import MessageKind, split_header
from shared.wire.limits import MAX_PARCEL_BYTES
from shared.wire.parcels import parcel_id_of
from shared.wire.receipts import receipt_parcel

FAULTS_IN_A_RUN = 4
"""After so many parcels the office failed on, it is the office that is broken."""
_PREFIX = b"carried "
_HEAD_BYTES = len(_PREFIX) + 32 + 1
_WAITING, _ANSWERED = b"P", b"R"


@dataclass(frozen=True, slots=True)
class Load:
    """What this tablet carries for others: parcels without an answer, receipts to hand back."""

    parcels: int
    receipts: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one way to the office brought. refused: parcels the office would not take at all.
    problem: text id of what stopped it, "" when nothing did."""

    delivered: int
    refused: int
    problem: str


class Relay:
    """Use case: takes parcels over, delivers them, hands receipts back."""

    def __init__(self, store: Store, link: Callable[[], ServerLink]) -> None:
        self._store, self._link = store, link
        self._under_way: ServerLink | None = None
        self._stopped = False

    def load(self) -> Load:
        """How much is being carried."""
        kinds = [kind for _, kind, _ in self._carried()]
        return Load(kinds.count(_WAITING), kinds.count(_ANSWERED))

    def take(self, parcel: bytes) -> ParcelId:
        """Takes a parcel over; durable when it returns. Taking it twice is taking it once.

        Raises ParcelUnreadable for something that is no parcel.
        """
        if len(parcel) > MAX_PARCEL_BYTES:
            raise ParcelUnreadable("This is too large to be a parcel.")
        split_header(MessageKind.PARCEL, parcel)
        parcel_id = parcel_id_of(parcel)
        if self._store.carried.get(parcel_id) is None:
            self._keep(parcel_id, _WAITING, parcel)
        return parcel_id

    def take_folder(self, folder: Path) -> int:
        """Takes over every parcel file in a folder; gives how many it was.

        A file that is no parcel is passed over.
        """
        taken = 0
        for parcel in read_parcel_files(folder):
            with contextlib.suppress(ParcelUnreadable):
                self.take(parcel)
                taken += 1
        return taken

    def deliver(self, cancelled: Callable[[], bool] = lambda: False) -> Delivery:
        """Sends every parcel that has no receipt yet; never raises for a bad link.

        A parcel that gets no readable answer stays. One the office refuses for itself (not signed
        by a tablet it knows), that makes it fail, or whose tablet has used up its quota, stays too
        and does not keep the others back.
        """
        delivered = refused = faults = 0
        problem = ""
        self._stopped = False
        try:
            link = self._under_way = self._link()
        except LinkDown as fault:
            return Delivery(0, 0, fault.text_id)
        try:
            for parcel_id, kind, parcel in self._carried():
                if kind != _WAITING or cancelled() or self._stopped:
                    continue
                try:
                    receipt = link.send_parcel(parcel)
                    if receipt_parcel(receipt) != parcel_id:
                        raise ParcelUnreadable("It answers another parcel.")
                except SlowDown as fault:
                    problem = fault.text_id
                    if fault.of_all:
                        break
                except ServerFault as fault:
                    problem, faults = fault.text_id, faults + 1
                    if faults >= FAULTS_IN_A_RUN:
                        break
                except LinkRefused as fault:
                    refused, problem = refused + 1, fault.text_id
                except (LinkDown, ParcelUnreadable) as fault:
                    if self._stopped:
                        break
                    # What cannot be read here was not the office's answer, whatever else it is.
                    down = fault if isinstance(fault, LinkDown) else NotOurServer()
                    problem = down.text_id
                    break
                else:
                    self._keep(parcel_id, _ANSWERED, receipt)
                    delivered += 1
        finally:
            self._under_way = None
            link.close()
        return Delivery(delivered, refused, problem)

    def stop(self) -> None:
        """Ends a delivery under way within a moment, from another thread; what is carried stays."""
        self._stopped, link = True, self._under_way
        if link is not None:
            link.close()

    def save_parcels(self, folder: Path) -> list[Path]:
        """Writes what is carried as files, to be carried on by stick."""
        return self._write(folder, _WAITING, PARCEL_SUFFIX)

    def read_receipts(self, folder: Path) -> int:
        """Takes the receipts of carried parcels out of a folder; gives how many."""
        waiting = {parcel_id for parcel_id, kind, _ in self._carried() if kind == _WAITING}
        taken = 0
        for receipt in read_receipt_files(folder):
            try:
                parcel_id = receipt_parcel(receipt)
            except ParcelUnreadable:
                continue
            if parcel_id in waiting:
                self._keep(parcel_id, _ANSWERED, receipt)
                taken += 1
        return taken

    def receipts(self) -> list[bytes]:
        """Every receipt to hand back, for a transport other than files."""
        return [data for _, kind, data in self._carried() if kind == _ANSWERED]

    def take_all(self, messages: Iterable[bytes]) -> int:
        """Takes over the parcels among what another tablet showed; gives how many it was."""
        taken = 0
        for message in messages:
            try:
                self.take(message)
            except ParcelUnreadable:
                continue  # a receipt, say: of use to its tablet only
            taken += 1
        return taken

    def hand_back(self, folder: Path) -> list[Path]:
        """Writes every receipt as a file for the tablets whose parcels were carried."""
        return self._write(folder, _ANSWERED, RECEIPT_SUFFIX)

    def forget_handed_back(self) -> int:
        """Lets go of the receipts, after their tablets have read them; gives how many."""
        answered = [parcel_id for parcel_id, kind, _ in self._carried() if kind == _ANSWERED]
        with self._store.transaction("relay"):
            for parcel_id in answered:
                self._store.carried.delete(parcel_id)
        return len(answered)

    def _write(self, folder: Path, wanted: bytes, suffix: str) -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for parcel_id, kind, data in self._carried():
            if kind == wanted:
                path = folder / f"{parcel_id}{suffix}"
                replace_file(path, data)
                written.append(path)
        return written

    def _keep(self, parcel_id: ParcelId, kind: bytes, data: bytes) -> None:
        with self._store.transaction("relay"):
            self._store.carried.put(parcel_id, _PREFIX + parcel_id.encode() + kind + data)

    def _carried(self) -> list[tuple[ParcelId, bytes, bytes]]:
        return sorted(
            (
                ParcelId(content[len(_PREFIX) : _HEAD_BYTES - 1].decode()),
                content[_HEAD_BYTES - 1 : _HEAD_BYTES],
                content[_HEAD_BYTES:],
            )
            for content in self._store.carried.contents()
            if content.startswith(_PREFIX)
        )
