"""What a note may say: one class a kind, and how its content stands on the wire.

What stands behind the items a kind has now is left to later versions, and so is a kind nobody here
knows: both are kept as they came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from shared.errors import ParcelUnreadable
from shared.identifiers import Fingerprint, RecordId
from shared.wire import cbor
from shared.wire.tickets import LinkageKeySet, linkage_key_set

MOST_TEXT = 280
"""Characters of a message: 840 bytes in the widest script, so that it is one note."""
MOST_PLACE_WORDS = 200
"""Characters of the words about a visit that is asked for: one note, whatever the script."""
MOST_NAME = 60
"""Characters of the name of whom an alarm was seen by."""
_RECORD_ID_BYTES, _GENERATION_BYTES, _FINGERPRINT_BYTES = 16, 16, 16
_ASKED_ID_BYTES = 8


class NoteKind(StrEnum):
    """Words on the wire of what a note may say. Only ever append."""

    MESSAGE = "message"
    ALARM_SEEN = "alarm_seen"
    GENERATION = "generation"
    CONFLICT_DECIDED = "conflict_decided"
    VISIT_ASKED = "visit_asked"
    ANSWER_QUERIED = "answer_queried"
    LINKAGE_KEYS = "linkage_keys"


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
    """Words on the wire of what the office asks of an officer: a visit, or about an answer."""

    ASKED = "asked"
    OVER = "over"
    """It is done or is needed no more: it leaves the officer's list."""


@dataclass(frozen=True, slots=True)
class VisitAsked:
    """A visit the office asks this officer for, or that one is over.

    assignment_id: 16 hexadecimal digits. area, place_kind: codes. due: the day, ``2026-12-31``.
    words: how to find it, "" for none; they name nobody. takes_answer: whether the office reads
    what a parcel answers (shared.wire.answers). Raises ValueError.
    """

    assignment_id: str
    word: AssignmentWord
    area: str
    place_kind: str
    due: str
    words: str
    takes_answer: bool = False
    kind: ClassVar[NoteKind] = NoteKind.VISIT_ASKED

    def __post_init__(self) -> None:
        for code in (self.area, self.place_kind, self.due):
            _must_be_words(code, MOST_NAME)
        if self.words:
            _must_be_words(self.words, MOST_PLACE_WORDS)
        if len(self.assignment_id) != 2 * _ASKED_ID_BYTES:
            raise ValueError("Not a visit that is asked for.")


class QueryReason(StrEnum):
    """Words on the wire of why an answer is asked about. Only ever append."""

    UNUSUAL = "unusual"
    """Out of the ordinary for such a person or place: was it written as it was said?"""
    CONTRADICTS = "contradicts"
    """It does not fit another answer of the record, or another record."""
    UNCLEAR = "unclear"
    """Too coarse to be counted: the kind of work, say."""
    LEFT_OPEN = "left_open"
    """Not known or not said: can it be learnt?"""


@dataclass(frozen=True, slots=True)
class AnswerQueried:
    """A steward asks about one answer of a record, by a code; or that it is settled.

    query_id: 16 hexadecimal digits. question: its name. Says nothing of what was answered. Raises
    ValueError.
    """

    query_id: str
    word: AssignmentWord
    record_id: RecordId
    question: str
    reason: QueryReason
    kind: ClassVar[NoteKind] = NoteKind.ANSWER_QUERIED

    def __post_init__(self) -> None:
        _must_be_words(self.question, MOST_NAME)
        sizes = len(self.query_id), len(self.record_id)
        if sizes != (2 * _ASKED_ID_BYTES, 2 * _RECORD_ID_BYTES):
            raise ValueError("Not a question about an answer.")


@dataclass(frozen=True, slots=True)
class LinkageKeys:
    """The keys that linkage codes are made with from now on, ascending by their numbers: the one
    before and a new one, or the new one alone. The office keeps the note without them: with
    nothing but zeros, which no tablet takes."""

    keys: LinkageKeySet = field(repr=False)
    kind: ClassVar[NoteKind] = NoteKind.LINKAGE_KEYS


@dataclass(frozen=True, slots=True)
class Unknown:
    """What a later version says; kept as it came and passed over here."""

    kind: str
    items: tuple[cbor.Item, ...] = ()


Content = (
    Message
    | AlarmSeen
    | Generation
    | ConflictDecided
    | VisitAsked
    | AnswerQueried
    | LinkageKeys
    | Unknown
)


def items_of(content: Content) -> tuple[cbor.Item, ...]:
    """What stands behind its kind on the wire."""
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
        case VisitAsked(assignment_id, word, area, place_kind, due, words, takes_answer):
            asked = bytes.fromhex(assignment_id), str(word), area, place_kind, due, words
            return (*asked, 1) if takes_answer else asked
        case AnswerQueried(query_id, word, record_id, question, reason):
            about = bytes.fromhex(query_id), str(word), bytes.fromhex(record_id)
            return (*about, question, str(reason))
        case LinkageKeys(keys):
            return (keys,)
        case Unknown(_, items):
            return items


def content_of(kind: str, items: tuple[cbor.Item, ...]) -> Content:
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
                (bytes(which), str(word), str(area), str(place), str(due), str(words), *more),
            ):
                asked = AssignmentWord(word), area, place, due, words
                return VisitAsked(which.hex(), *asked, takes_answer=more[:1] == [1])
            case (
                NoteKind.ANSWER_QUERIED,
                (bytes(which), str(word), bytes(record), str(question), str(reason), *_),
            ):
                about = RecordId(record.hex()), question, QueryReason(reason)
                return AnswerQueried(which.hex(), AssignmentWord(word), *about)
            case (NoteKind.LINKAGE_KEYS, (keys, *_)):
                return LinkageKeys(linkage_key_set(keys))
    except (ValueError, ParcelUnreadable):
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
