"""Bytes that once got further than they should; each is refused now."""

from __future__ import annotations

import random

import pytest

from shared.errors import ParcelUnreadable, WireError
from shared.identifiers import ParcelId
from shared.lifecycle import Outcome
from shared.wire import cbor
from shared.wire.keys import ProgrammeKeys, PublicKeys, TabletKeys
from shared.wire.limits import MAX_RECEIPT_BYTES, MAX_RECORDS
from shared.wire.packing import pack, unpack
from shared.wire.receipts import Receipt, RecordOutcome, Totals, open_receipt, seal_receipt
from shared.wire.tickets import Ticket, open_enrolment_request, request_enrolment

# RFC 7748 section 6.1: points whose shared secret is zero with any key. Nothing can be sealed to
# them, so that an office that let such a tablet in would fail at every answer.
SMALL_ORDER = (
    bytes(32),
    b"\x01" + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
)


class ShowsAnotherKey(TabletKeys):
    """A tablet that shows a sealing key of its choice, and signs rightly (simulated attacker)."""

    shown = bytes(32)

    @property
    def public(self) -> PublicKeys:
        return PublicKeys(super().public.signing, self.shown)


@pytest.mark.parametrize("point", SMALL_ORDER)
def test_tablet_whose_key_nothing_can_be_sealed_to_is_not_enrolled(
    point: bytes, programme_keys: ProgrammeKeys, dice: random.Random
) -> None:
    ticket = Ticket.issue("", programme_keys.public, dice.randbytes)
    keys = ShowsAnotherKey.generate(dice.randbytes)
    ShowsAnotherKey.shown = point

    with pytest.raises(ParcelUnreadable):
        open_enrolment_request(
            request_enrolment(ticket, keys),
            programme_public=programme_keys.public,
            secret_of=lambda _: ticket.secret,
        )


def test_decimal_that_could_not_be_written_is_not_read() -> None:
    smaller = bytes.fromhex("c482203bfffffffffffffffe")
    assert cbor.encode(cbor.decode(smaller)) == smaller

    with pytest.raises(WireError):
        cbor.decode(bytes.fromhex("c482203bffffffffffffffff"))  # -2^64 tenths


def test_record_with_numbers_far_apart_is_packed_like_any_other() -> None:
    """Question numbers no questionnaire has: as differences they would not fit into 64 bits."""
    keys = (2**64 - 1, 1, -(2**64), 2)
    content = (keys[0], 1, keys[2], 3)
    fields = (
        *(1, 0, bytes(16), b"", 1, b"", bytes(8), "x", "", False, (), b"", b""),
        content,
    )
    record = cbor.encode(fields)

    assert [one.data for one in unpack(pack([record]))] == [record]


def test_receipt_of_a_parcel_full_of_findings_can_be_opened(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys, dice: random.Random
) -> None:
    """Else the tablet would never learn the outcomes, and send the same parcel for ever."""

    def finding(number: int) -> tuple[str, str, dict[str, int]]:
        return ("record.hidden_answered", f"question_{dice.getrandbits(200):x}", {"most": number})

    findings = [tuple(map(finding, range(100))) for _ in range(MAX_RECORDS)]
    receipt = Receipt(
        ParcelId("00" * 16),
        tuple(RecordOutcome(Outcome.REJECTED, found) for found in findings),
        Totals(),
    )
    data = seal_receipt(
        receipt,
        programme_keys=programme_keys,
        tablet_public=tablet_keys.public,
        random=dice.randbytes,
    )

    assert len(data) <= MAX_RECEIPT_BYTES
    opened = open_receipt(data, tablet_keys=tablet_keys, programme_public=programme_keys.public)
    assert [one.word for one in opened.outcomes] == [Outcome.REJECTED] * MAX_RECORDS
    for outcome, found in zip(opened.outcomes, findings, strict=True):
        assert 1 <= len(outcome.findings) <= len(found)
        assert outcome.findings == found[: len(outcome.findings)]


def test_receipt_that_says_the_same_twice_is_refused(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    from shared.wire import envelope
    from shared.wire.envelope import MessageKind

    for versions, findings in (((("a", "1") * 2), ()), ((), (0, ()) * 2)):
        items = (0, 0, bytes(8), versions, (), (0, 1), findings)
        body = b"\x00" + b"".join(map(cbor.encode, items))
        data = envelope.seal(
            MessageKind.RECEIPT,
            envelope.header_of(MessageKind.RECEIPT, bytes(16)),
            body,
            signer=programme_keys,
            recipient=tablet_keys.public,
            random_bytes=bytes,
        )
        with pytest.raises(ParcelUnreadable):
            open_receipt(data, tablet_keys=tablet_keys, programme_public=programme_keys.public)
