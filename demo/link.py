"""A stretch of wire between a tablet and the server that counts, records and can be cut.

A plain TCP proxy on 127.0.0.1. Used by the demonstration (one link is cut in the middle), by the
journeys (search everything that was sent) and by the benchmarks (count every byte).
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from dataclasses import dataclass, field

_CHUNK_BYTES = 4096
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: closing sends RST, like a lost link


@dataclass
class Cut:
    """Where to cut: after so many bytes up (to the server) or down (to the tablet).

    None means not in that direction. Zero down: the server gets everything, the tablet no reply.
    times: how many connections are cut before the link is good again; None is for ever.
    """

    after_bytes_up: int | None = None
    after_bytes_down: int | None = None
    times: int | None = 1


@dataclass
class Traffic:
    """What went over the link so far, TCP payload only. connections counts cut ones too."""

    bytes_up: int = 0
    bytes_down: int = 0
    connections: int = 0
    cuts: int = 0
    recorded: dict[tuple[int, str], bytearray] = field(default_factory=dict)
    """Bytes by (connection from 1, ``up`` or ``down``), when the link records."""


class Link:
    """A proxy in front of the server; use as a context manager.

    record: keep every byte in ``traffic.recorded``. port: where to listen, 0 for a free port.
    """

    def __init__(
        self,
        server: tuple[str, int],
        *,
        cut: Cut | None = None,
        record: bool = False,
        port: int = 0,
    ) -> None:
        self._server, self._cut, self._record = server, cut, record
        self._lock = threading.Lock()
        self.traffic = Traffic()
        self._listening = socket.create_server(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        """The address a tablet uses instead of the server's."""
        self._open: set[socket.socket] = set()
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def cut_next(self, cut: Cut | None) -> None:
        """From the next connection on, cut like this; None mends the link."""
        with self._lock:
            self._cut = cut

    def __enter__(self) -> Link:
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        # shutdown wakes the thread in accept(); close alone would leave it there on Linux
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        with self._lock:
            still_open = list(self._open)
        for end in still_open:
            _reset(end)
        self._accepting.join(timeout=5)

    def _accept(self) -> None:
        while True:
            try:
                tablet, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(tablet,), daemon=True).start()

    def _carry(self, tablet: socket.socket) -> None:
        with self._lock:
            self.traffic.connections += 1
            number = self.traffic.connections
            cut = self._take_cut()
        try:
            server = socket.create_connection(self._server, timeout=10)
        except OSError:
            _reset(tablet)
            return
        server.settimeout(None)
        ends = {tablet, server}
        for end in ends:
            # pieces go on as they come: a wire does not wait 40 ms for more to put in an envelope
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._open |= ends
        up = threading.Thread(
            target=self._pump,
            args=(tablet, server, (number, "up"), cut.after_bytes_up),
            daemon=True,
        )
        up.start()
        self._pump(server, tablet, (number, "down"), cut.after_bytes_down)
        up.join()
        with self._lock:
            self._open -= ends
        for end in ends:
            end.close()

    def _take_cut(self) -> Cut:
        cut = self._cut
        if cut is None:
            return Cut()
        if cut.times is not None:
            self._cut = Cut(cut.after_bytes_up, cut.after_bytes_down, cut.times - 1)
            if cut.times <= 1:
                self._cut = None
        return cut

    def _pump(
        self, source: socket.socket, sink: socket.socket, way: tuple[int, str], limit: int | None
    ) -> None:
        carried = 0
        try:
            while chunk := source.recv(_CHUNK_BYTES):
                passes = chunk if limit is None else chunk[: limit - carried]
                carried += len(passes)
                self._count(way, passes)
                sink.sendall(passes)
                if len(passes) < len(chunk):
                    with self._lock:
                        self.traffic.cuts += 1
                    _reset(source)
                    _reset(sink)
                    return
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            for end in (source, sink):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def _count(self, way: tuple[int, str], chunk: bytes) -> None:
        with self._lock:
            if way[1] == "up":
                self.traffic.bytes_up += len(chunk)
            else:
                self.traffic.bytes_down += len(chunk)
            if self._record:
                self.traffic.recorded.setdefault(way, bytearray()).extend(chunk)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _reset(end: socket.socket) -> None:
    """Breaks a connection the hard way, waking whoever reads from it."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        end.shutdown(socket.SHUT_RDWR)
    end.close()
