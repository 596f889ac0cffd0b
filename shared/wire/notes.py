"""What the office says to one tablet: notes, signed by the programme and sealed to that tablet.

Reference data are the same for all tablets and no secret; whatever concerns one record, officer or
tablet travels in a note. A message of notes is optional. It travels inside the receipt, by every
road a receipt takes, under a name tablets of earlier versions pass over. The next parcel
acknowledges it by the ids of its notes.

    body  = 00 || notes, or 01 || raw deflate of the notes
    notes = CBOR array of: id (8), made, good until (seconds since 1970), kind, array of its content

A note is known by its random id: it may come twice, late or out of order and is applied once. What
stands behind the items a kind has now is left to later versions, and so is a kind nobody here
knows: both are kept and acknowledged, and not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import ClassVar, NewType

from shared.errors import ParcelUnreadable
from shared.identifiers import Fingerprint, RandomBytes, RecordId
from shared.wire import cbor, envelope
from shared.wire.envelope import MessageKind
from shared.wire.keys import ProgrammeKeys, PublicKeys, TabletKeys
from shared.wire.limits import MAX_NOTE_BYTES, MAX_NOTES, MAX_NOTES_BYTES
from shared.wire.squeeze import deflate, inflate

NoteId = NewType("NoteId", str)
"""16 hexadecimal digits (64 random bits), given by the office."""

NOTE_ID_BYTES = 8
MOST_TEXT = 280
"""Characters of a message: 840 bytes in the widest script, so that it is one note."""
MOST_PLACE_WORDS = 200
"""Characters of the words about a visit that is asked for: one note, whatever the script."""
MOST_NAME = 60
"""Characters of the name of whom an alarm was seen by."""
_RECORD_ID_BYTES, _GENERATION_BYTES, _FINGERPRINT_BYTES = 16, 16, 16
_ASSIGNMENT_ID_BYTES = 8
_ENVELOPE_BYTES = 5 + 32 + 16 + 64
_ROOM = MAX_NOTES_BYTES - _ENVELOPE_BYTES - 8
"""For the notes themselves: what is left when nothing can be deflated."""
_PLAIN, _DEFLATED = b"\x00", b"\x01"


class NoteKind(StrEnum):
    """Words on the wire of what a note may say. Only ever append."""

    MESSAGE = "message"
    ALARM_SEEN = "alarm_seen"
    GENERATION = "generation"
    CONFLICT_DECIDED = "conflict_decided"
    VISIT_ASKED = "visit_asked"


@dataclass(frozen=True, slots=True)
class Message:
    """A few words to whoever holds the tablet, shown until they say that they are read.

    Raises ValueError when they are none, more than MOST_TEXT, or hold control characters.
    """

    text: str
    kind: ClassVar[NoteKind] = NoteKind.MESSAGE

    def __post_init__(self) -> None:
        _must_be_words(self.text, MOST_TEXT, lines=True)


@dataclass(frozen=True, slots=True)
class AlarmSeen:
    """Somebody at the office saw the immediate danger of a record, at that revision or before.

    seen_s: seconds since 1970. by: who, as the office calls them. Raises ValueError.
    """

    record_id: RecordId
    revision: int
    seen_s: int
    by: str
    kind: ClassVar[NoteKind] = NoteKind.ALARM_SEEN

    def __post_init__(self) -> None:
        _must_be_words(self.by, MOST_NAME)
        if len(self.record_id) != 2 * _RECORD_ID_BYTES or self.revision < 1 or self.seen_s < 0:
            raise ValueError("Not an alarm that was seen.")


@dataclass(frozen=True, slots=True)
class Generation:
    """Which database the office has: 32 hexadecimal digits, others after a backup was restored."""

    generation: str
    kind: ClassVar[NoteKind] = NoteKind.GENERATION

    def __post_init__(self) -> None:
        if len(self.generation) != 2 * _GENERATION_BYTES:
            raise ValueError("Not a generation.")


class ConflictDecision(StrEnum):
    """Words on the wire of what became of one revision of a record in conflict."""

    TAKEN = "taken"
    """The office goes on with it, as if it had been accepted."""
    LEFT = "left"
    """The office goes on with another one; this one is kept, and no longer waits."""
    OPEN = "open"
    """What was decided was taken back: it waits again."""


@dataclass(frozen=True, slots=True)
class ConflictDecided:
    """What a person at the office decided about one revision, by its fingerprint.

    decided_s: seconds since 1970. Raises ValueError.
    """

    record_id: RecordId
    revision: int
    fingerprint: Fingerprint
    decided_s: int
    decision: ConflictDecision
    kind: ClassVar[NoteKind] = NoteKind.CONFLICT_DECIDED

    def __post_init__(self) -> None:
        sizes = len(self.record_id), len(self.fingerprint)
        if sizes != (2 * _RECORD_ID_BYTES, 2 * _FINGERPRINT_BYTES):
            raise ValueError("Not a revision in conflict.")
        if self.revision < 1 or self.decided_s < 0:
            raise ValueError("Not a revision in conflict.")


class AssignmentWord(StrEnum):
    """Words on the wire of a visit the office asks for."""

    ASKED = "asked"
    OVER = "over"
    """It is done, was not found or is needed no more: it leaves the officer's list."""


@dataclass(frozen=True, slots=True)
class VisitAsked:
    """A visit the office asks this officer for, or that one is over.

    assignment_id: 16 hexadecimal digits. area, place_kind: codes. due: the day, ``2026-12-31``.
    words: how to find it, "" for none; they name nobody. Raises ValueError.
    """

    assignment_id: str
    word: AssignmentWord
    area: str
    place_kind: str
    due: str
    words: str
    kind: ClassVar[NoteKind] = NoteKind.VISIT_ASKED

    def __post_init__(self) -> None:
        for code in (self.area, self.place_kind, self.due):
            _must_be_words(code, MOST_NAME)
        if self.words:
            _must_be_words(self.words, MOST_PLACE_WORDS)
        if len(self.assignment_id) != 2 * _ASSIGNMENT_ID_BYTES:
            raise ValueError("Not a visit that is asked for.")


@dataclass(frozen=True, slots=True)
class Unknown:
    """What a later version says; kept as it came and passed over here."""

    kind: str
    items: tuple[cbor.Item, ...] = ()


Content = Message | AlarmSeen | Generation | ConflictDecided | VisitAsked | Unknown


@dataclass(frozen=True, slots=True)
class Note:
    """One thing said to one tablet. Times in seconds since 1970: made, and good until."""

    note_id: NoteId
    made_s: int
    until_s: int
    content: Content


def encode_note(note: Note) -> bytes:
    """One note as the office keeps it until it travels. Raises ValueError above MAX_NOTE_BYTES."""
    data = cbor.encode(_item(note))
    if len(data) > MAX_NOTE_BYTES:
        raise ValueError(f"A note of more than {MAX_NOTE_BYTES} bytes is refused.")
    return data


def decode_note(data: bytes) -> Note:
    """The note in these bytes. Raises ParcelUnreadable."""
    if len(data) > MAX_NOTE_BYTES:
        raise ParcelUnreadable(f"A note of more than {MAX_NOTE_BYTES} bytes is refused.")
    return _note(cbor.decode(data))


def fitting(notes: Iterable[bytes]) -> list[bytes]:
    """Of encoded notes, the first that fit into one message together."""
    taken: list[bytes] = []
    room = _ROOM
    for note in notes:
        room -= len(note)
        if room < 0 or len(taken) == MAX_NOTES:
            break
        taken.append(note)
    return taken


def seal_notes(
    notes: Sequence[Note],
    *,
    programme_keys: ProgrammeKeys,
    tablet_public: PublicKeys,
    random: RandomBytes,
) -> bytes:
    """The notes as one message that only this tablet can read, and only the programme can make.

    Raises ValueError for more than ``fitting`` gives.
    """
    encoded = [encode_note(note) for note in notes]
    if len(fitting(encoded)) != len(encoded):
        raise ValueError(f"Notes of more than {MAX_NOTES_BYTES} bytes are refused.")
    plain = cbor.encode(tuple(map(_item, notes)))
    squeezed = deflate(plain)
    body = _DEFLATED + squeezed if len(squeezed) < len(plain) else _PLAIN + plain
    return envelope.seal(
        MessageKind.NOTES,
        envelope.header_of(MessageKind.NOTES),
        body,
        signer=programme_keys,
        recipient=tablet_public,
        random_bytes=random,
    )


def open_notes(
    data: bytes, *, tablet_keys: TabletKeys, programme_public: PublicKeys
) -> tuple[Note, ...]:
    """The notes in these bytes.

    Raises ParcelUnreadable (damaged, too large, for another tablet) or SignatureInvalid (not made
    by the programme). A tablet treats both as if no note had come.
    """
    if len(data) > MAX_NOTES_BYTES:
        raise ParcelUnreadable(f"Notes of more than {MAX_NOTES_BYTES} bytes are refused.")
    header, sealed = envelope.split_header(MessageKind.NOTES, data)
    signature, body = envelope.unseal(MessageKind.NOTES, header, sealed, recipient=tablet_keys)
    to = tablet_keys.public.fingerprint()
    envelope.verify(MessageKind.NOTES, programme_public, to, header, signature, body)
    if body[:1] == _DEFLATED:
        plain = inflate(body[1:], MAX_NOTES_BYTES)
    elif body[:1] == _PLAIN:
        plain = body[1:]
    else:
        raise _malformed()
    items = cbor.decode(plain)
    if not isinstance(items, tuple) or len(items) > MAX_NOTES:
        raise _malformed()
    return tuple(map(_note, items))


def acknowledgement_item(note_ids: Iterable[NoteId]) -> bytes:
    """The ids as they stand in a parcel, in ascending order, at most MAX_NOTES of them."""
    ids = sorted(set(note_ids))
    if len(ids) > MAX_NOTES:
        raise ValueError(f"A parcel acknowledges at most {MAX_NOTES} notes.")
    return cbor.encode(bytes.fromhex("".join(ids)))


def acknowledged_in(item: cbor.Item) -> tuple[NoteId, ...]:
    """The inverse. Raises ParcelUnreadable."""
    if type(item) is not bytes or len(item) % NOTE_ID_BYTES or not item:
        raise _malformed()
    starts = range(0, len(item), NOTE_ID_BYTES)
    ids = tuple(NoteId(item[at : at + NOTE_ID_BYTES].hex()) for at in starts)
    if len(ids) > MAX_NOTES or any(a >= b for a, b in pairwise(ids)):
        raise _malformed()
    return ids


def _item(note: Note) -> cbor.Item:
    content = note.content
    return (
        bytes.fromhex(note.note_id),
        note.made_s,
        note.until_s,
        str(content.kind),
        _content_items(content),
    )


def _content_items(content: Content) -> tuple[cbor.Item, ...]:
    match content:
        case Message(text):
            return (text,)
        case AlarmSeen(record_id, revision, seen_s, by):
            return (bytes.fromhex(record_id), revision, seen_s, by)
        case Generation(generation):
            return (bytes.fromhex(generation),)
        case ConflictDecided(record_id, revision, mark, decided_s, decision):
            ids = bytes.fromhex(record_id), revision, bytes.fromhex(mark)
            return (*ids, decided_s, str(decision))
        case VisitAsked(assignment_id, word, area, place_kind, due, words):
            return (bytes.fromhex(assignment_id), str(word), area, place_kind, due, words)
        case Unknown(_, items):
            return items


def _note(item: cbor.Item) -> Note:
    if not isinstance(item, tuple) or len(item) != 5:
        raise _malformed()
    note_id, made_s, until_s, kind, items = item
    if type(note_id) is not bytes or len(note_id) != NOTE_ID_BYTES:
        raise _malformed()
    if type(made_s) is not int or type(until_s) is not int or min(made_s, until_s) < 0:
        raise _malformed()
    if type(kind) is not str or not isinstance(items, tuple):
        raise _malformed()
    return Note(NoteId(note_id.hex()), made_s, until_s, _content(kind, items))


def _content(kind: str, items: tuple[cbor.Item, ...]) -> Content:
    """What it says; Unknown for a kind, or a content of a kind, that is not of this version.

    One note nobody can read must not keep the others from being read.
    """
    try:
        match _KINDS.get(kind), items:
            case (NoteKind.MESSAGE, (str(text), *_)):
                return Message(text)
            case (NoteKind.ALARM_SEEN, (bytes(record), int(revision), int(seen_s), str(by), *_)):
                return AlarmSeen(RecordId(record.hex()), revision, seen_s, by)
            case (NoteKind.GENERATION, (bytes(generation), *_)):
                return Generation(generation.hex())
            case (
                NoteKind.CONFLICT_DECIDED,
                (bytes(record), int(revision), bytes(mark), int(at_s), str(decision), *_),
            ):
                ids = RecordId(record.hex()), revision, Fingerprint(mark.hex())
                return ConflictDecided(*ids, at_s, ConflictDecision(decision))
            case (
                NoteKind.VISIT_ASKED,
                (bytes(which), str(word), str(area), str(place), str(due), str(words), *_),
            ):
                asked = AssignmentWord(word), area, place, due, words
                return VisitAsked(which.hex(), *asked)
    except ValueError:
        pass
    return Unknown(kind, items)


_KINDS: Mapping[str, NoteKind] = {kind.value: kind for kind in NoteKind}


def _must_be_words(text: str, most: int, *, lines: bool = False) -> None:
    """Characters that steer a display (controls, and those that turn the direction of writing
    around) could make words say something else than the office wrote."""
    plain = text.replace("\n", "") if lines else text
    steering = any(one < " " or "\x7f" <= one <= "\x9f" or one in _STEERING for one in plain)
    if not text.strip() or len(text) > most or steering:
        raise ValueError(f"Give between 1 and {most} characters, and no control characters.")


_STEERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff")


def _malformed() -> ParcelUnreadable:
    return ParcelUnreadable("The notes are not laid out as this version of the protocol says.")
