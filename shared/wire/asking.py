"""Asking the office for reference data: a small signed request, a piece of bytes in reply.

A request names what is wanted by its digest and from which byte on, so it depends on nothing that
was said before: sent again it gets the same piece again. The reply names the request it answers.

    request = "T87G" || version || sealed to the programme (signature || tablet id || items)
    reply   = "T87C" || version || sealed to the tablet (signature || request hash || items)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from shared.errors import ParcelUnreadable, SignatureInvalid
from shared.identifiers import RandomBytes, TabletId
from shared.wire import cbor, envelope
from shared.wire.bundles import DIGEST_BYTES
from shared.wire.envelope import MessageKind
from shared.wire.keys import ProgrammeKeys, PublicKeys, TabletKeys
from shared.wire.limits import MAX_ASKING_BYTES, MAX_CHUNK_BYTES, MAX_PART_BYTES

MANIFEST = ""
"""What is wanted when it is the manifest of the edition in force."""
_TABLET_ID_BYTES = 8
_HASH_DOMAIN = b"tally87/1 asking\x00"
_HASH_BYTES = 16


@dataclass(frozen=True)
class Wanted:
    """A piece that is asked for.

    digest: of a part, 32 hexadecimal digits, or MANIFEST. offset: the first byte wanted, of the
    squeezed part. most: bytes wanted at most, 1 to MAX_CHUNK_BYTES.
    """

    digest: str
    offset: int = 0
    most: int = MAX_CHUNK_BYTES


@dataclass(frozen=True)
class Piece:
    """What came: the bytes from the offset on, and how many there are in all."""

    total: int
    data: bytes


def seal_asking(
    wanted: Wanted,
    *,
    tablet_id: TabletId,
    tablet_keys: TabletKeys,
    programme_public: PublicKeys,
    random: RandomBytes,
) -> bytes:
    """The request as bytes."""
    items = (bytes.fromhex(wanted.digest), wanted.offset, wanted.most)
    return envelope.seal(
        MessageKind.ASKING,
        envelope.header_of(MessageKind.ASKING),
        bytes.fromhex(tablet_id) + cbor.encode(items),
        signer=tablet_keys,
        recipient=programme_public,
        random_bytes=random,
    )


def open_asking(
    data: bytes,
    *,
    programme_keys: ProgrammeKeys,
    tablet_public: Callable[[TabletId], PublicKeys | None],
) -> tuple[TabletId, Wanted]:
    """Who asks for what. tablet_public: as for open_parcel.

    Raises ParcelUnreadable (damaged, too large, not laid out so) or SignatureInvalid.
    """
    if len(data) > MAX_ASKING_BYTES:
        raise ParcelUnreadable(f"A request of more than {MAX_ASKING_BYTES} bytes is refused.")
    header, sealed = envelope.split_header(MessageKind.ASKING, data)
    signature, body = envelope.unseal(MessageKind.ASKING, header, sealed, recipient=programme_keys)
    reader = cbor.Reader(body)
    tablet_id = TabletId(reader.take(_TABLET_ID_BYTES).hex())
    public = tablet_public(tablet_id)
    if public is None:
        raise SignatureInvalid("The tablet that signed it is not enrolled in this programme.")
    to = programme_keys.public.fingerprint()
    envelope.verify(MessageKind.ASKING, public, to, header, signature, body)
    match cbor.decode(reader.take(len(body) - reader.at)):
        case (bytes(digest), int(offset), int(most)) if (
            type(offset) is int
            and type(most) is int
            and len(digest) in (0, DIGEST_BYTES)
            and 0 <= offset <= 2 * MAX_PART_BYTES
            and 0 < most <= MAX_CHUNK_BYTES
        ):
            return tablet_id, Wanted(digest.hex(), offset, most)
    raise ParcelUnreadable("The request is not laid out as this version of the protocol says.")


def seal_piece(
    piece: Piece,
    request: bytes,
    *,
    programme_keys: ProgrammeKeys,
    tablet_public: PublicKeys,
    random: RandomBytes,
) -> bytes:
    """The reply as bytes: signed by the programme, bound to this request, for this tablet."""
    return envelope.seal(
        MessageKind.PIECE,
        envelope.header_of(MessageKind.PIECE),
        _hash(request) + cbor.encode((piece.total, piece.data)),
        signer=programme_keys,
        recipient=tablet_public,
        random_bytes=random,
    )


def open_piece(
    data: bytes, request: bytes, *, tablet_keys: TabletKeys, programme_public: PublicKeys
) -> Piece:
    """The piece in these bytes.

    Raises ParcelUnreadable (damaged, too large, for another tablet, answers another request) or
    SignatureInvalid. A tablet treats both as if no answer had come.
    """
    if len(data) > MAX_CHUNK_BYTES + MAX_ASKING_BYTES:
        raise ParcelUnreadable(f"A piece of more than {MAX_CHUNK_BYTES} bytes is refused.")
    header, sealed = envelope.split_header(MessageKind.PIECE, data)
    signature, body = envelope.unseal(MessageKind.PIECE, header, sealed, recipient=tablet_keys)
    to = tablet_keys.public.fingerprint()
    envelope.verify(MessageKind.PIECE, programme_public, to, header, signature, body)
    reader = cbor.Reader(body)
    if reader.take(_HASH_BYTES) != _hash(request):
        raise ParcelUnreadable("It answers another request than this tablet's.")
    match cbor.decode(reader.take(len(body) - reader.at)):
        case (int(total), bytes(piece)) if (
            type(total) is int and len(piece) <= total and len(piece) <= MAX_CHUNK_BYTES
        ):
            return Piece(total, piece)
    raise ParcelUnreadable("The reply is not laid out as this version of the protocol says.")


def _hash(request: bytes) -> bytes:
    return hashlib.sha256(_HASH_DOMAIN + request).digest()[:_HASH_BYTES]
