"""The office in memory behind real HTTP on a free port, with faults on demand."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mobile.transport.http import LinkRefused
from shared.wire.http import (
    ASKING_TYPE,
    AUTHORITY,
    AUTHORITY_TYPE,
    PARCEL_TYPE,
    PIECE_TYPE,
    PREFIX,
    RECEIPT_TYPE,
    REPLY_TYPE,
    REQUEST_TYPE,
)
from tests.mobile.office import MemoryOffice

REPLIES = {PARCEL_TYPE: RECEIPT_TYPE, REQUEST_TYPE: REPLY_TYPE, ASKING_TYPE: PIECE_TYPE}
PORTAL = b"<html><title>Welcome to FreeWifi</title>Please sign in</html>"


class HttpOffice:
    """faults: taken one a request: a status (with Retry-After for 429 and 503), ``portal``,
    ``redirect``, ``office_too_old``, ``cut_before`` (no byte of a reply), ``cut_reply`` (half of
    it), ``garbage``.
    fault_of: says the fault of a request by its body, before those.
    authority: what it says of who signs its certificates."""

    def __init__(self, office: MemoryOffice, url: str) -> None:
        self.office, self.url = office, url
        self.faults: list[str | int] = []
        self.fault_of: Callable[[bytes], str | int | None] = lambda _body: None
        self.requests: list[tuple[str, bytes]] = []
        self.authority = b""
        self.lock = threading.Lock()


@contextmanager
def serving(office: MemoryOffice, tls: ssl.SSLContext | None = None) -> Iterator[HttpOffice]:
    """The office on http://127.0.0.1:<free port> until the block ends; with tls on https."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            assert self.path == PREFIX + AUTHORITY
            if not http.authority:
                return self._refuse(404)
            self._answer(200, http.authority, AUTHORITY_TYPE)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            http.requests.append((str(self.headers), body))
            fault = http.fault_of(body)
            if fault is None and http.faults:
                fault = http.faults.pop(0)
            if fault == "cut_before":
                self.close_connection = True
                return
            if isinstance(fault, int):
                return self._refuse(fault)
            if fault == "portal":
                return self._answer(200, PORTAL, "text/html; charset=utf-8")
            if fault == "office_too_old":
                return self._refuse(426, fault)
            if fault == "redirect":
                return self._answer(302, b"", "text/html", Location="http://portal.invalid/")
            with http.lock:
                try:
                    sealed = self._take(body)
                except LinkRefused:
                    return self._refuse(403)
            if fault == "garbage":
                sealed = bytes(reversed(sealed))
            self._answer(200, sealed, REPLIES[self.headers["Content-Type"]], fault)

        def _take(self, body: bytes) -> bytes:
            if self.path == "/api/v1/enrolments":
                return office.enrol(body)
            if self.path == "/api/v1/reference":
                return office.ask_reference(body)
            assert self.path == "/api/v1/parcels"
            return office.send_parcel(body)

        def _refuse(self, status: int, code: str = "x") -> None:
            said = json.dumps({"code": code, "message": "x", "findings": [], "request_id": "x"})
            self._answer(status, said.encode(), "application/json", **{"Retry-After": "77"})

        def _answer(
            self, status: int, body: bytes, kind: str, fault: str | None = None, **headers: str
        ) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if fault == "cut_reply":
                self.wfile.write(body[: len(body) // 2])
                self.close_connection = True
                return
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing to the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        # The handshake on the thread of the request: a client that breaks off stops nobody.
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
    http = HttpOffice(office, f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}")
    office.url = http.url
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield http
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
