"""How many records a second one process takes in, and what an evening costs all processes.

Whole parcels of 300 records, from sealed bytes to the sealed receipt: opened, verified, checked,
classified again and stored durably. Linking persons afterwards is timed apart.

``..._us_per_record`` and ``..._ms_one_case_sync``: parcels of 30 cases with their visits, and of
one case with its visit, over real HTTP to `tally87 serve`; processor of server, worker and database
together, until every case is linked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

from sqlalchemy import event, func, select, text

from benchmarks.figures import Figures, benchmark
from benchmarks.office import Bench, fresh_office, in_parcels
from benchmarks.records import Encoded, many, written_visits
from benchmarks.served import Served, served
from server.db.engine import reading
from server.intake.model import CaseCodes, CaseRecord, RecordRevision
from server.intake.receive import take_in
from server.tables import recount
from tests.postgres import running_postgres

CASES = 3_000
RECORDS_IN_A_PARCEL = 300
CASES_IN_A_SYNC = 30
SYNCS, SYNCS_OF_ONE = 50, 100
CODES = CaseCodes.__tablename__
WARM = 5
"""Syncs before the clock starts: a program that just started has read nothing yet."""


def measure() -> Figures:
    """Records and cases a second, in one process and one thread."""
    figures: dict[str, float] = {}
    for name in ("sqlite", "postgresql"):
        for measured in (_measure, _evening):
            # Each in a database of its own: it holds one programme.
            with _database(name) as database:
                for key, value in measured(database).items():
                    figures[f"{name}_{key}"] = value
    return figures


@contextmanager
def _database(name: str) -> Iterator[str | None]:
    if name == "sqlite":
        yield None
        return
    with running_postgres(durable=True) as url:
        if url is None:
            raise SystemExit("There are no PostgreSQL binaries: install the test extra.")
        yield url


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


def _evening(database: str | None) -> dict[str, float]:
    with fresh_office(database) as bench:
        reference, written = written_visits(bench.linkage_key)
        visits = many(written, reference, (SYNCS + 2 * WARM) * CASES_IN_A_SYNC + 10 * SYNCS_OF_ONE)
        ones = [bench.parcel(list(one)) for one in islice(_alone(visits), SYNCS_OF_ONE + WARM)]
        parcels = [bench.parcel(one) for one in islice(in_syncs(visits), SYNCS + WARM)]
        told = {"statements_per_parcel": float(_statements(bench, next(in_syncs(visits))))}
        with served(bench) as office:
            before = _size(bench)
            cost_s, records = _cost(office, parcels, office.until_settled)
            told["us_per_record"] = round(1e6 * cost_s / records, 0)
            if database:
                cases = _cases(bench) - before[1]
                told["bytes_per_case"] = round((_size(bench)[0] - before[0]) / cases, 0)
            cost_s, _ = _cost(office, ones, office.until_linked)
            told["ms_one_case_sync"] = round(1e3 * cost_s / SYNCS_OF_ONE, 2)
    return told


def _alone(visits: Iterator[Encoded]) -> Iterator[tuple[bytes, ...]]:
    """The visits with one case."""
    return (visit.records for visit in visits if visit.cases == 1)


def in_syncs(visits: Iterator[Encoded]) -> Iterator[list[bytes]]:
    """The records of some 30 cases with their visits, again and again."""
    records: list[bytes] = []
    cases = 0
    for visit in visits:
        records += visit.records
        cases += visit.cases
        if cases >= CASES_IN_A_SYNC:
            yield records
            records, cases = [], 0


def _cost(office: Served, parcels: list[bytes], settled: Callable[[], None]) -> tuple[float, int]:
    """Seconds of processor that these parcels took, and how many records were in them; the first
    ones are not counted, nor what ``settled`` waits for."""
    for parcel in parcels[:WARM]:
        office.post(parcel)
    settled()
    began_s, held = office.processor_s(), _records(office.bench)
    for parcel in parcels[WARM:]:
        office.post(parcel)
    office.until_linked()
    return office.processor_s() - began_s, _records(office.bench) - held


def _statements(bench: Bench, records: list[bytes]) -> int:
    """How many statements one such parcel takes, those that begin and end transactions too."""
    parcel, said = bench.parcel(records), 0

    def count(*_: object) -> None:
        nonlocal said
        said += 1

    names = ("before_cursor_execute", "begin", "commit", "rollback")
    for name in names:
        event.listen(bench.office.engine, name, count)
    take_in(bench.office, parcel)
    for name in names:
        event.remove(bench.office.engine, name, count)
    return said


def _records(bench: Bench) -> int:
    with reading(bench.office.engine) as connection:
        return connection.scalar(select(func.count()).select_from(RecordRevision)) or 0


def _cases(bench: Bench) -> int:
    with reading(bench.office.engine) as connection:
        return connection.scalar(select(func.count()).select_from(CaseRecord)) or 0


def _size(bench: Bench) -> tuple[int, int]:
    """Bytes of the tables and indexes, and how many cases are in them."""
    if bench.office.engine.dialect.name != "postgresql":
        return 0, 0
    sizes = "select sum(pg_total_relation_size(relid)) from pg_stat_user_tables"
    with bench.office.engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        # Room that ended rows left is used again; it is no part of what a case takes. Codes are
        # written once, and their index is measured as it grew: built anew it has pages half full.
        for name in connection.scalars(text("select relname from pg_stat_user_tables")).all():
            connection.execute(text(f"vacuum {'' if name == CODES else '(full)'} {name}"))
        return int(connection.scalar(text(sizes)) or 0), _cases(bench)


command = benchmark("Intake of records in one server process", measure)

if __name__ == "__main__":
    command()
