"""Several server processes at once, and servers that are killed: one outcome, nothing lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.db.engine import reading
from server.intake.model import CaseRecord, RecordRevision
from server.intake.receive import take_in
from server.office import Office
from server.office.config import Config
from server.reference.in_force import reference_of
from server.stewardship.doctor import check
from server.tables import recount
from tests.patience import PATIENCE_S
from tests.server.field import Clock, FieldTablet, seeded, somebody, words

SPAWN = multiprocessing.get_context("spawn")


def take_all(config: Config, parcels: list[bytes], start: object, answers: object) -> None:
    """One server process: takes in every parcel, links, and says what it answered."""
    office = Office.open(config, Clock(), seeded(os.getpid()))
    reference_of(office)  # loaded before the race begins
    start.wait()  # type: ignore[attr-defined]
    for data in parcels:
        answers.put(take_in(office, data).receipt)  # type: ignore[attr-defined]
        recount.link_what_waits(office)
    office.close()


@pytest.mark.slow
def test_two_processes_with_the_same_parcels_of_eight_tablets_give_one_outcome_each(
    office: Office,
) -> None:
    tablets = [FieldTablet.enrol(office, number % 3, 40 + number) for number in range(8)]
    parcels, records = [], 0
    for at, tablet in enumerate(tablets):
        for part in range(2):
            sent = []
            for number in range(5):
                visit = tablet.visit()
                sent += [visit, tablet.case(visit, somebody(part * 10 + number))]
            records += len(sent)
            parcels.append((at, tablet.seal(sent).data))
    start, answers = SPAWN.Event(), SPAWN.Queue()
    orders = [parcels, parcels[::-1]]
    processes = [
        SPAWN.Process(
            target=take_all,
            args=(office.config, [data for _, data in order], start, answers),
        )
        for order in orders
    ]
    for process in processes:
        process.start()
    start.set()
    receipts = [answers.get(timeout=120) for _ in range(2 * len(parcels))]
    for process in processes:
        process.join(timeout=120)
        assert process.exitcode == 0
    answers.close()
    answers.join_thread()

    said: Counter[str] = Counter()
    for data in receipts:
        for tablet in tablets:
            try:
                said.update(words(tablet.open(data)))
                break
            except Exception:  # noqa: BLE001 - sealed to another tablet
                continue
    assert said == {"accepted": records, "already_accepted": records}
    with reading(office.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(RecordRevision)) == records
    recount.link_what_waits(office)
    assert check(office) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from server.office.config import config_for
from server.office import Office
from server.intake import receive
from server.tables import recount
from tests.server.field import Clock

folder, url, moment, parcel = sys.argv[1:5]
office = Office.open(config_for(Path(folder), database_url=url), Clock(),
                     os.urandom)

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

seen = 0
def at_statement(connection, cursor, statement, *rest):
    global seen
    if "INSERT INTO RECORD_REVISION" in statement.upper():
        if moment == "before_revisions":
            die()
    if moment == "in_linking" and statement.lstrip().upper().startswith("UPDATE CASE_RECORD"):
        die()

event.listen(office.engine, "before_cursor_execute", at_statement)
if moment == "before_commit":
    event.listen(office.engine, "commit", die)
receive.take_in(office, Path(parcel).read_bytes())
if moment == "after_commit":
    die()
recount.link_what_waits(office)
print("lived")
"""


@pytest.mark.parametrize(
    "moment", ["before_revisions", "before_commit", "after_commit", "in_linking"]
)
def test_server_killed_at_any_moment_keeps_all_or_nothing(
    office: Office, tmp_path: Path, moment: str
) -> None:
    tablet = FieldTablet.enrol(office)
    visit = tablet.visit()
    sent = [visit, *(tablet.case(visit, somebody(number)) for number in (1, 1, 2))]
    parcel = tmp_path / "one.parcel"
    parcel.write_bytes(tablet.seal(sent).data)

    died = subprocess.run(
        [
            *(sys.executable, "-c", KILLED, str(office.config.folder)),
            *(office.config.database_url, moment, str(parcel)),
        ],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    with reading(office.engine) as connection:
        held = connection.scalar(select(func.count()).select_from(RecordRevision))
    assert held == (0 if moment.startswith("before") else len(sent))

    receipt = tablet.open(take_in(office, parcel.read_bytes()).receipt)
    recount.link_what_waits(office)

    again = "accepted" if held == 0 else "already_accepted"
    assert words(receipt) == [again] * len(sent)
    assert check(office) == []
    with reading(office.engine) as connection:
        assert connection.scalar(select(func.count(CaseRecord.person_id.distinct()))) == 2


def post(port: int, data: bytes, tablet: FieldTablet) -> bool:
    """Sends a parcel; whether its receipt came."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/parcels", data=data, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as reply:
            tablet.open(reply.read())
    except OSError:
        return False
    return True


@pytest.mark.slow
def test_real_server_killed_under_load_loses_and_doubles_nothing(
    lite: Office, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("TALLY87_")
    } | {"TALLY87_FOLDER": str(lite.config.folder), "TALLY87_PRODUCTION": "no"}

    def serve() -> subprocess.Popen[bytes]:
        with (tmp_path / "server.log").open("ab") as log:
            return subprocess.Popen(
                [
                    *(sys.executable, "-c", "from server.cli import main; main()", "serve"),
                    *("--port", str(port), "--workers", "2"),
                ],
                env=environment,
                cwd=Path(__file__).parents[3],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    tablet = FieldTablet.enrol(lite)
    parcels, records = [], 0
    for number in range(12):
        visit = tablet.visit()
        sent = [visit, *(tablet.case(visit, somebody(number * 3 + one)) for one in range(3))]
        records += len(sent)
        parcels.append(tablet.seal(sent).data)
    # After each kill everything is sent again, as a tablet does that lost its notes.
    rounds = [parcels[:4], parcels[:8], parcels]
    deadline = time.monotonic() + 150
    server = serve()
    try:
        for number, waiting in enumerate(rounds):
            if number:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
                server = serve()
            for data in waiting:
                while not post(port, data, tablet):
                    assert time.monotonic() < deadline, "the server does not come back"
                    time.sleep(0.1)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=PATIENCE_S)

    assert isinstance(lite.clock, Clock)
    # The server went by the real clock: what it asked for is not due by one that stands still.
    lite.clock.now = datetime.now(UTC)
    recount.link_what_waits(lite)
    assert check(lite) == []
    with reading(lite.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(RecordRevision)) == records
