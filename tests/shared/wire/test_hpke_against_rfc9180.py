"""Sealing agrees with RFC 9180's own vectors and with cryptography's later implementation."""

from __future__ import annotations

import random

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import ParcelUnreadable
from shared.wire import hpke

# RFC 9180 appendix A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305, base mode.
INFO = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
IKM_E = bytes.fromhex("909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b")
SK_E = bytes.fromhex("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600")
ENC = bytes.fromhex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a")
IKM_R = bytes.fromhex("1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df")
SK_R = bytes.fromhex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")
PK_R = bytes.fromhex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a")
AAD = bytes.fromhex("436f756e742d30")
PLAINTEXT = bytes.fromhex("4265617574792069732074727574682c20747275746820626561757479")
CIPHERTEXT = bytes.fromhex(
    "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
)
# X25519 gives zero for a point of small order (RFC 7748 section 6.1); u = 1 is one.
SMALL_ORDER_POINT = (1).to_bytes(32, "little")


@pytest.fixture(scope="module")
def suite():
    implementation = pytest.importorskip("cryptography.hazmat.primitives.hpke")
    return implementation.Suite(
        implementation.KEM.X25519,
        implementation.KDF.HKDF_SHA256,
        implementation.AEAD.CHACHA20_POLY1305,
    )


def test_private_keys_are_derived_as_in_the_rfc() -> None:
    assert hpke.derive_private_key(IKM_E) == SK_E
    assert hpke.derive_private_key(IKM_R) == SK_R
    assert hpke.public_key_of(SK_R) == PK_R


def test_sealing_gives_the_bytes_of_the_rfc() -> None:
    sealed = hpke.seal(PK_R, PLAINTEXT, info=INFO, aad=AAD, random_bytes=lambda n: IKM_E[:n])

    assert sealed == ENC + CIPHERTEXT


def test_opening_the_bytes_of_the_rfc_gives_its_plaintext() -> None:
    assert hpke.open_sealed(SK_R, ENC + CIPHERTEXT, info=INFO, aad=AAD) == PLAINTEXT


@given(
    plaintext=st.binary(max_size=300),
    info=st.binary(max_size=40),
    seed=st.integers(),
)
def test_what_we_seal_cryptography_opens_and_the_other_way_round(
    suite, plaintext: bytes, info: bytes, seed: int
) -> None:
    ours = hpke.seal(
        PK_R, plaintext, info=info, aad=b"", random_bytes=random.Random(seed).randbytes
    )
    theirs = suite.encrypt(plaintext, X25519PublicKey.from_public_bytes(PK_R), info)

    assert suite.decrypt(ours, X25519PrivateKey.from_private_bytes(SK_R), info) == plaintext
    assert hpke.open_sealed(SK_R, theirs, info=info, aad=b"") == plaintext


@pytest.mark.parametrize("place", range(len(ENC) + len(CIPHERTEXT)))
def test_one_changed_byte_anywhere_is_refused(place: int) -> None:
    damaged = bytearray(ENC + CIPHERTEXT)
    damaged[place] ^= 1

    with pytest.raises(ParcelUnreadable):
        hpke.open_sealed(SK_R, bytes(damaged), info=INFO, aad=AAD)


@pytest.mark.parametrize("length", range(len(ENC) + len(CIPHERTEXT)))
def test_a_cut_anywhere_is_refused(length: int) -> None:
    with pytest.raises(ParcelUnreadable):
        hpke.open_sealed(SK_R, (ENC + CIPHERTEXT)[:length], info=INFO, aad=AAD)


@pytest.mark.parametrize(("info", "aad"), [(INFO, b"Count-1"), (b"other", AAD)])
def test_another_purpose_or_header_is_refused(info: bytes, aad: bytes) -> None:
    with pytest.raises(ParcelUnreadable):
        hpke.open_sealed(SK_R, ENC + CIPHERTEXT, info=info, aad=aad)


def test_a_point_of_small_order_is_refused_on_both_sides() -> None:
    with pytest.raises(ParcelUnreadable):
        hpke.open_sealed(SK_R, SMALL_ORDER_POINT + CIPHERTEXT, info=INFO, aad=AAD)
    with pytest.raises(ValueError, match=r"[Kk]ey"):
        hpke.seal(SMALL_ORDER_POINT, b"", info=INFO, aad=AAD, random_bytes=lambda n: IKM_E[:n])
