"""The certificate authority an office has for itself, signed by the programme.

A tablet whose system does not know that authority asks for it where it enrols, over a connection it
cannot trust yet: what comes is trusted for the programme's signature, and the ticket says whose
that is. It is no secret and the same for everybody.

    message = header || programme's public keys (64) || signature (64) || certificate (DER)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding

from shared.errors import ParcelUnreadable, SignatureInvalid
from shared.wire import cbor, envelope
from shared.wire.envelope import MessageKind
from shared.wire.keys import SIGNATURE_BYTES, ProgrammeKeys, PublicKeys

if TYPE_CHECKING:
    from cryptography import x509

MAX_AUTHORITY_BYTES = 8192
"""Far above any certificate of one authority (1 to 2 kB)."""
_TO_ANYBODY = bytes(16)
_PUBLIC_BYTES = 64


def sign_authority(certificate: bytes, programme_keys: ProgrammeKeys) -> bytes:
    """The message about this authority. certificate: in PEM or DER. Raises ValueError for anything
    that is not the certificate of one authority."""
    der = _read(certificate).public_bytes(Encoding.DER)
    kind = MessageKind.AUTHORITY
    public = programme_keys.public.to_bytes()
    header = envelope.header_of(kind)
    signature = envelope.sign(kind, programme_keys, _TO_ANYBODY, header, der)
    return header + public + signature + der


def open_authority(data: bytes, programme_fingerprint: str) -> bytes:
    """The certificate in this message, DER. programme_fingerprint: of the programme's keys, or as
    much of it as a ticket has, hexadecimal digits.

    Raises ParcelUnreadable, or SignatureInvalid when another programme made it.
    """
    if len(data) > MAX_AUTHORITY_BYTES:
        raise ParcelUnreadable("This is too large to be the certificate of an authority.")
    kind = MessageKind.AUTHORITY
    header, rest = envelope.split_header(kind, data)
    reader = cbor.Reader(rest)
    public = PublicKeys.from_bytes(reader.take(_PUBLIC_BYTES))
    signature = reader.take(SIGNATURE_BYTES)
    der = rest[_PUBLIC_BYTES + SIGNATURE_BYTES :]
    if not programme_fingerprint or not public.fingerprint().hex().startswith(
        programme_fingerprint
    ):
        raise SignatureInvalid("It comes from another programme than this tablet's.")
    envelope.verify(kind, public, _TO_ANYBODY, header, signature, der)
    try:
        _read(der)
    except ValueError:
        raise ParcelUnreadable("It holds no certificate of an authority.") from None
    return der


def valid_from_s(certificate: bytes) -> int:
    """When it begins to be valid, seconds since 1970: of two, the later one is the newer."""
    return int(_read(certificate).not_valid_before_utc.timestamp())


def _read(certificate: bytes) -> x509.Certificate:
    """Raises ValueError."""
    from cryptography import x509  # 4 MB, for what few tablets ever meet

    if b"-----BEGIN" in certificate:
        found = x509.load_pem_x509_certificates(certificate)
        if len(found) != 1:
            raise ValueError("Name a file with the certificate of one authority.")
        read = found[0]
    else:
        read = x509.load_der_x509_certificate(certificate)
    try:
        limits = read.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        raise ValueError("It is no certificate of an authority.") from None
    if not limits.ca:
        raise ValueError("It is no certificate of an authority.")
    return read
