"""True counts sealed for the office alone, and the signature of an edition.

The signing key is the programme's own (Ed25519, RFC 8032): its public half is the one thing of the
office that is already outside, on every tablet and in the papers of the programme. A domain of its
own keeps a signature of an edition from ever being taken for one of a receipt. The sealing key is
derived from the same file (HKDF, RFC 5869), so that a stolen database holds no readable count
table, and an edition can be verified for as long as the programme has its key.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.errors import ServiceError
from shared.identifiers import RandomBytes
from shared.wire.keys import ProgrammeKeys, PublicKeys

SIGNED = b"tally87/1 edition of tables\x00"
_SEALED = b"tally87/1 sealed counts\x00"
_NONCE_BYTES = 12


class CountsNotOpened(ServiceError):
    """Sealed counts that were changed, or belong to another programme or release."""


def sealed(keys: ProgrammeKeys, about: bytes, data: bytes, random_bytes: RandomBytes) -> bytes:
    """Data that only this programme reads, bound to what it is about (AES-256-GCM)."""
    nonce = random_bytes(_NONCE_BYTES)
    return nonce + AESGCM(_key(keys)).encrypt(nonce, data, _SEALED + about)


def unsealed(keys: ProgrammeKeys, about: bytes, data: bytes) -> bytes:
    """The inverse of ``sealed``. Raises CountsNotOpened."""
    try:
        return AESGCM(_key(keys)).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _SEALED + about)
    except InvalidTag:
        raise CountsNotOpened("The sealed counts of this release cannot be opened.") from None


def signature(keys: ProgrammeKeys, manifest: bytes) -> bytes:
    """The programme's signature of an edition; 64 bytes."""
    return keys.sign(SIGNED + manifest)


def must_be_signed(public: PublicKeys, manifest: bytes, signed: bytes) -> None:
    """Raises SignatureInvalid unless the programme signed this edition."""
    public.verify(signed, SIGNED + manifest)


def _key(keys: ProgrammeKeys) -> bytes:
    return HKDF(SHA256(), 32, None, _SEALED).derive(keys.signing)
