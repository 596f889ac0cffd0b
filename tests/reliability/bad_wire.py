"""What stands between a tablet and its office, over real sockets: it reads whole requests, and
answers them as it likes, with or without asking the office."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable

from tests.patience import PATIENCE_S

_RESET = struct.pack("ii", 1, 0)  # closing sends RST, like a lost link
_HTML = b"<html><title>Welcome to FreeWifi</title>Please sign in</html>"

Behaviour = Callable[["BadWire", bytes], bytes | None]
"""The whole reply for a whole request; None: the connection is cut without one."""


class BadWire:
    """Listens on a free port of 127.0.0.1. A context manager. does: what it does to a request."""

    def __init__(
        self, office: tuple[str, int], does: Behaviour, tls: ssl.SSLContext | None = None
    ) -> None:
        self._office, self.does, self._tls = office, does, tls
        self.kept: list[bytes] = []
        """What behaviours remember: requests or replies."""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> BadWire:
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._accepting.join(timeout=PATIENCE_S)

    def forward(self, request: bytes) -> bytes:
        """What the office answers; b"" when the request was not whole."""
        with socket.create_connection(self._office, timeout=PATIENCE_S) as office:
            office.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            office.sendall(request)
            if not _is_whole(request):
                return b""
            return _message(office)

    def _accept(self) -> None:
        while True:
            try:
                tablet, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(tablet,), daemon=True).start()

    def _serve(self, accepted: socket.socket) -> None:
        with contextlib.suppress(OSError), self._spoken(accepted) as tablet:
            while request := _message(tablet):
                reply = self.does(self, request)
                if reply is None or not _is_whole(reply):
                    tablet.sendall(reply or b"")
                    tablet.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    return
                tablet.sendall(reply)

    def _spoken(self, accepted: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(accepted, server_side=True) if self._tls else accepted


def _message(source: socket.socket) -> bytes:
    """One whole HTTP message; what came of it when the other side went."""
    data = b""
    while not _is_whole(data):
        piece = source.recv(65536)
        if not piece:
            break
        data += piece
    return data


def _is_whole(data: bytes) -> bool:
    if data[:1] == b"\x16":
        return True  # somebody tries to speak TLS here
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        return False
    if b"transfer-encoding: chunked" in head.lower():
        return body.endswith(b"0\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(body) >= int(value)
    return True


def reply(status: str, body: bytes = _HTML, kind: str = "text/html", **headers: str) -> bytes:
    """An HTTP reply."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answers(status: str, body: bytes = _HTML, kind: str = "text/html", **headers: str) -> Behaviour:
    """Answers so, and asks nobody."""
    return lambda wire, request: reply(status, body, kind, **headers)


def changes_reply(change: Callable[[bytes, bytes], bytes | None]) -> Behaviour:
    """Asks the office, and gives the tablet what ``change`` makes of head and body."""

    def does(wire: BadWire, request: bytes) -> bytes | None:
        head, _, body = wire.forward(request).partition(b"\r\n\r\n")
        return change(head, body)

    return does


def with_head(head: bytes, body: bytes, **headers: str) -> bytes:
    """The reply with these headers instead of its own ones of that name."""
    names = {name.replace("_", "-").lower().encode() for name in headers} | {b"content-length"}
    lines = [line for line in head.split(b"\r\n") if line.partition(b":")[0].lower() not in names]
    lines += [f"{name.replace('_', '-')}: {value}".encode() for name, value in headers.items()]
    if b"chunked" not in lines[-1]:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def cuts_request(wire: BadWire, request: bytes) -> None:
    """Half of it goes on, then the link is gone."""
    wire.forward(request[: len(request) // 2])


def repeats_request(wire: BadWire, request: bytes) -> bytes:
    """The office gets it twice; the tablet hears the second answer."""
    wire.forward(request)
    return wire.forward(request)


def holds_reply(seconds: float) -> Behaviour:
    """The office gets it at once; the answer comes when nobody waits any more."""

    def does(wire: BadWire, request: bytes) -> bytes:
        answer = wire.forward(request)
        time.sleep(seconds)
        return answer

    return does


def keeps_request(wire: BadWire, request: bytes) -> None:
    """Takes it and lets it hang; it arrives when somebody delivers it."""
    wire.kept.append(request)


def answers_late_requests_first(wire: BadWire, request: bytes) -> bytes | None:
    """The first request hangs; when the second comes, it overtakes the first."""
    wire.kept.append(request)
    if len(wire.kept) == 1:
        return None
    answer = wire.forward(request)
    wire.forward(wire.kept[0])
    return answer


def swaps_replies(wire: BadWire, request: bytes) -> bytes | None:
    """The first reply is lost on the way, and comes as the answer to the second request."""
    wire.kept.append(wire.forward(request))
    return None if len(wire.kept) == 1 else wire.kept[0]
