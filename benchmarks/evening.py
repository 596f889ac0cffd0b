"""Many tablets that send at the same time: what each is answered, and what the office needs for it.

Every tablet is enrolled by itself and has one parcel of so many cases with their visits. All are
sent at once; one that is told to wait (429 or 503) comes again when Retry-After says so.

    python -m benchmarks.evening [--tablets 500] [--cases 50] [--database postgresql] [--json]
"""

from __future__ import annotations

import http.client
import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click
from sqlalchemy import func, select

from benchmarks.figures import Figures, show
from benchmarks.office import Bench, fresh_office, join
from benchmarks.records import Encoded, many, written_visits
from benchmarks.served import Served, served
from server.db.engine import reading
from server.intake.model import CaseRecord, RecordRevision
from shared.wire.http import PARCELS, PREFIX
from tests.postgres import running_postgres

AT_ONCE = 64
"""Connections that are open at a time."""
MOST_TRIES = 50


def measure(tablets: int, cases: int, database: str | None) -> Figures:
    """Seconds until the last receipt and until the last case is linked, answers by status, records
    that are missing or doubled, and the memory of the largest process."""
    with fresh_office(database) as bench:
        reference, written = written_visits(bench.linkage_key)
        visits = many(written, reference, tablets * (cases + 5))
        parcels = []
        records = 0
        for _ in range(tablets):
            own = list(_of_one(visits, cases))
            records += len(own)
            parcels.append(join(bench.office, "LI-1").parcel(own))
        with served(bench) as office:
            began = time.perf_counter()
            with ThreadPoolExecutor(AT_ONCE) as senders:
                answers = sum(senders.map(lambda one: _sent(office, one), parcels), Counter[int]())
            took_s = time.perf_counter() - began
            office.until_linked()
            linked_s = time.perf_counter() - began
            told = {
                "seconds_to_last_receipt": round(took_s, 1),
                "seconds_to_last_link": round(linked_s, 1),
                "processor_s": round(office.processor_s(), 1),
                "largest_process_mb": _largest_mb(office.server),
                "records": records,
                "records_missing": records - _held(bench),
            }
    return told | {f"answers_{status}": number for status, number in sorted(answers.items())}


def _of_one(visits: Iterator[Encoded], cases: int) -> Iterator[bytes]:
    found = 0
    while found < cases:
        visit = next(visits)
        found += visit.cases
        yield from visit.records


def _sent(office: Served, parcel: bytes) -> Counter[int]:
    """Sends it until there is a receipt; how often which status was answered. 0: no answer."""
    answers: Counter[int] = Counter()
    for _ in range(MOST_TRIES):
        status, wait_s = _answer(office.port, parcel)
        answers[status] += 1
        if status == 200:
            break
        time.sleep(wait_s)
    return answers


def _answer(port: int, parcel: bytes) -> tuple[int, float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("POST", PREFIX + PARCELS, parcel)
        reply = connection.getresponse()
        reply.read()
        return reply.status, float(reply.headers.get("Retry-After", 1))
    except OSError:
        return 0, 1.0
    finally:
        connection.close()


def _held(bench: Bench) -> int:
    with reading(bench.office.engine) as connection:
        waiting = select(func.count()).where(CaseRecord.person_id.is_(None))
        if connection.scalar(waiting):
            raise SystemExit("Not every case was linked.")
        return connection.scalar(select(func.count()).select_from(RecordRevision)) or 0


def _largest_mb(root: int) -> int:
    """The most memory one of the server's processes ever held (proc_pid_status(5), VmHWM)."""
    most = 0
    for folder in Path("/proc").iterdir():
        try:
            status = (folder / "status").read_text()
        except OSError:
            continue
        fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        if folder.name == str(root) or fields.get("PPid", "").strip() == str(root):
            most = max(most, int(fields.get("VmHWM", "0 kB").split()[0]) // 1024)
    return most


def _database(name: str) -> AbstractContextManager[str | None]:
    return running_postgres(durable=True) if name == "postgresql" else nullcontext()


@click.command()
@click.option("--tablets", default=100, show_default=True)
@click.option("--cases", default=20, show_default=True)
@click.option("--database", default="sqlite", show_default=True)
@click.option("--json", "as_json", is_flag=True)
def command(tablets: int, cases: int, database: str, as_json: bool) -> None:
    """Many tablets at once."""
    with _database(database) as url:
        figures = measure(tablets, cases, url)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        show(f"{tablets} tablets of {cases} cases at once, {database}", figures)


if __name__ == "__main__":
    command()
