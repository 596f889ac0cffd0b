"""Stopping at once, wherever it waits: for a connection, for an answer, in the middle of one."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from mobile.server_link import RECEIPT_TYPE, HttpLink, NoConnection
from tests.mobile.http_office import HttpOffice, serving
from tests.mobile.office import MemoryOffice

AT_ONCE_S = 1.0


@pytest.fixture
def http(office: MemoryOffice) -> Iterator[HttpOffice]:
    with serving(office) as http:
        yield http


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
            over.wait(30)

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
    thread.join(20)
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
        assert waits.wait(10)
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
        assert waits.wait(10)
        assert seconds_to_end(link.close, request) < AT_ONCE_S
    assert len(faults) == 1
