"""Asking for visits, what becomes of them, and the board of all.

What became of a visit is noted by a person at the office, who sees what the officer's tablet
answered; the tablet is told when one is over, so that it leaves the officer's list, and when it is
asked for again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, select, update

from server import notes
from server.assignments.frame import MOST_WORDS, Drawn, FramePlace
from server.assignments.model import Assignment
from server.db.engine import transaction
from server.db.paging import Key, Orders, read_slice
from server.notes.model import TabletAnswer
from server.office import Office
from server.programme.enrolment import NotPossible
from server.programme.model import EnrolledTablet, Officer, Organisation
from server.reference.reach import EVERYTHING, Reach
from server.staff import audit
from shared.wire.note_kinds import AssignmentWord, VisitAsked

OPEN, DONE, NOT_FOUND, CLOSED = "open", "done", "not_found", "closed"
STATES = (OPEN, DONE, NOT_FOUND, CLOSED)
NOTE_TERM_DAYS = 180
ORDERS = Orders({"due": Key((Assignment.due, Assignment.number))}, usual="due")
"""What the board can be sorted by."""
MOST_OF_A_TABLET = 100
"""Open at once: more than an officer visits in a season."""


@dataclass(frozen=True)
class AskedVisit:
    """A line of the board. is_late: open beyond its day. answer, answered_on: what the officer
    answered and the day it came, None when nothing is to be dealt with. Moments in seconds since
    1970."""

    number: int
    officer: str
    organisation: str
    tablet_id: str
    area: str
    place_kind: str
    due: str
    words: str
    drawn: str | None
    state: str
    asked_by: str
    asked_s: int
    changed_by: str | None
    changed_s: int | None
    answer: str | None
    answered_on: str | None
    is_late: bool


_IS_ANSWERED = and_(
    TabletAnswer.tablet_id == Assignment.tablet_id,
    TabletAnswer.about == Assignment.assignment_id,
    TabletAnswer.number > TabletAnswer.dealt_with,
)
"""What the officer answered and nobody has dealt with."""


class AskedVisits(NamedTuple):
    """A part of the board. following: where the next part begins; None at the end."""

    lines: tuple[AskedVisit, ...]
    following: str | None


def ask(
    office: Office,
    tablet_id: str,
    places: Sequence[FramePlace | Drawn],
    due: str,
    actor: str,
    drawn: str = "",
    reach: Reach = EVERYTHING,
) -> int:
    """Asks the officer of a tablet for visits; how many. drawn: the frame and seed they come from;
    reach: of whoever asks, which places and organisation must lie within.

    Raises NotPossible.
    """
    _must_be_day(due)
    areas = reach.areas
    asked = [one.place if isinstance(one, Drawn) else one for one in places]
    if areas is not None and any(place.area not in areas for place in asked):
        raise NotPossible("A place lies outside what you reach.", "assignment_place")
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        _must_be_in_use(connection, tablet_id, reach)
        mine = (Assignment.tablet_id == tablet_id, Assignment.state == OPEN)
        waiting = connection.scalar(select(func.count()).where(*mine)) or 0
        if waiting + len(places) > MOST_OF_A_TABLET:
            raise NotPossible("Too many visits are open at this tablet.", "assignment_many")
        for one in places:
            place = one.place if isinstance(one, Drawn) else one
            if len(place.words) > MOST_WORDS or not place.words.isprintable():
                raise NotPossible("The words are too long.", "assignment_words")
            assignment_id = office.random_bytes(8).hex()
            connection.execute(
                insert(Assignment).values(
                    assignment_id=assignment_id,
                    tablet_id=tablet_id,
                    area=place.area,
                    place_kind=place.place_kind,
                    due=due,
                    words=place.words,
                    drawn=f"{drawn} line {one.line}" if isinstance(one, Drawn) else None,
                    state=OPEN,
                    asked_by=actor,
                    asked_at_s=now_s,
                )
            )
            said = VisitAsked(
                *(assignment_id, AssignmentWord.ASKED, place.area, place.place_kind),
                *(due, place.words, True),
            )
            _tell(connection, office, tablet_id, said)
        details = {"tablet": tablet_id, "visits": len(places), "drawn": drawn}
        audit.enter(connection, now_s, actor, "visits_asked", details)
    return len(places)


def end(office: Office, number: int, state: str, actor: str, reach: Reach = EVERYTHING) -> None:
    """Notes what became of an open visit: done, not found or closed. Raises NotPossible."""
    if state not in (DONE, NOT_FOUND, CLOSED):
        raise NotPossible("A visit is done, not found or closed.", "not_possible")
    _change(office, number, OPEN, state, AssignmentWord.OVER, actor, reach)


def reopen(
    office: Office, number: int, due: str, words: str, actor: str, reach: Reach = EVERYTHING
) -> None:
    """Asks for a visit again that was over, by another day. Raises NotPossible."""
    _must_be_day(due)
    if len(words) > MOST_WORDS or not words.isprintable():
        raise NotPossible("The words are too long.", "assignment_words")
    _change(office, number, None, OPEN, AssignmentWord.ASKED, actor, reach, due, words)


def _change(
    office: Office,
    number: int,
    before: str | None,
    state: str,
    word: AssignmentWord,
    actor: str,
    reach: Reach,
    due: str | None = None,
    words: str = "",
) -> None:
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        row = connection.execute(
            select(Assignment.__table__).where(Assignment.number == number, *_within(reach))
        ).first()
        is_fit = row is not None and (row.state == before if before else row.state != OPEN)
        if row is None or not is_fit:
            raise NotPossible("It was changed already. Nothing was changed.", "assignment_gone")
        if state == OPEN:
            _must_be_in_use(connection, row.tablet_id, reach)
        done = connection.execute(
            update(Assignment)
            .where(Assignment.number == number, Assignment.state == row.state)
            .values(
                state=state,
                due=due or row.due,
                words=words,  # what was said is not kept beyond the visit
                changed_by=actor,
                changed_at_s=now_s,
            )
        )
        if not done.rowcount:
            raise NotPossible("It was changed just now. Nothing was changed.", "assignment_gone")
        notes.deal_with(connection, row.tablet_id, row.assignment_id)
        said = VisitAsked(
            *(row.assignment_id, word, row.area, row.place_kind, due or row.due, words, True)
        )
        _tell(connection, office, row.tablet_id, said)
        details = {"visit": number, "state": state}
        audit.enter(connection, now_s, actor, "visit_asked_changed", details)


def board(
    connection: Connection,
    today: date,
    after: str,
    most: int,
    state: str = OPEN,
    organisation: str = "",
    reach: Reach = EVERYTHING,
    order: str = "",
) -> AskedVisits:
    """Visits of one state, "" for all, in one of ORDERS; reach: of whoever looks. Raises
    NoSuchPlace."""
    query = (
        select(
            Assignment.number,
            Officer.code,
            Organisation.code,
            Assignment.tablet_id,
            Assignment.area,
            Assignment.place_kind,
            Assignment.due,
            Assignment.words,
            Assignment.drawn,
            Assignment.state,
            Assignment.asked_by,
            Assignment.asked_at_s,
            Assignment.changed_by,
            Assignment.changed_at_s,
            TabletAnswer.code,
            TabletAnswer.arrived_on,
        )
        .outerjoin(TabletAnswer, _IS_ANSWERED)
        .join(EnrolledTablet, EnrolledTablet.tablet_id == Assignment.tablet_id)
        .join(Officer, Officer.number == EnrolledTablet.officer_number)
        .join(Organisation, Organisation.number == Officer.organisation_number)
    )
    query = query.where(*_within(reach))
    if state:
        query = query.where(Assignment.state == state)
    if organisation:
        query = query.where(Organisation.code == organisation)
    found = read_slice(connection, query, ORDERS.key(order), after, most)
    lines = tuple(
        AskedVisit(*(*row[:16], row[9] == OPEN and row[6] < today.isoformat()))
        for row in found.rows
    )
    return AskedVisits(lines, found.following)


def counts(connection: Connection, today: date, reach: Reach = EVERYTHING) -> dict[str, int]:
    """How many visits are in each state, and how many open ones are ``late`` or ``answered``."""
    rows = connection.execute(
        select(Assignment.state, func.count()).where(*_within(reach)).group_by(Assignment.state)
    ).all()
    mine = (Assignment.state == OPEN, *_within(reach))
    late = select(func.count()).where(*mine, Assignment.due < today.isoformat())
    answered = (
        select(func.count()).select_from(Assignment).join(TabletAnswer, _IS_ANSWERED).where(*mine)
    )
    told = {"late": connection.scalar(late) or 0, "answered": connection.scalar(answered) or 0}
    return {**dict.fromkeys(STATES, 0), **dict(rows), **told}


def _tell(connection: Connection, office: Office, tablet_id: str, said: VisitAsked) -> None:
    signed_out = select(EnrolledTablet.revoked_at_s).where(EnrolledTablet.tablet_id == tablet_id)
    if connection.scalar(signed_out) is None:
        notes.say(
            connection,
            office.random_bytes,
            tablet_id,
            said,
            subject="",
            now_s=office.now_s(),
            term_days=NOTE_TERM_DAYS,
        )


def _within(reach: Reach) -> list[ColumnElement[bool]]:
    """Conditions on visits: of the place's area, and of the organisation whose officer is asked."""
    found: list[ColumnElement[bool]] = []
    if reach.areas is not None:
        found.append(Assignment.area.in_(reach.areas))
    if reach.organisation:
        found.append(Assignment.tablet_id.in_(_tablets_of(reach.organisation)))
    return found


def _tablets_of(organisation: str) -> Select[str]:
    return (
        select(EnrolledTablet.tablet_id)
        .join(Officer, Officer.number == EnrolledTablet.officer_number)
        .join(Organisation, Organisation.number == Officer.organisation_number)
        .where(Organisation.code == organisation)
    )


def _must_be_in_use(connection: Connection, tablet_id: str, reach: Reach) -> None:
    query = select(EnrolledTablet.revoked_at_s).where(EnrolledTablet.tablet_id == tablet_id)
    if reach.organisation:
        query = query.where(EnrolledTablet.tablet_id.in_(_tablets_of(reach.organisation)))
    found = connection.execute(query).first()
    if found is None or found.revoked_at_s is not None:
        raise NotPossible("There is no such tablet, or it is signed out.", "tablet")


def _must_be_day(due: str) -> None:
    try:
        is_day = date.fromisoformat(due).isoformat() == due
    except ValueError:
        is_day = False
    if not is_day:
        raise NotPossible("Name the day as 2026-12-31.", "assignment_due")
