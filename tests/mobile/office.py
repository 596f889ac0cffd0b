"""An office in memory: the real wire, the office's own decision table, no database.

Implements ServerLink. What is sound is what a test says; everything else the server decides.

Faults are switched on from outside: ``before`` raises instead of taking a parcel in, ``after``
takes it in and loses the answer.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mobile.transport.http import LinkDown, LinkRefused, NotThere
from server.intake.decide import Arrival, Effect, History, decide, findings_to_answer, hold
from shared.errors import TicketInvalid
from shared.identifiers import Fingerprint, RecordId, TabletId
from shared.lifecycle import Outcome
from shared.reference import Reference
from shared.wire.answers import Answer
from shared.wire.asking import Piece, Wanted, open_asking, seal_piece
from shared.wire.bundles import digest_of, squeezed
from shared.wire.editions import Edition, Part, edition_file, sign_edition
from shared.wire.keys import ProgrammeKeys, PublicKeys
from shared.wire.note_kinds import Content
from shared.wire.notes import Note, NoteId, seal_notes
from shared.wire.parcels import open_parcel
from shared.wire.receipts import Receipt, RecordOutcome, Totals, seal_receipt, totals_of
from shared.wire.records import Record, decode_record, fingerprint
from shared.wire.tickets import (
    Membership,
    Ticket,
    open_enrolment_request,
    seal_enrolment_reply,
)

OFFICER = 1
"""Every tablet here belongs to one officer, so that a replacement goes on with the same records."""


class MemoryOffice:
    """What the server decides about (record, revision, fingerprint), kept in dictionaries."""

    def __init__(
        self,
        reference: Reference,
        seed: int = 1,
        url: str = "http://office",
        clock_s: Callable[[], int] = lambda: 1_790_000_000,
    ) -> None:
        self.clock_s = clock_s
        self.random_bytes = random.Random(seed).randbytes
        self.keys = ProgrammeKeys.generate(self.random_bytes)
        self.linkage_key = self.random_bytes(32)
        self.reference, self.url = reference, url
        self.tickets: dict[str, Ticket] = {}
        self.tablets: dict[TabletId, PublicKeys] = {}
        self.replies: dict[bytes, Membership] = {}
        self.histories: dict[RecordId, History] = {}
        self.records: dict[tuple[str, int], Record] = {}
        """Every revision that was stored, by record and number."""
        self.owner: dict[str, TabletId] = {}
        self.seen: list[bytes] = []
        self.requests = self.bytes_up = self.bytes_down = 0
        self.before: list[LinkDown | LinkRefused | None] = []
        self.after: list[LinkDown | LinkRefused | None] = []
        self.reject: set[str] = set()
        self.refuses: Callable[[Record], str] = lambda _: ""
        """Says which question's answer of a record it will not take, "" when it takes all."""
        self.revoked: set[TabletId] = set()
        self.notes: dict[NoteId, Note] = {}
        """What it says to every tablet of it, until one of them acknowledges."""
        self.named: list[tuple[NoteId, ...]] = []
        self.answered: list[tuple[Answer, ...]] = []
        self.order_seen: list[str] = []
        self.edition: Edition | None = None
        self.manifest = b""
        self.parts: dict[str, bytes] = {}
        self.asked: list[Wanted] = []
        self.before_piece: list[LinkDown | LinkRefused | str | None] = []

    def ticket(self) -> Ticket:
        ticket = Ticket.issue(self.url, self.keys.public, self.random_bytes)
        self.tickets[ticket.ticket_id] = ticket
        return ticket

    def close(self) -> None: ...

    def enrol(self, request: bytes) -> bytes:
        self.seen.append(request)
        membership = self.replies.get(request)
        if membership is None:
            secrets = {number: ticket.secret for number, ticket in self.tickets.items()}
            try:
                opened = open_enrolment_request(
                    request, programme_public=self.keys.public, secret_of=secrets.get
                )
            except TicketInvalid:
                raise NotThere from None
            del self.tickets[opened.ticket_id]
            membership = self.member(opened.tablet_public)
            self.replies[request] = membership
        return seal_enrolment_reply(
            membership,
            request,
            programme_keys=self.keys,
            tablet_public=self.tablets[membership.tablet_id],
            random=self.random_bytes,
        )

    def member(self, public: PublicKeys) -> Membership:
        tablet_id = TabletId(self.random_bytes(8).hex())
        self.tablets[tablet_id] = public
        return Membership(
            "0" * 16,
            "PAK",
            "LI",
            "labour_inspection",
            "officer-1",
            tablet_id,
            self.keys.public,
            self.linkage_key,
            True,
        )

    def send_parcel(self, parcel: bytes) -> bytes:
        self.requests += 1
        self.seen.append(parcel)
        self.bytes_up += len(parcel)
        if self.before and (fault := self.before.pop(0)) is not None:
            raise fault
        reply = self.take_in(parcel)
        if self.after and (fault := self.after.pop(0)) is not None:
            raise fault
        self.bytes_down += len(reply)
        return reply

    def take_in(self, data: bytes) -> bytes:
        parcel = open_parcel(data, programme_keys=self.keys, tablet_public=self.tablets.get)
        revoked = parcel.tablet_id in self.revoked
        self.named.append(parcel.acknowledged)
        self.answered.append(parcel.answers)
        for note_id in parcel.acknowledged:
            self.notes.pop(note_id, None)
        outcomes: list[RecordOutcome] = []
        if not revoked:
            outcomes = [self._decide(parcel.tablet_id, canonical) for canonical in parcel.records]
        receipt = Receipt(
            parcel.parcel_id,
            tuple(outcomes),
            self.totals(parcel.tablet_id),
            {"questionnaire": self.reference.questionnaire.digest}
            | ({"reference": self.edition.version} if self.edition else {}),
            self.clock_s(),
            ("erase_identities",) if revoked else (),
            self.notes_for(parcel.tablet_id),
        )
        return seal_receipt(
            receipt,
            programme_keys=self.keys,
            tablet_public=self.tablets[parcel.tablet_id],
            random=self.random_bytes,
        )

    def say(self, content: Content, days: int = 90, made_s: int | None = None) -> Note:
        """Something for the tablet, from the next receipt on."""
        now_s = self.clock_s() if made_s is None else made_s
        note = Note(NoteId(self.random_bytes(8).hex()), now_s, now_s + days * 86_400, content)
        self.notes[note.note_id] = note
        return note

    def notes_for(self, tablet_id: TabletId) -> bytes:
        if not self.notes:
            return b""
        return seal_notes(
            list(self.notes.values()),
            programme_keys=self.keys,
            tablet_public=self.tablets[tablet_id],
            random=self.random_bytes,
        )

    def publish(self, bundles: Mapping[str, bytes], number: int = 1, country: str = "PAK") -> None:
        """The edition in force from now on; nothing about it is checked here."""
        travelling = {name: squeezed(bundles[name]) for name in sorted(bundles)}
        parts = tuple(
            Part(name, digest_of(bundles[name]), len(bundles[name]), len(data))
            for name, data in travelling.items()
        )
        self.edition = Edition(number, 1_790_000_000, country, parts)
        self.manifest = sign_edition(self.edition, self.keys)
        self.parts |= {part.digest: travelling[part.name] for part in parts}

    def edition_as_file(self) -> bytes:
        assert self.edition is not None
        return edition_file(self.manifest, [self.parts[p.digest] for p in self.edition.parts])

    def ask_reference(self, request: bytes) -> bytes:
        """A piece, or the next fault of ``before_piece``: an exception, ``garbage`` (no message of
        ours) or ``wrong`` (signed bytes of something else)."""
        self.bytes_up += len(request)
        tablet_id, wanted = open_asking(
            request, programme_keys=self.keys, tablet_public=self.tablets.get
        )
        self.asked.append(wanted)
        fault = self.before_piece.pop(0) if self.before_piece else None
        if isinstance(fault, Exception):
            raise fault
        whole = self.parts[wanted.digest] if wanted.digest else self.manifest
        data = whole[wanted.offset : wanted.offset + wanted.most] if wanted.digest else whole
        if fault == "wrong":
            data = bytes(len(data))
        reply = seal_piece(
            Piece(len(whole), data),
            request,
            programme_keys=self.keys,
            tablet_public=self.tablets[tablet_id],
            random=self.random_bytes,
        )
        self.bytes_down += len(reply)
        return bytes(reversed(reply)) if fault == "garbage" else reply

    def totals(self, tablet_id: TabletId) -> Totals:
        return totals_of(
            (record_id, *newest)
            for record_id, newest in self.accepted().items()
            if self.owner[record_id] == tablet_id
        )

    def accepted(self) -> dict[RecordId, tuple[int, Fingerprint]]:
        """The newest accepted revision of every record."""
        return {
            record_id: max(accepted)
            for record_id, history in self.histories.items()
            if (
                accepted := [
                    (revision, held.fingerprint)
                    for revision, held in history.revisions.items()
                    if held.outcome is Outcome.ACCEPTED
                ]
            )
        }

    def newest(self, record_id: RecordId) -> Record:
        return self.records[record_id, self.histories[record_id].newest]

    def lose(self, record_id: RecordId) -> None:
        """As if an old backup had been restored: nothing is known of this record any more."""
        del self.histories[record_id]

    def holds_another(self, record_id: RecordId, revision: int) -> None:
        """What is held under that number from now on is not what this tablet sent."""
        held = self.histories[record_id].revisions
        held[revision] = replace(held[revision], fingerprint=Fingerprint("0" * 64))

    def _decide(self, tablet_id: TabletId, canonical: bytes) -> RecordOutcome:
        """The office's own decision table; what is sound is said by the test."""
        record = decode_record(canonical, self.reference.questionnaire_by_digest)
        self.order_seen.append(record.record_id)
        self.owner.setdefault(record.record_id, tablet_id)
        history = self.histories.setdefault(record.record_id, History())
        findings = self._findings(record)
        arrival = Arrival(
            OFFICER,
            record.kind.value,
            record.revision,
            fingerprint(canonical),
            record.ancestors,
            not findings,
        )
        decision = decide(history, arrival)
        if decision.effect in (Effect.STORE_ACCEPTED, Effect.STORE_REJECTED):
            self.records[record.record_id, record.revision] = record
        hold(history, arrival, decision, findings, tablet_id)
        return RecordOutcome(decision.outcome, findings_to_answer(decision, findings))

    def _findings(self, record: Record) -> tuple[Any, ...]:
        if record.record_id in self.reject:
            return (("answer.unknown_code", "sex", {}),)
        if question := self.refuses(record):
            return (("answer.unknown_code", question, {}),)
        return ()
