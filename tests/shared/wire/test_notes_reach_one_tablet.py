"""Notes of the office: for one tablet only, bounded, passed over by whoever does not know them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import ParcelUnreadable, SignatureInvalid, WireError
from shared.identifiers import Fingerprint, ParcelId, RecordId, TabletId
from shared.lifecycle import Outcome
from shared.wire import cbor, envelope
from shared.wire.envelope import MessageKind
from shared.wire.keys import ProgrammeKeys, TabletKeys
from shared.wire.limits import MAX_NOTE_BYTES, MAX_NOTES, MAX_NOTES_BYTES, MAX_RECEIPT_BYTES
from shared.wire.note_kinds import (
    AlarmSeen,
    AssignmentWord,
    ConflictDecided,
    ConflictDecision,
    Content,
    Message,
    Unknown,
    VisitAsked,
)
from shared.wire.notes import (
    Note,
    NoteId,
    decode_note,
    encode_note,
    fitting,
    open_notes,
    seal_notes,
)
from shared.wire.parcels import OpenedParcel, open_parcel, seal_parcel
from shared.wire.receipts import (
    MOST_FINDINGS_BYTES,
    Receipt,
    RecordOutcome,
    Totals,
    open_receipt,
    seal_receipt,
)
from tests.shared.wire import second_client
from tests.shared.wire.worked_notes import WORKED

NOW_S = 1_790_000_000
PARCEL = ParcelId("ab" * 16)
TABLET = TabletId("00112233445566aa")
ALARM = AlarmSeen(RecordId("11" * 16), 2, NOW_S - 60, "A. Khan")


def a_note(content: Content, number: int = 1) -> Note:
    return Note(NoteId(f"{number:016x}"), NOW_S, NOW_S + 86_400, content)


def sealed(notes: list[Note], programme: ProgrammeKeys, tablet: TabletKeys) -> bytes:
    return seal_notes(
        notes,
        programme_keys=programme,
        tablet_public=tablet.public,
        random=random.Random(87).randbytes,
    )


def in_a_receipt(notes: bytes, programme: ProgrammeKeys, tablet: TabletKeys) -> bytes:
    receipt = Receipt(
        PARCEL,
        (RecordOutcome(Outcome.ACCEPTED),),
        Totals(1, "0123456789abcdef"),
        {"questionnaire": "0123456789abcdef", "reference": "00000001"},
        NOW_S,
        notes=notes,
    )
    return seal_receipt(
        receipt,
        programme_keys=programme,
        tablet_public=tablet.public,
        random=random.Random(87).randbytes,
    )


def body_sealed(body: bytes, programme: ProgrammeKeys, tablet: TabletKeys) -> bytes:
    """A message of notes with any body, signed as the office would."""
    kind = MessageKind.NOTES
    return envelope.seal(
        kind,
        envelope.header_of(kind),
        body,
        signer=programme,
        recipient=tablet.public,
        random_bytes=random.Random(3).randbytes,
    )


def test_every_kind_of_note_arrives_as_it_was_said(
    programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    contents: list[Content] = [
        *(note.content for note in WORKED.values()),
        Message("دفتر کو فون کریں۔\nCall the office."),
        *(
            ConflictDecided(RecordId("7b" * 16), 2, Fingerprint("0c" * 16), 1_790_000_000, word)
            for word in ConflictDecision
        ),
        *(
            VisitAsked("0d" * 8, word, "PK-PB-01", "brick_kiln", "2026-12-31", words)
            for word, words in ((AssignmentWord.ASKED, "ع" * 200), (AssignmentWord.OVER, ""))
        ),
        Unknown("conflict_decided", (b"\x7b" * 16, 2, b"\x0c" * 16, 7, "of_tomorrow")),
        Unknown("of_tomorrow", ("text", 7, (b"x",))),
    ]
    notes = [a_note(content, number) for number, content in enumerate(contents)]

    message = sealed(notes, programme_keys, tablet_keys)
    receipt = open_receipt(
        in_a_receipt(message, programme_keys, tablet_keys),
        tablet_keys=tablet_keys,
        programme_public=programme_keys.public,
    )

    assert receipt.notes == message
    assert open_notes(
        receipt.notes, tablet_keys=tablet_keys, programme_public=programme_keys.public
    ) == tuple(notes)
    assert receipt.versions == {"questionnaire": "0123456789abcdef", "reference": "00000001"}
    assert [decode_note(encode_note(note)) for note in notes] == notes


def test_reader_written_before_notes_reads_the_same_outcomes_with_and_without_them(
    programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    """The second client was written from the page as it stood without notes."""
    secret = tablet_keys.to_bytes()
    old = second_client.Keys(secret[:32], secret[32:])
    assert old.public == tablet_keys.public.to_bytes()
    message = sealed([a_note(ALARM)], programme_keys, tablet_keys)

    with_notes, without = (
        second_client.read_receipt(
            in_a_receipt(notes, programme_keys, tablet_keys),
            old,
            programme_keys.public.to_bytes(),
        )
        for notes in (message, b"")
    )

    assert with_notes["versions"].pop("notes") == message.hex()
    assert with_notes == without
    assert without["words"] == ["accepted"]


def test_notes_of_another_tablet_another_programme_or_of_nobody_are_refused(
    programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    other_tablet = TabletKeys.generate(random.Random(11).randbytes)
    other_programme = ProgrammeKeys.generate(random.Random(12).randbytes)
    mine = sealed([a_note(ALARM)], programme_keys, tablet_keys)

    with pytest.raises(ParcelUnreadable):
        open_notes(mine, tablet_keys=other_tablet, programme_public=programme_keys.public)
    with pytest.raises(SignatureInvalid):  # a courier who knows the tablet's public keys
        open_notes(
            sealed([a_note(ALARM)], other_programme, tablet_keys),
            tablet_keys=tablet_keys,
            programme_public=programme_keys.public,
        )
    opened = envelope.unseal(MessageKind.NOTES, mine[:5], mine[5:], recipient=tablet_keys)
    with pytest.raises(SignatureInvalid):  # a tablet that seals its own notes on to another one
        open_notes(
            _resealed(opened[0] + opened[1], other_tablet),
            tablet_keys=other_tablet,
            programme_public=programme_keys.public,
        )


def _resealed(inner: bytes, tablet: TabletKeys) -> bytes:
    from shared.wire import hpke

    header = envelope.header_of(MessageKind.NOTES)
    return header + hpke.seal(
        tablet.public.sealing,
        inner,
        info=MessageKind.NOTES.domain + tablet.public.fingerprint(),
        aad=header,
        random_bytes=random.Random(5).randbytes,
    )


def test_a_receipt_is_no_note_and_a_note_no_receipt(
    programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    message = sealed([a_note(ALARM)], programme_keys, tablet_keys)
    receipt = in_a_receipt(b"", programme_keys, tablet_keys)

    with pytest.raises(ParcelUnreadable):
        open_notes(
            b"T87N\x01" + receipt[21:],
            tablet_keys=tablet_keys,
            programme_public=programme_keys.public,
        )
    with pytest.raises(ParcelUnreadable):
        open_receipt(message, tablet_keys=tablet_keys, programme_public=programme_keys.public)


def test_a_cut_or_a_changed_bit_anywhere_is_refused(
    programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    message = sealed([a_note(ALARM)], programme_keys, tablet_keys)
    changed = [message[:at] for at in range(len(message))] + [
        message[:at] + bytes((message[at] ^ 1,)) + message[at + 1 :] for at in range(len(message))
    ]

    for one in changed:
        with pytest.raises(WireError):
            open_notes(one, tablet_keys=tablet_keys, programme_public=programme_keys.public)


@given(body=st.binary(max_size=80))
def test_any_signed_body_is_read_or_refused_with_a_sentence(body: bytes) -> None:
    programme = ProgrammeKeys.generate(random.Random(2).randbytes)
    tablet = TabletKeys.generate(random.Random(1).randbytes)
    for packing in (b"", b"\x00", b"\x01"):
        message = body_sealed(packing + body, programme, tablet)
        try:
            notes = open_notes(message, tablet_keys=tablet, programme_public=programme.public)
        except ParcelUnreadable:
            continue
        assert len(notes) <= MAX_NOTES


@pytest.mark.parametrize(
    "content",
    [
        ("message", ("",)),
        ("message", ("x" * 281,)),
        ("message", ("to the \u202eleft",)),
        ("message", ("bell\x07",)),
        ("message", (b"bytes",)),
        ("alarm_seen", (b"short", 1, NOW_S, "A. Khan")),
        ("alarm_seen", (bytes(16), 0, NOW_S, "A. Khan")),
        ("alarm_seen", (bytes(16), 1, NOW_S)),
        ("generation", (bytes(15),)),
    ],
)
def test_a_known_kind_with_a_content_nobody_may_show_does_not_keep_the_others_back(
    content: tuple[str, tuple[cbor.Item, ...]],
    programme_keys: ProgrammeKeys,
    tablet_keys: TabletKeys,
) -> None:
    kind, items = content
    odd = (bytes(8), NOW_S, NOW_S + 1, kind, items)
    good = (b"\x01" * 8, NOW_S, NOW_S + 1, "message", ("Call.", "more of a later version"))
    message = body_sealed(b"\x00" + cbor.encode((odd, good)), programme_keys, tablet_keys)

    notes = open_notes(message, tablet_keys=tablet_keys, programme_public=programme_keys.public)

    assert [note.content for note in notes] == [Unknown(kind, items), Message("Call.")]


def test_notes_beyond_the_limits_are_neither_written_nor_read(
    programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    long = [encode_note(a_note(Message("\u0926" * 280), number)) for number in range(100)]
    short = [encode_note(a_note(Message("x"), number)) for number in range(100)]
    assert len(fitting(short)) == MAX_NOTES
    assert 10 < len(fitting(long)) < MAX_NOTES
    assert len(long[0]) <= MAX_NOTE_BYTES

    with pytest.raises(ValueError, match="refused"):
        sealed([a_note(Message("x"), number) for number in range(65)], programme_keys, tablet_keys)
    with pytest.raises(ValueError, match="refused"):
        encode_note(a_note(Unknown("large", ("x" * MAX_NOTE_BYTES,))))
    bomb = cbor.encode(tuple((bytes(8), 1, 2, "k", ()) for _ in range(MAX_NOTES + 1)))
    for body in (b"\x00" + bomb, b"\x00" + bytes(MAX_NOTES_BYTES), b"\x02"):
        with pytest.raises(ParcelUnreadable):
            open_notes(
                body_sealed(body, programme_keys, tablet_keys),
                tablet_keys=tablet_keys,
                programme_public=programme_keys.public,
            )


def test_the_fullest_receipt_with_the_fullest_notes_is_within_the_limit(
    programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    dice = random.Random(4)

    def noise(size: int) -> str:
        return "".join(chr(dice.randrange(0x900, 0x97F)) for _ in range(size))

    encoded = fitting(encode_note(a_note(Message(noise(280)), n)) for n in range(MAX_NOTES))
    message = sealed([decode_note(one) for one in encoded], programme_keys, tablet_keys)
    finding = ("f", None, {"value": noise(60)})
    receipt = Receipt(
        PARCEL,
        (RecordOutcome(Outcome.REJECTED, (finding,) * 2),) * 1000,
        Totals(),
        notes=message,
    )
    data = seal_receipt(
        receipt,
        programme_keys=programme_keys,
        tablet_public=tablet_keys.public,
        random=dice.randbytes,
    )

    assert len(message) <= MAX_NOTES_BYTES
    assert len(data) <= MAX_RECEIPT_BYTES
    assert MOST_FINDINGS_BYTES + 2 * MAX_NOTES_BYTES < MAX_RECEIPT_BYTES
    opened = open_receipt(data, tablet_keys=tablet_keys, programme_public=programme_keys.public)
    assert opened.notes == message


def a_parcel(
    programme: ProgrammeKeys, tablet: TabletKeys, acknowledged: tuple[NoteId, ...]
) -> OpenedParcel:
    parcel = seal_parcel(
        [b"a layout of tomorrow"],
        tablet_id=TABLET,
        tablet_keys=tablet,
        programme_public=programme.public,
        clock_s=NOW_S,
        random=random.Random(6).randbytes,
        acknowledged=acknowledged,
    )
    return open_parcel(
        parcel.data, programme_keys=programme, tablet_public={TABLET: tablet.public}.get
    )


@pytest.mark.parametrize("count", [0, 1, 2, MAX_NOTES])
def test_a_parcel_names_the_notes_that_arrived_beside_its_records(
    count: int, programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    ids = tuple(NoteId(f"{number * 7:016x}") for number in range(count))

    opened = a_parcel(programme_keys, tablet_keys, ids[::-1])

    assert opened.acknowledged == ids
    assert opened.records == (b"a layout of tomorrow",)


@pytest.mark.parametrize(
    "item", [b"", bytes(7), bytes(16), bytes(8 * (MAX_NOTES + 1)), b"\x02" * 8 + b"\x01" * 8]
)
def test_acknowledgements_spelt_another_way_are_refused(
    item: bytes, programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    body = bytes.fromhex(TABLET) + cbor.encode(NOW_S) + cbor.encode(item)
    data = envelope.seal(
        MessageKind.PARCEL,
        envelope.header_of(MessageKind.PARCEL),
        body,
        signer=tablet_keys,
        recipient=programme_keys.public,
        random_bytes=random.Random(8).randbytes,
    )

    with pytest.raises(ParcelUnreadable):
        open_parcel(
            data, programme_keys=programme_keys, tablet_public={TABLET: tablet_keys.public}.get
        )


def test_notes_in_another_spelling_inside_a_receipt_are_none(
    programme_keys: ProgrammeKeys, tablet_keys: TabletKeys
) -> None:
    """A version called notes, in words, is no message; outcomes are read all the same."""
    receipt = Receipt(PARCEL, (), Totals(), {"notes": "in words"}, NOW_S)
    data = seal_receipt(
        receipt,
        programme_keys=programme_keys,
        tablet_public=tablet_keys.public,
        random=random.Random(9).randbytes,
    )

    opened = open_receipt(data, tablet_keys=tablet_keys, programme_public=programme_keys.public)

    assert opened == replace(receipt, versions={})
