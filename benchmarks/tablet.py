"""What a tablet with 10,000 cases costs: processor time and memory of the core, without a screen.

Processor time, not wall clock, so that a busy machine does not change it. Measured in a fresh
process, as after starting the app.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.figures import Figures, benchmark
from demo.officers.cheap_keys import cheap_derivation
from mobile.security.derivation import calibrate
from mobile.tablet import Session, Tablet
from shared.identifiers import RecordId, TabletId
from shared.reference import load_reference
from shared.wire.keys import ProgrammeKeys
from shared.wire.tickets import Membership
from tests.mobile.interviews import finalised_case

CASES, CASES_A_VISIT = 10_000, 4
PIN = "482913"
MEGABYTE = 1_000_000


def measure() -> Figures:
    """Milliseconds of processor time, megabytes of memory and of disk."""
    with tempfile.TemporaryDirectory() as folder:
        spawn = multiprocessing.get_context("spawn")
        for step in (_fill, _use):
            with spawn.Pool(1) as pool:
                figures = pool.apply(step, (folder,))
    return figures


def _tablet(folder: str) -> Tablet:
    return Tablet(
        Path(folder) / "tablet",
        load_reference,
        lambda: datetime.now().astimezone(),
        os.urandom,
        derivation=cheap_derivation,
    )


def _fill(folder: str) -> Figures:
    membership = Membership(
        programme_id="0" * 16,
        country="PAK",
        organisation_code="LI",
        organisation_list="labour_inspectorate",
        officer_code="o1",
        tablet_id=TabletId("0" * 16),
        programme_public=ProgrammeKeys.generate(os.urandom).public,
        linkage_key=os.urandom(32),
        practice=True,
    )
    session = _tablet(folder).set_up(PIN, membership)
    fill(session)
    session.lock()
    return {}


def fill(session: Session) -> None:
    """One real interview, then copies of it with other names and other linkage codes: 10,000 cases
    of which only the first waits to be sent."""
    repository = session.casework._repository
    case_id = finalised_case(session.casework)
    case, case_body = repository.card(case_id), repository.body(case_id)
    visit, visit_body = repository.card(case.visit_id), repository.body(case.visit_id)
    types = case.linkage[::9]
    visit_id = case.visit_id
    with repository.change() as change:
        for number in range(1, CASES):
            if number % CASES_A_VISIT == 0:
                visit_id = RecordId(os.urandom(16).hex())
                change.put_card(replace(visit, record_id=visit_id, visit_id=visit_id))
                change.put_body(visit_id, visit_body)
            record_id = RecordId(os.urandom(16).hex())
            linkage = b"".join(bytes([type_]) + os.urandom(8) for type_ in types)
            name = f"Given{number} Family{number % 977}"
            change.put_card(
                replace(
                    case,
                    record_id=record_id,
                    visit_id=visit_id,
                    number=case.number + number,
                    name=name,
                    linkage=linkage,
                )
            )
            change.put_body(record_id, case_body)


def _use(folder: str) -> Figures:
    tablet, figures = _tablet(folder), dict[str, float]()
    load_reference("PAK")  # the app has it before the PIN is typed
    session: Session = _timed(figures, "unlock_to_list_cpu_ms", lambda: _opened(tablet))
    casework = session.casework
    _timed(figures, "first_search_cpu_ms", lambda: casework.list_cases("given99"))
    _timed(figures, "search_cpu_ms", lambda: casework.list_cases("family77 given"), times=5)
    _timed(figures, "counts_cpu_ms", casework.counts, times=5)
    case_id = casework.list_cases(limit=1)[0].record_id
    casework.reopen(case_id)
    _timed(figures, "open_case_cpu_ms", lambda: casework.interview(case_id))
    _timed(figures, "answer_cpu_ms", lambda: casework.answer(case_id, "sex", "female"), times=10)
    _timed(figures, "next_question_cpu_ms", lambda: casework.interview(case_id), times=10)
    _timed(figures, "duplicates_cpu_ms", lambda: casework.possible_duplicates(case_id))
    _timed(figures, "finalise_cpu_ms", lambda: casework.finalise(case_id))
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures["memory_peak_mb"] = round(peak_kib * 1024 / MEGABYTE, 1)
    session.lock()
    disk = sum(path.stat().st_size for path in Path(folder).rglob("*"))
    figures["disk_mb"] = round(disk / MEGABYTE, 1)
    derivation = calibrate()
    _timed(figures, "key_derivation_cpu_ms", lambda: derivation.derive(PIN, bytes(16)))
    return figures


def _opened(tablet: Tablet) -> Session:
    session = tablet.unlock(PIN)
    session.casework.list_cases(limit=50)
    return session


def _timed(figures: dict[str, float], name: str, work: Callable[[], Any], times: int = 1) -> Any:
    began = time.process_time()
    for _ in range(times):
        result = work()
    figures[name] = round((time.process_time() - began) / times * 1000, 1)
    return result


command = benchmark(f"A tablet with {CASES:,} cases", measure)

if __name__ == "__main__":
    command()
