"""Joining a programme: from a ticket to a membership.

The tablet's keys are made and stored at set-up, before the network is tried, so that an attempt
that was cut can be repeated with the same ticket: the request is then the same bytes, and the
office gives the same answer again.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path

from mobile.platform.durable import replace_file
from mobile.sentences import Told
from mobile.store import Store, StoreDamaged
from mobile.transport.authority import TrustedAuthority
from mobile.transport.link import NotThere, ServerLink, SignedOut, TrustingLink
from shared.errors import StoreError, TicketInvalid
from shared.identifiers import TabletId
from shared.wire.keys import PublicKeys, TabletKeys
from shared.wire.tickets import (
    MAX_ENROLMENT_BYTES,
    Membership,
    Ticket,
    open_enrolment_reply,
    request_enrolment,
)

REQUEST_NAME = "tablet.enrolment-request"
JOINED_AGAIN = "joined_again"
"""Set in the transaction that keeps the new membership, until everything was offered again."""


class NotEnrolled(Told, StoreError):
    """The tablet has not joined a programme yet."""

    text_id = "tablet.not_enrolled"


class AlreadyEnrolled(Told, StoreError):
    """The tablet belongs to a programme; another one needs another folder."""

    text_id = "tablet.already_enrolled"


class AnotherOfficer(Told, StoreError):
    """The ticket to join again with is another officer's. The membership before stays."""

    text_id = "tablet.another_officer"


class TicketNotKnown(Told, TicketInvalid):
    """The office does not know the ticket, or it was used or is out of date."""

    text_id = "tablet.ticket_not_known"


class NoRequestYet(Told, TicketInvalid):
    """A reply to a request that this tablet never made."""

    text_id = "tablet.no_request_yet"


class Enrolment:
    """Use case of one tablet."""

    def __init__(
        self,
        store: Store,
        tablet_keys: TabletKeys,
        link: Callable[[str], ServerLink],
        joined: Callable[[Membership], None],
        look: Callable[[ServerLink], None],
    ) -> None:
        """link: makes a way to the server at a URL. joined: called when the membership is kept.
        look: fetches what the tablet lacks to work in that country; never raises for a bad link."""
        self._store, self._tablet_keys = store, tablet_keys
        self._link, self._joined, self._look = link, joined, look

    @property
    def membership(self) -> Membership | None:
        """Who this tablet belongs to, or None before enrolment."""
        kept = kept_twice(self._store, "membership")
        return None if kept is None else membership_from_bytes(kept)

    @property
    def server_url(self) -> str:
        """Where the office's server is; "" when the tablet was enrolled by file without one."""
        return (self._store.settings.get("server_url") or b"").decode()

    def enrol(self, ticket_text: str) -> Membership:
        """Enrols over the network. ticket_text: as typed or as read from the QR code.

        A tablet that its own office has forgotten (a backup was restored that is older than its
        enrolment) joins again: a new ticket of the same officer, and all its work stays.

        Raises TicketInvalid, LinkDown, LinkRefused, AlreadyEnrolled, AnotherOfficer. Safe to
        repeat with the same ticket.
        """
        ticket = self._ticket(ticket_text)
        request = request_enrolment(ticket, self._tablet_keys)
        link = trusting(self._link(ticket.url), self._store, ticket.programme_fingerprint)
        try:
            membership = self._join(ticket, request, link.enrol(request))
            self._look(link)
        except (SignedOut, NotThere) as refused:
            raise TicketNotKnown from refused
        finally:
            link.close()
        return membership

    def save_request(self, ticket_text: str, folder: Path) -> Path:
        """Without network: writes the signed request to be carried to the office."""
        ticket = self._ticket(ticket_text)
        with self._store.transaction():
            self._store.settings.put("ticket", ticket_text.encode())
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / REQUEST_NAME
        replace_file(path, request_enrolment(ticket, self._tablet_keys))
        return path

    def read_reply(self, path: Path) -> Membership:
        """Without network: reads the sealed reply to the request saved before.

        Raises TicketInvalid when no request was saved, ParcelUnreadable or SignatureInvalid for a
        reply that is not for this tablet.
        """
        kept = self._store.settings.get("ticket")
        if kept is None:
            raise NoRequestYet
        ticket = self._ticket(kept.decode())
        with path.open("rb") as file:
            reply = file.read(MAX_ENROLMENT_BYTES + 1)
        return self._join(ticket, request_enrolment(ticket, self._tablet_keys), reply)

    def keep(self, membership: Membership, server_url: str) -> None:
        """Keeps a membership that was got elsewhere (a restored backup, a test)."""
        before = self.membership
        with self._store.transaction("enrolment"):
            if before is not None:
                self._store.settings.put(JOINED_AGAIN, b"yes")
            keep_twice(self._store, "membership", membership_to_bytes(membership))
            self._store.settings.put("server_url", server_url.encode())
            self._store.settings.delete("ticket")
        self._joined(membership)

    def _ticket(self, ticket_text: str) -> Ticket:
        ticket, before = Ticket.from_text(ticket_text), self.membership
        if before is not None and not before.programme_public.fingerprint().hex().startswith(
            ticket.programme_fingerprint
        ):
            raise AlreadyEnrolled
        return ticket

    def _join(self, ticket: Ticket, request: bytes, reply: bytes) -> Membership:
        membership = open_enrolment_reply(
            reply, ticket=ticket, request=request, tablet_keys=self._tablet_keys
        )
        before = self.membership
        if before is not None and (before.organisation_code, before.officer_code) != (
            membership.organisation_code,
            membership.officer_code,
        ):
            raise AnotherOfficer
        self.keep(membership, ticket.url)
        return membership


def trusting(link: ServerLink, store: Store, programme_fingerprint: str) -> ServerLink:
    """The same way to the server, which takes certificates of this programme's own authority: the
    one that is kept on the tablet, or one the office names."""

    def keep(certificate: bytes) -> None:
        with store.transaction():
            keep_twice(store, "authority", certificate)

    if isinstance(link, TrustingLink):
        known = functools.partial(kept_twice, store, "authority")
        link.trust(TrustedAuthority(programme_fingerprint, known, keep))
    return link


def trusting_what_is_known(
    link: ServerLink, certificate: bytes | None, programme_fingerprint: str
) -> ServerLink:
    """The same without a store: a newer authority is trusted for as long as this way is used."""
    known = [certificate]
    if isinstance(link, TrustingLink):
        link.trust(TrustedAuthority(programme_fingerprint, lambda: known[-1], known.append))
    return link


def keep_twice(store: Store, name: str, content: bytes) -> None:
    """Keeps what the tablet cannot do without in two tables, so that one lost page is not all."""
    store.settings.put(name, content)
    store.carried.put(f"spare {name}", content)


def kept_twice(store: Store, name: str) -> bytes | None:
    """What was kept twice, from either place."""
    content = store.settings.get(name)
    return content if content is not None else store.carried.get(f"spare {name}")


def membership_to_bytes(membership: Membership) -> bytes:
    """JSON, to be kept sealed."""
    return json.dumps(
        {
            "programme_id": membership.programme_id,
            "country": membership.country,
            "organisation_code": membership.organisation_code,
            "organisation_list": membership.organisation_list,
            "officer_code": membership.officer_code,
            "tablet_id": membership.tablet_id,
            "programme_public": membership.programme_public.to_bytes().hex(),
            "linkage_key": membership.linkage_key.hex(),
            "practice": membership.practice,
            "linkage_keys": [[number, key.hex()] for number, key in membership.linkage_keys],
        }
    ).encode()


def membership_from_bytes(content: bytes) -> Membership:
    """The inverse. Raises StoreDamaged."""
    try:
        kept = json.loads(content)
        kept["tablet_id"] = TabletId(kept["tablet_id"])
        kept["programme_public"] = PublicKeys.from_bytes(bytes.fromhex(kept["programme_public"]))
        kept["linkage_key"] = bytes.fromhex(kept["linkage_key"])
        later = kept.get("linkage_keys", ())
        kept["linkage_keys"] = tuple((number, bytes.fromhex(key)) for number, key in later)
        return Membership(**kept)
    except (ValueError, KeyError, TypeError) as broken:
        raise StoreDamaged from broken
