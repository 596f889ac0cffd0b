"""A tablet's store with one byte changed, or cut anywhere: told in plain words, and saved.

Two forms of it: as it lies after locking, and as kill -9 leaves it, with the newest answers in the
log only.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.officers.cheap_keys import cheap_derivation
from mobile.enrolment.enrolment import NotEnrolled
from mobile.store import StoreDamaged, StoreTooNew
from mobile.store.tables import CENSUS, TABLES
from mobile.tablet import STORE_NAME, Session, Tablet
from shared.lifecycle import CaseState
from tests.mobile.interviews import finalised_case, record_case
from tests.mobile.office import MemoryOffice
from tests.reliability.disk import Files, lay_out
from tests.reliability.journey import PIN, kept
from tests.reliability.starting import NOW, quick_folder
from tests.server.field import REFERENCE, Clock

LOG_NAME = f"{STORE_NAME}-wal"
LOCKED, KILLED = "locked", "killed"


@dataclass(frozen=True)
class Saved:
    """What came of one damage. told: whether the tablet said so. whole: records that stand as
    before, with all answers. finalised: records that are still there to be sent. steps_back: how
    many commits of a log that was cut are missing, as if the power had gone that much earlier."""

    told: bool
    whole: int
    finalised: int
    steps_back: int = 0


class Recorded:
    """A tablet with a visit and cases in several states, and what it keeps."""

    def __init__(self, root: Path) -> None:
        self.root, self.office = root, MemoryOffice(REFERENCE)
        session = self.tablet("first").set_up(PIN)
        session.enrolment.enrol(self.office.ticket().text())
        sent = finalised_case(session.casework, given_name="Sent")
        session.sending.send()
        visit_id = session.casework.row(sent).visit_id
        for name in ("Waiting", "Other"):
            case_id = record_case(session.casework, visit_id, given_name=name)
            assert session.casework.finalise(case_id).done
        session.lock()
        session = self.tablet("first").unlock(PIN)
        self.states = [_as_text(kept(session))]
        session.casework.on_change(lambda _: self.states.append(_as_text(kept(session))))
        draft = record_case(session.casework, visit_id, given_name="Drafty")
        session.casework.answer(draft, "family_name", "Newest")
        self.kept = self.states[-1]
        self.waiting = {entry.record_id for entry in session.casework._repository.entries()}
        self.files = {KILLED: _files(root / "first")}
        census = session._sealer.row_of("settings", CENSUS)
        session.lock()
        self.files[LOCKED] = _files(root / "first")
        assert LOG_NAME in self.files[KILLED]
        assert LOG_NAME not in self.files[LOCKED]
        with closing(sqlite3.connect(root / "first" / STORE_NAME)) as store:
            self.rows = [
                (table, row, sealed)
                for table in (*TABLES, "escrow")
                for row, sealed in store.execute(f"SELECT row, sealed FROM {table}")
                if row != census
            ]

    def tablet(self, name: str) -> Tablet:
        return Tablet(
            self.root / name,
            REFERENCE,
            Clock(NOW),
            os.urandom,
            link=lambda _: self.office,
            derivation=cheap_derivation,
        )

    def damaged(self, form: str, name: str, content: bytes) -> Saved:
        """Opens the tablet with that content in that file, and rescues it when it says so.

        Raises AssertionError when a wrong answer is believed, or anything is lost in silence.
        """
        shutil.rmtree(self.root / "damaged", ignore_errors=True)
        lay_out(self.files[form] | {name: content}, self.root / "damaged")
        try:
            state = self._state_shown()
        except (StoreDamaged, StoreTooNew):
            return self._rescued(self.files[form] | {name: content})
        if name == LOG_NAME:
            # SQLite cannot tell the end of a log that was cut off from one never written.
            assert state in self.states, "something changed and nobody was told"
            back = len(self.states) - 1 - self.states.index(state)
            assert back <= 1 or len(content) < len(self.files[form][name])
            return Saved(False, len(self.kept), len(self.waiting), back)
        assert state == self.kept, "something changed and nobody was told"
        return Saved(False, len(self.kept), len(self.waiting))

    def _state_shown(self) -> dict[str, list[Any]]:
        """Everything the tablet shows and would send, without a complaint."""
        session = self.tablet("damaged").unlock(PIN)
        try:
            assert session.is_enrolled, "taken for a new tablet"
            assert self._sendable(session) == self.waiting
            session.casework.my_work()
            return _as_text(kept(session))
        finally:
            session.lock()

    def _rescued(self, files: Files) -> Saved:
        self.tablet("damaged").rescue(PIN)
        session = self.tablet("damaged").unlock(PIN)
        # Of a file that was cut, each row that is left whole is saved. One that was changed may
        # have lost the way to a row.
        is_cut = len(files[STORE_NAME]) < len(self.files[LOCKED][STORE_NAME])
        cut = files[STORE_NAME] if is_cut and LOG_NAME not in files else b""
        try:
            for table, row, sealed in self.rows:
                if row + sealed in cut:
                    assert (
                        session._store._live()
                        .execute(f"SELECT 1 FROM {table} WHERE row = ?", (row,))
                        .fetchone()
                    ), f"could have been saved: a row of {table}"
            found = _as_text(kept(session))
            for record_id, (_, _, _, _, answers) in found.items():
                before = self.kept[record_id][-1]
                older = answers != before and answers.items() <= before.items()
                assert answers in ({}, before) or older, "a wrong answer is believed"
            whole = sum(found.get(record_id) == one for record_id, one in self.kept.items())
            sendable = self._sendable(session) & self.waiting if session.is_enrolled else set()
            return Saved(told=True, whole=whole, finalised=len(sendable))
        except NotEnrolled:
            return Saved(told=True, whole=0, finalised=0)
        finally:
            session.lock()

    def _sendable(self, session: Session) -> set[Any]:
        """Records that really can be packed for the office."""
        book = session.casework._repository
        for entry in book.entries():
            assert book.finalised(entry.record_id)[1]
        waiting = {entry.record_id for entry in book.entries()}
        states = {card.record_id for card in book.cards() if card.state is CaseState.FINALISED}
        assert states <= waiting, "finalised, and would never be sent"
        return waiting


def _as_text(found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return dict(json.loads(json.dumps(found)))


def _files(folder: Path) -> Files:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@contextmanager
def recorded_tablet() -> Iterator[Recorded]:
    """Goes away with the block."""
    root = Path(tempfile.mkdtemp(prefix="tally87-damage-", dir=quick_folder()))
    try:
        yield Recorded(root)
    finally:
        shutil.rmtree(root)


def places() -> list[tuple[str, str]]:
    """Form and file of all that can be damaged."""
    return [(LOCKED, STORE_NAME), (KILLED, STORE_NAME), (KILLED, LOG_NAME)]


def flipped(content: bytes, at: int) -> bytes:
    """With one bit changed in the byte at that place; another bit in each byte."""
    return content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :]
