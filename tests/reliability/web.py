"""The long road: the office's web application on a free port, and a bad wire in front of it.

Real sockets and real HTTP on both sides of the wire. The wire reads whole requests and whole
replies, and does to them what the country's faults say. One web application serves one country
after another; an office that restarts is another office behind the same port.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

from mobile.transport.http import HttpLink
from server.office.config import Config
from server.web import create_app
from shared.wire.http import PARCEL_TYPE, PARCELS, PREFIX, RECEIPT_TYPE
from tests.reliability.broken_server import dying_before_commit
from tests.reliability.roads import PATIENCE_S, told

if TYPE_CHECKING:
    from tests.reliability.country import Country

_RESET = struct.pack("ii", 1, 0)  # closing sends RST, like a lost link
_END_OF_HEAD = b"\r\n\r\n"
_PORTAL = b"<html><title>Welcome to FreeWifi</title>Please sign in</html>"


class Quiet(WSGIRequestHandler):
    """HTTP/1.1, and nothing to the terminal."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, *_: object, **__: object) -> None:
        """Nothing."""


@dataclass
class Message:
    """One HTTP request or reply as it came. head: first line and headers, with their end."""

    head: bytes
    body: bytes

    @property
    def status(self) -> int:
        return int(self.head.split(b" ", 2)[1])

    def header(self, name: str) -> str:
        for line in self.head.split(b"\r\n")[1:]:
            found, _, value = line.partition(b":")
            if found.strip().lower() == name.lower().encode():
                return value.strip().decode("latin-1")
        return ""

    def with_body(self, body: bytes) -> Message:
        """The same with another body, its length put right, as a proxy does."""
        lines = [
            line
            for line in self.head.removesuffix(_END_OF_HEAD).split(b"\r\n")
            if not line.lower().startswith(b"content-length:")
        ]
        return Message(
            b"\r\n".join([*lines, b"Content-Length: %d" % len(body)]) + _END_OF_HEAD, body
        )

    def to_bytes(self) -> bytes:
        return self.head + self.body


def answer(status: str, kind: str, body: bytes, **headers: str) -> Message:
    """A reply that somebody on the way makes up."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return Message("\r\n".join(lines).encode() + _END_OF_HEAD, b"").with_body(body)


class Web:
    """See the module. country: whose office serves now, and whose faults the wire has."""

    def __init__(self, config: Config) -> None:
        self.app = create_app(replace(config, log_level="CRITICAL"))
        self.app.extensions["tally87"].close()
        self.country: Country | None = None
        self.wrong: BaseException | None = None
        self.busy = threading.Lock()
        """Held while the office works on a request, what it does after the reply included."""

        class OneAtATime(Quiet):
            def run_wsgi(handler) -> None:
                with self.busy:
                    super().run_wsgi()

        self.server = make_server(
            "127.0.0.1", 0, self.app, threaded=True, request_handler=OneAtATime
        )
        self.server.daemon_threads = True
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.threads = [
            threading.Thread(target=self.server.serve_forever, args=(0.05,)),
            threading.Thread(target=self._accept),
        ]
        for thread in self.threads:
            thread.start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.server.shutdown()
        for thread in self.threads:
            thread.join()
        self.server.server_close()

    def serve(self, country: Country) -> None:
        """From now on the office of this country is behind the port."""
        with self.busy:
            self.country = country
            self.app.extensions["tally87"] = country.office

    def link(self) -> HttpLink:
        """A tablet's way to the office, over the wire."""
        return HttpLink(self.url)

    def post(self, parcel: bytes) -> bytes | None:
        """Sends a parcel past the wire; the receipt, None when the office did not take it."""
        reply = self._ask(self._request(parcel))
        return reply.body if reply.status == 200 else None

    def must_go_on(self) -> None:
        """Raises what went wrong in the wire's thread, if anything did."""
        if self.wrong is not None:
            wrong, self.wrong = self.wrong, None
            raise wrong

    # -- the wire

    def _accept(self) -> None:
        """One tablet's connection after another: tablets here send one at a time."""
        while True:
            try:
                tablet, _ = self.listening.accept()
            except OSError:
                return
            with tablet:
                try:
                    while (request := _read(tablet)) is not None and self._carry(tablet, request):
                        pass
                except OSError:
                    pass  # the tablet let go
                except BaseException as wrong:  # noqa: BLE001 - raised again by must_go_on
                    self.wrong = wrong
                    _reset(tablet)

    def _carry(self, tablet: socket.socket, request: Message) -> bool:
        """One request to the office and its reply back, or what is left of them; whether the
        connection stands."""
        country = self.country
        assert country is not None
        if request.header("Content-Type") != PARCEL_TYPE:
            tablet.sendall(self._ask(request).to_bytes())
            return True
        fault = country.next_fault(request.body)
        country.happened(fault, told(fault, over_http=True))
        reply = self._reply(country, fault, request)
        if reply is None:
            _reset(tablet)
            return False
        whole = reply.to_bytes()
        if fault == "cut_reply":
            tablet.sendall(whole[: country.random.randrange(1, len(whole))])
            _reset(tablet)
            return False
        tablet.sendall(whole)
        return True

    def _reply(self, country: Country, fault: str, request: Message) -> Message | None:
        parcel = request.body
        said = json.dumps({"code": fault, "message": "", "findings": [], "request_id": ""}).encode()
        if fault == "portal":
            return answer("200 OK", "text/html", _PORTAL)
        if fault == "redirect":
            return answer("302 Found", "text/html", b"", Location="http://portal.invalid/")
        if fault == "busy":
            status = country.random.choice(("429 Too Many Requests", "503 Service Unavailable"))
            return answer(status, "application/json", said, Retry_After=str(PATIENCE_S))
        if fault == "too_large":
            return answer("413 Content Too Large", "application/json", said)
        if fault == "server_fault":
            return answer("502 Bad Gateway", "text/html", b"<html>Bad Gateway</html>")
        if fault == "cut_request":
            self._cut(request, country.random.randrange(len(request.to_bytes())))
        elif fault == "truncated":
            half = parcel[: country.random.randrange(len(parcel))]
            reply = self._ask(request.with_body(half))
            assert reply.status != 200, "half a parcel was taken in"
            return reply
        elif fault == "dies_before_commit":
            with dying_before_commit(country.office):
                reply = self._ask(request)
            country.restart_office()
            return reply
        elif fault == "late":
            country.on_the_way.append(parcel)
        elif fault == "lost_reply":
            self._deliver(country, request)
        elif fault == "garbled_reply":
            reply = self._deliver(country, request)
            return reply.with_body(country.garbled(reply.body))
        elif fault == "repeated":
            self._deliver(country, request)
            return self._deliver(country, request)
        elif fault in ("other_reply", "other_reply_and_lost"):
            other = country.earlier_reply(parcel)
            assert other is not None
            if fault == "other_reply":
                self._deliver(country, request)
            return answer("200 OK", RECEIPT_TYPE, other)
        elif fault in ("", "cut_reply"):
            return self._deliver(country, request)
        return None

    def _deliver(self, country: Country, request: Message) -> Message:
        """The office gets the request whole; the model hears of it when it was taken in."""
        reply = self._ask(request)
        assert reply.status == 200, f"a sound parcel was refused: {reply.status}"
        country.was_taken_in(request.body, reply.body)
        return reply

    def _ask(self, request: Message) -> Message:
        with self._to_office() as office:
            office.sendall(request.to_bytes())
            reply = _read(office)
        assert reply is not None, "the office closed the connection without a reply"
        return reply

    def _cut(self, request: Message, after: int) -> None:
        with self._to_office() as office:
            office.sendall(request.to_bytes()[:after])
            _reset(office)

    def _to_office(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.server.server_port), timeout=60)

    def _request(self, parcel: bytes) -> Message:
        head = f"POST {PREFIX}{PARCELS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {PARCEL_TYPE}"
        return Message(head.encode() + _END_OF_HEAD, b"").with_body(parcel)


@contextmanager
def serving(config: Config) -> Iterator[Web]:
    """The web application of an office with these settings, until the block ends."""
    web = Web(config)
    try:
        yield web
    finally:
        web.close()


def _read(end: socket.socket) -> Message | None:
    """One whole message, None when the other side has nothing more to say."""
    data = b""
    while _END_OF_HEAD not in data:
        piece = end.recv(1 << 16)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(_END_OF_HEAD)
    message = Message(head + _END_OF_HEAD, body)
    length = int(message.header("Content-Length") or 0)
    while len(message.body) < length:
        piece = end.recv(1 << 16)
        if not piece:
            return None
        message.body += piece
    return message


def _reset(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    end.close()
