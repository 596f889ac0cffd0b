"""The link is cut at every byte of a real request and of a real reply: not a sample, all of them.

A real tablet sends a parcel of five records over real sockets to a real server; between them a
wire that is cut after n bytes, for each n. Every time the same four assertions.
"""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

from demo.link import Cut, Link
from mobile.transport.http import HttpLink
from server.office.config import config_for
from server.web import create_app
from shared.texts import text
from tests.reliability.country import Country
from tests.reliability.holding import Holder
from tests.reliability.starting import Template, template
from tests.server.field import REFERENCE

RECORDS = 5
IN_A_ROW = 9
"""Cuts before the next clean sync; after ten tries in vain the officer reads more than one word."""


class Quiet(WSGIRequestHandler):
    """HTTP/1.1, and nothing to the terminal."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, *_: object, **__: object) -> None:
        """Nothing."""


class CutCountry:
    """A country whose only tablet reaches the office over a wire that can be cut."""

    def __init__(self, start: Template) -> None:
        self.country = Country(start)
        self.holder: Holder = self.country.holders[0]
        self.country.record(self.holder, 1, RECORDS - 1)
        self.database = Path(str(self.country.config.database.database))
        self.before = self.country.root / "before"
        self.holder.session.lock()
        self.country.office.close()
        shutil.copytree(self.holder.folder, self.before / "tablet")
        shutil.copy(self.database, self.before / "database")
        app = create_app(
            config_for(
                self.country.config.folder,
                public_url="http://127.0.0.1:8087",
                parcels_per_minute=10_000_000,
                log_level="ERROR",
            ),
            self.country.office_clock,
        )
        self.office = app.extensions["tally87"]
        self.office.__dict__["reference"] = REFERENCE
        self.busy = threading.Lock()
        """Held while the office works on a request, what it does after the reply included."""
        serve = app.wsgi_app

        def one_at_a_time(environ: Any, start_response: Any) -> Any:
            self.busy.acquire()
            return ClosingIterator(serve(environ, start_response), self.busy.release)

        app.wsgi_app = one_at_a_time  # type: ignore[method-assign]
        self.server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()
        self.wire = Link(("127.0.0.1", self.server.server_port))
        self.wire.__enter__()
        self.country.link = lambda: HttpLink(self.wire.url)
        self.holder.unlock()

    def begin_again(self) -> None:
        """Tablet and office as they were before anything was sent."""
        self.holder.session.lock()
        shutil.rmtree(self.holder.folder)
        shutil.copytree(self.before / "tablet", self.holder.folder)
        self.office_begins_again()
        self.holder.unlock()

    def office_begins_again(self) -> None:
        """The office's database as it was before anything came in."""
        with self.busy:
            for beside in ("-wal", "-shm"):
                self.database.with_name(self.database.name + beside).unlink(missing_ok=True)
            shutil.copy(self.before / "database", self.database)

    def held(self) -> int:
        """Revisions at the office."""
        with self.busy, closing(sqlite3.connect(self.database)) as database:
            (count,) = database.execute("select count(*) from record_revision").fetchone()
        return int(count)

    def close(self) -> None:
        self.wire.__exit__()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.office.close()
        self.country.close()


@pytest.fixture(scope="module")
def cut() -> Iterator[CutCountry]:
    with template(1) as start:
        country = CutCountry(start)
        yield country
        country.close()


def lengths(cut: CutCountry) -> tuple[int, int]:
    """Bytes of the whole request and of the whole reply, headers counted."""
    cut.begin_again()
    cut.wire.cut_next(None)
    up, down = cut.wire.traffic.bytes_up, cut.wire.traffic.bytes_down
    assert cut.holder.session.sending.send().accepted == RECORDS
    return cut.wire.traffic.bytes_up - up, cut.wire.traffic.bytes_down - down


def is_told_when_cut(cut: CutCountry, where: Cut) -> None:
    """One cut: the officer reads what happened and that it is safe; nothing left the outbox."""
    cuts = cut.wire.traffic.cuts
    cut.wire.cut_next(where)

    report = cut.holder.session.sending.send()

    assert cut.wire.traffic.cuts == cuts + 1, where
    assert report.sentence.startswith(text("tablet.no_connection", "en")), (where, report.sentence)
    assert report.still_waiting == RECORDS, where


def is_whole_after(cut: CutCountry, where: object) -> None:
    """The next clean sync: everything arrived once, and both sides say so."""
    again = cut.holder.session.sending.send()
    assert (again.problem, again.still_waiting, again.accepted) == ("", 0, RECORDS), where
    assert again.totals_agree, where
    assert cut.held() == RECORDS, where


def cut_request_at_every_byte(cut: CutCountry, before_a_sync: int = IN_A_ROW) -> int:
    """Cuts requests after 0, 1, 2 ... bytes; gives how many places that were.

    So many cuts before_a_sync: nothing that is cut short may leave a trace, however often.
    """
    whole, _ = lengths(cut)
    for first in range(0, whole, before_a_sync):
        places = range(first, min(first + before_a_sync, whole))
        cut.begin_again()
        for place in places:
            is_told_when_cut(cut, Cut(after_bytes_up=place))
            assert cut.held() == 0, place
        is_whole_after(cut, places)
    return whole


def cut_reply_at_every_byte(cut: CutCountry, before_a_sync: int = IN_A_ROW) -> int:
    """The same for replies. Each cut one answers a first arrival: the office forgets meanwhile,
    except what came last."""
    _, whole = lengths(cut)
    for first in range(0, whole, before_a_sync):
        places = range(first, min(first + before_a_sync, whole))
        cut.begin_again()
        for place in places:
            cut.office_begins_again()
            is_told_when_cut(cut, Cut(after_bytes_down=place))
            assert cut.held() == RECORDS, place
        is_whole_after(cut, places)
    return whole


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_request_cut_at_every_byte_loses_and_doubles_nothing(cut: CutCountry) -> None:
    print(f"request of {cut_request_at_every_byte(cut)} bytes cut at every one")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_reply_cut_at_every_byte_loses_and_doubles_nothing(cut: CutCountry) -> None:
    print(f"reply of {cut_reply_at_every_byte(cut)} bytes cut at every one")
