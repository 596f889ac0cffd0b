"""A real server is killed before, in and after its commit, while a real tablet waits for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mobile.transport.http import HttpLink
from tests.patience import PATIENCE_S
from tests.reliability.outpost import (
    RECORDS,
    Outpost,
    agrees_after_a_clean_sync,
    nothing_is_lost,
)
from tests.reliability.power import Surroundings

SERVER = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from werkzeug.serving import make_server
from server.web import create_app
from server.office.config import config_for
from tests.reliability.starting import NOW

folder, moment = sys.argv[1:]
app = create_app(config_for(Path(folder), public_url="http://127.0.0.1:8087", log_level="ERROR"),
                 lambda: NOW)

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def at_statement(connection, cursor, statement, *rest):
    if "INSERT INTO RECORD_REVISION" in statement.upper():
        die()

def at_commit(connection):
    if not connection.get_execution_options().get("reading"):
        die()

engine = app.extensions["tally87"].engine
if moment == "before_revisions":
    event.listen(engine, "before_cursor_execute", at_statement)
if moment == "before_commit":
    event.listen(engine, "commit", at_commit)
serve = app.wsgi_app

def answered(environ, start_response):
    reply = b"".join(serve(environ, lambda *_: None))
    die()  # after the commit, before a byte of the answer

app.wsgi_app = answered
server = make_server("127.0.0.1", 0, app)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture(scope="module")
def outpost() -> Iterator[Outpost]:
    with Surroundings() as around:
        yield Outpost(around)


@contextmanager
def dying_server(folder: Path, moment: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(folder), moment],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    try:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}", server
    finally:
        server.kill()
        server.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before_revisions", "before_commit", "before_reply"])
def test_tablet_of_a_killed_server_is_told_and_agrees_afterwards(
    outpost: Outpost, moment: str
) -> None:
    session = outpost.begin_again()
    try:
        with dying_server(outpost.served.office.config.folder, moment) as (url, server):
            outpost.link = lambda: HttpLink(url)
            report = session.sending.send()
            assert server.wait(timeout=PATIENCE_S) == -9

        assert report.problem == "tablet.no_connection"
        assert "Everything is safe on this tablet." in report.sentence
        assert report.still_waiting == RECORDS
        assert len(outpost.served.revisions()) == (RECORDS if moment == "before_reply" else 0)
        nothing_is_lost(outpost, session)
        agrees_after_a_clean_sync(outpost, session)
    finally:
        session.lock()
