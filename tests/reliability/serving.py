"""An office behind real HTTP on a free port, whose database can be set back to an earlier state."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

from server.office import Clock, Office
from server.office.config import config_for
from server.web import create_app
from tests.server.field import REFERENCE


class Quiet(WSGIRequestHandler):
    """HTTP/1.1, and nothing to the terminal."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, *_: object, **__: object) -> None:
        """Nothing."""


class ServedOffice:
    """The office of that folder. Use as a context manager.

    states: its database before each request so far, while it keeps_states.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.keeps_states = False
        app = create_app(
            config_for(
                folder,
                public_url="http://127.0.0.1:8087",
                parcels_per_minute=10_000_000,
                log_level="ERROR",
            ),
            clock,
        )
        self.office: Office = app.extensions["tally87"]
        self.office.__dict__["reference"] = REFERENCE  # loaded once for all; it is only read
        self.database = Path(str(self.office.config.database.database))
        self.busy = threading.Lock()
        """Held while the office works on a request, what it does after the reply included."""
        self.states: list[bytes] = []
        serve = app.wsgi_app

        def one_at_a_time(environ: Any, start_response: Any) -> Any:
            self.busy.acquire()
            if self.keeps_states:
                self.states.append(self.database.read_bytes())
            return ClosingIterator(serve(environ, start_response), self.busy.release)

        app.wsgi_app = one_at_a_time  # type: ignore[method-assign]
        self.server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))

    def __enter__(self) -> ServedOffice:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()
        self.office.close()

    def state(self) -> bytes:
        """Its database now. No connection stays open, so the file is all of it."""
        with self.busy:
            return self.database.read_bytes()

    def set_back(self, state: bytes) -> None:
        """The database as it was then."""
        with self.busy:
            for beside in ("-wal", "-shm"):
                self.database.with_name(self.database.name + beside).unlink(missing_ok=True)
            self.database.write_bytes(state)

    def revisions(self) -> list[tuple[str, int, str, str]]:
        """Record id, revision, fingerprint and outcome of all that it holds, conflicts as well."""
        with self.busy, closing(sqlite3.connect(self.database)) as database:
            held = database.execute(
                "select record_id, revision, fingerprint, outcome from record_revision"
            ).fetchall()
            aside = database.execute(
                "select record_id, revision, fingerprint, 'conflict' from conflict"
            ).fetchall()
        return sorted(held + aside)
