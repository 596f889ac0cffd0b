"""Joining a programme: from a ticket to a membership."""

from __future__ import annotations

from pathlib import Path

from shared.wire.tickets import Membership


class Enrolment:
    """Use case of one tablet. The tablet's keys exist before the network is tried, so that an
    attempt that was cut can be repeated with the same ticket."""

    @property
    def membership(self) -> Membership | None:
        """Who this tablet belongs to, or None before enrolment."""
        raise NotImplementedError

    def enrol(self, ticket_text: str) -> Membership:
        """Enrols over the network. ticket_text: as typed or as read from the QR code.

        Raises TicketInvalid, LinkDown, LinkRefused. Safe to repeat with the same ticket.
        """
        raise NotImplementedError

    def save_request(self, ticket_text: str, folder: Path) -> Path:
        """Without network: writes the sealed request to be carried to the office."""
        raise NotImplementedError

    def read_reply(self, path: Path) -> Membership:
        """Without network: reads the sealed reply that came back."""
        raise NotImplementedError
