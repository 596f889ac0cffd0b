"""The tablets as an administrator reads them: whose, when last heard, what they brought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, exists, func, select

from server.db.paging import Key, Orders, Rows, read_slice
from server.intake.model import TabletQuarantine
from server.intake.within import tablets_within
from server.programme.model import EnrolledTablet, Officer, Organisation
from server.reference.reach import EVERYTHING, Reach

DAY_S = 86_400
SILENT_DAYS = 30
"""Without a parcel for so long somebody asks after it: an officer on leave is back by then."""
IN_USE, SILENT, ASIDE, SIGNED_OUT = "in_use", "silent", "aside", "signed_out"
STATES = (IN_USE, SILENT, ASIDE, SIGNED_OUT)

_LAST = func.coalesce(EnrolledTablet.last_parcel_at_s, 0)
ORDERS = Orders(
    {
        "officer": Key((Officer.code, EnrolledTablet.tablet_id)),
        "organisation": Key((Organisation.code, EnrolledTablet.tablet_id)),
        "records": Key((EnrolledTablet.total_count, EnrolledTablet.tablet_id)),
        "last": Key((_LAST, EnrolledTablet.tablet_id)),
        "joined": Key((EnrolledTablet.enrolled_at_s, EnrolledTablet.tablet_id)),
    },
    usual="officer",
    once={"silent": "last", "heard": "-last", "enrolled": "-joined"},
)
"""What the list can be sorted by."""


@dataclass(frozen=True)
class TabletState:
    """One tablet. Moments in seconds since 1970; records: that the office holds of it;
    clock_ahead_s: its clock minus ours when it was last heard."""

    tablet_id: str
    officer: str
    organisation: str
    records: int
    enrolled_s: int
    heard_s: int | None
    signed_out_s: int | None
    clock_ahead_s: int | None
    aside: bool


class TabletStates(NamedTuple):
    """A part of the list. following: where the next part begins; None at the end."""

    lines: tuple[TabletState, ...]
    following: str | None


def tablets_listed(
    connection: Connection,
    now_s: int,
    after: str,
    most: int,
    *,
    order: str = "officer",
    organisation: str = "",
    state: str = "",
    reach: Reach = EVERYTHING,
) -> TabletStates:
    """Tablets in one of ORDERS, of one organisation or of all, in one of STATES or in any; reach:
    of whoever looks.

    Raises NoSuchPlace.
    """
    query = _tablets().where(*tablets_within(reach, EnrolledTablet.tablet_id))
    if organisation:
        query = query.where(Organisation.code == organisation)
    if state == SIGNED_OUT:
        query = query.where(EnrolledTablet.revoked_at_s.is_not(None))
    elif state:
        query = query.where(EnrolledTablet.revoked_at_s.is_(None))
    if state == SILENT:
        # One that never sent anything is as silent as it is old.
        heard = func.coalesce(EnrolledTablet.last_parcel_at_s, EnrolledTablet.enrolled_at_s)
        query = query.where(heard <= now_s - SILENT_DAYS * DAY_S)
    if state == ASIDE:
        query = query.where(_is_aside())
    found = read_slice(connection, query, ORDERS.key(order), after, most)
    return TabletStates(tuple(TabletState(*row[:9]) for row in found.rows), found.following)


def is_within(connection: Connection, tablet_id: str, reach: Reach) -> bool:
    """Whether there is such a tablet and it lies within the reach."""
    mine = tablets_within(reach, EnrolledTablet.tablet_id)
    found = select(EnrolledTablet.tablet_id).where(EnrolledTablet.tablet_id == tablet_id, *mine)
    return connection.scalar(found) is not None


def one_tablet(connection: Connection, tablet_id: str) -> TabletState | None:
    """This tablet, or None when there is no such one."""
    row = connection.execute(_tablets().where(EnrolledTablet.tablet_id == tablet_id)).first()
    return None if row is None else TabletState(*row)


def _tablets() -> Rows:
    return (
        select(
            EnrolledTablet.tablet_id,
            Officer.code,
            Organisation.code,
            EnrolledTablet.total_count,
            EnrolledTablet.enrolled_at_s,
            EnrolledTablet.last_parcel_at_s,
            EnrolledTablet.revoked_at_s,
            EnrolledTablet.clock_ahead_s,
            _is_aside(),
        )
        .join(Officer, Officer.number == EnrolledTablet.officer_number)
        .join(Organisation, Organisation.number == Officer.organisation_number)
    )


def _is_aside() -> ColumnElement[bool]:
    return exists().where(
        TabletQuarantine.tablet_id == EnrolledTablet.tablet_id,
        TabletQuarantine.brought_back_at_s.is_(None),
    )
