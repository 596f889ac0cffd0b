"""Fuzz targets of the wire: every reader of bytes somebody else wrote.

What each holds to: only the errors it documents, and what was read can be written again.
"""

from __future__ import annotations

import hmac
import random
from collections.abc import Iterator
from itertools import chain

from shared.errors import ParcelUnreadable, RecordUnreadable, TicketInvalid, WireError
from shared.lifecycle import Outcome
from shared.wire import cbor
from shared.wire.envelope import MessageKind, header_of, sign
from shared.wire.keys import PublicKeys
from shared.wire.limits import (
    MAX_INFLATED_BYTES,
    MAX_NOTES,
    MAX_PARCEL_BYTES,
    MAX_RECORDS,
    MAX_UNPACKED_BYTES,
)
from shared.wire.notes import open_notes
from shared.wire.outline import take_apart
from shared.wire.packing import dense_of, pack, unpack
from shared.wire.parcels import open_parcel, seal_parcel
from shared.wire.receipts import (
    Receipt,
    RecordOutcome,
    Totals,
    open_receipt,
    receipt_parcel,
    seal_receipt,
)
from shared.wire.records import decode_record, encode_record
from shared.wire.squeeze import deflate, inflate, preset_dictionary
from shared.wire.tickets import (
    Membership,
    Ticket,
    open_enrolment_reply,
    open_enrolment_request,
    request_enrolment,
    seal_enrolment_reply,
)
from tests.fuzz.bytes_as_choices import Choices
from tests.fuzz.known import (
    CLOCK,
    TABLET,
    Target,
    prefixed,
    programme_keys,
    reference,
    sealed,
    tablet_keys,
    typical_bytes,
)


def _canonical_encoding(data: bytes) -> None:
    try:
        item = cbor.decode(data)
    except WireError:
        return
    assert cbor.encode(item) == data


def _canonical_seeds() -> Iterator[bytes]:
    yield from typical_bytes()
    yield from map(cbor.encode, (0, -1, 2**64 - 1, -(2**64), True, cbor.UNKNOWN, "é", b"\0", ()))
    yield from (bytes.fromhex("c48221197fff"), bytes.fromhex("c80c"))  # 3276.7; a plain 12


def _inflating(data: bytes) -> None:
    dictionary = preset_dictionary(data[0] % 2 if data else 0)
    limit = 1 << 16
    try:
        plain = inflate(data[1:], limit, dictionary)
    except ParcelUnreadable:
        return
    assert len(plain) <= limit
    assert inflate(deflate(plain, dictionary), limit, dictionary) == plain


def _inflating_seeds() -> Iterator[bytes]:
    dense = dense_of(typical_bytes())
    yield b"\x00" + deflate(dense)
    yield b"\x01" + deflate(dense, preset_dictionary(1))
    yield b"\x00" + deflate(bytes(1 << 17))


def _parcel_body(data: bytes) -> None:
    """data: what stands behind the tablet's id, signed by that tablet."""
    body = bytes.fromhex(TABLET) + data
    message = sealed(MessageKind.PARCEL, body, tablet_keys(), programme_keys().public)
    if len(message) <= MAX_PARCEL_BYTES:
        _open(message)


def _open(message: bytes) -> None:
    try:
        opened = open_parcel(
            message,
            programme_keys=programme_keys(),
            tablet_public=lambda tablet_id: tablet_keys().public if tablet_id == TABLET else None,
        )
    except WireError:
        return
    _hold_to_limits(opened.records)
    again = seal_parcel(
        opened.records,
        tablet_id=opened.tablet_id,
        tablet_keys=tablet_keys(),
        programme_public=programme_keys().public,
        clock_s=opened.clock_s,
        random=bytes,
    )
    reread = open_parcel(
        again.data,
        programme_keys=programme_keys(),
        tablet_public=lambda _: tablet_keys().public,
    )
    assert (reread.clock_s, reread.records) == (opened.clock_s, opened.records)


def _hold_to_limits(records: tuple[bytes, ...]) -> None:
    assert len(records) <= MAX_RECORDS
    assert sum(map(len, records)) <= MAX_UNPACKED_BYTES


def _parcel_seeds() -> Iterator[bytes]:
    records = typical_bytes()
    yield CLOCK
    for dictionary in (0, 1):
        yield CLOCK + pack(records, dictionary)
        yield CLOCK + pack(records[:1], dictionary)
    yield CLOCK + pack([b"a layout of tomorrow", *records[:2]])
    yield CLOCK + cbor.encode(bytes(range(16))) + pack(records[:1])


def _parcel_columns(data: bytes) -> None:
    """data: count, order, length of the run, the run, and the stream before it is deflated."""
    choices = Choices(data)
    count, order, length = choices.below(1024), choices.below(3), choices.below(4096)
    run = choices.piece(length)
    dense = choices.rest()
    packed = b"".join(map(cbor.encode, (count, 0, order, len(run)))) + run + deflate(dense)
    try:
        records = unpack(packed)
    except ParcelUnreadable:
        return
    assert len(records) == count
    plain = tuple(one.data for one in records)
    _hold_to_limits(plain)
    for one, again in zip(records, unpack(pack(plain)), strict=True):
        # What our own packing leaves as it is, for its classes are in no order, is read later.
        assert again == one or (again.data == one.data and again.fields is None)
        assert one.fields is None or repr(one.fields) == repr(cbor.decode(one.data))


def _column_seeds() -> Iterator[bytes]:
    for records in (typical_bytes(), typical_bytes()[:1]):
        for order in (0, 1):
            reader = cbor.Reader(pack(records, 0))
            count, _, _, length = (reader.item() for _ in range(4))
            assert isinstance(count, int)
            assert isinstance(length, int)
            run = reader.take(length)
            start = count.to_bytes(2, "big") + bytes((order,)) + length.to_bytes(2, "big")
            yield start + run + dense_of(records)


def _any_message(data: bytes) -> None:
    """Bytes off the road, by nobody known."""
    _open(data)
    for reader in (
        lambda: receipt_parcel(data),
        lambda: open_receipt(
            data, tablet_keys=tablet_keys(), programme_public=programme_keys().public
        ),
        lambda: open_enrolment_request(
            data, programme_public=programme_keys().public, secret_of=lambda _: None
        ),
    ):
        try:
            reader()
        except WireError:
            continue


def _message_seeds() -> Iterator[bytes]:
    for body in chain([b""], _parcel_seeds()):
        whole = bytes.fromhex(TABLET) + body
        yield sealed(MessageKind.PARCEL, whole, tablet_keys(), programme_keys().public)
    yield _receipt(_a_receipt())
    yield request_enrolment(_TICKET, tablet_keys())


def _packed_again(data: bytes) -> None:
    """Whatever a record is made of, packing gives it back."""
    choices = Choices(data)
    records = []
    while choices.left and len(records) < 8:
        records.append(choices.piece(choices.below(600)))
    known = [record for record in records if take_apart(record)]
    for some in (records, known):
        assert [one.data for one in unpack(pack(some))] == some


def _packed_seeds() -> Iterator[bytes]:
    for records in (typical_bytes()[:1], typical_bytes()[:3]):
        yield b"".join(len(record).to_bytes(2, "big") + record for record in records)


def _record(data: bytes) -> None:
    questionnaire = reference().questionnaire
    try:
        record = decode_record(data, lambda _: questionnaire)
    except RecordUnreadable:
        return
    assert encode_record(record, questionnaire) == data


def _receipt_body(data: bytes) -> None:
    extra = bytes(16)
    message = sealed(MessageKind.RECEIPT, data, programme_keys(), tablet_keys().public, extra)
    try:
        receipt = open_receipt(
            message, tablet_keys=tablet_keys(), programme_public=programme_keys().public
        )
    except WireError:
        return
    assert len(receipt.outcomes) <= MAX_RECORDS
    assert all(isinstance(one.word, Outcome) for one in receipt.outcomes)
    assert len(bytes.fromhex(receipt.totals.digest)) == 8


def _receipt_plain(data: bytes) -> None:
    """data: the items before they are deflated; both ways of packing must say the same."""
    if len(data) < MAX_INFLATED_BYTES:
        _receipt_body(b"\x00" + data)
        _receipt_body(b"\x01" + deflate(data))


def _a_receipt() -> Receipt:
    finding = ("answer.too_many", "workers_seen", {"most": 12, "share": 0.5, "list": "areas"})
    words = (Outcome.ACCEPTED, Outcome.REJECTED, Outcome.CONFLICT, Outcome.SUPERSEDED)
    outcomes = tuple(RecordOutcome(word, (finding,) * (word == words[1])) for word in words)
    versions = {"questionnaire": "0123456789abcdef", "profile": "2026-1"}
    totals = Totals(4, "00000000deadbeef")
    return Receipt("00" * 16, outcomes, totals, versions, 1, ("erase",))  # type: ignore[arg-type]


def _receipt(receipt: Receipt) -> bytes:
    return seal_receipt(
        receipt,
        programme_keys=programme_keys(),
        tablet_public=tablet_keys().public,
        random=random.Random(3).randbytes,
    )


def _receipt_items() -> bytes:
    from shared.wire import receipts

    return b"".join(map(cbor.encode, receipts._items(_a_receipt())))


def _notes_plain(data: bytes) -> None:
    """data: the array of notes before it is deflated."""
    for body in (b"\x00" + data, b"\x01" + deflate(data)):
        message = sealed(MessageKind.NOTES, body, programme_keys(), tablet_keys().public)
        try:
            notes = open_notes(
                message, tablet_keys=tablet_keys(), programme_public=programme_keys().public
            )
        except WireError:
            continue
        assert len(notes) <= MAX_NOTES


def _notes_seeds() -> Iterator[bytes]:
    said: tuple[tuple[str, tuple[cbor.Item, ...]], ...] = (
        ("message", ("Call the office.",)),
        ("alarm_seen", (bytes(16), 1, 2, "A. Khan")),
        ("generation", (bytes(16),)),
        ("of_tomorrow", ((),)),
    )
    yield cbor.encode(tuple((bytes(8), 1, 2, kind, content) for kind, content in said))


_TICKET = Ticket.issue(
    "https://count.example.org", programme_keys().public, random.Random(4).randbytes
)


def _ticket(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    try:
        ticket = Ticket.from_text(text)
    except TicketInvalid:
        return
    assert Ticket.from_text(ticket.text()) == ticket


def _ticket_seeds() -> Iterator[bytes]:
    yield _TICKET.text().encode()
    yield _TICKET.code().lower().replace("-", " ").encode()
    yield Ticket.issue("", programme_keys().public, random.Random(5).randbytes).text().encode()


def _enrolment_request(data: bytes) -> None:
    """data: ticket and keys, proved and signed as by somebody who has the secret; then more."""
    data = (
        data[:69]
        + hmac.digest(_TICKET.secret, b"tally87/1 ticket proof\x00" + data[:69], "sha256")[:16]
        + data[69:]
    )
    kind = MessageKind.ENROLMENT_REQUEST
    header = header_of(kind)
    to = programme_keys().public.fingerprint()[:10]
    message = header + sign(kind, tablet_keys(), to, header, data) + data
    try:
        request = open_enrolment_request(
            message,
            programme_public=programme_keys().public,
            secret_of=lambda _: _TICKET.secret,
        )
    except WireError:
        return
    # Who is let in must be somebody an answer can be sealed to.
    _reply_to(message, request.tablet_public)


def _reply_to(request: bytes, tablet_public: PublicKeys) -> bytes:
    return seal_enrolment_reply(
        Membership(
            "0011223344556677",
            "PAK",
            "NGO-A",
            "ngo",
            "OFFICER-1",
            TABLET,
            programme_keys().public,
            bytes(32),
        ),
        request,
        programme_keys=programme_keys(),
        tablet_public=tablet_public,
        random=random.Random(6).randbytes,
    )


def _enrolment_reply(data: bytes) -> None:
    """data: the body of a reply, signed by the programme and sealed to the tablet."""
    message = sealed(MessageKind.ENROLMENT_REPLY, data, programme_keys(), tablet_keys().public)
    try:
        membership = open_enrolment_reply(
            message,
            ticket=_TICKET,
            request=request_enrolment(_TICKET, tablet_keys()),
            tablet_keys=tablet_keys(),
        )
    except WireError:
        return
    assert membership.programme_public == programme_keys().public


def _reply_seeds() -> Iterator[bytes]:
    from shared.wire import envelope

    request = request_enrolment(_TICKET, tablet_keys())
    kind = MessageKind.ENROLMENT_REPLY
    header, rest = envelope.split_header(kind, _reply_to(request, tablet_keys().public))
    _, body = envelope.unseal(kind, header, rest, recipient=tablet_keys())
    yield body


TARGETS = (
    Target("cbor", _canonical_encoding, _canonical_seeds),
    Target("inflate", _inflating, _inflating_seeds),
    Target("message", _any_message, _message_seeds),
    Target("parcel", _parcel_body, _parcel_seeds),
    Target("columns", _parcel_columns, _column_seeds),
    Target("pack", _packed_again, _packed_seeds),
    Target("record", _record, typical_bytes),
    Target("receipt", _receipt_body, lambda: prefixed((0,), [_receipt_items()])),
    Target("receipt-items", _receipt_plain, lambda: [_receipt_items()]),
    Target("notes", _notes_plain, _notes_seeds),
    Target("ticket", _ticket, _ticket_seeds),
    Target(
        "enrolment-request",
        _enrolment_request,
        lambda: [request_enrolment(_TICKET, tablet_keys())[5 + 64 : -16]],
    ),
    Target("enrolment-reply", _enrolment_reply, _reply_seeds),
)
