"""How long a receipt takes while 100,000 cases wait to be linked, beside a quiet office.

A worker of its own process links meanwhile, as `tally87 serve` starts one. Parcels of one visit
with one case come one after another; rounds with and without the worker take turns, so that both
meet the same machine. The cases that wait are copies of a thousand real ones, each with codes of
its own, written straight into the tables: they are there to be linked, not to be right.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import statistics
import threading
import time
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text

from benchmarks.copied_cases import copy_codes, copy_rows, id_of, note_originals
from benchmarks.figures import Figures, benchmark
from benchmarks.office import Bench, fresh_office, in_parcels
from benchmarks.records import many, written_visits
from server import queue
from server.db.engine import reading, transaction
from server.intake import code_book
from server.intake.receive import take_in
from server.jobs.worker import NICE, Worker
from server.office import Office
from server.queue import Job, JobKind
from server.tables import recount
from tests.postgres import running_postgres

REAL, COPIES = 1_000, 100
ROUNDS, PARCELS_A_ROUND = 5, 40
GAP_S = 0.02
"""Between a receipt and the next parcel."""
LONGEST_START_S = 120.0
"""A worker that has linked nothing by then never will; on a busy machine it begins after ten."""
SPAWN = multiprocessing.get_context("spawn")

_COPIES = (
    "insert into record_head (record_id, kind, officer_number) "
    f"select {id_of('record_id')}, kind, officer_number from record_head "
    "where record_id in (select record_id from copied)",
    "insert into case_record (record_id, revision, visit_id, organisation_number, withdrawn, "
    "danger, sex, age_years, age_band, child_labour, forced_labour, classes, classes_differ, "
    f"content) select {id_of('record_id')}, 2, visit_id, organisation_number, withdrawn, "
    "danger, sex, age_years, age_band, child_labour, forced_labour, classes, classes_differ, "
    "content from case_record where record_id in (select record_id from copied)",
)


def measure() -> Figures:
    """Milliseconds a receipt takes, at the median and the 99th percentile, and their ratio."""
    figures: dict[str, float] = {}
    with running_postgres(durable=True) as url:
        if url is None:
            raise SystemExit("There are no PostgreSQL binaries: install the test extra.")
        for name, database in (("sqlite", None), ("postgresql", url)):
            figures |= {f"{name}_{key}": value for key, value in _measure(database).items()}
    return figures


def _measure(database: str | None) -> Figures:
    with fresh_office(database) as bench:
        parcels = _fill(bench)
        waited = 0
        quiet: list[float] = []
        busy: list[float] = []
        for _ in range(ROUNDS):
            quiet += _receipts(bench, [parcels.pop() for _ in range(PARCELS_A_ROUND)])
            # With the cases of these receipts: one batch shows that the worker has begun.
            waited = _waiting(bench.office)
            stop = SPAWN.Event()
            process = SPAWN.Process(target=_work, args=(bench.office.config, stop))
            process.start()
            latest = time.monotonic() + LONGEST_START_S
            while not _has_begun(bench.office, waited):
                if not process.is_alive() or time.monotonic() > latest:
                    process.kill()
                    raise SystemExit("The worker links nothing: what it says stands above.")
                time.sleep(0.05)
            busy += _receipts(bench, [parcels.pop() for _ in range(PARCELS_A_ROUND)])
            stop.set()
            process.join(60)
            waited = _waiting(bench.office)
        if waited == 0:
            raise SystemExit("Everything was linked before the end: nothing was waited beside.")
    told = {"waiting_at_the_end": float(waited)}
    for name, seconds in (("quiet", quiet), ("busy", busy)):
        told[f"{name}_median_ms"] = round(statistics.median(seconds) * 1000, 1)
        told[f"{name}_p99_ms"] = round(_percentile(seconds) * 1000, 1)
    told["p99_ratio"] = round(_percentile(busy) / _percentile(quiet), 2)
    return told


def _fill(bench: Bench) -> list[bytes]:
    """A register with cases that wait; sealed parcels to be sent to it."""
    reference, written = written_visits(bench.linkage_key)
    spare = ROUNDS * 2 * PARCELS_A_ROUND
    visits = [visit.records for visit in many(written, reference, REAL + spare)]
    later, first = visits[:spare], visits[spare:]
    for records in in_parcels(first, 300):
        take_in(bench.office, bench.parcel(records))
    recount.link_what_waits(bench.office)
    dialect = bench.office.engine.dialect.name
    with transaction(bench.office.engine) as connection:
        note_originals(connection)
        real = dict(code_book.codes_of_cases(connection, None))
    for number in range(COPIES):
        with transaction(bench.office.engine) as connection:
            ends = f"ffff{number:02x}"
            copy_rows(connection, _COPIES, ends)
            copy_codes(connection, real, ends, number + 1)
    with transaction(bench.office.engine) as connection:
        copies = list(
            connection.scalars(text("select record_id from case_record where revision = 2"))
        )
        queue.ask(connection, JobKind.LINK, copies, bench.office.now_s())
    if dialect == "postgresql":
        with bench.office.engine.connect() as plain:
            plain.execution_options(isolation_level="AUTOCOMMIT").execute(text("analyze"))
    return [bench.parcel(list(records)) for records in later]


def _waiting(office: Office) -> int:
    with reading(office.engine) as connection:
        waiting = select(func.count()).where(Job.kind == JobKind.LINK.value)
        return connection.scalar(waiting) or 0


def _has_begun(office: Office, waited: int) -> bool:
    return _waiting(office) < waited


def _receipts(bench: Bench, parcels: list[bytes]) -> list[float]:
    """Seconds from each sealed parcel to its receipt."""
    took = []
    for parcel in parcels:
        time.sleep(GAP_S)
        began = time.perf_counter()
        take_in(bench.office, parcel)
        took.append(time.perf_counter() - began)
    return took


def _percentile(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)]


def _work(config: Any, stop: Any) -> None:
    """The worker's process: links and nothing else."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    office = Office.open(config, lambda: datetime.now(UTC), os.urandom)
    told = threading.Event()

    def tell() -> None:
        stop.wait()
        told.set()

    threading.Thread(target=tell, daemon=True).start()
    Worker(office, [JobKind.LINK]).run(told)
    office.close()


command = benchmark("Receipts while 100,000 cases wait to be linked", measure)

if __name__ == "__main__":
    command()
