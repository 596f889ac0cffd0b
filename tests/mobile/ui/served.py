"""A national office over real HTTP, for tests and pictures of the tablet's screens."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class ServedOffice:
    """A real server on a free port of this machine."""

    office: Any
    url: str
    serving: Any
    """The same office as the serving process has it, with reference data of its own."""

    def knows_no_more(self, codes: str, code: str) -> None:
        """From now on the office refuses that code, as after its list was changed."""
        from server.reference import in_force

        whole = in_force.reference_of(self.serving)
        known = whole.codelists[codes]
        fewer = {each.code: each for each in known if each.code != code}
        less = replace(known, entries=fewer)
        shorter = replace(whole, codelists={**whole.codelists, codes: less})
        self.serving.replace(in_force._read, in_force._InUse(0, shorter))

    def ticket(self) -> str:
        """A fresh ticket as text."""
        from server.programme.enrolment import issue_ticket

        return str(issue_ticket(self.office, "LI-PB-7", "test").text())


@contextmanager
def serving_office(folder: Path, clock: Callable[[], datetime]) -> Iterator[ServedOffice]:
    """One with one organisation and officer, kept in that folder."""
    from werkzeug.serving import make_server

    from server.db.migrate import migrate
    from server.office import Office
    from server.office.config import config_for
    from server.programme.enrolment import add_officer, add_organisation, create_programme
    from server.programme.keys import make_keys
    from server.reference.in_force import reference_of
    from server.web import create_app

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    folder.mkdir()
    config = config_for(folder, public_url=url, production=False)
    keys = make_keys(config.key_folder, os.urandom)
    office = Office.open(config, clock, os.urandom)
    migrate(office.engine)
    create_programme(office, keys, "Test", "PAK", "synthetic", False)
    known = reference_of(office).codelists["source_lists"]
    add_organisation(office, "LI-PB", "Labour inspectorate", "labour_inspectorate", known)
    add_officer(office, "LI-PB", "LI-PB-7")
    app = create_app(config, clock)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield ServedOffice(office, url, app.extensions["tally87"])
    server.shutdown()
    thread.join()
    server.server_close()
    office.close()
