"""A parcel is opened by its programme, from its tablet, undamaged; or not at all."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import ParcelUnreadable, SignatureInvalid
from shared.identifiers import TabletId
from shared.wire import cbor, envelope
from shared.wire.envelope import MessageKind
from shared.wire.keys import ProgrammeKeys, PublicKeys, TabletKeys
from shared.wire.limits import MAX_PARCEL_BYTES, MAX_RECORD_BYTES
from shared.wire.parcels import OpenedParcel, SealedParcel, open_parcel, parcel_id_of, seal_parcel

TABLET = TabletId("00112233445566aa")
RECORDS = [b"one record", b"another one"]
CLOCK_S = 1_790_000_000

GOLDEN_IDLE_PARCEL = (
    "54383750015d47b333836d7ff92cf914955cdd9ef7f504e592f7f50e7f772395eee167f93d139f23"
    "2bbf65a41ff8f1e784655062ac35c89c9ec7af7a268125e5d8c76ed2a270ea3acfc01a2454d1aa69"
    "df27842daeda74405fc4b36bb27db29fee0658fbb5ffe09a02f9d0279cfc83d5ece47744b17d19ca"
    "82e7608352b4e349fd1f"
)


@pytest.fixture
def sealed(tablet_keys: TabletKeys, programme_keys: ProgrammeKeys) -> SealedParcel:
    return sealed_with(tablet_keys, programme_keys)


def sealed_with(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys, **changes: Any
) -> SealedParcel:
    wanted: dict[str, Any] = {
        "tablet_id": TABLET,
        "tablet_keys": tablet_keys,
        "programme_public": programme_keys.public,
        "clock_s": CLOCK_S,
        "random": random.Random(5).randbytes,
    }
    return seal_parcel(changes.pop("records", RECORDS), **wanted | changes)


def opened_with(
    data: bytes, programme_keys: ProgrammeKeys, tablet_public: PublicKeys | None
) -> OpenedParcel:
    return open_parcel(
        data,
        programme_keys=programme_keys,
        tablet_public=lambda tablet_id: tablet_public if tablet_id == TABLET else None,
    )


def test_a_cut_anywhere_is_refused(
    sealed: SealedParcel, tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    for length in range(len(sealed.data)):
        with pytest.raises(ParcelUnreadable):
            opened_with(sealed.data[:length], programme_keys, tablet_keys.public)


def test_one_changed_bit_anywhere_is_refused(
    sealed: SealedParcel, tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    for place in range(len(sealed.data)):
        damaged = bytearray(sealed.data)
        damaged[place] ^= 1 << place % 8
        with pytest.raises(ParcelUnreadable):
            opened_with(bytes(damaged), programme_keys, tablet_keys.public)


def test_bytes_added_at_the_end_are_refused(
    sealed: SealedParcel, tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    with pytest.raises(ParcelUnreadable):
        opened_with(sealed.data + b"\x00", programme_keys, tablet_keys.public)


@given(data=st.binary(max_size=300), start=st.sampled_from([b"", b"T87P\x01", b"T87P\x02"]))
def test_random_bytes_raise_nothing_but_parcel_unreadable(
    data: bytes, start: bytes, tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    with pytest.raises(ParcelUnreadable):
        opened_with(start + data, programme_keys, tablet_keys.public)


@given(body=st.binary(max_size=120))
def test_any_signed_body_raises_nothing_but_parcel_unreadable(
    body: bytes, tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    """A tablet with broken software: the signature is right and the content is not."""
    data = envelope.seal(
        MessageKind.PARCEL,
        envelope.header_of(MessageKind.PARCEL),
        bytes.fromhex(TABLET) + body,
        signer=tablet_keys,
        recipient=programme_keys.public,
        random_bytes=random.Random(1).randbytes,
    )

    try:
        opened = opened_with(data, programme_keys, tablet_keys.public)
    except ParcelUnreadable:
        return

    assert cbor.decode(cbor.encode(opened.clock_s)) == opened.clock_s


def test_another_programme_cannot_open_it(
    sealed: SealedParcel, tablet_keys: TabletKeys, dice: random.Random
) -> None:
    stranger = ProgrammeKeys.generate(dice.randbytes)

    with pytest.raises(ParcelUnreadable):
        opened_with(sealed.data, stranger, tablet_keys.public)


def test_a_parcel_sealed_again_to_another_programme_is_not_signed_for_it(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys, dice: random.Random
) -> None:
    """Who can open a parcel could pass its content on; the signature names whom it was for."""
    sealed = sealed_with(tablet_keys, programme_keys)
    other = ProgrammeKeys.generate(dice.randbytes)
    header, rest = envelope.split_header(MessageKind.PARCEL, sealed.data)
    signature, body = envelope.unseal(MessageKind.PARCEL, header, rest, recipient=programme_keys)
    again = header + envelope.hpke.seal(
        other.public.sealing,
        signature + body,
        info=MessageKind.PARCEL.domain + other.public.fingerprint(),
        aad=header,
        random_bytes=dice.randbytes,
    )

    with pytest.raises(SignatureInvalid):
        opened_with(again, other, tablet_keys.public)


def test_an_unknown_tablet_is_refused(sealed: SealedParcel, programme_keys: ProgrammeKeys) -> None:
    with pytest.raises(SignatureInvalid, match="not enrolled"):
        opened_with(sealed.data, programme_keys, None)


def test_one_tablet_cannot_sign_for_another(
    sealed: SealedParcel, programme_keys: ProgrammeKeys, dice: random.Random
) -> None:
    with pytest.raises(SignatureInvalid):
        opened_with(sealed.data, programme_keys, TabletKeys.generate(dice.randbytes).public)


def test_nothing_is_unpacked_before_the_signature_is_checked(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys, dice: random.Random
) -> None:
    """A bomb of a stranger costs one signature check: it is not even inflated."""
    data = envelope.seal(
        MessageKind.PARCEL,
        envelope.header_of(MessageKind.PARCEL),
        bytes.fromhex(TABLET) + cbor.encode(CLOCK_S) + b"no packing at all",
        signer=TabletKeys.generate(dice.randbytes),
        recipient=programme_keys.public,
        random_bytes=dice.randbytes,
    )

    with pytest.raises(SignatureInvalid):
        opened_with(data, programme_keys, tablet_keys.public)


def test_a_receipt_is_not_a_parcel(
    sealed: SealedParcel, tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    with pytest.raises(ParcelUnreadable, match="expected kind"):
        opened_with(b"T87R" + sealed.data[4:], programme_keys, tablet_keys.public)


def test_a_later_protocol_version_is_named_in_the_refusal(
    sealed: SealedParcel, tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    with pytest.raises(ParcelUnreadable, match="version 2; this side reads 1"):
        opened_with(b"T87P\x02" + sealed.data[5:], programme_keys, tablet_keys.public)


def test_a_parcel_that_is_too_large_is_refused_unread_and_not_written(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys, dice: random.Random
) -> None:
    with pytest.raises(ParcelUnreadable, match=str(MAX_PARCEL_BYTES)):
        opened_with(bytes(MAX_PARCEL_BYTES + 1), programme_keys, tablet_keys.public)
    noise = [dice.randbytes(MAX_RECORD_BYTES) for _ in range(4)]
    with pytest.raises(ValueError, match=str(MAX_PARCEL_BYTES)):
        sealed_with(tablet_keys, programme_keys, records=noise)


def test_the_same_records_never_make_the_same_bytes(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    one = sealed_with(tablet_keys, programme_keys, random=random.Random(1).randbytes)
    other = sealed_with(tablet_keys, programme_keys, random=random.Random(2).randbytes)

    assert one.parcel_id != other.parcel_id
    assert one.parcel_id == parcel_id_of(one.data)


def test_a_parcel_shows_no_tablet_and_no_record(
    sealed: SealedParcel, tablet_keys: TabletKeys
) -> None:
    for secret in (bytes.fromhex(TABLET), tablet_keys.public.signing, *RECORDS):
        assert secret not in sealed.data


def test_an_idle_check_is_130_bytes_and_opens(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    sealed = sealed_with(tablet_keys, programme_keys, records=[])

    opened = opened_with(sealed.data, programme_keys, tablet_keys.public)

    assert len(sealed.data) == 130
    assert opened == OpenedParcel(sealed.parcel_id, TABLET, CLOCK_S, ())


def test_a_clock_before_1970_is_sent_as_1970(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    sealed = sealed_with(tablet_keys, programme_keys, clock_s=-5)

    assert opened_with(sealed.data, programme_keys, tablet_keys.public).clock_s == 0


def test_the_bytes_of_a_worked_parcel_never_change(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    """Keys and randomness are fixed, so every byte is: other bytes are another protocol version.

    Without records, because builds of zlib may deflate the same bytes differently.
    """
    sealed = sealed_with(tablet_keys, programme_keys, records=[])

    assert sealed.data.hex() == GOLDEN_IDLE_PARCEL


def test_the_seal_of_an_encrypted_small_order_key_is_refused(
    sealed: SealedParcel, tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    evil = sealed.data[:5] + (1).to_bytes(32, "little") + sealed.data[37:]

    with pytest.raises(ParcelUnreadable):
        opened_with(evil, programme_keys, tablet_keys.public)
