"""Everything an officer's tablet goes through in one process: ``python -m tests.reliability.journey
FOLDER URL TICKET SAID``.

Set-up, enrolment, a visit and a case answer by answer, finalise, send, correct, send, withdraw,
send, another PIN, a backup, a replacement tablet made of it, a damaged store and its rescue, send,
names erased. After every step one line is appended to the file SAID: what the tablet now says it
keeps. It is written only after the step was acknowledged.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from demo.officers.cheap_keys import cheap_derivation
from mobile.store import StoreDamaged
from mobile.tablet import STORE_NAME, Session, Tablet
from mobile.transport.http import HttpLink
from shared.answers import UNKNOWN, Value
from shared.identifiers import RandomBytes, RecordId
from shared.lifecycle import CaseState
from tests.mobile.interviews import CHILD, VISIT
from tests.reliability.starting import NOW
from tests.server.field import REFERENCE, Clock

PIN, OTHER_PIN = "482913", "730164"
PASSPHRASE = "correct horse battery staple"
BACKUP = "stick/tablet.backup"
FIRST, REPLACEMENT = "first", "replacement"
"""The folders of the two tablets."""


def tablet_of(
    folder: Path, url: str, said: Path | None = None, random_bytes: RandomBytes = os.urandom
) -> Tablet:
    """The tablet of that folder; its link says when a whole reply has come."""

    class Link(HttpLink):
        def send_parcel(self, parcel: bytes) -> bytes:
            return _replied(super().send_parcel(parcel))

        def enrol(self, request: bytes) -> bytes:
            return _replied(super().enrol(request))

    def _replied(data: bytes) -> bytes:
        if said is not None:
            append(said, {"step": "replied"})
        return data

    return Tablet(
        folder,
        REFERENCE,
        Clock(NOW),
        random_bytes,
        link=lambda _: Link(url),
        derivation=cheap_derivation,
    )


def append(said: Path, line: Mapping[str, Any]) -> None:
    """One line, in one write."""
    handle = os.open(said, os.O_WRONLY | os.O_CREAT, 0o600)
    os.lseek(handle, 0, os.SEEK_END)
    os.write(handle, json.dumps(line).encode() + b"\n")
    os.close(handle)


def kept(session: Session) -> dict[str, list[Any]]:
    """What the tablet keeps: of every record where it stands and all its answers."""
    if not session.is_enrolled:
        return {}
    book = session.casework._repository
    return {
        card.record_id: [
            *(card.state.value, card.revision, card.fingerprint, card.accepted_revision),
            json.loads(json.dumps(dict(book.body(card.record_id).answers))),
        ]
        for card in book.cards()
    }


class Journey:
    """One run of it. Every run writes the same, as long as the office is the same."""

    def __init__(self, root: Path, url: str, said: Path) -> None:
        self.root, self.url, self.said = root, url, said
        self.folder, self.pin = FIRST, PIN
        self.random_bytes = random.Random("journey").randbytes
        self.session = self._tablet().set_up(PIN)
        self.tell("set_up")

    def _tablet(self) -> Tablet:
        return tablet_of(self.root / self.folder, self.url, self.said, self.random_bytes)

    def tell(self, step: str, *, damaged: bool = False) -> None:
        """What the tablet keeps after that step."""
        append(
            self.said,
            {
                **{"step": step, "folder": self.folder, "pin": self.pin, "damaged": damaged},
                "enrolled": damaged or self.session.is_enrolled,
                "language": self.session.setting("language", "en") if not damaged else "",
                "kept": kept(self.session) if not damaged else self.before_damage,
            },
        )

    def go(self, ticket: str) -> None:
        """All of it."""
        session = self.session
        session.enrolment.enrol(ticket)
        self.tell("enrolled")
        work = session.casework
        session.set_language("fr")
        self.tell("language_chosen")
        visit_id = work.start_visit()
        self.tell("started")
        self.answer(visit_id, VISIT)
        case_id = self.case(visit_id, "Zorblax")
        self.send("sent")
        work.reopen(case_id)
        self.tell("reopened")
        self.answer(case_id, {}, work_hours=31.0, sex="female")
        self.finalise(case_id)
        self.send("correction_sent")
        mistaken = self.case(visit_id, "Mistaken")
        work.withdraw(mistaken, "recorded_twice")
        self.tell("withdrawn")
        self.send("withdrawal_sent")
        empty = work.start_case(visit_id)
        self.tell("started")
        work.delete_draft(empty)
        self.tell("deleted")
        session.change_pin(PIN, OTHER_PIN)
        self.pin = OTHER_PIN
        self.tell("pin_changed")
        draft = work.start_case(visit_id)
        self.tell("started")
        self.answer(draft, {"given_name": "Drafty"}, sex="female", birth_date="2015-02-03")
        session.save_backup(self.root / BACKUP, PASSPHRASE)
        self.tell("backed_up")
        session.lock()
        self.folder, self.pin = REPLACEMENT, PIN
        self.session = self._tablet().restore(self.root / BACKUP, PASSPHRASE, PIN)
        self.tell("restored")
        waiting = self.case(visit_id, "Waiting")
        self.damage()
        self._tablet().rescue(PIN)
        self.session = self._tablet().unlock(PIN)
        self.tell("rescued")
        assert self.session.casework.row(waiting).state is CaseState.FINALISED
        self.send("sent")
        self.session.casework.erase_all_identities()
        self.tell("erased")
        self.session.lock()

    def case(self, visit_id: RecordId, name: str) -> RecordId:
        """A case from the first question to finalised."""
        case_id = self.session.casework.start_case(visit_id)
        self.tell("started")
        self.answer(case_id, CHILD, given_name=name)
        self.finalise(case_id)
        return case_id

    def answer(self, record_id: RecordId, said: Mapping[str, Value], **also: Value) -> None:
        """First what is in ``also``, then whatever is asked, one answer after the other."""
        work, everything = self.session.casework, {**said, **also}
        for name, value in also.items():
            work.answer(record_id, name, value)
            self.tell("answered")
        seen = set(also)
        while said:
            asked = [
                view
                for section in work.interview(record_id).sections
                for view in section.questions
                if view.question.takes_answer
                and view.name not in seen
                and (view.name in everything or (view.required and view.value is None))
            ]
            if not asked:
                return
            seen.add(asked[0].name)
            work.answer(record_id, asked[0].name, everything.get(asked[0].name, UNKNOWN))
            self.tell("answered")

    def finalise(self, record_id: RecordId) -> None:
        assert self.session.casework.finalise(record_id).done
        self.tell("finalised")

    def send(self, step: str) -> None:
        report = self.session.sending.send()
        assert (report.problem, report.still_waiting) == ("", 0), report.sentence
        self.tell(step)

    def damage(self) -> None:
        """Something writes rubbish over the store's table of contents."""
        self.before_damage = kept(self.session)
        self.session.lock()
        store = self.root / self.folder / STORE_NAME
        self.tell("going_to_be_damaged", damaged=True)
        with store.open("r+b", buffering=0) as file:
            file.seek(100)
            file.write(b"rubbish" * 20)
            os.fsync(file.fileno())
        try:
            self._tablet().unlock(PIN)
        except StoreDamaged:
            self.tell("damaged", damaged=True)
            return
        raise AssertionError("the damage was not noticed")


if __name__ == "__main__":
    folder, url, ticket, said = sys.argv[1:]
    Journey(Path(folder), url, Path(said)).go(ticket)
