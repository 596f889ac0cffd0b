"""Tablets and persons that look odd, noticed by a job and told to the office until somebody looks.

A state of the office only: whoever answers a tablet reads and writes none of it, so that no byte,
total, statement or time of an answer differs. It proves nothing and puts nothing aside by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from server.db.engine import reading, transaction
from server.db.terms import Ending, rows_older_than
from server.office import Office
from server.operations import alerts
from server.operations.alerts import AlertStep, Send
from server.operations.model import OddNotice
from server.programme.enrolment import NotPossible
from server.programme.model import EnrolledTablet, Officer, Organisation
from server.register import odd
from server.register.odd import OddFound, Oddity
from server.staff import audit

AGAIN_AFTER_S = odd.LATELY_DAYS * odd.DAY_S
"""What somebody has looked at is told again when it still looks odd after so long: the days a look
goes back, so that it is odd by what came since."""


@dataclass(frozen=True)
class OddStanding:
    """A notice nobody has looked at yet. person_id: "" when it is about the tablet."""

    number: int
    tablet_id: str
    person_id: str
    officer: str
    organisation: str
    why: tuple[str, ...]
    noticed_at_s: int


@dataclass(frozen=True)
class _Seen:
    tablet_id: str
    person_id: str
    why: frozenset[str]


def look_around(office: Office, send: Send | None = None, found: OddFound | None = None) -> int:
    """Notices what looks odd now and was not noticed before, and tells whoever is on duty, with the
    words of every message: that something waits. How many are new. found: what looks odd now, where
    that was worked out already.

    Raises AlertFailed: the notices are kept, and told with the next try.
    """
    now_s = office.now_s()
    found = odd.odd_lately(office) if found is None else found
    tablets = [
        _Seen(one.tablet_id, "", frozenset(why.word for why in one.why)) for one in found.tablets
    ]
    persons = [
        _Seen(one.tablet_id, one.person_id, frozenset({Oddity.ONE_HAND.word}))
        for one in found.persons
    ]
    with transaction(office.engine) as connection:
        new = sum([_notice(connection, one, now_s) for one in (*tablets, *persons)])
    if alerts.is_set_up(office.config, AlertStep.ON_DUTY):
        _tell(office, send or alerts.give_away)
    return new


def standing(connection: Connection, most: int) -> list[OddStanding]:
    """What looks odd and nobody has looked at, the oldest first; at most so many."""
    query = (
        select(
            OddNotice.number,
            OddNotice.tablet_id,
            OddNotice.person_id,
            Officer.code,
            Organisation.code,
            OddNotice.why,
            OddNotice.noticed_at_s,
        )
        .join(EnrolledTablet, EnrolledTablet.tablet_id == OddNotice.tablet_id)
        .join(Officer, Officer.number == EnrolledTablet.officer_number)
        .join(Organisation, Organisation.number == Officer.organisation_number)
        .where(OddNotice.looked_at_s.is_(None))
        .order_by(OddNotice.number)
        .limit(most)
    )
    return [
        OddStanding(number, tablet, person, officer, organisation, tuple(why.split()), noticed_at_s)
        for number, tablet, person, officer, organisation, why, noticed_at_s in connection.execute(
            query
        )
    ]


def looked(office: Office, number: int, by: str, actor: str) -> None:
    """Somebody has looked at what this notice is about; what follows is theirs to decide.

    by: at most 60 characters. Raises NotPossible: nothing of that number waits.
    """
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        found = connection.execute(
            update(OddNotice)
            .where(OddNotice.number == number, OddNotice.looked_at_s.is_(None))
            .values(looked_at_s=now_s, looked_by=by[:60])
            .returning(OddNotice.tablet_id)
        ).first()
        if found is None:
            raise NotPossible(
                f"Nothing odd of the number {number} waits: `tally87 tablet odd` lists what does.",
                "no_odd",
            )
        details = {"notice": number, "tablet": found[0]}
        audit.enter(connection, now_s, actor, "odd_looked_at", details)


LOOKED_AT: Ending = rows_older_than(OddNotice.looked_at_s, OddNotice.number)
"""Notices, by when somebody looked."""


def _notice(connection: Connection, seen: _Seen, now_s: int) -> bool:
    """Keeps what was not noticed before; whether it is new."""
    before = connection.execute(
        select(OddNotice.number, OddNotice.why, OddNotice.looked_at_s)
        .where(OddNotice.tablet_id == seen.tablet_id, OddNotice.person_id == seen.person_id)
        .order_by(OddNotice.number.desc())
        .limit(1)
    ).first()
    if before is not None:
        known = frozenset(before.why.split())
        if before.looked_at_s is None:
            if not seen.why <= known:
                here = OddNotice.number == before.number
                both = _words(seen.why | known)
                connection.execute(update(OddNotice).where(here).values(why=both))
            return False
        if seen.why <= known and 0 <= now_s - before.looked_at_s < AGAIN_AFTER_S:
            return False
    connection.execute(
        insert(OddNotice).values(
            tablet_id=seen.tablet_id,
            person_id=seen.person_id,
            why=_words(seen.why),
            noticed_at_s=now_s,
        )
    )
    return True


def _words(why: Iterable[str]) -> str:
    return " ".join(sorted(why))


def _tell(office: Office, send: Send) -> None:
    """One message for all that nobody was told of; noted when it was given away."""
    untold = (OddNotice.looked_at_s.is_(None), OddNotice.told_at_s.is_(None))
    with reading(office.engine) as connection:
        last = connection.scalar(select(func.max(OddNotice.number)).where(*untold))
    if last is None:
        return
    send(office.config, AlertStep.ON_DUTY)
    with transaction(office.engine) as connection:
        told = update(OddNotice).where(*untold, OddNotice.number <= last)
        connection.execute(told.values(told_at_s=office.now_s()))
