"""A shift in a process of its own, that can be told to die at a named milestone.

    python -m tests.mobile.shift FOLDER TICKET MILESTONE COUNT NOW

Sets the tablet up or unlocks it, goes on where it was, records one visit with two cases, finalises
and sends. Its clock stands at NOW (ISO 8601), so that every process of a test lives at the same
time. Kills itself with SIGKILL the COUNT-th time MILESTONE is reached. Says every step on
standard output only after the tablet has acknowledged it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from demo.officers.cheap_keys import cheap_derivation
from mobile.casework import Casework
from mobile.tablet import Session, Tablet
from shared.answers import UNKNOWN
from shared.identifiers import RecordId
from shared.lifecycle import CaseState
from shared.reference import load_reference
from tests.mobile.interviews import CHILD, VISIT

PIN = "482913"


def main(folder: str, ticket: str, milestone: str, count: str, now: str) -> None:
    """Runs the shift in this process, with a tablet of its own."""
    standing = datetime.fromisoformat(now)
    left = [int(count)]

    def reached(name: str) -> None:
        if name == milestone:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    tablet = Tablet(
        Path(folder),
        load_reference,
        lambda: standing,
        os.urandom,
        milestone=reached,
        derivation=cheap_derivation,
    )
    run(tablet, ticket)


def run(tablet: Tablet, ticket: str) -> None:
    """Unlocks, goes on where it was, and sends until nothing is left."""
    session = tablet.unlock(PIN) if tablet.is_set_up else tablet.set_up(PIN)
    say("unlocked")
    if not session.is_enrolled:
        session.enrolment.enrol(ticket)
        say("enrolled")
    work(session)
    report = session.sending.send()
    say("sent", report.accepted, report.still_waiting, report.problem)
    session.lock()


def work(session: Session) -> None:
    """One visit, two cases, one of them corrected; goes on with what is there."""
    casework = session.casework
    visits = casework.list_visits()
    visit_id = visits[0].record_id if visits else casework.start_visit()
    say("started", visit_id)
    answer(casework, visit_id, dict(VISIT))
    while len(casework.cases_of(visit_id)) < 2:
        say("started", casework.start_case(visit_id))
    for number, row in enumerate(casework.cases_of(visit_id)):
        answer(casework, row.record_id, dict(CHILD) | {"given_name": f"Zorblax{number}"})
        if casework.row(row.record_id).state is CaseState.DRAFT:
            assert casework.finalise(row.record_id).done
        say("finalised", row.record_id)


def answer(casework: Casework, record_id: RecordId, said: dict) -> None:
    """Answers what is asked and has no answer yet."""
    if casework.row(record_id).state is not CaseState.DRAFT:
        return
    seen: set[str] = set()
    while True:
        open_questions = [
            view
            for section in casework.interview(record_id).sections
            for view in section.questions
            if view.question.takes_answer
            and view.value is None
            and view.name not in seen
            and (view.required or view.name in said)
        ]
        if not open_questions:
            return
        view = open_questions[0]
        seen.add(view.name)
        value = said.get(view.name, UNKNOWN)
        casework.answer(record_id, view.name, value)
        say("answered", record_id, view.name, value)


def say(*words: object) -> None:
    """One line, flushed."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
