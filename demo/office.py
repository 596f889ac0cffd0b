"""The demonstration's national office: made with the same services an administrator uses.

Owns its folder, its programme, its accounts and the process that serves it.
"""

from __future__ import annotations

import ctypes
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from demo.cast import COUNTRY, ORGANISATIONS, TABLETS
from demo.link import free_port
from demo.pins import drawn_pin
from server.db.migrate import migrate
from server.office import Office
from server.office.config import Config, config_for
from server.programme import enrolment
from server.programme.keys import make_keys
from server.reference.in_force import reference_of
from server.staff import accounts
from shared.errors import TallyError
from shared.wire.tickets import Ticket

STARTING_TIMEOUT_S = 120
"""How long the server may take to answer for the first time; two seconds are usual."""
PRACTICE, FAULTY = "PRACTICE", "FAULTY"
"""Officers beside the cast: who tries the tablet out, and the one with the broken software."""


APPROVER = "demo-approver"
"""The second account: who declared a release cannot approve it."""


class DemoFailed(TallyError):
    """The demonstration cannot go on; the sentence says what to do."""


@dataclass
class DemoNotes:
    """What has to be known to go on with an earlier run. All of it was made up by the run."""

    account: str
    password: str
    port: int
    link_port: int
    pins: list[str] = field(default_factory=list)
    practice_pin: str = ""
    approver_password: str = ""


class DemoOffice:
    """The office in one folder. origin: ``replayed`` or ``synthetic``, shown on every page."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.config: Config = config_for(folder / "office", public_url=self.url)
        self._notes_file = folder / "notes.json"
        self.office = Office.open(self.config, lambda: datetime.now(UTC), os.urandom)

    def make(self, origin: str) -> DemoNotes:
        """A new programme with its organisations, officers and one account to sign in with."""
        migrate(self.office.engine)
        keys = make_keys(self.config.key_folder, os.urandom)
        enrolment.create_programme(
            self.office, keys, "Punjab demonstration", COUNTRY, origin, practice=True
        )
        for organisation in ORGANISATIONS:
            enrolment.add_organisation(
                self.office,
                organisation.code,
                organisation.name,
                organisation.source_list,
                reference_of(self.office).codelists["source_lists"],
            )
        for organisation, number in TABLETS:
            enrolment.add_officer(self.office, organisation.code, f"{organisation.code}-{number}")
        for officer in (PRACTICE, FAULTY):
            enrolment.add_officer(self.office, ORGANISATIONS[0].code, officer)
        notes = DemoNotes(
            account="demo",
            password=secrets.token_urlsafe(12),
            port=self.port,
            link_port=free_port(),
            pins=[drawn_pin(secrets.randbelow) for _ in TABLETS],
            practice_pin=drawn_pin(secrets.randbelow),
            approver_password=secrets.token_urlsafe(12),
        )
        accounts.add_account(self.office, notes.account, "administrator", notes.password)
        accounts.add_account(self.office, APPROVER, "statistician", notes.approver_password)
        self._keep(notes)
        return notes

    def notes(self) -> DemoNotes | None:
        """The notes of an earlier run in this folder, if it came far enough to leave some."""
        try:
            return DemoNotes(**json.loads(self._notes_file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def ticket(self, officer: str) -> Ticket:
        """A ticket for one tablet of this officer."""
        return enrolment.issue_ticket(self.office, officer, "demonstration")

    @contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        """The real server as a process of its own, answering; ended when the block ends."""
        log = (self.folder / "server.log").open("ab")
        process = subprocess.Popen(  # noqa: S603 - our own program, fixed arguments
            [str(Path(sys.executable).with_name("tally87")), "serve", "--port", str(self.port)],
            env=self._environment(),
            stdout=log,
            stderr=log,
            # Ctrl-C is for the demonstration, which then ends the server itself
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        try:
            self._wait_until_it_answers(process)
            yield process
        finally:
            log.close()
            end(process)

    def close(self) -> None:
        """Gives the database connections back."""
        self.office.close()

    def _keep(self, notes: DemoNotes) -> None:
        descriptor = os.open(self._notes_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(notes), file)

    def _environment(self) -> dict[str, str]:
        ours = {name: text for name, text in os.environ.items() if not name.startswith("TALLY87_")}
        return ours | {
            "TALLY87_FOLDER": str(self.config.folder),
            "TALLY87_PUBLIC_URL": self.url,
            "TALLY87_PRODUCTION": "no",  # one folder that can be thrown away, keys and all
        }

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        for _ in range(STARTING_TIMEOUT_S * 10):
            if process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):  # noqa: S310
                    return
            except (OSError, urllib.error.URLError):
                time.sleep(0.1)
        raise DemoFailed(
            f"The server did not start on port {self.port}. What it said is in "
            f"{self.folder / 'server.log'}; if the port is taken, choose another with PORT=."
        )


def _end_with_parent() -> None:
    """In the server's process: when the demonstration is killed, the server is told to end."""
    pr_set_pdeathsig = 1  # prctl(2)
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and whatever it started, kindly first."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
