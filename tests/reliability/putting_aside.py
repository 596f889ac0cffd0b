"""What the office does about one tablet, and says to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.intake import tablet_quarantine
from server.operations.saying import new_generation, send_message
from server.programme import enrolment
from tests.reliability.holding import HAPPENED, Holder

if TYPE_CHECKING:
    from tests.reliability.country import Country

DAY_S = 86_400


def say(country: Country, holder: Holder) -> None:
    """A few words to one tablet, unless it was signed out."""
    if holder.tablet_id in country.model.signed_out:
        return
    note_id = send_message(country.office, holder.tablet_id, "Call.", "test", days=3650)
    country.said.setdefault(holder.tablet_id, set()).add(note_id)
    HAPPENED["note"] += 1


def say_it_was_restored(country: Country) -> None:
    """Every tablet hears that receipts may be gone, and offers everything again."""
    country.generation, _ = new_generation(country.office, "test")
    HAPPENED["generation"] += 1


def put_aside(country: Country, holder: Holder, days_ago: int) -> None:
    """All that this tablet brought since so many days ago stands nowhere, and what it brings."""
    tablet_id, since_s = holder.tablet_id, country.office.now_s() - days_ago * DAY_S
    standing = country.model.put_aside.get(tablet_id)
    if standing is not None and standing <= since_s:
        return
    with country.quiet():
        tablet_quarantine.put_aside(country.office, tablet_id, since_s, "test")
    country.model.put_aside[tablet_id] = since_s
    HAPPENED["put aside"] += 1


def bring_back(country: Country, tablet_id: str) -> None:
    """All of that stands again, and what was asked for meanwhile is done."""
    with country.quiet():
        tablet_quarantine.bring_back(country.office, tablet_id, "test")
    country.model.is_brought_back(tablet_id)
    HAPPENED["brought back"] += 1


def join_again(country: Country, holder: Holder) -> None:
    """The officer reads a new ticket with a tablet that is a member already: everything on it is
    offered again. One that was signed out cannot."""
    if holder.tablet_id in country.model.signed_out:
        return
    officer = holder.session.membership.officer_code
    with country.quiet():
        ticket = enrolment.issue_ticket(country.office, officer, "test")
    holder.doing(lambda: holder.session.enrolment.enrol(ticket.text()))
    HAPPENED["joined again"] += 1
