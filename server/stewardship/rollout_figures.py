"""How the tablets of a roll-out fare: what each said of the edition, what came of their records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, case, func, select

from server.db.paging import Key, Orders, Rows, read_slice
from server.intake.model import Parcel, RecordRevision
from server.programme.model import EnrolledTablet, Officer, Organisation
from server.reference.model import RolloutTablet
from server.reference.rollouts import Rollout
from shared.wire.answers import EditionAnswer

MOST_DAYS = 30
"""Records of so many days are looked at: an edition that is tried for longer is no trial."""
DAY_S = 86_400
WAITING, FETCHED, TAKEN = "waiting", "fetched", "taken"
ORDERS = Orders(
    {
        "officer": Key((Officer.code, RolloutTablet.tablet_id)),
        "heard": Key((func.coalesce(EnrolledTablet.last_parcel_at_s, 0), RolloutTablet.tablet_id)),
    },
    usual="officer",
)
"""What the list of chosen tablets can be sorted by."""
STATES = (TAKEN, FETCHED, "not_loaded", "no_room", WAITING)


@dataclass(frozen=True)
class TriedTablet:
    """A chosen tablet. state: one of STATES, of the newest edition of the roll-out. heard_s: when
    its last parcel came, in seconds since 1970; None before any."""

    tablet_id: str
    officer: str
    organisation: str
    heard_s: int | None
    state: str


class TriedTablets(NamedTuple):
    """A part of the list. following: where the next part begins; None at the end."""

    lines: tuple[TriedTablet, ...]
    following: str | None


@dataclass(frozen=True)
class RecordsSince:
    """Revisions that came in since a moment: taken in, and returned to their officers."""

    accepted: int = 0
    returned: int = 0

    @property
    def share_returned(self) -> float | None:
        """Of all that came, those that were returned; None when nothing came."""
        came = self.accepted + self.returned
        return self.returned / came if came else None


def states(connection: Connection, rollout: Rollout) -> Mapping[str, int]:
    """How many of its tablets are in each of STATES."""
    state = _state(rollout.edition)
    found = dict(
        connection.execute(
            select(state, func.count())
            .where(RolloutTablet.rollout == rollout.number)
            .group_by(state)
        ).all()
    )
    return {one: found.get(one, 0) for one in STATES}


def tablets(
    connection: Connection, rollout: Rollout, after: str, most: int, order: str = ""
) -> TriedTablets:
    """The chosen tablets in one of ORDERS. Raises NoSuchPlace."""
    query: Rows = (
        select(
            RolloutTablet.tablet_id,
            Officer.code,
            Organisation.code,
            EnrolledTablet.last_parcel_at_s,
            _state(rollout.edition),
        )
        .join(EnrolledTablet, EnrolledTablet.tablet_id == RolloutTablet.tablet_id)
        .join(Officer, Officer.number == EnrolledTablet.officer_number)
        .join(Organisation, Organisation.number == Officer.organisation_number)
        .where(RolloutTablet.rollout == rollout.number)
    )
    found = read_slice(connection, query, ORDERS.key(order), after, most)
    return TriedTablets(tuple(TriedTablet(*row[:5]) for row in found.rows), found.following)


def records_since(
    connection: Connection, rollout: Rollout, now_s: int
) -> tuple[RecordsSince, RecordsSince]:
    """What came of the chosen tablets' records, and of all others', since it began."""
    since_s = max(rollout.began_s, now_s - MOST_DAYS * DAY_S)
    came = (
        select(RecordRevision.outcome, func.count())
        .where(
            RecordRevision.outcome.in_(("accepted", "rejected")),
            RecordRevision.received_at_s >= since_s,
        )
        .group_by(RecordRevision.outcome)
    )
    chosen = select(RolloutTablet.tablet_id).where(RolloutTablet.rollout == rollout.number)
    # An index alone tells of all; of the chosen, which are few, their parcels lead to the rest.
    theirs = came.join(Parcel, Parcel.parcel_id == RecordRevision.parcel_id).where(
        Parcel.tablet_id.in_(chosen), Parcel.received_at_s >= since_s
    )
    everything, mine = (Counter(dict(connection.execute(query).all())) for query in (came, theirs))
    return _records(mine), _records(everything - mine)


def _records(found: Mapping[str, int]) -> RecordsSince:
    return RecordsSince(found.get("accepted", 0), found.get("rejected", 0))


def _state(edition: int) -> ColumnElement[str]:
    said = (RolloutTablet.told_edition == edition, RolloutTablet.told_code)
    return case(
        (said[0] & (said[1] == str(EditionAnswer.TAKEN)), TAKEN),
        (said[0] & (said[1] == str(EditionAnswer.NOT_LOADED)), "not_loaded"),
        (said[0] & (said[1] == str(EditionAnswer.NO_ROOM)), "no_room"),
        (RolloutTablet.fetched_edition == edition, FETCHED),
        else_=WAITING,
    )
