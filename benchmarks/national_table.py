"""The time to the national table at 10,000 and at 100,000 recorded cases, on SQLite.

first: laying out and protecting the year's tables from the counts that are kept current, as the
first page view after new records does. again: the same table when nothing has changed. afresh:
working the counts out anew from every case, as `tally87 doctor` does to compare.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from benchmarks.figures import Figures, benchmark
from benchmarks.office import Bench, fresh_office, in_parcels
from benchmarks.records import many, written_visits
from server.db.engine import reading
from server.intake.receive import take_in
from server.reference.in_force import reference_of
from server.tables import declared_counts, generations, recount
from server.tables.national import national_tables
from server.tables.visit_counts import periods_of_visits

SIZES = (10_000, 100_000)
RECORDS_IN_A_PARCEL = 300

Result = TypeVar("Result")


def measure(sizes: tuple[int, ...] = SIZES) -> Figures:
    """Seconds at each size; the smaller sizes are passed on the way to the largest."""
    figures: dict[str, float] = {}
    with fresh_office() as bench:
        reference, written = written_visits(bench.linkage_key)
        recorded = 0
        for size in sizes:
            visits = (visit.records for visit in many(written, reference, size - recorded))
            for records in in_parcels(visits, RECORDS_IN_A_PARCEL):
                take_in(bench.office, bench.parcel(records))
            recorded = size
            recount.link_what_waits(bench.office)
            figures |= {f"cases_{size}_{name}": value for name, value in _tables(bench).items()}
    return figures


def _tables(bench: Bench) -> Figures:
    with reading(bench.office.engine) as connection:
        year = next(one for one in periods_of_visits(connection) if len(one) == len("2025"))
        declared, reference = generations.declarations_of(bench.office), reference_of(bench.office)
        afresh = _timed(lambda: declared_counts.afresh(connection, declared, reference))
    return {
        "afresh_s": afresh,
        "first_s": _timed(lambda: national_tables(bench.office, year)),
        "again_s": _timed(lambda: national_tables(bench.office, year)),
    }


def _timed(work: Callable[[], Result]) -> float:
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 3)


command = benchmark("Time to the national table", measure)

if __name__ == "__main__":
    command()
