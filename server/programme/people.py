"""Organisations and officers as an administrator reads them: codes, and how many tablets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from server.db.paging import Key, Orders, read_slice
from server.db.whole_lists import FieldKey
from server.programme.model import EnrolledTablet, IssuedTicket, Officer, Organisation

OFFICERS = Orders(
    {"officer": Key((Officer.code,)), "organisation": Key((Organisation.code, Officer.code))},
    usual="officer",
)
"""What the list of officers can be sorted by."""
ORGANISATIONS = Orders(
    {
        "code": FieldKey(("code",)),
        "name": FieldKey(("name", "code")),
        "list": FieldKey(("source_list", "code")),
        "officers": FieldKey(("officers", "code")),
    },
    usual="code",
)
"""What the list of organisations can be sorted by."""


@dataclass(frozen=True)
class OrganisationLine:
    """One organisation. officers: how many it has."""

    code: str
    name: str
    source_list: str
    officers: int


@dataclass(frozen=True)
class OfficerLine:
    """One officer. tablets: that are not signed out; tickets: that can still be used."""

    code: str
    organisation: str
    tablets: int
    tickets: int


class OfficerLines(NamedTuple):
    """A part of the list. following: where the next part begins; None at the end."""

    lines: tuple[OfficerLine, ...]
    following: str | None


def organisations_listed(connection: Connection) -> list[OrganisationLine]:
    """Every organisation by code; a country has dozens."""
    officers = select(func.count()).where(Officer.organisation_number == Organisation.number)
    rows = connection.execute(
        select(
            Organisation.code,
            Organisation.name,
            Organisation.source_list,
            officers.scalar_subquery(),
        ).order_by(Organisation.code)
    )
    return [OrganisationLine(*row) for row in rows]


def officers_listed(
    connection: Connection,
    now_s: int,
    after: str,
    most: int,
    organisation: str = "",
    order: str = "",
) -> OfficerLines:
    """Officers in an order of OFFICERS, of one organisation or of all. Raises NoSuchPlace."""
    tablets = select(func.count()).where(
        EnrolledTablet.officer_number == Officer.number, EnrolledTablet.revoked_at_s.is_(None)
    )
    tickets = select(func.count()).where(
        IssuedTicket.officer_number == Officer.number,
        IssuedTicket.used_at_s.is_(None),
        IssuedTicket.expires_at_s > now_s,
    )
    query = select(
        Officer.code,
        Organisation.code,
        tablets.scalar_subquery(),
        tickets.scalar_subquery(),
    ).join(Organisation, Organisation.number == Officer.organisation_number)
    if organisation:
        query = query.where(Organisation.code == organisation)
    found = read_slice(connection, query, OFFICERS.key(order), after, most)
    lines = tuple(
        OfficerLine(code, of, tablets, tickets) for code, of, tablets, tickets, *_ in found.rows
    )
    return OfficerLines(lines, found.following)
