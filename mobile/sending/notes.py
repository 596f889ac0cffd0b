"""Notes of the office on this tablet: kept once, whatever becomes of the parcels, and acknowledged.

A note is on the disk before any parcel names it. It may come twice, late, out of order or not at
all; a note that is known already changes nothing. Owns the table ``notes`` and the row ``notes`` of
the settings. Every note is written together with all that it brings about, in one transaction.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace

from mobile.casework.histories import then
from mobile.casework.history import Act
from mobile.casework.repository import Change, Repository
from mobile.casework.written import entry_of
from mobile.enrolment.enrolment import JOINED_AGAIN
from mobile.sending.decisions import decided, moment_of, newest_about
from mobile.sending.kept_notes import KeptNote, OfficeRequest, about, order_of
from mobile.sending.told_keys import KeptKeys, after, as_read, keys_in
from mobile.store import StoreDamaged
from shared.identifiers import Fingerprint, RecordId
from shared.lifecycle import CaseState
from shared.wire.answers import Answer, QueryAnswer
from shared.wire.limits import MAX_ANSWERS, MAX_NOTES
from shared.wire.note_kinds import (
    AlarmSeen,
    AnswerQueried,
    AssignmentWord,
    ConflictDecided,
    ConflictDecision,
    Generation,
    LinkageKeys,
    Message,
    VisitAsked,
)
from shared.wire.notes import Note, NoteId
from shared.wire.records import fingerprint
from shared.wire.tickets import LinkageKeySet

FORGET_AFTER_S = 400 * 86_400
"""So long after its term a note is remembered: what is shown of it ends with the term, and whoever
plays an old receipt back after that finds the term over."""
ANSWERS_A_DAY = 100
"""About one thing: more are never given."""
CALL_WITHIN_S = 30 * 86_400
"""So long Home asks to call about an alarm; the case itself says it for ever."""
SHOWN_WITHIN_S = 3 * 86_400
"""So long Home says that an alarm was seen."""
_ROW = "notes"
_ACTS = {ConflictDecision.LEFT: Act.LEFT, ConflictDecision.OPEN: Act.WAITS}
"""Of a decision; that the office has a revision is read off its card."""


@dataclass(frozen=True, slots=True)
class _State:
    """to_name: ids the next parcel names. generation: of the office's database, "" before one was
    told; told_s: when the office made that note. linkage_keys: those it said last."""

    to_name: tuple[str, ...] = ()
    generation: str = ""
    told_s: int = 0
    linkage_keys: KeptKeys = field(default=(), repr=False)


class Notes:
    """What the office said to this tablet alone. May be used from any thread."""

    def __init__(self, repository: Repository) -> None:
        """Reads all notes: dozens a year. Raises StoreDamaged."""
        self._repository, self._store = repository, repository.store
        self._lock = threading.Lock()
        self._kept: dict[NoteId, KeptNote] = {}
        for content in self._store.notes.contents():
            kept = KeptNote.from_bytes(content)
            self._kept[kept.note.note_id] = kept
        self._state = self._read_state()

    @property
    def to_acknowledge(self) -> tuple[NoteId, ...]:
        """The ids the next parcel names."""
        return tuple(map(NoteId, self._state.to_name))

    @property
    def generation(self) -> str:
        """Which database the office has, as far as it was told; "" before."""
        return self._state.generation

    @property
    def linkage_keys(self) -> LinkageKeySet:
        """The keys codes are made with, where the office said others than at enrolment."""
        return keys_in(self._state.linkage_keys)

    def messages(self, now_s: int) -> list[Note]:
        """What is to be read, the oldest first, as long as its term goes on."""
        found = [
            kept.note
            for kept in list(self._kept.values())
            if isinstance(kept.note.content, Message)
            and not kept.read_s
            and kept.note.until_s > now_s
        ]
        return sorted(found, key=lambda note: (note.made_s, note.note_id))

    def read(self, note_id: NoteId, now_s: int) -> None:
        """Somebody says that the message is read: it is not shown again."""
        with self._lock, self._store.transaction("note_read"):
            kept = replace(self._kept[note_id], read_s=now_s)
            self._store.notes.put(note_id, kept.to_bytes())
            self._kept[note_id] = kept

    def alarm_seen(self, record_id: RecordId) -> AlarmSeen | None:
        """Who saw the alarm of this record last, and when; None while nobody told."""
        found = [
            kept.note.content
            for kept in list(self._kept.values())
            if isinstance(kept.note.content, AlarmSeen) and kept.note.content.record_id == record_id
        ]
        return max(found, key=lambda seen: (seen.revision, seen.seen_s), default=None)

    def alarms_not_seen(self, now_s: int) -> list[RecordId]:
        """Records with immediate danger, finalised within CALL_WITHIN_S, of which the office has
        not said that somebody saw it. Not those that were taken back."""
        seen = {
            kept.note.content.record_id
            for kept in list(self._kept.values())
            if isinstance(kept.note.content, AlarmSeen)
        }
        return [
            card.record_id
            for card in self._repository.cards()
            if card.danger
            and card.changed_s > now_s - CALL_WITHIN_S
            and card.fingerprint
            and card.state is not CaseState.WITHDRAWN
            and card.record_id not in seen
        ]

    def unseen_since_s(self, now_s: int) -> int:
        """Since when the newest of them stands as it is, in seconds since 1970; 0 for none."""
        cards = map(self._repository.card, self.alarms_not_seen(now_s))
        return max((card.changed_s for card in cards), default=0)

    def alarms_seen_lately(self, now_s: int) -> list[AlarmSeen]:
        """Of records on this tablet, what the office saw within SHOWN_WITHIN_S; newest first."""
        ours = {card.record_id for card in self._repository.cards()}
        newest: dict[RecordId, AlarmSeen] = {}
        for kept in list(self._kept.values()):
            seen = kept.note.content
            if isinstance(seen, AlarmSeen) and seen.record_id in ours:
                before = newest.get(seen.record_id)
                if before is None or (before.revision, before.seen_s) < (
                    seen.revision,
                    seen.seen_s,
                ):
                    newest[seen.record_id] = seen
        lately = [one for one in newest.values() if one.seen_s > now_s - SHOWN_WITHIN_S]
        return sorted(lately, key=lambda one: (-one.seen_s, one.record_id))

    def decision_about(self, record_id: RecordId, mark: Fingerprint) -> ConflictDecided | None:
        """What the office decided about that revision in conflict; None before it told."""
        return newest_about(self._decisions(), record_id, mark)

    def decided_records(self) -> set[RecordId]:
        """The records of this tablet about whose conflict something was decided."""
        ours = {card.record_id for card in self._repository.cards()}
        return {one.record_id for one in self._decisions()} & ours

    def asked(self, now_s: int) -> list[OfficeRequest]:
        """What the office asks of the officer and has not said to be over, the oldest first. Of a
        record that was taken back nobody has to answer anything."""
        newest = self._newest_asked()
        found = [
            OfficeRequest(
                kept.note.note_id, kept.note.content, kept.note.made_s, kept.answer, kept.told
            )
            for kept in newest.values()
            if isinstance(kept.note.content, VisitAsked | AnswerQueried)
            and kept.note.content.word is AssignmentWord.ASKED
            and kept.note.until_s > now_s
            and not self._is_taken_back(kept.note.content)
        ]
        return sorted(found, key=lambda one: (one.made_s, one.note_id))

    def answer(self, note_id: NoteId, code: str, now_s: int = 0) -> None:
        """The officer's answer to what that note asks; it goes with the next parcels until one of
        them was answered. "" takes back what no parcel has told yet.

        now_s: seconds since 1970. Answers of a later day have a higher number: those of a tablet
        that was restored from a copy count, too. Raises ValueError for words instead of a code.
        """
        with self._lock, self._store.transaction("note_answered"):
            asked = about(self._kept[note_id].note.content)
            numbers = [
                one.number for one in self._kept.values() if about(one.note.content) == asked
            ]
            number = max(max(numbers) + 1, now_s // 86_400 * ANSWERS_A_DAY)
            if code:
                Answer(asked, number, code)
            kept = replace(self._kept[note_id], answer=str(code), number=number, told=False)
            self._store.notes.put(note_id, kept.to_bytes())
            self._kept[note_id] = kept

    def to_answer(self, now_s: int) -> tuple[Answer, ...]:
        """What the next parcel brings: answers no parcel told yet. That an answer was corrected is
        told once the correction is finalised."""
        kept = [self._kept[one.note_id] for one in self.asked(now_s) if one.answer and not one.told]
        ready = [one for one in kept if not self._is_being_corrected(one)]
        return tuple(
            Answer(about(one.note.content), one.number, one.answer) for one in ready[:MAX_ANSWERS]
        )

    def answers_told(self, answers: Sequence[Answer]) -> None:
        """The office answered the parcel that brought these."""
        told = {(one.about, one.number) for one in answers}
        with self._lock:
            changed = {
                note_id: replace(kept, told=True)
                for note_id, kept in self._kept.items()
                if (about(kept.note.content), kept.number) in told and not kept.told
            }
            if not changed:
                return
            with self._store.transaction("answers_told"):
                for note_id, kept in changed.items():
                    self._store.notes.put(note_id, kept.to_bytes())
            self._kept |= changed

    def take(self, notes: Sequence[Note], now_s: int, *, brings_all: bool) -> None:
        """Keeps and applies what is new, in one transaction with what is to be acknowledged.

        brings_all: they came with the newest receipt, which brings everything the office does not
        know to be here: what it does not bring needs no acknowledgement any more.
        """
        with self._lock:
            fresh = [note for note in notes if note.note_id not in self._kept]
            arrived = [note.note_id for note in notes]
            before = () if brings_all else self._state.to_name
            to_name = tuple(sorted({*before, *arrived}))[:MAX_NOTES]
            state = replace(self._state, to_name=to_name)
            over = [
                note_id
                for note_id, kept in self._kept.items()
                if kept.note.until_s + FORGET_AFTER_S < now_s and note_id not in to_name
            ]
            if not fresh and not over and state == self._state:
                return
            untold: dict[NoteId, KeptNote] = {}
            with self._repository.change("notes") as change:
                for note in sorted(fresh, key=moment_of):
                    self._store.notes.put(note.note_id, KeptNote(note).to_bytes())
                    if note.until_s > now_s:
                        state = self._apply(note, state, change, now_s)
                for note_id in over:
                    self._store.notes.delete(note_id)
                if state.generation != self._state.generation:
                    untold = self._tell_again()
                if state != self._state:
                    self._store.settings.put(_ROW, json.dumps(asdict(state)).encode())
            self._kept |= {note.note_id: KeptNote(note) for note in fresh} | untold
            for note_id in over:
                del self._kept[note_id]
            self._state = state

    def joined_again(self, now_s: int) -> None:
        """The office had forgotten this tablet: what it had given receipts for is offered again."""
        with self._lock:
            with self._repository.change("joined_again") as change:
                self._offer_again(change, now_s)
                untold = self._tell_again()
                self._store.settings.delete(JOINED_AGAIN)
            self._kept |= untold

    def _apply(self, note: Note, state: _State, change: Change, now_s: int) -> _State:
        """What a new note brings about beside being shown."""
        if isinstance(note.content, ConflictDecided):
            self._decide(note.content, change, now_s)
        if isinstance(note.content, LinkageKeys):
            return replace(state, linkage_keys=after(state.linkage_keys, note.content))
        if not isinstance(note.content, Generation) or note.made_s < state.told_s:
            return state
        if note.content.generation != state.generation:
            self._offer_again(change, now_s)
        return replace(state, generation=note.content.generation, told_s=note.made_s)

    def _decide(self, said: ConflictDecided, change: Change, now_s: int) -> None:
        """Nothing for a decision that was overtaken, or about a record that is not here."""
        known = newest_about(self._decisions(), said.record_id, said.fingerprint)
        if known is not None and known.decided_s > said.decided_s:
            return
        try:
            before = change.cards.get(said.record_id) or self._repository.card(said.record_id)
        except KeyError:
            return
        after = decided(before, said, now_s)
        if after is before:
            return
        change.put_card(after)
        act = _ACTS.get(said.decision)
        if act is not None and after.state is not before.state:
            with suppress(StoreDamaged):  # what cannot be read keeps no history
                body = self._repository.body(said.record_id)
                change.put_body(said.record_id, then(body, before, act, now_s))

    def _decisions(self) -> list[ConflictDecided]:
        said = [kept.note.content for kept in list(self._kept.values())]
        return [one for one in said if isinstance(one, ConflictDecided)]

    def _newest_asked(self) -> dict[str, KeptNote]:
        newest: dict[str, KeptNote] = {}
        for kept in list(self._kept.values()):
            asked = about(kept.note.content)
            before = newest.get(asked)
            if asked and (before is None or order_of(before) < order_of(kept)):
                newest[asked] = kept
        return newest

    def _is_taken_back(self, content: VisitAsked | AnswerQueried) -> bool:
        if not isinstance(content, AnswerQueried):
            return False
        try:
            return self._repository.card(content.record_id).state is CaseState.WITHDRAWN
        except KeyError:
            return False

    def _is_being_corrected(self, kept: KeptNote) -> bool:
        content = kept.note.content
        if not isinstance(content, AnswerQueried) or kept.answer != QueryAnswer.CORRECTED:
            return False
        try:
            return self._repository.card(content.record_id).state is CaseState.DRAFT
        except KeyError:
            return False

    def _tell_again(self) -> dict[NoteId, KeptNote]:
        """Another database: what was answered may be gone with the one before."""
        untold = {
            note_id: replace(kept, told=False) for note_id, kept in self._kept.items() if kept.told
        }
        for note_id, kept in untold.items():
            self._store.notes.put(note_id, kept.to_bytes())
        return untold

    def _offer_again(self, change: Change, now_s: int) -> None:
        """Another database: what was receipted may be gone with the one before.

        What the office still has is answered as before, so offering too much does no harm.
        """
        for card in self._repository.cards():
            if not card.accepted_revision or self._repository.entry(card.record_id) is not None:
                continue
            try:
                finalised = self._repository.body(card.record_id).finalised
            except StoreDamaged:
                continue
            if finalised and fingerprint(finalised) == card.accepted_fingerprint:
                change.put_entry(
                    entry_of(card, card.accepted_revision, card.accepted_fingerprint, now_s),
                    finalised,
                )

    def _read_state(self) -> _State:
        kept = self._store.settings.get(_ROW)
        found = json.loads(kept) if kept else {}
        told = {one.name: found[one.name] for one in fields(_State) if one.name in found}
        told |= {"linkage_keys": as_read(told.get("linkage_keys", ()))}
        return _State(**told | {"to_name": tuple(told.get("to_name", ()))})
