"""docs/wire-protocol.md names the limits, domains and worked bytes the program has."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from shared.identifiers import TabletId
from shared.lifecycle import Outcome
from shared.questionnaire.model import Questionnaire
from shared.wire import cbor, frames, limits, tickets
from shared.wire.envelope import PROTOCOL_VERSION, MessageKind, header_of
from shared.wire.keys import ProgrammeKeys, TabletKeys
from shared.wire.note_kinds import Message, NoteKind
from shared.wire.notes import Note, NoteId, decode_note, encode_note, open_notes, seal_notes
from shared.wire.outline import Head
from shared.wire.parcels import open_parcel, parcel_id_of
from shared.wire.receipts import Receipt, Totals, seal_receipt
from shared.wire.records import decode_record, encode_record, fingerprint
from tests.shared.wire.worked_notes import WORKED

PAGE = (Path(__file__).parents[3] / "docs" / "wire-protocol.md").read_text(encoding="utf-8")
LIMITS = {name: getattr(limits, name) for name in vars(limits) if name.startswith("MAX_")} | {
    "MAX_SHOWN_BYTES": frames.MAX_SHOWN_BYTES,
    "MAX_BLOCK_BYTES": frames.MAX_BLOCK_BYTES,
    "MAX_FRAME_NUMBER": frames.MAX_FRAME_NUMBER,
    "MAX_SERIES_AT_ONCE": frames.MAX_SERIES_AT_ONCE,
    "MAX_NESTING": cbor.MAX_NESTING,
    "MAX_ENROLMENT_BYTES": tickets.MAX_ENROLMENT_BYTES,
}


def block_after(heading: str) -> str:
    """The first fenced block below a heading."""
    found = re.search(rf"^#+ {heading}\n.*?```\n(.*?)\n```", PAGE, flags=re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def test_every_limit_is_named_with_its_value_and_a_reason() -> None:
    named = {
        name: int(value)
        for name, value, reason in re.findall(r"\| `(MAX_\w+)` \| (\d+) \| (.+?) \|", PAGE)
        if reason.strip()
    }

    assert named == LIMITS


@pytest.mark.parametrize("kind", MessageKind)
def test_every_kind_of_message_is_named_with_its_first_bytes(kind: MessageKind) -> None:
    assert f"`T87{kind.letter.decode()}` {PROTOCOL_VERSION:02}" in PAGE
    assert f"`{kind.domain[:-1].decode()}`" in PAGE
    assert header_of(kind) == b"T87" + kind.letter + bytes((PROTOCOL_VERSION,))


def test_the_worked_record_is_read_and_has_its_fingerprint(questionnaire: Questionnaire) -> None:
    data = bytes.fromhex(block_after("Worked record"))

    record = decode_record(data, {questionnaire.digest: questionnaire}.get)

    assert record.content == {
        "birth_date": 12,
        "sex": "female",
        "work_hours": 21.5,
        "hazards": ("heights",),
    }
    assert encode_record(record, questionnaire) == data
    assert f"`{fingerprint(data)}`" in PAGE


def test_the_worked_idle_check_is_opened(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    data = bytes.fromhex(block_after("Worked idle check"))
    tablet = TabletId("00112233445566aa")

    opened = open_parcel(
        data, programme_keys=programme_keys, tablet_public={tablet: tablet_keys.public}.get
    )

    assert (opened.tablet_id, opened.clock_s, opened.records) == (tablet, 1_790_000_000, ())


def test_the_worked_notes_are_the_ones_the_program_writes_and_reads(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    note = Note(
        NoteId("0102030405060708"), 1_790_000_000, 1_792_592_000, Message("Call the office.")
    )
    written = seal_notes(
        [note],
        programme_keys=programme_keys,
        tablet_public=tablet_keys.public,
        random=random.Random(87).randbytes,
    )

    shown = bytes.fromhex(block_after("Worked notes"))

    assert shown == written
    assert open_notes(shown, tablet_keys=tablet_keys, programme_public=programme_keys.public) == (
        note,
    )


def test_every_kind_of_note_is_described_and_stands_there_as_bytes() -> None:
    shown: dict[str, str] = {}
    for line in block_after("Worked note of each kind").splitlines():
        if line in list(NoteKind):
            kind = line
        else:
            shown[kind] = shown.get(kind, "") + line

    assert set(WORKED) == set(NoteKind)
    assert shown == {kind.value: encode_note(note).hex() for kind, note in WORKED.items()}
    for kind, note in WORKED.items():
        assert decode_note(bytes.fromhex(shown[kind])) == note
        assert f"| `{kind}` |" in PAGE


def test_the_worked_ticket_is_read() -> None:
    ticket = tickets.Ticket.from_text(block_after("Enrolment"))

    assert (ticket.ticket_id, ticket.url) == ("0102030405", "https://count.example.org")


def test_the_worked_frame_is_read_and_is_the_one_the_program_shows() -> None:
    shown, gathering = block_after("Worked frame"), frames.Gathering()

    assert gathering.take(shown)
    assert gathering.now.message == b"Any frames, in any order."
    assert frames.Series(gathering.now.message).frame(0) == shown


def test_the_sizes_of_an_idle_check_are_as_told(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    told = re.search(r"^\| idle \| (\d+) \|", PAGE, flags=re.MULTILINE)
    parcel = bytes.fromhex(block_after("Worked idle check"))
    receipt = seal_receipt(
        Receipt(
            parcel_id_of(parcel),
            (),
            Totals(300, "0123456789abcdef"),
            {"questionnaire": "0123456789abcdef", "reference": "0123456789abcdef" + "01" * 4},
            1_790_000_030,
        ),
        programme_keys=programme_keys,
        tablet_public=tablet_keys.public,
        random=random.Random(1).randbytes,
    )

    assert told is not None
    assert abs(len(parcel) + len(receipt) - int(told[1])) <= 6


def test_outcomes_are_numbered_as_told() -> None:
    words = ", ".join(
        f"{number} {outcome.value.replace('_', ' ')}"
        for number, outcome in enumerate(
            (
                Outcome.ACCEPTED,
                Outcome.ALREADY_ACCEPTED,
                Outcome.REJECTED,
                Outcome.CONFLICT,
                Outcome.SUPERSEDED,
            )
        )
    )

    assert words in " ".join(PAGE.split())


def test_the_fields_of_a_head_are_listed_in_their_order() -> None:
    listed = re.search(
        r"1\. an array of the distinct heads, each an array of twelve: (.*?);",
        PAGE,
        flags=re.DOTALL,
    )

    assert listed is not None
    assert len(listed[1].split(",")) == len(Head._fields)
