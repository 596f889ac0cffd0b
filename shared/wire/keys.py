"""The keys of a tablet and of a programme: one pair to sign (Ed25519), one to open (X25519).

Keys are raw bytes here; how they are kept safe is the business of the tablet's store and of the
server's key file.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.errors import SignatureInvalid, WireError
from shared.identifiers import RandomBytes
from shared.wire import hpke

KEY_BYTES = 32
SIGNATURE_BYTES = 64
_FINGERPRINT_DOMAIN = b"tally87/1 public keys\x00"
FINGERPRINT_BYTES = 16


@dataclass(frozen=True)
class PublicKeys:
    """What others need: to check a signature (Ed25519) and to seal (X25519); 32 bytes each."""

    signing: bytes
    sealing: bytes

    def __post_init__(self) -> None:
        _must_be_keys(self.signing, self.sealing)

    def to_bytes(self) -> bytes:
        """64 bytes: signing key, then sealing key."""
        return self.signing + self.sealing

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The inverse of ``to_bytes``. Raises WireError unless there are 64 bytes."""
        return cls(*_halves(data))

    def fingerprint(self) -> bytes:
        """16 bytes that stand for both keys (SHA-256 with its own domain, cut to 128 bits)."""
        return hashlib.sha256(_FINGERPRINT_DOMAIN + self.to_bytes()).digest()[:FINGERPRINT_BYTES]

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raises SignatureInvalid unless the signing key's owner signed this message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.signing).verify(signature, message)
        # ValueError: the key itself is not a point of the curve.
        except (InvalidSignature, ValueError):
            raise SignatureInvalid("It is not signed by whom it names.") from None


@dataclass(frozen=True)
class PrivateKeys:
    """Both private keys: the Ed25519 seed (RFC 8032) and the X25519 scalar (RFC 7748).

    Never shown: the keys are left out of ``repr``.
    """

    signing: bytes = field(repr=False)
    sealing: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _must_be_keys(self.signing, self.sealing)

    @classmethod
    def generate(cls, random_bytes: RandomBytes) -> Self:
        """Fresh keys from 64 random bytes."""
        return cls(random_bytes(KEY_BYTES), hpke.derive_private_key(random_bytes(KEY_BYTES)))

    @cached_property
    def public(self) -> PublicKeys:
        """The public halves."""
        return PublicKeys(
            self._signer.public_key().public_bytes_raw(), hpke.public_key_of(self.sealing)
        )

    @cached_property
    def _signer(self) -> Ed25519PrivateKey:
        # To read a key takes longer than to sign with it.
        return Ed25519PrivateKey.from_private_bytes(self.signing)

    def to_bytes(self) -> bytes:
        """64 secret bytes: signing seed, then sealing key."""
        return self.signing + self.sealing

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The inverse of ``to_bytes``. Raises WireError unless there are 64 bytes."""
        return cls(*_halves(data))

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature (64 bytes, RFC 8032 section 5.1.6; deterministic)."""
        return self._signer.sign(message)


@dataclass(frozen=True)
class TabletKeys(PrivateKeys):
    """The private keys of one tablet."""


@dataclass(frozen=True)
class ProgrammeKeys(PrivateKeys):
    """The private keys of one programme (one country's deployment)."""


def _must_be_keys(*keys: bytes) -> None:
    if any(len(key) != KEY_BYTES for key in keys):
        raise WireError("A key has the wrong length.")


def _halves(data: bytes) -> tuple[bytes, bytes]:
    if len(data) != 2 * KEY_BYTES:
        raise WireError("A pair of keys has the wrong length.")
    return data[:KEY_BYTES], data[KEY_BYTES:]
