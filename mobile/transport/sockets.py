"""The socket under a requests session, at hand for whoever has to cut it from another thread.

Closing a session lets go of connections nobody uses; one in which a thread waits for an answer
stays open until its time-out. Shutting the socket down wakes that thread.
"""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL (x509_vfy.h, since 1.1.0); Python has no name for it."""


class SocketInUse:
    """The newest socket of a link, which makes one request at a time. Usable from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handle: socket.socket | None = None
        self._is_cut = False

    def take(self, made: socket.socket) -> None:
        """Keeps a second handle on it: TLS takes the first one over and leaves it empty."""
        with self._lock:
            if self._handle is not None:
                self._handle.close()
            self._handle = socket.socket(fileno=os.dup(made.fileno()))
            is_cut = self._is_cut
        if is_cut:
            self.cut()

    def cut(self) -> None:
        """Ends the connection in both directions, and any that is made from now on."""
        with self._lock:
            handle, self._handle, self._is_cut = self._handle, None, True
        if handle is not None:
            with contextlib.suppress(OSError):  # the other side was faster
                handle.shutdown(socket.SHUT_RDWR)
            handle.close()


class SocketAtHand(HTTPAdapter):
    """requests' own way of connecting, which tells of every socket it opens."""

    def __init__(self, in_use: SocketInUse, authority: bytes | None = None) -> None:
        """authority: the certificate (DER) of the only one that is trusted; None for those that
        requests trusts."""
        self._in_use, self._authority = in_use, authority
        super().__init__()

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """With an authority of our own no other is looked at."""
        super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]
        if self._authority is not None:
            conn.ca_certs = conn.ca_cert_dir = None

    def init_poolmanager(self, *words: Any, **named: Any) -> None:
        """Puts our connections in the place of urllib3's."""
        super().init_poolmanager(*words, ssl_context=_whatever_day_it_is(self._authority), **named)
        in_use = self._in_use

        class InClear(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                made = super()._new_conn()
                in_use.take(made)
                return made

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                made = super()._new_conn()
                in_use.take(made)
                return made

        class InClearPool(HTTPConnectionPool):
            ConnectionCls = InClear

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": InClearPool, "https": SecurePool}


def _whatever_day_it_is(authority: bytes | None) -> ssl.SSLContext:
    """Certificates are checked for who signed them and for which machine, not for their dates.

    A tablet's clock may be years off, and then every certificate is too old or too new: the tablet
    could never send. Parcels are sealed and signed by themselves, so that somebody with an expired
    certificate would learn no more than any network on the way.
    """
    context = create_urllib3_context()
    # Since 3.13 Python asks for every extension of RFC 5280, which authorities of ministries often
    # lack: a tablet must not refuse the office because it has a newer Python than another one. The
    # complement of a flag has named flags only: what has no name is set after it.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
    if authority is not None:
        context.load_verify_locations(cadata=authority)
    return context
