"""Counting everybody afresh in a large register, and what of it does not depend on its size.

A few thousand real cases are taken in, then copied within the database until the register has so
many, every copy a person alone that is counted already. Then: all cells worked out from every
record and compared with what is kept, by so many processes (elapsed, and processor of them and of
PostgreSQL); reading each declared table of a year; bringing all up to date for the persons of one
parcel; memory of the largest process.

The size it has without being asked ends within a minute; a million takes a quarter of an hour:

    python -m benchmarks.afresh [--persons 20000] [--databases sqlite] [--processes 2] [--json]
"""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

import click
from sqlalchemy import text

from benchmarks.copied_cases import copy_rows, note_originals
from benchmarks.declared_tables import costs_whatever_the_size
from benchmarks.figures import show
from benchmarks.growth import ONE_COPY
from benchmarks.office import Bench, fresh_office, in_parcels
from benchmarks.records import Encoded, many, written_visits
from benchmarks.served import processor_s_of_database
from server.db.engine import reading, transaction
from server.intake.receive import take_in
from server.tables import generations, recount
from server.tables.at_once import recount_at_once
from tests.postgres import running_postgres

REAL = 5_000


def measured(
    bench: Bench, visits: Iterator[Encoded], persons: int, processes: int
) -> dict[str, float]:
    """Figures of a register of about so many persons."""
    _fill(bench, visits, persons)
    with reading(bench.office.engine) as connection:
        cases = connection.scalar(text("select count(*) from case_record")) or 0
    began, worked = time.perf_counter(), _processor_s(bench)
    cells = recount_at_once(bench.office, processes)
    elapsed, worked = time.perf_counter() - began, _processor_s(bench) - worked
    most = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {
        "cases": float(cases),
        "cells": float(len(cells)),
        "afresh_elapsed_s": round(elapsed, 1),
        "afresh_processor_s": round(worked, 1),
        "afresh_us_a_case": round(1e6 * worked / cases, 1),
        "largest_process_mb": round(most / 1024),
        **costs_whatever_the_size(bench),
    }


def _fill(bench: Bench, visits: Iterator[Encoded], persons: int) -> None:
    generations.recount(bench.office)
    first = []
    cases = 0
    while cases < min(REAL, persons):
        visit = next(visits)
        first.append(visit.records)
        cases += visit.cases
    for records in in_parcels(first, 300):
        take_in(bench.office, bench.parcel(records))
    recount.link_what_waits(bench.office)
    with transaction(bench.office.engine) as connection:
        note_originals(connection)
        originals = connection.scalar(text("select count(*) from copied")) or 1
    for number in range(1, max(1, round(persons / originals))):
        with transaction(bench.office.engine) as connection:
            copy_rows(connection, ONE_COPY, f"{number:06x}")
    with bench.office.engine.connect() as plain:
        plain.execution_options(isolation_level="AUTOCOMMIT").execute(text("analyze"))
    # What is kept of the copies' cells is put right, so that the next count finds nothing to write.
    recount_at_once(bench.office)


def _processor_s(bench: Bench) -> float:
    with reading(bench.office.engine) as connection:
        database = processor_s_of_database(connection)
    return database + sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _database(name: str) -> AbstractContextManager[str | None]:
    return running_postgres(durable=True) if name == "postgresql" else nullcontext()


@click.command()
@click.option("--persons", default=20_000, show_default=True)
@click.option("--databases", default="sqlite", show_default=True)
@click.option("--processes", default=2, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def command(persons: int, databases: str, processes: int, as_json: bool) -> None:
    """Counting everybody afresh in a register of that size."""
    figures: dict[str, float] = {}
    for name in databases.split(","):
        with _database(name) as url, fresh_office(url) as bench:
            reference, written = written_visits(bench.linkage_key)
            told = measured(bench, many(written, reference, 10**9), persons, processes)
            figures |= {f"{name}_{key}": value for key, value in told.items()}
            click.echo(f"{name}: {told}", err=True)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        show("Everybody counted afresh", figures)


if __name__ == "__main__":
    command()
