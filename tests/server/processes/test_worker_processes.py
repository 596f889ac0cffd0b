"""Workers as processes of their own: beside the server, killed, and cut off from the database."""

from __future__ import annotations

import io
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.pool import NullPool

from server.db.engine import reading
from server.intake.model import CaseRecord
from server.jobs.worker import Worker
from server.office import Office
from server.office.logs import JsonLines
from tests.server.conftest import new_database
from tests.server.field import FieldTablet, make_office, somebody

TALLY87 = str(Path(sys.executable).with_name("tally87"))


def until(holds: Callable[[], bool], seconds: float = 90) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "it did not come to be"
        time.sleep(0.1)


def send(tablet: FieldTablet, number: int) -> None:
    visit = tablet.visit()
    tablet.send(visit, tablet.case(visit, somebody(number)))


def all_linked(engine: Engine) -> bool:
    with reading(engine) as connection:
        return None not in set(connection.scalars(select(CaseRecord.person_id)))


def children(process: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process:
            found.append(int(stat.parent.name))
    return found


def is_worker(process: int) -> bool:
    try:
        return b"work" in Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def workers_below(process: int) -> list[int]:
    return [one for child in children(process) for one in children(child) if is_worker(one)]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_worker_beside_the_server_is_started_again_when_killed_and_ends_with_it(
    lite: Office,
) -> None:
    tablet = FieldTablet.enrol(lite)
    send(tablet, 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TALLY87_")}
    server = subprocess.Popen(
        [TALLY87, "serve", "--port", str(port), "--workers", "1"],
        env=plain | {"TALLY87_FOLDER": str(lite.config.folder), "TALLY87_PRODUCTION": "no"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: all_linked(lite.engine))
        (first,) = workers_below(server.pid)
        os.kill(first, signal.SIGKILL)
        send(tablet, 2)
        until(lambda: all_linked(lite.engine))
        (second,) = workers_below(server.pid)
        assert second != first
    finally:
        server.terminate()
        assert server.wait(60) == 0
    until(lambda: not is_worker(second))


def test_worker_goes_on_when_the_database_was_away_and_logs_no_row(
    tmp_path: Path, postgres_url: str
) -> None:
    office = make_office(tmp_path / "office", database_url=new_database(postgres_url))
    tablet = FieldTablet.enrol(office)
    for number in range(30):
        send(tablet, number)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("tally87")
    logger.addHandler(handler)
    usual = logger.level
    logger.setLevel(logging.DEBUG)
    stop = threading.Event()
    working = threading.Thread(target=Worker(office).run, args=(stop,))
    working.start()
    try:
        cut_off = text(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
        # On connections of its own: the office's are those that are cut off, and one may die
        # after it was found alive.
        outside = create_engine(office.config.database, poolclass=NullPool)
        for _ in range(3):
            time.sleep(0.1)
            with outside.connect() as connection:
                connection.execute(cut_off)
        until(lambda: all_linked(outside))
    finally:
        stop.set()
        working.join(60)
        logger.removeHandler(handler)
        logger.setLevel(usual)
        office.close()
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert "cases_linked" in {line["event"] for line in lines}
    for line in lines:
        assert "DETAIL" not in json.dumps(line)
        assert "parameters" not in json.dumps(line)
        assert line["event"] in {
            *("job_done", "database_away", "worker_failed", "job_failed", "cases_linked"),
            *("parcel_taken_in", "audit_head"),
        }, line


def test_modules_are_read_before_the_server_forks_so_that_its_processes_share_them(
    tmp_path: Path,
) -> None:
    code = """
import sys
from pathlib import Path
from server.office.config import config_for
from server.web import create_app, import_modules
import_modules()
before = set(sys.modules)
create_app(config_for(Path(sys.argv[1])))
print(*(name for name in set(sys.modules) - before if name.startswith(("server", "shared"))))
"""

    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert ran.stdout.split() == []
