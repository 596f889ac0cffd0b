"""Counting everybody afresh in a large register, and what of it does not depend on its size.

A few thousand real cases are taken in, then copied within the database until the register has so
many, every copy a person alone that is counted already. Then: all cells worked out from every
record and compared with what is kept, by so many processes (elapsed, and processor of them and of
PostgreSQL); reading each declared table of a year; bringing all up to date for the persons of one
parcel; memory of the largest process. Last what the cases said when they were counted is copied
further, alone, and added up to all cells: of so many million cases as are asked for.

The size it has without being asked ends within a minute; a million takes a quarter of an hour:

    python -m benchmarks.afresh [--persons 20000] [--words 40000] [--databases sqlite]
        [--processes 2] [--json]
"""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

import click
from sqlalchemy import text

from benchmarks.copied_cases import copy_rows, note_originals
from benchmarks.declared_tables import costs_whatever_the_size
from benchmarks.figures import show
from benchmarks.growth import COPY_OF_WORDS, ONE_COPY
from benchmarks.office import Bench, fresh_office, in_parcels
from benchmarks.records import Encoded, many, written_visits
from benchmarks.served import processor_s_of_database
from server.db.engine import reading, transaction
from server.intake.receive import take_in
from server.tables import generations, recount
from server.tables.added_up import add_up
from server.tables.at_once import recount_at_once
from tests.postgres import running_postgres

REAL = 5_000


def measured(
    bench: Bench, visits: Iterator[Encoded], persons: int, words: int, processes: int
) -> dict[str, float]:
    """Figures of a register of about so many persons, and of the words of so many cases."""
    _fill(bench, visits, persons)
    with reading(bench.office.engine) as connection:
        cases = connection.scalar(text("select count(*) from case_record")) or 0
    afresh = _timed(bench, lambda: recount_at_once(bench.office, processes))
    with reading(bench.office.engine) as connection:
        cells = connection.scalar(text("select count(*) from table_cell")) or 0
    most = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    others = costs_whatever_the_size(bench)
    added = _copy_words(bench, words)
    # Cells of the copies are put right first, so that the next time finds nothing to write.
    add_up(bench.office, processes)
    added_up = _timed(bench, lambda: add_up(bench.office, processes))
    return {
        "cases": float(cases),
        "cells": float(cells),
        "afresh_elapsed_s": round(afresh.elapsed_s, 1),
        "afresh_processor_s": round(afresh.processor_s, 1),
        "afresh_us_a_case": round(1e6 * afresh.processor_s / cases, 1),
        "largest_process_mb": round(most / 1024),
        **others,
        "words_of_cases": float(added),
        "added_up_elapsed_s": round(added_up.elapsed_s, 1),
        "added_up_processor_s": round(added_up.processor_s, 1),
        "added_up_us_a_case": round(1e6 * added_up.processor_s / added, 1),
    }


class Took(NamedTuple):
    """Seconds of a clock and of processor, PostgreSQL's own included."""

    elapsed_s: float
    processor_s: float


def _timed(bench: Bench, work: Callable[[], object]) -> Took:
    began, worked = time.perf_counter(), _processor_s(bench)
    work()
    return Took(time.perf_counter() - began, _processor_s(bench) - worked)


def _copy_words(bench: Bench, wanted: int) -> int:
    """Copies what is kept of the cases, and nothing else of them, until it is of so many; of how
    many it is."""
    with reading(bench.office.engine) as connection:
        kept = connection.scalar(text("select count(*) from counted_case")) or 0
        originals = connection.scalar(text("select count(*) from copied")) or 1
    number = 0
    while kept + originals <= wanted:
        number += 1
        with transaction(bench.office.engine) as connection:
            copy_rows(connection, (COPY_OF_WORDS,), f"{_WORDS_ALONE + number:08x}")
        kept += originals
    with bench.office.engine.connect() as plain:
        plain.execution_options(isolation_level="AUTOCOMMIT").execute(text("analyze"))
    return kept


_WORDS_ALONE = 0x80000000
"""Ends of copies of words begin here: those of whole cases are below."""


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
            copy_rows(connection, ONE_COPY, f"{number:08x}")
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
@click.option("--words", default=40_000, show_default=True)
@click.option("--databases", default="sqlite", show_default=True)
@click.option("--processes", default=2, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def command(persons: int, words: int, databases: str, processes: int, as_json: bool) -> None:
    """Counting everybody afresh in a register of that size."""
    figures: dict[str, float] = {}
    for name in databases.split(","):
        with _database(name) as url, fresh_office(url) as bench:
            reference, written = written_visits(bench.linkage_key)
            told = measured(bench, many(written, reference, 10**9), persons, words, processes)
            figures |= {f"{name}_{key}": value for key, value in told.items()}
            click.echo(f"{name}: {told}", err=True)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        show("Everybody counted afresh", figures)


if __name__ == "__main__":
    command()
