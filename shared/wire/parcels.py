"""A parcel: records of one tablet, signed by it and sealed to its programme.

The same bytes whatever the road: HTTPS, a file, another tablet. A parcel without records is the
question "is there anything new?". It may name notes of the office that have arrived, and bring
answers to what the office asked of the tablet. Who sent it is inside the seal, so a parcel that is
found or carried shows only which format it has and how long it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from shared.errors import ParcelUnreadable, SignatureInvalid
from shared.identifiers import ParcelId, RandomBytes, TabletId
from shared.wire import cbor, envelope
from shared.wire.answers import Answer, answers_in, answers_item
from shared.wire.envelope import MessageKind
from shared.wire.keys import ProgrammeKeys, PublicKeys, TabletKeys
from shared.wire.limits import MAX_PARCEL_BYTES
from shared.wire.notes import NoteId, acknowledged_in, acknowledgement_item
from shared.wire.outline import UnpackedRecord
from shared.wire.packing import pack, unpack
from shared.wire.squeeze import LATEST_DICTIONARY

_TABLET_ID_BYTES = 8
_ID_DOMAIN = b"tally87/1 parcel id\x00"
_ID_BYTES = 16
_BYTE_STRING, _ARRAY = 2, 4
"""Major types of CBOR (RFC 8949, 3.1) of acknowledgements and of answers; packed records begin with
a number."""


@dataclass(frozen=True)
class SealedParcel:
    """What travels, and the id by which its receipt will name it."""

    parcel_id: ParcelId
    data: bytes


@dataclass(frozen=True)
class OpenedParcel:
    """What the server reads: whose it is, the tablet's clock (seconds since 1970), the records, the
    notes the tablet has, and what it answers."""

    parcel_id: ParcelId
    tablet_id: TabletId
    clock_s: int
    unpacked: tuple[UnpackedRecord, ...]
    acknowledged: tuple[NoteId, ...] = ()
    answers: tuple[Answer, ...] = ()

    @property
    def records(self) -> tuple[bytes, ...]:
        """The bytes of the records."""
        return tuple([one.data for one in self.unpacked])


def parcel_id_of(data: bytes) -> ParcelId:
    """The id of a sealed parcel: a hash of all its bytes."""
    return ParcelId(hashlib.sha256(_ID_DOMAIN + data).digest()[:_ID_BYTES].hex())


def seal_parcel(
    records: Sequence[bytes],
    *,
    tablet_id: TabletId,
    tablet_keys: TabletKeys,
    programme_public: PublicKeys,
    clock_s: int,
    random: RandomBytes,
    dictionary: int = LATEST_DICTIONARY,
    acknowledged: Iterable[NoteId] = (),
    answers: Iterable[Answer] = (),
) -> SealedParcel:
    """The canonical records as a parcel; every call gives other bytes and another parcel id.

    clock_s: the tablet's clock, so that the server can see how wrong it is. dictionary: an older
    number makes parcels an older server can read. acknowledged: notes that are
    kept here; only an office that gave them can read a parcel that names any. answers: to what the
    office asked for in a way that says it reads them. Raises ValueError
    when the records are more than the limits allow: send fewer.
    """
    arrived, said = list(acknowledged), list(answers)
    body = (
        bytes.fromhex(tablet_id)
        + cbor.encode(max(0, clock_s))
        + (acknowledgement_item(arrived) if arrived else b"")
        + (answers_item(said) if said else b"")
        + pack(records, dictionary)
    )
    data = envelope.seal(
        MessageKind.PARCEL,
        envelope.header_of(MessageKind.PARCEL),
        body,
        signer=tablet_keys,
        recipient=programme_public,
        random_bytes=random,
    )
    if len(data) > MAX_PARCEL_BYTES:
        raise ValueError(f"This parcel would be larger than {MAX_PARCEL_BYTES} bytes.")
    return SealedParcel(parcel_id_of(data), data)


def open_parcel(
    data: bytes,
    *,
    programme_keys: ProgrammeKeys,
    tablet_public: Callable[[TabletId], PublicKeys | None],
) -> OpenedParcel:
    """The parcel in these bytes, nothing of it unpacked before its signature has been checked.

    tablet_public: the public keys of an enrolled tablet, revoked ones too (what to do with those
    is the caller's decision); None for an unknown one.
    Raises ParcelUnreadable (damaged, too large, sealed to another programme, not of this version)
    or SignatureInvalid (unknown tablet, or not signed by it).
    """
    if len(data) > MAX_PARCEL_BYTES:
        raise ParcelUnreadable(f"A parcel of more than {MAX_PARCEL_BYTES} bytes is refused.")
    header, sealed = envelope.split_header(MessageKind.PARCEL, data)
    signature, body = envelope.unseal(MessageKind.PARCEL, header, sealed, recipient=programme_keys)
    reader = cbor.Reader(body)
    tablet_id = TabletId(reader.take(_TABLET_ID_BYTES).hex())
    public = tablet_public(tablet_id)
    if public is None:
        raise SignatureInvalid("The tablet that signed it is not enrolled in this programme.")
    to = programme_keys.public.fingerprint()
    envelope.verify(MessageKind.PARCEL, public, to, header, signature, body)
    clock_s = reader.item()
    if type(clock_s) is not int or clock_s < 0:
        raise ParcelUnreadable("The parcel is not laid out as this version of the protocol says.")
    acknowledged: tuple[NoteId, ...] = ()
    if _next_is(_BYTE_STRING, body, reader):
        acknowledged = acknowledged_in(reader.item())
    answers = answers_in(reader.item()) if _next_is(_ARRAY, body, reader) else ()
    records = unpack(reader.take(len(body) - reader.at))
    return OpenedParcel(parcel_id_of(data), tablet_id, clock_s, records, acknowledged, answers)


def _next_is(major: int, body: bytes, reader: cbor.Reader) -> bool:
    return reader.at < len(body) and body[reader.at] >> 5 == major
