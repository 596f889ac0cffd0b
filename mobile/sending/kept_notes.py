"""A note of the office as it is written down on this tablet, with what the officer answers."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from mobile.store import StoreDamaged
from shared.errors import ParcelUnreadable
from shared.wire.note_kinds import (
    AnswerQueried,
    AssignmentWord,
    Content,
    VisitAsked,
)
from shared.wire.notes import Note, NoteId, decode_note, encode_note


@dataclass(frozen=True, slots=True)
class KeptNote:
    """read_s: when somebody said that it is read, seconds since 1970; 0 before. answer: the code
    the officer answers with, "" before; number: of that answer; told: the office has it."""

    note: Note
    read_s: int = 0
    answer: str = ""
    number: int = 0
    told: bool = False

    def to_bytes(self) -> bytes:
        raw = base64.b64encode(encode_note(self.note)).decode()
        kept: list[Any] = [raw, self.read_s]
        if self.number:  # what was never answered is written as it was before there were answers
            kept += [self.answer, self.number, int(self.told)]
        return json.dumps(kept, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> KeptNote:
        try:
            raw, read_s, answer, number, told = (*json.loads(content), "", 0, 0)[:5]
            note = decode_note(base64.b64decode(raw))
            return cls(note, int(read_s), str(answer), int(number), bool(told))
        except (ValueError, TypeError, ParcelUnreadable) as broken:
            raise StoreDamaged from broken


@dataclass(frozen=True, slots=True)
class OfficeRequest:
    """What the office asks of the officer. made_s: when, by its clock. answer: a code, "" before
    there is one; told: the office has it."""

    note_id: NoteId
    content: VisitAsked | AnswerQueried
    made_s: int
    answer: str
    told: bool


def about(content: Content) -> str:
    """The id under which the office asks for something; "" for what asks for nothing."""
    match content:
        case VisitAsked(assignment_id=which) | AnswerQueried(query_id=which):
            return which
    return ""


def order_of(kept: KeptNote) -> tuple[int, bool, NoteId]:
    """Of two notes of one second that it is over is the later word."""
    content = kept.note.content
    over = isinstance(content, VisitAsked | AnswerQueried) and content.word is AssignmentWord.OVER
    return kept.note.made_s, over, kept.note.note_id
