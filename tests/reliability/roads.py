"""What can go wrong on the road to the office, and the short road: straight into intake.

The short road is for speed. The long one, real HTTP over real sockets, is in
``tests.reliability.web``; both fail in the same ways and tell the officer why.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mobile.transport import http as server_link
from mobile.transport.http import LinkDown, LinkRefused, SlowDown
from server.programme import enrolment

if TYPE_CHECKING:
    from tests.reliability.country import Country

PATIENCE_S = 5
"""What a busy office asks for."""
FAULTS: Mapping[str, tuple[str, str]] = {
    # fault: what the officer is told on the short road, and over HTTP; "" is nothing
    "no_connection": ("no_connection", "no_connection"),
    "portal": ("not_our_server", "not_our_server"),
    "redirect": ("not_our_server", "not_our_server"),
    "busy": ("slow_down", "slow_down"),
    "too_large": ("too_large", "too_large"),
    "server_fault": ("server_fault", "server_fault"),
    # The rest of the request never leaves; or a proxy sends the half on as if it were whole.
    "cut_request": ("no_connection", "no_connection"),
    "truncated": ("not_accepted", "not_accepted"),
    "dies_before_commit": ("no_connection", "server_fault"),
    # A reply that never comes is a time-out; over HTTP the connection is reset, for speed.
    "lost_reply": ("timed_out", "no_connection"),
    "late": ("timed_out", "no_connection"),
    "cut_reply": ("no_connection", "no_connection"),
    "garbled_reply": ("not_our_server", "not_our_server"),
    "repeated": ("", ""),
    "other_reply": ("not_our_server", "not_our_server"),
    "other_reply_and_lost": ("not_our_server", "not_our_server"),
}
_RAISED = {
    re.sub(r"\B([A-Z])", r"_\1", kind.__name__).lower(): kind
    for kind in vars(server_link).values()
    if isinstance(kind, type) and issubclass(kind, LinkDown | LinkRefused)
}


def told(fault: str, *, over_http: bool) -> str:
    """Text id of what the officer must read after this fault; "" when nothing went wrong."""
    name = FAULTS[fault][over_http] if fault else ""
    return f"tablet.{name}" if name else ""


class ShortRoad:
    """A ServerLink that leads straight into intake, with the country's faults on the way."""

    def __init__(self, country: Country) -> None:
        self.country = country
        self.bytes_up = self.bytes_down = 0

    def close(self) -> None: ...

    def enrol(self, request: bytes) -> bytes:
        return enrolment.enrol(self.country.office, request)

    def send_parcel(self, parcel: bytes) -> bytes:
        country = self.country
        self.bytes_up += len(parcel)
        fault = country.next_fault(parcel)
        country.happened(fault, told(fault, over_http=False))
        reply = self._reply(fault, parcel)
        if reply is None:
            raise self._failure(fault)
        self.bytes_down += len(reply)
        return reply

    def _failure(self, fault: str) -> LinkDown | LinkRefused:
        kind = _RAISED[FAULTS[fault][0]]
        return SlowDown(PATIENCE_S) if kind is SlowDown else kind()

    def _reply(self, fault: str, parcel: bytes) -> bytes | None:
        """What the tablet gets, None when no answer comes. The office may have taken it in."""
        country = self.country
        if fault == "late":
            country.on_the_way.append(parcel)
        elif fault == "truncated":
            country.must_refuse(parcel[: country.random.randrange(len(parcel))])
        elif fault == "dies_before_commit":
            return country.die_before_commit(parcel)
        elif fault == "other_reply_and_lost":
            return country.earlier_reply(parcel)
        elif fault in ("lost_reply", "cut_reply"):
            country.take_in(parcel)
        elif fault == "garbled_reply":
            return country.garbled(country.take_in(parcel))
        elif fault == "repeated":
            country.take_in(parcel)
            return country.take_in(parcel)
        elif fault == "other_reply":
            other = country.earlier_reply(parcel)
            country.take_in(parcel)
            return other
        elif not fault:
            return country.take_in(parcel)
        return None
