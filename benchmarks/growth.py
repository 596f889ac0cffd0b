"""What one parcel costs in a register that grows: taken in, linked and counted.

A thousand real cases are taken in, then copied within the database, each with codes of its own: as
cases that are linked and counted already, every one a person alone. Then parcels of 30 cases with
their visits come. Processor time of this process, and of PostgreSQL's own.

The sizes it has without being asked end within minutes; a hundred thousand takes most of an hour:

    python -m benchmarks.growth [--persons 2000,10000] [--databases sqlite,postgresql] [--json]
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

import click
from sqlalchemy import Connection, text

from benchmarks.copied_cases import copy_codes, copy_rows, id_of, note_originals
from benchmarks.figures import show
from benchmarks.intake import in_syncs
from benchmarks.office import Bench, fresh_office, in_parcels
from benchmarks.records import Encoded, many, written_visits
from benchmarks.served import processor_s_of_database
from server.db.engine import reading, transaction
from server.intake import code_book
from server.intake.receive import take_in
from server.tables import recount
from tests.postgres import running_postgres

REAL = 1_000
PARCELS, WARM = 12, 3
_REAL = "record_id in (select record_id from copied)"
COPY_OF_WORDS = (
    "insert into counted_case (record_id, generation, person_id, month, said) "
    f"select {id_of('record_id')}, generation, {id_of('record_id')}, month, "
    f"said from counted_case where {_REAL}"
)
"""What makes one more copy of what the cases said when they were counted."""
ONE_COPY = (
    "insert into record_head (record_id, kind, officer_number) "
    f"select {id_of('record_id')}, kind, officer_number from record_head where {_REAL}",
    "insert into record_revision (record_id, revision, fingerprint, ancestors, tablet_id, "
    "parcel_id, questionnaire, rules_version, outcome, findings, withdrawn, danger, canonical, "
    f"received_at_s) select {id_of('record_id')}, revision, fingerprint, ancestors, "
    "tablet_id, parcel_id, questionnaire, rules_version, outcome, findings, withdrawn, danger, "
    f"canonical, received_at_s from record_revision where {_REAL}",
    "insert into case_record (record_id, revision, visit_id, organisation_number, withdrawn, "
    "danger, person_id, sex, age_years, age_band, child_labour, forced_labour, classes_differ) "
    f"select {id_of('record_id')}, revision, visit_id, organisation_number, withdrawn, "
    f"danger, {id_of('record_id')}, sex, age_years, age_band, child_labour, "
    f"forced_labour, classes_differ from case_record where {_REAL}",
    "insert into person (person_id, case_count, organisation_count) "
    f"select {id_of('record_id')}, 1, 1 from copied",
    COPY_OF_WORDS,
)
"""What makes one more copy of the cases noted, each a person alone (``copied_cases``)."""


def grown(bench: Bench, visits: Iterator[Encoded], sizes: list[int]) -> Iterator[dict[str, float]]:
    """Microseconds of processor a record in a register of each of these sizes, ascending."""
    first = []
    cases = 0
    while cases < REAL:
        visit = next(visits)
        first.append(visit.records)
        cases += visit.cases
    for records in in_parcels(first, 300):
        take_in(bench.office, bench.parcel(records))
    recount.link_what_waits(bench.office)
    with transaction(bench.office.engine) as connection:
        note_originals(connection)
        real = {case: list(own) for case, own in code_book.codes_of_cases(connection, None)}
        persons = connection.scalar(text("select count(*) from copied")) or 0
    copies = 0
    syncs = in_syncs(visits)
    for size in sizes:
        while (copies + 1) * persons < size:
            copies += 1
            with transaction(bench.office.engine) as connection:
                _copy(connection, copies, real)
        with bench.office.engine.connect() as plain:
            plain.execution_options(isolation_level="AUTOCOMMIT").execute(text("analyze"))
        yield {"persons": float((copies + 1) * persons), **_cost(bench, syncs)}


def _copy(connection: Connection, number: int, real: dict[str, list[int]]) -> None:
    ends = f"{number:08x}"
    copy_rows(connection, ONE_COPY, ends)
    copy_codes(connection, real, ends, number)


def _cost(bench: Bench, syncs: Iterator[list[bytes]]) -> dict[str, float]:
    taken = linked = 0.0
    records = 0
    for number in range(PARCELS + WARM):
        sync = next(syncs)
        parcel = bench.parcel(sync)
        began = _processor_s(bench)
        take_in(bench.office, parcel)
        between = _processor_s(bench)
        recount.link_what_waits(bench.office)
        if number >= WARM:
            taken += between - began
            linked += _processor_s(bench) - between
            records += len(sync)
    return {
        "take_in_us_per_record": round(1e6 * taken / records),
        "link_us_per_record": round(1e6 * linked / records),
    }


def _processor_s(bench: Bench) -> float:
    with reading(bench.office.engine) as connection:
        return time.process_time() + processor_s_of_database(connection)


def _database(name: str) -> AbstractContextManager[str | None]:
    return running_postgres(durable=True) if name == "postgresql" else nullcontext()


@click.command()
@click.option("--persons", default="2000,10000", show_default=True)
@click.option("--databases", default="sqlite,postgresql", show_default=True)
@click.option("--json", "as_json", is_flag=True)
def command(persons: str, databases: str, as_json: bool) -> None:
    """Cost of a parcel by the size of the register."""
    sizes = sorted(map(int, persons.split(",")))
    figures: dict[str, float] = {}
    for name in databases.split(","):
        with _database(name) as url, fresh_office(url) as bench:
            reference, written = written_visits(bench.linkage_key)
            visits = many(written, reference, 10**9)
            for told in grown(bench, visits, sizes):
                size = f"{name}_{told.pop('persons'):.0f}_persons"
                figures |= {f"{size}_{key}": value for key, value in told.items()}
                click.echo(f"{size}: {told}", err=True)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        show("A parcel by the size of the register", figures)


if __name__ == "__main__":
    command()
