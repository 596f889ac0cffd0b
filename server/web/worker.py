"""A server process whose threads nobody can hold by speaking slowly.

Owns how long a request may take to arrive. Gunicorn gives a thread to whoever has connected and
leaves it there until the request is whole, however slowly it comes: as many such clients as there
are threads would stop an office. Here a connection gets its thread when its first byte has come,
and the request has GRACE_S and a second more for each SLOWEST_BYTES_A_SECOND that did come.
"""

from __future__ import annotations

import errno
import socket
import time
from concurrent.futures import Future
from typing import Any

from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

GRACE_S = 20.0
"""For a request of no length; a network that just woke up takes ten seconds."""
SLOWEST_BYTES_A_SECOND = 500
"""Half of what tablets reckon with when they wait for an answer (mobile.transport.http)."""
SILENT_S = 30.0
"""A connection without a first byte is closed after that; it holds no thread."""


class RequestWorker(ThreadWorker):  # type: ignore[misc]
    """Gunicorn's threaded worker with limits on the time a request may take to arrive."""

    def handle(self, conn: TConn) -> Any:
        """Reads and answers one request, or gives the thread back until there is something."""
        if not conn.initialized:
            if not conn.wait_for_data(0):
                return _DEFER
            conn.sock.setblocking(True)
            conn.init()
        unreader = getattr(conn.parser, "unreader", None)
        if unreader is not None:
            unreader.sock = _InTime(conn.sock)
        return super().handle(conn)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """As gunicorn has it; who has said nothing yet may be silent for SILENT_S."""
        super().finish_request(conn, fs)
        if self.pending_conns and self.pending_conns[-1] is conn:
            conn.timeout = time.monotonic() + SILENT_S


class _InTime:
    """A socket to read one request from, as long as it comes fast enough."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._ends = sock, time.monotonic() + GRACE_S

    def recv(self, most: int) -> bytes:
        """The next bytes. Raises ConnectionResetError when they come too slowly."""
        left = self._ends - time.monotonic()
        try:
            if left <= 0:
                raise TimeoutError
            self._sock.settimeout(left)
            data = self._sock.recv(most)
        except TimeoutError:
            # What gunicorn passes over in silence, and Flask takes for a client that is gone.
            raise ConnectionResetError(errno.ECONNRESET, "the request came too slowly") from None
        finally:
            self._sock.settimeout(None)
        self._ends += len(data) / SLOWEST_BYTES_A_SECOND
        return data
