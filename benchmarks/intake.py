"""How many records a second one server process takes in, on SQLite and on PostgreSQL.

Whole parcels of 300 records, from sealed bytes to the sealed receipt: opened, verified, checked,
classified again and stored durably. Linking persons afterwards is timed apart.
"""

from __future__ import annotations

import time

from benchmarks.figures import Figures, benchmark
from benchmarks.office import fresh_office, in_parcels
from benchmarks.records import many, written_visits
from server.intake.receive import take_in
from server.tables import recount
from tests.postgres import running_postgres

CASES = 3_000
RECORDS_IN_A_PARCEL = 300


def measure() -> Figures:
    """Records and cases a second, in one process and one thread."""
    figures: dict[str, float] = {}
    with running_postgres(durable=True) as url:
        if url is None:
            raise SystemExit("There are no PostgreSQL binaries: install the test extra.")
        for name, database in (("sqlite", None), ("postgresql", url)):
            figures |= {f"{name}_{key}": value for key, value in _measure(database).items()}
    return figures


def _measure(database: str | None) -> Figures:
    with fresh_office(database) as bench:
        reference, written = written_visits(bench.linkage_key)
        encoded = [visit.records for visit in many(written, reference, CASES)]
        parcels = [bench.parcel(records) for records in in_parcels(encoded, RECORDS_IN_A_PARCEL)]
        records = sum(map(len, encoded))
        accepted = 0
        began, cpu_began = time.perf_counter(), time.process_time()
        for parcel in parcels:
            accepted += take_in(bench.office, parcel).outcomes.get("accepted", 0)
        took, cpu = time.perf_counter() - began, time.process_time() - cpu_began
        if accepted != records:
            raise SystemExit(f"Only {accepted} of {records} records were accepted.")
        began = time.perf_counter()
        recount.link_what_waits(bench.office)
        linking = time.perf_counter() - began
    return {
        "records_per_second": round(records / took, 1),
        # what is left of it on a machine that does nothing else; without the database's own work
        "records_per_cpu_second": round(records / cpu, 1),
        "cases_linked_per_second": round(CASES / linking, 1),
    }


command = benchmark("Intake of records in one server process", measure)

if __name__ == "__main__":
    command()
