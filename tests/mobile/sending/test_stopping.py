"""Stopping at once, wherever it waits: for a connection, for an answer, in the middle of one."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from demo.officers.cheap_keys import cheap_derivation
from mobile.sending.runs import Run
from mobile.sending.send import SendReport
from mobile.tablet import Session, StoreLocked, Tablet
from mobile.transport.http import HttpLink, NoConnection
from mobile.transport.relay import Delivery
from shared.reference import Reference
from shared.wire.http import RECEIPT_TYPE
from tests.mobile.conftest import PIN, Clock, office_moves_to
from tests.mobile.http_office import HttpOffice, serving
from tests.mobile.interviews import finalised_case
from tests.mobile.office import MemoryOffice
from tests.patience import PATIENCE_S

AT_ONCE_S = 10.0
"""Less than any time-out of a link, so that none of them ended it; mostly time a busy machine takes
for others."""


@pytest.fixture
def http(office: MemoryOffice) -> Iterator[HttpOffice]:
    with serving(office) as http:
        yield http


@pytest.fixture
def make_http_tablet(tmp_path: Path, reference: Reference, clock: Clock) -> Callable[[], Tablet]:
    """The same tablet each time, with the way to the server it has in earnest."""
    return lambda: Tablet(
        tmp_path / "tablet", reference, clock, os.urandom, derivation=cheap_derivation
    )


@pytest.fixture
def over_http(make_http_tablet: Callable[[], Tablet], office: MemoryOffice) -> Iterator[Session]:
    """An unlocked, enrolled tablet."""
    unlocked = make_http_tablet().set_up(PIN)
    with serving(office):
        unlocked.enrolment.enrol(office.ticket().text())
    yield unlocked
    unlocked.lock()


@contextmanager
def office_that_never(answers: str) -> Iterator[tuple[str, threading.Event]]:
    """A port that takes connections and then does not answer: ``connects`` does not even take
    them (its backlog is full), ``answers`` reads and is silent, ``finishes`` stops in the headers.

    The event is set when a request waits there.
    """
    waits, over = threading.Event(), threading.Event()
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    fillers = []
    if answers == "connects":
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
            fillers.append(filler)
        waits.set()

    def serve() -> None:
        try:
            taken, _ = listener.accept()
        except OSError:
            return
        with taken:
            taken.recv(65536)
            if answers == "finishes":
                head = f"HTTP/1.1 200 OK\r\nContent-Type: {RECEIPT_TYPE}\r\n"
                taken.sendall(f"{head}Content-Length: 5000\r\n\r\nabc".encode())
            waits.set()
            over.wait(PATIENCE_S)

    thread = threading.Thread(target=serve)
    if answers != "connects":
        thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", waits
    finally:
        over.set()
        for filler in fillers:
            filler.close()
        listener.close()
        if answers != "connects":
            thread.join()


def seconds_to_end(stop: Callable[[], None], thread: threading.Thread) -> float:
    began = time.monotonic()
    stop()
    thread.join(PATIENCE_S)
    return time.monotonic() - began


@pytest.mark.parametrize("never", ["connects", "answers", "finishes"])
def test_request_ends_at_once_when_the_link_is_closed(never: str) -> None:
    faults: list[Exception] = []

    with office_that_never(never) as (url, waits):
        link = HttpLink(url)

        def send() -> None:
            try:
                link.send_parcel(b"parcel")
            except NoConnection as fault:
                faults.append(fault)

        request = threading.Thread(target=send)
        request.start()
        assert waits.wait(PATIENCE_S)
        time.sleep(0.1)
        assert seconds_to_end(link.close, request) < AT_ONCE_S

    assert len(faults) == 1


def test_closed_link_asks_nobody_any_more(http: HttpOffice) -> None:
    link = HttpLink(http.url)
    link.close()

    with pytest.raises(NoConnection):
        link.send_parcel(b"parcel")
    assert http.requests == []


def test_request_over_tls_ends_at_once_too() -> None:
    """In the handshake: the other side takes the connection and says nothing."""
    with office_that_never("answers") as (url, waits):
        link = HttpLink(url.replace("http://", "https://"))
        faults: list[Exception] = []

        def send() -> None:
            try:
                link.send_parcel(b"parcel")
            except NoConnection as fault:
                faults.append(fault)

        request = threading.Thread(target=send)
        request.start()
        assert waits.wait(PATIENCE_S)
        assert seconds_to_end(link.close, request) < AT_ONCE_S
    assert len(faults) == 1


@pytest.mark.parametrize("never", ["connects", "answers", "finishes"])
def test_run_that_is_stopped_ends_at_once_and_loses_nothing(
    over_http: Session, office: MemoryOffice, never: str
) -> None:
    finalised_case(over_http.casework)
    reports: list[SendReport] = []

    with office_that_never(never) as (url, waits):
        office_moves_to(over_http, url)
        run = threading.Thread(target=lambda: reports.append(over_http.sending.send()))
        run.start()
        assert waits.wait(PATIENCE_S)
        time.sleep(0.1)
        assert seconds_to_end(over_http.sending.stop, run) < AT_ONCE_S

    assert (reports[0].cancelled, reports[0].problem, reports[0].still_waiting) == (True, "", 2)
    with serving(office) as http:
        office_moves_to(over_http, http.url)
        assert over_http.sending.send().accepted == 2


def test_delivery_for_others_ends_at_once_and_keeps_what_it_carries(
    over_http: Session, tmp_path: Path
) -> None:
    finalised_case(over_http.casework)
    over_http.sending.save_parcels(tmp_path / "stick")
    over_http.relay.take_folder(tmp_path / "stick")
    deliveries: list[Delivery] = []

    with office_that_never("answers") as (url, waits):
        office_moves_to(over_http, url)
        run = threading.Thread(target=lambda: deliveries.append(over_http.relay.deliver()))
        run.start()
        assert waits.wait(PATIENCE_S)
        assert seconds_to_end(over_http.relay.stop, run) < AT_ONCE_S

    assert deliveries == [Delivery(0, 0, "")]
    assert over_http.relay.load().parcels == 1


def test_locking_cuts_a_run_that_waits_for_the_network(over_http: Session) -> None:
    finalised_case(over_http.casework)
    ended: list[BaseException] = []

    with office_that_never("answers") as (url, waits):
        office_moves_to(over_http, url)

        def send() -> None:
            try:
                over_http.sending.send()
            except StoreLocked as locked:
                ended.append(locked)

        run = threading.Thread(target=send)
        run.start()
        assert waits.wait(PATIENCE_S)
        assert seconds_to_end(over_http.lock, run) < AT_ONCE_S


def test_second_run_joins_the_one_under_way(
    over_http: Session, http: HttpOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A press on Send while the tablet sends by itself: one request, the same report twice."""
    finalised_case(over_http.casework)
    reports: list[SendReport] = []
    entered, joined, go_on = threading.Event(), threading.Event(), threading.Event()
    watch = Run.watch

    def watched(run: Run, *watcher: Any) -> None:
        watch(run, *watcher)
        if len(run._watchers) == 2:
            joined.set()

    monkeypatch.setattr(Run, "watch", watched)

    def first() -> None:
        def tell(_progress: object) -> None:
            entered.set()
            go_on.wait(PATIENCE_S)

        reports.append(over_http.sending.send(tell))

    def second() -> None:
        reports.append(over_http.sending.send(seen.append))

    seen: list[object] = []
    office_moves_to(over_http, http.url)
    runs = [threading.Thread(target=first), threading.Thread(target=second)]
    runs[0].start()
    assert entered.wait(PATIENCE_S)
    runs[1].start()
    assert joined.wait(PATIENCE_S)
    go_on.set()
    for run in runs:
        run.join(PATIENCE_S)

    assert reports[0] is reports[1]
    assert reports[0].accepted == 2
    assert seen
    assert len(http.requests) == 1


def test_what_failed_is_remembered_across_restarts(
    over_http: Session, make_http_tablet: Callable[[], Tablet], http: HttpOffice, clock: Clock
) -> None:
    office_moves_to(over_http, http.url)
    finalised_case(over_http.casework)
    http.faults += ["portal", 429]
    for _ in range(2):
        over_http.sending.send()
    over_http.lock()

    again = make_http_tablet().unlock(PIN)
    remembered = again.sending.attempts
    assert (remembered.failures, remembered.retry_after_s) == (2, 77)
    assert remembered.last_attempt_s == int(clock().timestamp())

    assert again.sending.send().problem == ""
    assert (again.sending.attempts.failures, again.sending.attempts.retry_after_s) == (0, 0)
    again.lock()
