"""What a way to the server is, and how it fails: failures sorted into two families.

Whoever sends or fetches needs no more; what makes the requests (mobile.transport.http) is loaded
with the first of them, because it takes as much memory as all the rest of the tablet's rules.

LinkError
  + LinkDown            no readable answer: safe to repeat, no case changes
      NoConnection      nothing was reached
      TimedOut          the answer did not come in time; it may have arrived all the same
      NotOurServer      something else answered (a hotel's sign-in page, a proxy)
        NotTheOffices   its certificate is signed by nobody this tablet trusts
      ServerFault       the server answered that it is broken (5xx)
  + LinkRefused         the server said no to the whole request; no case changes
      SignedOut         this tablet is not (or no longer) enrolled there (401, 403)
      TooLarge          smaller parcels, please (413)
      TabletTooOld      a newer version of the program is needed to send (426)
      OfficeTooOld      the office's program is older than this one (426, says so by its code)
      SlowDown          too many requests, or the server is busy (429, 503); says how long to wait
      NotAccepted       it could not read the request at all (400, 422)
      NotThere          no such ticket, or used (404, 409, 410)
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from mobile.sentences import Told
from mobile.transport.authority import TrustedAuthority
from shared.errors import LinkError


class LinkDown(Told, LinkError):
    """No readable answer. Everything is safe; try again."""

    text_id = "tablet.link_down"


class NoConnection(LinkDown):
    """The server was not reached."""

    text_id = "tablet.no_connection"


class TimedOut(LinkDown):
    """No answer in time."""

    text_id = "tablet.timed_out"


class NotOurServer(LinkDown):
    """Something that is not this programme's server answered."""

    text_id = "tablet.not_our_server"


class NotTheOffices(NotOurServer):
    """The certificate of who answered is signed by nobody this tablet trusts."""

    text_id = "tablet.certificate_refused"


class ServerFault(LinkDown):
    """The server is broken at the moment."""

    text_id = "tablet.server_fault"


class LinkRefused(Told, LinkError):
    """The server will not take this request. No case changes."""

    text_id = "tablet.refused_request"


class SignedOut(LinkRefused):
    """This tablet is not enrolled, or no longer."""

    text_id = "tablet.signed_out"


class TooLarge(LinkRefused):
    """The parcel is too large."""

    text_id = "tablet.too_large"


class TabletTooOld(LinkRefused):
    """The server needs a newer version of this program."""

    text_id = "tablet.too_old"


class OfficeTooOld(LinkRefused):
    """The office does not know this version yet."""

    text_id = "tablet.office_too_old"


class SlowDown(LinkRefused):
    """The server asks for patience: retry_after_s seconds. of_all: it asks everybody; else only the
    tablet whose message this was, and one that carries others' parcels goes on with the others."""

    text_id = "tablet.slow_down"

    def __init__(self, retry_after_s: int, of_all: bool = True) -> None:
        self.retry_after_s, self.of_all = retry_after_s, of_all
        super().__init__(seconds=retry_after_s)


class NotAccepted(LinkRefused):
    """The server could not read the request."""

    text_id = "tablet.not_accepted"


class NotThere(LinkRefused):
    """The ticket is not known there, or was used."""

    text_id = "tablet.ticket_not_known"


class ServerLink(Protocol):
    """What sending and enrolment need of a way to the server."""

    bytes_up: int
    bytes_down: int

    def send_parcel(self, parcel: bytes) -> bytes:
        """The sealed receipt. Raises LinkDown, LinkRefused."""

    def enrol(self, request: bytes) -> bytes:
        """The sealed reply. Raises LinkDown, LinkRefused."""

    def ask_reference(self, request: bytes) -> bytes:
        """The sealed piece of reference data. Raises LinkDown, LinkRefused."""

    def close(self) -> None:
        """Lets the connection go. May be called from another thread: a request that waits for the
        network then ends at once with NoConnection."""


@runtime_checkable
class TrustingLink(ServerLink, Protocol):
    """A way on which certificates are checked, and which can be told whose to take."""

    def trust(self, authority: TrustedAuthority) -> None:
        """Takes certificates of the office's own authority from now on: the one that is known, or
        the one it names when nobody else vouches for it."""
