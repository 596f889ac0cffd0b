"""Requests nobody decent makes, to the real server: plain refusals, never a fault, never a wait."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.programme.enrolment import issue_ticket
from server.web.worker import GRACE_S, SLOWEST_BYTES_A_SECOND
from shared.wire.limits import MAX_PARCEL_BYTES
from tests.patience import PATIENCE_S
from tests.server.field import FieldTablet, make_office, words

PATH = "POST /api/v1/parcels HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, FieldTablet]]:
    """The server as it is run, one process with four threads, and a tablet it knows."""
    folder = tmp_path_factory.mktemp("office")
    office = make_office(folder)
    tablet = FieldTablet.enrol(office)
    issue_ticket(office, "OFFICER-0", "test")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TALLY87_")},
        "TALLY87_FOLDER": str(folder),
        "TALLY87_PRODUCTION": "no",
        "TALLY87_PUBLIC_URL": office.config.public_url,
    }
    command = [sys.executable, "-c", "from server.cli import main; main()", "serve"]
    log = folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--workers", "1", "--threads", "4"],
            env=environment,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 120
        while not answer(port, b"GET /healthz HTTP/1.0\r\n\r\n").startswith(
            (b"HTTP/1.0 200", b"HTTP/1.1 200")
        ):
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        yield port, tablet
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)
        office.close()
    assert '"fault"' not in log.read_text()


def answer(port: int, sent: bytes, wait_s: float = 30) -> bytes:
    """Everything the server says until it closes or says no more; b"" for no connection."""
    found = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=wait_s) as line:
            try:
                line.sendall(sent)
                line.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # refused before all was sent: what it said is still there
            while piece := line.recv(65536):
                found += piece
    except OSError:
        return found
    return found


def status_and_code(reply: bytes) -> tuple[int, str]:
    head, _, body = reply.partition(b"\r\n\r\n")
    status = int(head.split()[1])
    return status, json.loads(body)["code"] if b"application/json" in head else ""


def chunked(data: bytes, size: int = 1000) -> bytes:
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in pieces) + b"0\r\n\r\n"


LARGE = bytes(MAX_PARCEL_BYTES + 1)
REQUESTS: dict[str, tuple[bytes, set[tuple[int, str]]]] = {
    "a body that says it is too large": (
        f"{PATH}Content-Length: {len(LARGE)}\r\n\r\n".encode() + LARGE,
        {(413, "too_large")},
    ),
    "a body that says it is 2^63 long": (
        f"{PATH}Content-Length: {2**63}\r\n\r\nx".encode(),
        {(413, "too_large")},
    ),
    "chunks that never say how much, too large": (
        f"{PATH}Transfer-Encoding: chunked\r\n\r\n".encode() + chunked(LARGE),
        # Read as far as the limit allows; what is cut there is no parcel any more.
        {(413, "too_large"), (400, "parcel_unreadable")},
    ),
    "chunks of garbage": (
        f"{PATH}Transfer-Encoding: chunked\r\n\r\n".encode() + chunked(b"garbage"),
        {(400, "parcel_unreadable")},
    ),
    "a chunk whose size is a word": (
        f"{PATH}Transfer-Encoding: chunked\r\n\r\nmany\r\n".encode(),
        {(400, ""), (400, "bad_request"), (400, "parcel_unreadable")},
    ),
    "fewer bytes than it says": (
        f"{PATH}Content-Length: 100\r\n\r\nshort".encode(),
        {(400, "bad_request"), (400, "parcel_unreadable")},
    ),
    "a length that is a word": (f"{PATH}Content-Length: many\r\n\r\n".encode(), {(400, "")}),
    "a length below nothing": (f"{PATH}Content-Length: -1\r\n\r\n".encode(), {(400, "")}),
    "two lengths": (f"{PATH}Content-Length: 1\r\nContent-Length: 2\r\n\r\nx".encode(), {(400, "")}),
    "a length and chunks at once": (
        f"{PATH}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode(),
        {(400, ""), (400, "parcel_unreadable")},
    ),
    "no body at all": (PATH.encode() + b"\r\n", {(400, "parcel_unreadable")}),
    "JSON": (
        f"{PATH}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}".encode(),
        {(400, "parcel_unreadable")},
    ),
    "a form of many fields": (
        f"{PATH}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 40000\r\n\r\n"
        f"{'a=1&' * 10000}".encode(),
        {(400, "parcel_unreadable")},
    ),
    "a form in parts without an end": (
        f"{PATH}Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n\r\n--x\r\n"
        "".encode(),
        {(400, "parcel_unreadable")},
    ),
    "a body said to be gzip": (
        f"{PATH}Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc".encode(),
        {(400, "parcel_unreadable")},
    ),
    "an address without end": (
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n",
        {(400, ""), (414, "")},
    ),
    "a thousand headers": (
        PATH.encode() + b"".join(b"X-%d: y\r\n" % n for n in range(1000)) + b"\r\n",
        {(400, ""), (431, "")},
    ),
    "a header without end": (PATH.encode() + b"X: " + b"y" * 100_000 + b"\r\n\r\n", {(431, "")}),
    "another method": (
        b"DELETE /api/v1/parcels HTTP/1.1\r\nHost: x\r\n\r\n",
        {(405, "method_not_allowed")},
    ),
    "a method of its own": (
        b"PARCEL /api/v1/parcels HTTP/1.1\r\n\r\n",
        {(405, "method_not_allowed")},
    ),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", {(400, "")}),
    "an encoded climb out of the folder": (
        b"GET /api/v1/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n\r\n",
        {(404, "not_found"), (302, ""), (404, "")},
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_hostile_request_is_refused_in_plain_words(
    served: tuple[int, FieldTablet], name: str
) -> None:
    sent, expected = REQUESTS[name]

    reply = answer(served[0], sent)

    assert status_and_code(reply) in expected, reply[:300]
    assert b"Traceback" not in reply


def test_parcel_in_chunks_is_taken_in_like_any_other(served: tuple[int, FieldTablet]) -> None:
    """A proxy on the way may hand a request on in chunks."""
    port, tablet = served
    data = tablet.seal([tablet.visit()]).data

    reply = answer(port, f"{PATH}Transfer-Encoding: chunked\r\n\r\n".encode() + chunked(data, 50))

    head, _, body = reply.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert words(tablet.open(body)) == ["accepted"]


def dripping(port: int, head: bytes, stopped: threading.Event, ended: list[float]) -> None:
    """A byte of the request every half second, for as long as the server listens."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        try:
            for byte in head + b"x" * 1000:
                line.sendall(bytes((byte,)))
                line.setblocking(False)
                try:
                    if not line.recv(65536):
                        break
                except BlockingIOError:
                    pass
                line.setblocking(True)
                if stopped.wait(0.5):
                    return
        except OSError:
            pass  # closed by the server
    ended.append(time.monotonic() - began)


BODY_TO_COME = f"{PATH}Content-Length: 100000\r\n\r\n".encode()


def test_clients_that_say_nothing_do_not_keep_tablets_waiting(
    served: tuple[int, FieldTablet],
) -> None:
    port, tablet = served
    idle = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(40)]
    try:
        assert time_of_an_answer(port, tablet) < GRACE_S
    finally:
        for line in idle:
            line.close()


def over_a_slow_link(port: int, tablet: FieldTablet) -> list[str]:
    """The outcomes of a parcel that takes longer to arrive than the grace for one of no length."""
    data = tablet.seal([tablet.visit() for _ in range(900)]).data
    sent = f"{PATH}Content-Length: {len(data)}\r\n\r\n".encode() + data
    rate = len(sent) / (GRACE_S + 3)
    assert rate > SLOWEST_BYTES_A_SECOND
    found = b""
    with socket.create_connection(("127.0.0.1", port), timeout=120) as line:
        began = time.monotonic()
        for at in range(0, len(sent), 200):
            time.sleep(max(0.0, began + at / rate - time.monotonic()))
            line.sendall(sent[at : at + 200])
        line.shutdown(socket.SHUT_WR)
        while piece := line.recv(65536):
            found += piece
    assert found.startswith(b"HTTP/1.1 200")
    return words(tablet.open(found.partition(b"\r\n\r\n")[2]))


def test_clients_that_drip_their_requests_are_let_go_and_slow_tablets_are_not(
    served: tuple[int, FieldTablet],
) -> None:
    """More of them than there are threads, half in the middle of a head, half in a body."""
    port, tablet = served
    stopped, ended = threading.Event(), list[float]()
    heads = [BODY_TO_COME[:1], BODY_TO_COME[:-3]] * 3
    with ThreadPoolExecutor(len(heads) + 1) as clients:
        parcel = clients.submit(over_a_slow_link, port, tablet)
        time.sleep(1)
        for head in heads:
            clients.submit(dripping, port, head, stopped, ended)
        try:
            time.sleep(1)
            assert time_of_an_answer(port, tablet) < GRACE_S + PATIENCE_S
            assert set(parcel.result()) == {"accepted"}
        finally:
            stopped.set()
    assert ended
    assert time_of_an_answer(port, tablet) < GRACE_S, "nobody is let wait any more"


def time_of_an_answer(port: int, tablet: FieldTablet) -> float:
    """Seconds until a tablet that has nothing to send got its receipt."""
    data = tablet.seal([]).data
    began = time.monotonic()
    reply = answer(
        port, f"{PATH}Content-Length: {len(data)}\r\n\r\n".encode() + data, GRACE_S + 2 * PATIENCE_S
    )
    assert reply.startswith(b"HTTP/1.1 200")
    return time.monotonic() - began
