"""The way to the server: one request, one answer, failures sorted into two families.

With mobile.transport.sockets the only module that imports requests. Owns HTTP; must not decide
what a failure means for a case.
"""

from __future__ import annotations

import ssl
import threading
from queue import Empty, SimpleQueue
from typing import ClassVar
from urllib.parse import urlsplit

import requests
import urllib3.util

from mobile.transport.authority import TrustedAuthority, ask_for_authority
from mobile.transport.link import (
    LinkDown,
    LinkRefused,
    NoConnection,
    NotAccepted,
    NotOurServer,
    NotTheOffices,
    NotThere,
    OfficeTooOld,
    ServerFault,
    ServerLink,
    SignedOut,
    SlowDown,
    TabletTooOld,
    TimedOut,
    TooLarge,
)
from mobile.transport.sockets import SocketAtHand, SocketInUse
from shared.errors import CountryNotCarried
from shared.wire.http import (
    ASKING_TYPE,
    ENROLMENTS,
    PARCEL_TYPE,
    PARCELS,
    PIECE_TYPE,
    PREFIX,
    RECEIPT_TYPE,
    REFERENCE,
    REPLY_TYPE,
    REQUEST_TYPE,
)
from shared.wire.limits import MAX_RECEIPT_BYTES

__all__ = [
    "HttpLink",
    "LinkDown",
    "LinkRefused",
    "NoConnection",
    "NotAccepted",
    "NotOurServer",
    "NotTheOffices",
    "NotThere",
    "OfficeTooOld",
    "ServerFault",
    "ServerLink",
    "SignedOut",
    "SlowDown",
    "TabletTooOld",
    "TimedOut",
    "TooLarge",
]

CONNECT_TIMEOUT_S = 15.0  # 2G networks take up to ten seconds to set a channel up
# The answer may take this long even when the request is empty: a busy server, a satellite link.
ANSWER_TIMEOUT_S = 30.0
SLOWEST_BYTES_A_SECOND = 1000  # GPRS with one slot in use gives 8 to 20 kbit/s
# Each wait above begins anew with every byte that comes. Somebody who lets one come every now and
# then must not hold a sending up for ever, and with it the lock of a tablet that lies about.
LONGEST_S = 2 * CONNECT_TIMEOUT_S + MAX_RECEIPT_BYTES / SLOWEST_BYTES_A_SECOND
DEFAULT_RETRY_AFTER_S = 60


class HttpLink:
    """The server over HTTPS (or HTTP, on a laptop next to it).

    Every request waits on a thread of its own, because nothing can wake a thread out of a look-up
    of a name or a connection that is being made; the caller is woken by close() all the same.
    bytes_up / bytes_down: bodies so far; headers are about 150 and 150 bytes a request.
    """

    _REFUSALS: ClassVar[dict[int, type[LinkRefused]]] = {
        401: SignedOut,
        403: SignedOut,
        404: NotThere,
        409: NotThere,
        410: NotThere,
        413: TooLarge,
        426: TabletTooOld,
    }

    def __init__(
        self,
        url: str,
        *,
        verify: bool | str = True,
        answer_timeout_s: float = ANSWER_TIMEOUT_S,
        longest_s: float = LONGEST_S,
    ) -> None:
        """url: with scheme and host. verify: False is for tests; a path names a CA bundle.
        answer_timeout_s: how long the answer to an empty request may take to begin. longest_s: how
        much longer the whole may take, however steadily bytes come."""
        self._answer_timeout_s, self._longest_s = answer_timeout_s, longest_s
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise NoConnection
        self._url = url.rstrip("/")
        self._session = requests.Session()
        # No environment: a proxy or a password file of the machine must not change what is sent.
        self._session.trust_env = False
        self._socket = SocketInUse()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, SocketAtHand(self._socket))
        self._session.verify = verify
        # Bytes are money: nothing the server does not need. SKIP_HEADER keeps urllib3 from
        # putting its own back.
        self._session.headers.clear()
        self._session.headers.update(
            {
                "User-Agent": urllib3.util.SKIP_HEADER,
                "Accept-Encoding": urllib3.util.SKIP_HEADER,
            }
        )
        self._authority: TrustedAuthority | None = None
        self.bytes_up = self.bytes_down = 0
        self._closed = False
        self._waiting: SimpleQueue[bytes | Exception] = SimpleQueue()

    def send_parcel(self, parcel: bytes) -> bytes:
        """The sealed receipt. Raises LinkDown, LinkRefused."""
        return self._post(PREFIX + PARCELS, parcel, PARCEL_TYPE, RECEIPT_TYPE)

    def enrol(self, request: bytes) -> bytes:
        """The sealed reply. Raises LinkDown, LinkRefused."""
        return self._post(PREFIX + ENROLMENTS, request, REQUEST_TYPE, REPLY_TYPE)

    def ask_reference(self, request: bytes) -> bytes:
        """The sealed piece of reference data. Raises LinkDown, LinkRefused."""
        return self._post(PREFIX + REFERENCE, request, ASKING_TYPE, PIECE_TYPE)

    def trust(self, authority: TrustedAuthority) -> None:
        """Takes certificates of the office's own authority from now on: the one that is known, or
        the one it names when nobody else vouches for it."""
        self._authority = authority
        self._trust_only(authority.known())

    def close(self) -> None:
        """Lets the connection go, and wakes whoever waits for an answer on another thread."""
        self._closed = True
        self._waiting.put(NoConnection())
        self._socket.cut()
        self._session.close()

    def _post(self, path: str, body: bytes, sent_type: str, wanted_type: str) -> bytes:
        waiting: SimpleQueue[bytes | Exception] = SimpleQueue()
        self._waiting = waiting
        if self._closed:
            raise NoConnection

        def ask() -> None:
            try:
                try:
                    answer = self._ask(path, body, sent_type, wanted_type)
                except NotTheOffices:
                    answer = self._ask_under_another(path, body, sent_type, wanted_type)
                waiting.put(answer)
            except Exception as fault:  # noqa: BLE001 - raised again where it is waited for
                waiting.put(fault)

        threading.Thread(target=ask, name="tally87-request", daemon=True).start()
        try:
            answer = waiting.get(timeout=self._wait_s(body) + self._longest_s)
        except Empty:
            self.close()
            raise TimedOut from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _ask(self, path: str, body: bytes, sent_type: str, wanted_type: str) -> bytes:
        self.bytes_up += len(body)
        try:
            with self._session.post(
                self._url + path,
                data=body,
                headers={"Content-Type": sent_type},
                timeout=(CONNECT_TIMEOUT_S, self._wait_s(body)),
                allow_redirects=False,
                stream=True,
            ) as reply:
                self._raise_for(reply)
                if not reply.headers.get("Content-Length") and (
                    "Transfer-Encoding" not in reply.headers
                ):
                    # The office always says how long its answer is. Headers that end without it
                    # and without a body were cut on the way; with one, somebody else answered.
                    raise NotOurServer if self._read(reply) else NoConnection
                found_type = reply.headers.get("Content-Type", "").split(";")[0].strip()
                if reply.status_code not in (200, 201) or found_type != wanted_type:
                    raise NotOurServer
                return self._read(reply)
        except requests.Timeout as fault:
            raise TimedOut from fault
        except requests.exceptions.SSLError as fault:
            if _was_cut(fault):
                raise NoConnection from fault
            raise (NotTheOffices if _is_of_nobody(fault) else NotOurServer) from fault
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as fault:
            raise NoConnection from fault

    def _trust_only(self, certificate: bytes | None) -> None:
        if certificate is not None:
            self._session.mount("https://", SocketAtHand(self._socket, certificate))

    def _ask_under_another(self, path: str, body: bytes, sent: str, wanted: str) -> bytes:
        """The same request once more, when the office names an authority of its own that is not
        known yet. Raises NotTheOffices, and as ``_ask`` does."""
        if self._authority is None:
            raise NotTheOffices
        timeout = CONNECT_TIMEOUT_S, self._answer_timeout_s
        try:
            message = ask_for_authority(self._url, timeout)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError):
            raise NotTheOffices from None
        certificate = self._authority.read(message)
        if certificate is None:
            raise NotTheOffices
        self._trust_only(certificate)
        answer = self._ask(path, body, sent, wanted)
        self._authority.keep(certificate)
        return answer

    def _wait_s(self, body: bytes) -> float:
        return self._answer_timeout_s + len(body) / SLOWEST_BYTES_A_SECOND

    def _read(self, reply: requests.Response) -> bytes:
        data = b""
        for piece in reply.iter_content(16384):
            data += piece
            self.bytes_down += len(piece)
            if len(data) > MAX_RECEIPT_BYTES:
                raise NotOurServer
        return data

    def _raise_for(self, reply: requests.Response) -> None:
        status = reply.status_code
        if status < 400:
            return
        if status == 511:  # what a sign-in page is to say (RFC 6585, section 6)
            raise NotOurServer
        if status == 413:  # a proxy in front of the office has limits of its own, and no JSON
            raise TooLarge
        if status in (429, 503):
            raise SlowDown(_seconds(reply.headers.get("Retry-After", "")), of_all=status == 503)
        if status >= 500:
            raise ServerFault
        # A refusal that is not in our shape comes from something in between.
        if reply.headers.get("Content-Type", "").split(";")[0].strip() != "application/json":
            raise NotOurServer
        if status == 426 and b'"office_too_old"' in self._read(reply):
            raise OfficeTooOld
        if status == 409 and b'"country_not_carried"' in self._read(reply):
            raise CountryNotCarried
        raise self._REFUSALS.get(status, NotAccepted)()


def _was_cut(fault: BaseException) -> bool:
    """Whether TLS failed because the connection ended, not because somebody else answered."""
    cut = ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError
    return any(isinstance(one, cut) for one in _causes(fault))


def _is_of_nobody(fault: BaseException) -> bool:
    """Whether TLS failed because nobody who is trusted has signed the certificate."""
    return any(isinstance(one, ssl.SSLCertVerificationError) for one in _causes(fault))


def _causes(fault: BaseException) -> list[BaseException]:
    """The fault and all that led to it."""
    seen: list[BaseException] = [fault]
    for one in seen:
        causes = (*one.args, getattr(one, "reason", None), one.__context__)
        seen += [
            cause for cause in causes if isinstance(cause, BaseException) and cause not in seen
        ]
    return seen


def _seconds(header: str) -> int:
    """Retry-After in seconds (RFC 9110 10.2.3); a date or nonsense is read as a minute."""
    return (
        min(int(header), 86400) if header.isascii() and header.isdigit() else DEFAULT_RETRY_AFTER_S
    )
