"""A national office that runs: its server and worker as processes, met over real HTTP, and the
processor time that all of them together took, the database's own processes included.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Select, func, select, text

from benchmarks.office import Bench
from server.db.engine import reading
from server.queue import Job, JobKind
from shared.wire.http import PARCELS, PREFIX

_POLL_S = 0.2
"""Asking costs the database processor, too."""


@dataclass(frozen=True)
class Served:
    """The office of a bench, listening at ``port``."""

    bench: Bench
    port: int
    server: int

    def post(self, parcel: bytes) -> None:
        """One sync, over a connection of its own as a tablet makes it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request("POST", PREFIX + PARCELS, parcel)
        reply = connection.getresponse()
        told = reply.read()
        connection.close()
        if reply.status != 200:
            raise SystemExit(f"A parcel was refused: {reply.status} {told[:200]!r}")

    def until_linked(self) -> None:
        """Waits until no case waits to be linked."""
        waiting = select(func.count()).select_from(Job).where(Job.kind == JobKind.LINK.value)
        self._until_none(waiting)

    def until_settled(self) -> None:
        """Waits until nothing that records ask for waits: cases to be linked, tables to be
        protected, figures to be worked out. What is worked out from everything rests after that
        (server.jobs.worker): whoever measures then measures an evening, not its first minute."""
        kinds = [kind.value for kind in (JobKind.LINK, JobKind.PROTECT, JobKind.FIGURES)]
        waiting = select(func.count()).select_from(Job).where(Job.kind.in_(kinds))
        self._until_none(waiting)

    def _until_none(self, waiting: Select[int]) -> None:
        while True:
            with reading(self.bench.office.engine) as connection:
                if not connection.scalar(waiting):
                    return
            time.sleep(_POLL_S)

    def processor_s(self) -> float:
        """Seconds of processor that server, worker and database took since they began."""
        with reading(self.bench.office.engine) as connection:
            return _tree_s(self.server) + processor_s_of_database(connection)


@contextmanager
def served(bench: Bench) -> Iterator[Served]:
    """`tally87 serve` with its worker beside it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = bench.office.config
    environment = os.environ | {
        "TALLY87_FOLDER": str(config.folder),
        "TALLY87_DATABASE_URL": config.database_url,
        "TALLY87_KEYS": str(config.key_folder),
        "TALLY87_PRODUCTION": "no",
        "TALLY87_LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "server.cli", "serve", "--port", str(port), "--worker"]
    with (Path(config.folder) / "served.log").open("wb") as told:
        process = subprocess.Popen(
            [*command, "--workers", "1", "--threads", "4"],
            env=environment,
            stdout=told,
            stderr=told,
        )
        try:
            _wait_for(port, process)
            yield Served(bench, port, process.pid)
        finally:
            process.terminate()
            process.wait(60)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not start.")


def processor_s_of_database(connection: Connection) -> float:
    """Seconds of processor that PostgreSQL's own processes took since they began; 0 on SQLite,
    which works in the process that asks."""
    if connection.dialect.name != "postgresql":
        return 0.0
    # A session's process is a child of the database's first one.
    return _tree_s(_parent(connection.scalar(text("select pg_backend_pid()")) or 0))


def _tree_s(root: int) -> float:
    """Processor time of all threads that live of this process and of all that live under it."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            numbers = _numbers_of(int(folder.name))
            if numbers:
                parents[int(folder.name)] = numbers[1]
    tree, edge = {root}, {root}
    while edge:
        edge = {one for one, parent in parents.items() if parent in edge} - tree
        tree |= edge
    return sum(map(_nanoseconds_of, tree)) / 1e9


def _nanoseconds_of(process: int) -> int:
    """Of its threads that live, as the scheduler counts (schedstat): utime and stime are sampled a
    hundred times a second, and whoever works for some milliseconds and sleeps is hit too seldom."""
    found = 0
    with suppress(OSError):  # it ended meanwhile
        for thread in Path(f"/proc/{process}/task").iterdir():
            with suppress(OSError):
                found += int((thread / "schedstat").read_text().split()[0])
    return found


def _parent(process: int) -> int:
    return _numbers_of(process)[1]


def _numbers_of(process: int) -> list[int]:
    """The fields of /proc/PID/stat behind the name: state, parent and more (proc_pid_stat(5)); none
    of a process that is gone."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return []
    return [0, *map(int, stat.rpartition(")")[2].split()[1:])]
