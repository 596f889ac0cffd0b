"""One envelope for every message: signed inside, sealed outside.

    data    = header || enc || AEAD(signature || body)
    header  = "T87" || kind || protocol version || what the kind adds

The signature covers the header, the body and whom it is meant for, so that nobody who can open a
message can seal it again to somebody else and have it pass. The seal hides who signed.
"""

from __future__ import annotations

from enum import Enum

from shared.errors import ParcelUnreadable
from shared.identifiers import RandomBytes
from shared.wire import hpke
from shared.wire.keys import SIGNATURE_BYTES, PrivateKeys, PublicKeys

PROTOCOL_VERSION = 1
"""In every header. A reader refuses versions it does not know; see docs/wire-protocol.md."""
_MAGIC = b"T87"


class MessageKind(Enum):
    """The fourth byte of every message, and the words that keep signatures of kinds apart."""

    PARCEL = b"P", b"tally87/1 parcel\x00"
    RECEIPT = b"R", b"tally87/1 receipt\x00"
    ENROLMENT_REQUEST = b"E", b"tally87/1 enrolment request\x00"
    ENROLMENT_REPLY = b"A", b"tally87/1 enrolment reply\x00"
    EDITION = b"M", b"tally87/1 edition manifest\x00"
    ASKING = b"G", b"tally87/1 asking for reference data\x00"
    PIECE = b"C", b"tally87/1 piece of reference data\x00"
    NOTES = b"N", b"tally87/1 notes\x00"
    AUTHORITY = b"T", b"tally87/1 authority\x00"

    @property
    def letter(self) -> bytes:
        """One byte of the header."""
        return self.value[0]

    @property
    def domain(self) -> bytes:
        """Starts every signed text and every HPKE info of this kind."""
        return self.value[1]


def header_of(kind: MessageKind, extra: bytes = b"") -> bytes:
    """The clear bytes a message of this kind begins with."""
    return _MAGIC + kind.letter + bytes((PROTOCOL_VERSION,)) + extra


def split_header(kind: MessageKind, data: bytes, extra_bytes: int = 0) -> tuple[bytes, bytes]:
    """Header and rest. Raises ParcelUnreadable unless data is of this kind and our version."""
    start = header_of(kind)
    length = len(start) + extra_bytes
    if len(data) < length or data[:4] != start[:4]:
        raise ParcelUnreadable("This is not a Tally87 message of the expected kind.")
    if data[4] != PROTOCOL_VERSION:
        raise ParcelUnreadable(f"It is of version {data[4]}; this side reads {PROTOCOL_VERSION}.")
    return data[:length], data[length:]


def sign(
    kind: MessageKind, signer: PrivateKeys, recipient: bytes, header: bytes, body: bytes
) -> bytes:
    """Signature (64 bytes) over kind, recipient (16-byte fingerprint of keys), header and body."""
    return signer.sign(kind.domain + recipient + header + body)


def verify(
    kind: MessageKind,
    signer: PublicKeys,
    recipient: bytes,
    header: bytes,
    signature: bytes,
    body: bytes,
) -> None:
    """Raises SignatureInvalid unless ``sign`` made this signature from the same five things."""
    signer.verify(signature, kind.domain + recipient + header + body)


def seal(
    kind: MessageKind,
    header: bytes,
    body: bytes,
    *,
    signer: PrivateKeys,
    recipient: PublicKeys,
    random_bytes: RandomBytes,
) -> bytes:
    """The whole message: body signed by ``signer`` and readable by ``recipient`` only."""
    to = recipient.fingerprint()
    signature = sign(kind, signer, to, header, body)
    return header + hpke.seal(
        recipient.sealing,
        signature + body,
        info=kind.domain + to,
        aad=header,
        random_bytes=random_bytes,
    )


def unseal(
    kind: MessageKind, header: bytes, sealed: bytes, *, recipient: PrivateKeys
) -> tuple[bytes, bytes]:
    """Signature and body of a message sealed to ``recipient``; the signature is NOT yet checked.

    Raises ParcelUnreadable when it was damaged or sealed to somebody else.
    """
    inner = hpke.open_sealed(
        recipient.sealing, sealed, info=kind.domain + recipient.public.fingerprint(), aad=header
    )
    if len(inner) < SIGNATURE_BYTES:
        raise ParcelUnreadable("The sealed part is too short to be signed.")
    return inner[:SIGNATURE_BYTES], inner[SIGNATURE_BYTES:]
