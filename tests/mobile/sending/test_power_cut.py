"""kill -9 of the tablet's process at every named point: nothing acknowledged is lost or doubled."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.officers.cheap_keys import cheap_derivation
from mobile.tablet import Tablet
from shared.lifecycle import CaseState
from shared.reference import Reference
from shared.wire.note_kinds import Message
from tests.mobile.conftest import PIN, Clock
from tests.mobile.http_office import HttpOffice, serving
from tests.mobile.office import MemoryOffice
from tests.mobile.shift import run
from tests.patience import PATIENCE_S

SAID = Message("Bring the forms.")
SENT = {CaseState.FINALISED, CaseState.ACCEPTED}


@pytest.fixture
def http(office: MemoryOffice) -> Iterator[HttpOffice]:
    with serving(office) as http:
        yield http


def start_shift(
    folder: Path, ticket: str, clock: Clock, milestone: str = "none", count: int = 1
) -> subprocess.Popen[str]:
    told = [str(folder), ticket, milestone, str(count), clock().isoformat()]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.mobile.shift", *told],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def tablet_of(folder: Path, reference: Reference, clock: Clock) -> Tablet:
    """The tablet of that folder in this process."""
    return Tablet(folder, reference, clock, os.urandom, derivation=cheap_derivation)


def acknowledged(output: str) -> list[list]:
    return [json.loads(line) for line in output.splitlines() if line.endswith("]")]


def check_nothing_acknowledged_is_lost(
    folder: Path, steps: list[list], reference: Reference, clock: Clock
) -> None:
    tablet = tablet_of(folder, reference, clock)
    if not steps:
        return  # died before the PIN was chosen
    session = tablet.unlock(PIN)
    for step, *words in steps:
        if step == "started":
            session.casework.row(words[0])
        if step == "answered":
            record_id, question, value = words
            kept = session.casework.answer_of(record_id, question)
            assert kept == (tuple(value) if isinstance(value, list) else value)
        if step == "finalised":
            assert session.casework.row(words[0]).state in SENT
        if step == "enrolled":
            assert session.is_enrolled
    session.lock()


POINTS = [
    ("before_key_file", 1),
    ("after_key_file", 1),
    ("during_enrolment", 1),
    ("after_enrolment", 1),
    ("during_start", 2),
    ("after_start", 1),
    ("during_answer", 12),
    ("after_answer", 40),
    ("during_finalise", 1),
    ("after_finalise", 2),
    ("during_attempt", 1),
    ("after_attempt", 1),
    ("before_request", 1),
    ("after_reply", 1),
    ("during_receipt", 1),
    ("after_receipt", 1),
    ("during_notes", 1),
    ("after_notes", 1),
]


@pytest.mark.parametrize(("milestone", "count"), POINTS)
def test_shift_goes_on_after_the_power_is_cut(
    milestone: str,
    count: int,
    tmp_path: Path,
    http: HttpOffice,
    office: MemoryOffice,
    reference: Reference,
    clock: Clock,
) -> None:
    folder, ticket = tmp_path / "tablet", office.ticket().text()
    office.say(SAID)
    dying = start_shift(folder, ticket, clock, milestone, count)
    output, errors = dying.communicate(timeout=PATIENCE_S)
    assert dying.returncode == -signal.SIGKILL, errors
    check_nothing_acknowledged_is_lost(folder, acknowledged(output), reference, clock)

    run(tablet_of(folder, reference, clock), ticket)

    check_all_arrived_once(folder, office, reference, clock)


@pytest.mark.parametrize("seed", range(2))
def test_shift_survives_being_killed_at_any_moment_again_and_again(
    seed: int,
    tmp_path: Path,
    http: HttpOffice,
    office: MemoryOffice,
    reference: Reference,
    clock: Clock,
) -> None:
    folder, ticket = tmp_path / "tablet", office.ticket().text()
    office.say(SAID)
    moments = random.Random(seed)
    for _ in range(4):
        shift = start_shift(folder, ticket, clock)
        assert shift.stdout is not None
        lines = [shift.stdout.readline() for _ in range(moments.randrange(1, 40))]
        time.sleep(moments.random() / 100)
        shift.kill()
        rest, _ = shift.communicate(timeout=PATIENCE_S)
        steps = acknowledged("".join(lines) + rest)
        check_nothing_acknowledged_is_lost(folder, steps, reference, clock)

    run(tablet_of(folder, reference, clock), ticket)

    check_all_arrived_once(folder, office, reference, clock)


def check_all_arrived_once(
    folder: Path, office: MemoryOffice, reference: Reference, clock: Clock
) -> None:
    session = tablet_of(folder, reference, clock).unlock(PIN)
    rows = [*session.casework.list_cases(), *session.casework.list_visits()]
    accepted = office.accepted()
    assert len(rows) == 3
    # What the office said is there once, however often it was sent, and the office is told so.
    session.sending.send()
    assert office.notes == {}
    said = [note.content for note in session.notes.messages(0)]
    assert said == [SAID]
    assert {row.record_id for row in rows} == set(accepted)
    assert all(row.state is CaseState.ACCEPTED for row in rows)
    assert {row.record_id: row.revision for row in rows} == {
        record_id: revision for record_id, (revision, _) in accepted.items()
    }
    session.lock()
