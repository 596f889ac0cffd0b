"""One note of each kind there is, as its page shows it."""

from __future__ import annotations

from shared.identifiers import Fingerprint, RecordId
from shared.wire.note_kinds import (
    AlarmSeen,
    AnswerQueried,
    AssignmentWord,
    ConflictDecided,
    ConflictDecision,
    Content,
    Generation,
    LinkageKeys,
    Message,
    NoteKind,
    QueryReason,
    VisitAsked,
)
from shared.wire.notes import Note, NoteId

MADE_S, GOOD_UNTIL_S = 1_790_000_000, 1_792_592_000
_RECORD = RecordId("11" * 16)
_CONTENTS: tuple[Content, ...] = (
    Message("Call the office."),
    AlarmSeen(_RECORD, 2, MADE_S, "A. Khan"),
    Generation("5a" * 16),
    ConflictDecided(_RECORD, 2, Fingerprint("0c" * 16), MADE_S, ConflictDecision.TAKEN),
    VisitAsked(
        assignment_id="0d" * 8,
        word=AssignmentWord.ASKED,
        area="PK-PB-01",
        place_kind="brick_kiln",
        due="2026-12-31",
        words="Behind the mill",
        takes_answer=True,
    ),
    AnswerQueried("0e" * 8, AssignmentWord.ASKED, _RECORD, "work_hours", QueryReason.UNUSUAL),
    LinkageKeys(((1, bytes(range(32))), (2, bytes(range(32, 64))))),
)
WORKED = {
    NoteKind(content.kind): Note(NoteId(f"010203040506070{at}"), MADE_S, GOOD_UNTIL_S, content)
    for at, content in enumerate(_CONTENTS)
}
