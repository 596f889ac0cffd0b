"""Stops the app after each tap, looks at what a kill would leave of the tablet, and opens it again.

A snapshot is a copy of the tablet's folder while the process is stopped (SIGSTOP): the same bytes
as after SIGKILL, because what a process has written belongs to the system's page cache and stays
when it dies. ``kill_after`` kills in earnest and shows that it is so.
"""

from __future__ import annotations

import base64
import copy
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from demo.officers.cheap_keys import cheap_derivation
from mobile.casework import CaseRow
from mobile.tablet import Session, Tablet
from shared.lifecycle import CaseState
from shared.reference import Reference
from tests.mobile.http_office import HttpOffice, serving
from tests.mobile.office import MemoryOffice
from tests.mobile.ui.at_risk import NOW
from tests.mobile.ui.journey import NAMES, PIN, RETAIL

PATIENCE_S = 120


@dataclass
class Moment:
    """What a kill after one step leaves: the tablet's folder, the office, what was said."""

    said: dict[str, Any]
    tablet: Path
    office: MemoryOffice


class AppAtRisk:
    """The app working in its own process."""

    def __init__(self, room: Path, language: str, http: HttpOffice) -> None:
        self.room, self.tablet, self.http = room, room / "tablet", http
        self.language = language
        self.errors = room / "errors"
        home = {name: str(room / name) for name in ("HOME", "TMPDIR", "KIVY_HOME")}
        for folder in (*home.values(), self.tablet):
            Path(folder).mkdir(parents=True)
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "tests.mobile.ui.at_risk"),
                    *(str(self.tablet), language, http.office.ticket().text()),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={**os.environ, **home},
            )
        self.go_on()

    def go_on(self) -> None:
        """Lets the officer do the next step."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def next_step(self) -> dict[str, Any] | None:
        """What was done last, or None when the day is over."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if line:
            said: dict[str, Any] = json.loads(line)
            return said
        self.process.wait(PATIENCE_S)
        assert self.process.returncode == 0, self.errors.read_text()[-3000:]
        return None

    def steps(self) -> Iterator[dict[str, Any]]:
        """What was done, step by step; the app goes on when the next one is asked for."""
        while (said := self.next_step()) is not None:
            yield said
            self.go_on()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Nothing of the process runs meanwhile, no thread of it either."""
        os.kill(self.process.pid, signal.SIGSTOP)
        while _state_of(self.process.pid) != "T":
            time.sleep(0.001)
        try:
            yield
        finally:
            os.kill(self.process.pid, signal.SIGCONT)

    def snapshot(self, said: dict[str, Any], where: Path) -> Moment:
        """What is on the disk now, and what the office has."""
        with self.standing_still(), self.http.lock:
            shutil.copytree(self.tablet, where)
            return Moment(said, where, copied_office(self.http.office))

    def kill(self) -> None:
        """In earnest: no handler runs, nothing is flushed, nothing is settled."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.close()

    def close(self) -> None:
        """Ends it if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE_S)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            with suppress(BrokenPipeError):  # it died with a line unread
                stream.close()


def _state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def copied_office(office: MemoryOffice) -> MemoryOffice:
    """The same office, which goes on without the first one knowing."""
    other = copy.copy(office)
    other.tickets, other.tablets = dict(office.tickets), dict(office.tablets)
    other.replies, other.owner = dict(office.replies), dict(office.owner)
    other.histories, other.records = copy.deepcopy(office.histories), dict(office.records)
    other.order_seen, other.seen = list(office.order_seen), list(office.seen)
    other.before, other.after, other.reject = [], [], set(office.reject)
    other.random_bytes = random.Random(len(office.seen)).randbytes
    return other


@contextmanager
def app_at_risk(room: Path, language: str, reference: Reference) -> Iterator[AppAtRisk]:
    """The app and its office, which knows no retail trade, so that one case comes back."""
    office = MemoryOffice(reference)
    office.refuses = lambda record: "industry" * (record.content.get("industry") == RETAIL)
    with serving(office) as http:
        app = AppAtRisk(room, language, http)
        try:
            yield app
        finally:
            app.close()


def check_reopened(moment: Moment, reference: Reference, under_way: int = 0) -> None:
    """What must be so after a kill at that moment: every answer that was given is there, but for
    the one being given; what the screen called finalised is; a clean sending loses and doubles
    nothing, and both sides agree after it.

    under_way: steps that were begun after what was said; each may have changed one answer.
    """
    said, office = moment.said, moment.office
    tablet = Tablet(
        moment.tablet,
        lambda _: reference,
        lambda: NOW,
        os.urandom,
        link=lambda _: office,
        derivation=cheap_derivation,
    )
    if not tablet.is_set_up:
        assert not said["ledger"], "the tablet forgot that it was set up"
        return
    session = tablet.unlock(PIN)
    try:
        if not session.is_enrolled:
            assert not said["ledger"], "the tablet forgot that it was enrolled"
            return
        _check_answers(session, said, under_way)
        _check_sending(session, office)
    finally:
        session.lock()


def _check_answers(session: Session, said: dict[str, Any], under_way: int) -> None:
    casework = session.casework
    records = _rows(session)
    assert len(records) >= len(said["ledger"]), "a record is lost"
    for place, (row, given) in enumerate(zip(records, said["ledger"], strict=False)):
        for question, value in given.items():
            if said["typing"] == [place, question]:
                continue
            kept = casework.answer_of(row.record_id, question)
            wanted = tuple(value) if isinstance(value, list) else value
            if kept != wanted and under_way:
                under_way -= 1
                continue
            assert kept == wanted, f"{question} of record {place} is {kept!r}, given was {wanted!r}"
        if place in said["finalised"] and not under_way:
            assert row.state is not CaseState.DRAFT, f"record {place} was finalised"
        if place == said["danger"]:
            assert row.danger, f"the danger of record {place} was recorded"


def _check_sending(session: Session, office: MemoryOffice) -> None:
    report = session.sending.send()
    assert not report.problem, report.problem
    assert report.totals_agree is True
    assert (report.conflicts, report.still_waiting) == (0, 0)
    again = session.sending.send()
    assert (again.sent, again.totals_agree) == (0, True)
    accepted = office.accepted()
    for row in _rows(session):
        assert row.state is not CaseState.FINALISED, "finalised and neither waiting nor answered"
        if row.state is CaseState.ACCEPTED:
            assert accepted[row.record_id][0] == row.revision
    ours = {row.record_id for row in _rows(session)}
    assert set(office.histories) <= ours, "the office has a record the tablet has lost"


def _rows(session: Session) -> list[CaseRow]:
    """The visit, then its persons in the order they were begun."""
    casework = session.casework
    visits = casework.list_visits()
    assert len(visits) <= 1, "the visit was doubled"
    return [row for visit in visits for row in (visit, *casework.cases_of(visit.record_id))]


SECRETS = (
    *(PIN, "brick_kiln", "caregiver_and_assent", "heavy_loads", "dust_fumes_gas", "PK-PB-03"),
    *("HAZARDOUS", "LIGHT_WORK", "PERMITTED_WORK", "2015-02-03", "immediate_danger", "given_name"),
    *("Faisalabad", "Hazardous child labour", "Relay heavy loads", "Brick kiln"),
    *(name for words in NAMES.values() for name in (words["place"], words["parent"])),
    *(name for words in NAMES.values() for child in words["children"] for name in child),
)
"""The PIN, names, places, answers, classes and questions of the journey: six bytes or more, which
sealed bytes do not hold by chance."""


def read_by_a_thief(folders: Iterable[Path]) -> list[str]:
    """Which of the secrets stand in any file of the folders, or in a file's name, in clear or in
    one of the ways a library may write a text."""
    found = []
    for path in (each for folder in folders for each in (folder, *folder.rglob("*"))):
        data = path.name.encode()
        if path.is_file():
            data += path.read_bytes()
        found += [
            f"{word} in {path.name}" for word in SECRETS if any(s in data for s in _ways(word))
        ]
    return found


@lru_cache
def _ways(word: str) -> tuple[bytes, ...]:
    whole = word.encode()
    ways = [whole, whole.hex().encode(), quote(word).encode(), word.encode("utf-16-le")]
    ways += [word.encode("utf-16-be"), json.dumps(word)[1:-1].encode()]
    for shift in range(3):
        encoded = base64.b64encode(b" " * shift + whole)
        ways.append(encoded[-(-shift * 8 // 6) : (shift + len(whole)) * 8 // 6])
    return tuple(way for way in ways if len(way) >= SHORTEST)


SHORTEST = 6
"""Fewer bytes may stand in sealed ones by chance."""


def differences(one: Path, other: Path) -> list[str]:
    """Names of files that are not the same in both folders."""
    ours, theirs = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (one, other)
    )
    return [str(name) for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]


def data_key_of(tablet: Path, reference: Reference) -> bytes:
    """The key everything in that folder is sealed with."""
    opened = Tablet(
        tablet, lambda _: reference, lambda: NOW, os.urandom, derivation=cheap_derivation
    )
    session = opened.unlock(PIN)
    key = bytes(session._sealer._data_key[:32])
    session.lock()
    return key


def times_in_memory(pid: int, needle: bytes) -> int:
    """How often the bytes stand in the memory a process may write to. Linux only."""
    count = 0
    with Path(f"/proc/{pid}/maps").open() as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            span, mode = line.split()[:2]
            if not mode.startswith("rw") or "[vvar]" in line:
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            try:
                memory.seek(start)
                count += memory.read(end - start).count(needle)
            except (OSError, ValueError):  # a device's memory
                continue
    return count
