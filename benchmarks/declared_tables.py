"""What the declared tables cost at 10,000 and at 100,000 recorded cases, on SQLite.

follow: bringing all tables up to date for the persons of one parcel. read: the largest table of a
year, and the slowest of all. afresh: every cell worked out from every record; recount: the same and
written, in short steps while others may write; at once: compared with what is kept. Seconds are of
processor; microseconds a case tell how a million would do, for the work is linear in cases.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from itertools import islice
from typing import TypeVar

from sqlalchemy import select

from benchmarks.figures import Figures, benchmark
from benchmarks.office import Bench, fresh_office, in_parcels
from benchmarks.records import many, written_visits
from server.db.engine import reading, transaction
from server.intake.model import CaseRecord, VisitRecord
from server.intake.receive import take_in
from server.reference.in_force import reference_of
from server.tables import declared_counts, generations, read, recount
from server.tables.at_once import recount_at_once

SIZES = (10_000, 100_000)
RECORDS_IN_A_PARCEL = 300
CASES_OF_A_PARCEL = 165

Result = TypeVar("Result")


def measure(sizes: tuple[int, ...] = SIZES) -> Figures:
    """Figures at each size; the smaller sizes are passed on the way to the largest."""
    figures: dict[str, float] = {}
    with fresh_office() as bench:
        reference, written = written_visits(bench.linkage_key)
        generations.recount(bench.office)
        recorded = 0
        for size in sizes:
            visits = (visit.records for visit in many(written, reference, size - recorded))
            for records in in_parcels(visits, RECORDS_IN_A_PARCEL):
                take_in(bench.office, bench.parcel(records))
            recorded = size
            recount.link_what_waits(bench.office)
            figures |= {f"cases_{size}_{name}": value for name, value in _at(bench, size).items()}
    return figures


def costs_whatever_the_size(bench: Bench) -> Figures:
    """Milliseconds to read declared tables of a year, and to bring all up to date for a parcel."""
    office = bench.office
    declarations, reference = generations.declarations_of(office), reference_of(office)
    tables = list(declarations.tables.values())
    with reading(office.engine) as connection:
        year = max(month[:4] for month in connection.scalars(select(VisitRecord.month)) if month)

        def read_one(code: str) -> None:
            read.cells(connection, declarations, reference, declarations.tables[code], year)

        read_ms = {
            table.code: 1000 * _timed(lambda: read_one(table.code))  # noqa: B023 - called at once
            for table in tables
        }
        query = select(CaseRecord.person_id).limit(CASES_OF_A_PARCEL)
        persons = [one for one in connection.scalars(query) if one]
    visits = {t.code for t in tables if t.population.value == "visits"}
    of_persons = [ms for code, ms in read_ms.items() if code not in visits]
    return {
        "follow_ms": round(1000 * _follow(bench, persons), 1),
        "read_cl_class_ms": round(read_ms["CL-CLASS"], 1),
        "read_slowest_persons_ms": round(max(of_persons), 1),
        "read_slowest_visits_ms": round(max(read_ms[code] for code in visits), 1),
    }


def _at(bench: Bench, size: int) -> Figures:
    office = bench.office
    declarations, reference = generations.declarations_of(office), reference_of(office)
    with reading(office.engine) as connection:
        afresh_s = _timed(lambda: declared_counts.afresh(connection, declarations, reference))
        cells = len(declared_counts.all_cells(connection, _generation(bench)))
    steps: list[float] = []
    last = time.perf_counter()

    def step(_: int) -> None:
        nonlocal last
        steps.append(time.perf_counter() - last)
        last = time.perf_counter()

    recount_s = _timed(lambda: generations.recount(office, step))
    at_once_s = _timed(lambda: recount_at_once(office))
    return {
        "cells": cells,
        **costs_whatever_the_size(bench),
        "afresh_s": round(afresh_s, 2),
        "afresh_us_a_case": round(1e6 * afresh_s / size, 1),
        "recount_s": round(recount_s, 2),
        "recount_longest_step_ms": round(1000 * max(steps), 1),
        "recount_at_once_s": round(at_once_s, 2),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _follow(bench: Bench, persons: list[str]) -> float:
    """Seconds to count as many persons as a parcel brings, from nothing, in one transaction that
    is forgotten again."""
    office = bench.office
    declarations, reference = generations.declarations_of(office), reference_of(office)
    took = 0.0
    for few in islice(iter([persons] * 3), 3):
        with office.engine.connect() as connection, connection.begin() as begun:
            number = declared_counts.begin_generation(connection, "benchmark", office.now_s())
            began = time.process_time()
            changes = declared_counts.recount_persons(
                connection, number, declarations, reference, few
            )
            declared_counts.move_cells(connection, number, changes)
            took = time.process_time() - began
            begun.rollback()
    return took


def _generation(bench: Bench) -> int:
    with transaction(bench.office.engine) as connection:
        return declared_counts.whole_generation(connection)


def _timed(work: Callable[[], Result]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


command = benchmark("What the declared tables cost", measure)

if __name__ == "__main__":
    command()
