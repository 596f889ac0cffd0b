"""Sealing to a public key: HPKE base mode, single shot (RFC 9180), from primitives.

Suite: DHKEM(X25519, HKDF-SHA256) 0x0020, HKDF-SHA256 0x0001, ChaCha20-Poly1305 0x0003. Written out
here because python-for-android ships a ``cryptography`` older than the one that has HPKE; the
tests hold it to the RFC's vectors and to that newer implementation.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from shared.errors import ParcelUnreadable
from shared.identifiers import RandomBytes

ENCAPSULATED_KEY_BYTES = 32
TAG_BYTES = 16
OVERHEAD_BYTES = ENCAPSULATED_KEY_BYTES + TAG_BYTES
"""What sealing adds to the plaintext."""

_KEM_ID, _KDF_ID, _AEAD_ID = 0x0020, 0x0001, 0x0003
_KEM_SUITE = b"KEM" + _KEM_ID.to_bytes(2, "big")
_SUITE = b"HPKE" + b"".join(i.to_bytes(2, "big") for i in (_KEM_ID, _KDF_ID, _AEAD_ID))
_BASE_MODE = b"\x00"
_KEY_BYTES, _NONCE_BYTES = 32, 12


def public_key_of(private: bytes) -> bytes:
    """The X25519 public key (32 bytes) of a private one (32 bytes)."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def can_be_sealed_to(public: bytes) -> bool:
    """Whether anything can be: not to a point of small order (RFC 7748 section 6.1)."""
    try:
        X25519PrivateKey.from_private_bytes(bytes(_KEY_BYTES)).exchange(
            X25519PublicKey.from_public_bytes(public)
        )
    except ValueError:
        return False
    return True


def seal(
    public: bytes, plaintext: bytes, *, info: bytes, aad: bytes, random_bytes: RandomBytes
) -> bytes:
    """``enc || ciphertext``: SealBase of RFC 9180 section 6.1, readable by the key's owner only.

    info: what the message is for; aad: bytes that travel beside it. Both must be the same on
    opening. random_bytes: 32 bytes are taken for the ephemeral key (DeriveKeyPair, 7.1.3).
    Raises ValueError when ``public`` is not a usable X25519 key.
    """
    ephemeral = X25519PrivateKey.from_private_bytes(derive_private_key(random_bytes(32)))
    enc = ephemeral.public_key().public_bytes_raw()
    dh = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    key, nonce = _key_schedule(_shared_secret(dh, enc + public), info)
    return enc + ChaCha20Poly1305(key).encrypt(nonce, plaintext, aad)


def open_sealed(private: bytes, sealed: bytes, *, info: bytes, aad: bytes) -> bytes:
    """The plaintext of what ``seal`` made: OpenBase of RFC 9180 section 6.1.

    Raises ParcelUnreadable when it was damaged, cut short or sealed to somebody else.
    """
    if len(sealed) < OVERHEAD_BYTES:
        raise ParcelUnreadable("The sealed part is cut short.")
    enc, ciphertext = sealed[:ENCAPSULATED_KEY_BYTES], sealed[ENCAPSULATED_KEY_BYTES:]
    own = X25519PrivateKey.from_private_bytes(private)
    try:
        dh = own.exchange(X25519PublicKey.from_public_bytes(enc))
        key, nonce = _key_schedule(
            _shared_secret(dh, enc + own.public_key().public_bytes_raw()), info
        )
        return ChaCha20Poly1305(key).decrypt(nonce, ciphertext, aad)
    # ValueError: the encapsulated key is a point of small order (RFC 7748 section 6.1).
    except (InvalidTag, ValueError):
        raise ParcelUnreadable("It is damaged, or sealed to somebody else.") from None


def derive_private_key(ikm: bytes) -> bytes:
    """DeriveKeyPair of RFC 9180 section 7.1.3 for X25519: a private key from 32 random bytes."""
    prk = _labeled_extract(_KEM_SUITE, b"", b"dkp_prk", ikm)
    return _labeled_expand(_KEM_SUITE, prk, b"sk", b"", 32)


def _shared_secret(dh: bytes, kem_context: bytes) -> bytes:
    prk = _labeled_extract(_KEM_SUITE, b"", b"eae_prk", dh)
    return _labeled_expand(_KEM_SUITE, prk, b"shared_secret", kem_context, 32)


def _key_schedule(shared_secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Key and base nonce (RFC 9180 section 5.1, mode base: no pre-shared key)."""
    context = (
        _BASE_MODE
        + _labeled_extract(_SUITE, b"", b"psk_id_hash", b"")
        + _labeled_extract(_SUITE, b"", b"info_hash", info)
    )
    secret = _labeled_extract(_SUITE, shared_secret, b"secret", b"")
    return (
        _labeled_expand(_SUITE, secret, b"key", context, _KEY_BYTES),
        _labeled_expand(_SUITE, secret, b"base_nonce", context, _NONCE_BYTES),
    )


def _labeled_extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, hashlib.sha256)


def _labeled_expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand (RFC 5869) for at most one block, which is all this suite needs."""
    labeled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(prk, labeled + b"\x01", hashlib.sha256)[:length]
