"""Everything a tablet brought since a moment, put aside and brought back.

A state of the office only: revisions keep their outcomes, and the totals and receipts of the tablet
are what they would be without it. Its records stand nowhere: no person, link, count or coverage has
them, what it sends from then on included. A record that was there before and was changed since is
put aside whole, because of its earlier revision only the answers are kept, not the codes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, and_, insert, select, update

from server import queue
from server.db.chunks import chunks
from server.db.engine import transaction
from server.db.paging import Orders
from server.db.upsert import insert_new
from server.db.whole_lists import FieldKey
from server.intake import codes, consent, reclassify
from server.intake.attributes import is_month, period_of
from server.intake.held import lock_tablet
from server.intake.model import (
    CaseRecord,
    RecordRevision,
    SeedingTablet,
    TabletQuarantine,
    VisitRecord,
)
from server.office import Office
from server.programme.model import EnrolledTablet, Officer, Organisation
from server.queue import JobKind
from server.staff import audit
from shared.errors import TallyError


class NotPutAside(TallyError):
    """A tablet whose records cannot be put aside or brought back, in a sentence."""


@dataclass(frozen=True)
class PutAside:
    """How much was put aside or brought back. periods: those whose tables change; editions of them
    that are published are to be corrected."""

    cases: int
    visits: int
    periods: tuple[str, ...]


@dataclass(frozen=True)
class StandingAside:
    """A tablet whose records since a moment stand nowhere. Moments in seconds since 1970."""

    tablet_id: str
    officer: str
    organisation: str
    since_s: int
    put_by: str
    put_at_s: int


ASIDE = Orders(
    {
        "tablet": FieldKey(("tablet_id", "since_s")),
        "officer": FieldKey(("organisation", "officer", "tablet_id", "since_s")),
        "since": FieldKey(("since_s", "tablet_id")),
        "by": FieldKey(("put_by", "tablet_id", "since_s")),
    },
    usual="since",
)
"""What the list of them can be sorted by: few tablets are put aside."""


def standing_aside(connection: Connection, tablet_id: str | None = None) -> list[StandingAside]:
    """What is put aside and was not brought back, of one tablet or of all, the oldest first."""
    query = (
        select(
            TabletQuarantine.tablet_id,
            Officer.code,
            Organisation.code,
            TabletQuarantine.since_s,
            TabletQuarantine.put_by,
            TabletQuarantine.put_at_s,
        )
        .join(EnrolledTablet, EnrolledTablet.tablet_id == TabletQuarantine.tablet_id)
        .join(Officer, Officer.number == EnrolledTablet.officer_number)
        .join(Organisation, Organisation.number == Officer.organisation_number)
        .where(TabletQuarantine.brought_back_at_s.is_(None))
        .order_by(TabletQuarantine.number)
    )
    if tablet_id is not None:
        query = query.where(TabletQuarantine.tablet_id == tablet_id)
    return [StandingAside(*row) for row in connection.execute(query)]


def put_aside(office: Office, tablet_id: str, since_s: int, actor: str) -> PutAside:
    """Puts aside what this tablet brought since then (seconds since 1970, by the office's clock).

    Raises NotPutAside when there is no such tablet or this was done already.
    """
    with transaction(office.engine) as connection:
        _lock(connection, tablet_id)
        reclassify.keep_all_in_step(connection)
        standing = select(TabletQuarantine.since_s).where(
            TabletQuarantine.tablet_id == tablet_id, TabletQuarantine.brought_back_at_s.is_(None)
        )
        if any(earlier <= since_s for earlier in connection.scalars(standing)):
            raise NotPutAside("This is put aside already. Nothing was changed.")
        before = reclassify.held_by_quarantine(connection)
        connection.execute(
            insert(TabletQuarantine).values(
                tablet_id=tablet_id, since_s=since_s, put_by=actor, put_at_s=office.now_s()
            )
        )
        changed = reclassify.held_by_quarantine(connection) - before
        return _follow(connection, office, changed, True, actor, tablet_id)


def mark_for_seeding(office: Office, tablet_id: str, actor: str) -> None:
    """From now on this tablet is one on which invented persons are recorded to measure linking:
    nothing it brings is ever counted, and it is told nothing.

    Raises NotPutAside: it brought records already, or there is no such tablet.
    """
    with transaction(office.engine) as connection:
        _lock(connection, tablet_id)
        brought = select(RecordRevision.number).where(RecordRevision.tablet_id == tablet_id)
        if connection.execute(brought.limit(1)).first() is not None:
            raise NotPutAside(
                "This tablet has brought records already: take one that is new. Nothing was "
                "changed."
            )
        if not insert_new(
            connection,
            SeedingTablet,
            [{"tablet_id": tablet_id, "marked_by": actor, "marked_at_s": office.now_s()}],
        ):
            raise NotPutAside("This tablet is marked already. Nothing was changed.")
        row = {"tablet_id": tablet_id, "since_s": 0, "put_by": actor, "put_at_s": office.now_s()}
        connection.execute(insert(TabletQuarantine).values(row))
        details = {"tablet": tablet_id}
        audit.enter(connection, office.now_s(), actor, "seeding_tablet_marked", details)


def bring_back(office: Office, tablet_id: str, actor: str) -> PutAside:
    """Brings back all that was put aside of this tablet. Raises NotPutAside when nothing was."""
    with transaction(office.engine) as connection:
        _lock(connection, tablet_id)
        for_seeding = select(SeedingTablet.tablet_id).where(SeedingTablet.tablet_id == tablet_id)
        if connection.scalar(for_seeding) is not None:
            raise NotPutAside(
                "This tablet records invented persons to measure linking: they are never counted. "
                "Nothing was changed."
            )
        reclassify.keep_all_in_step(connection)
        before = reclassify.held_by_quarantine(connection)
        ended = connection.execute(
            update(TabletQuarantine)
            .where(
                TabletQuarantine.tablet_id == tablet_id,
                TabletQuarantine.brought_back_at_s.is_(None),
            )
            .values(brought_back_at_s=office.now_s())
            .returning(TabletQuarantine.number)
        ).all()
        if not ended:
            raise NotPutAside("Nothing of this tablet is put aside. Nothing was changed.")
        changed = before - reclassify.held_by_quarantine(connection)
        consent.empty_withdrawn(connection, before)  # what it asked for meanwhile
        # Its page shows what looked odd without it, until a job looks again.
        queue.ask(connection, JobKind.ODD, ["", queue.A_YEAR], office.now_s())
        return _follow(connection, office, changed, False, actor, tablet_id)


def _lock(connection: Connection, tablet_id: str) -> None:
    known = select(EnrolledTablet.tablet_id).where(EnrolledTablet.tablet_id == tablet_id)
    if connection.scalar(known) is None:
        raise NotPutAside("There is no such tablet. Nothing was changed.")
    # No parcel of it is taken in meanwhile.
    lock_tablet(connection, tablet_id)


def _follow(
    connection: Connection,
    office: Office,
    records: set[str],
    aside: bool,
    actor: str,
    tablet_id: str,
) -> PutAside:
    visits = _set_visits(connection, records, aside)
    reclassify.withdraw_or_bring_back(connection, visits, aside)
    cases = _set_cases(connection, records, aside)
    found = cases | codes.cases_of_visits(connection, sorted(visits))
    codes.queue_cases(connection, sorted(found), office.now_s())
    periods = _periods(connection, visits, found, office.config.period)
    queue.ask(connection, JobKind.PROTECT, periods, office.now_s())
    queue.ask(connection, JobKind.FIGURES, [""], office.now_s())
    details = {"tablet": tablet_id, "cases": len(cases), "visits": len(visits)}
    what = "tablet_put_aside" if aside else "tablet_brought_back"
    audit.enter(connection, office.now_s(), actor, what, details)
    return PutAside(len(cases), len(visits), periods)


def _set_visits(connection: Connection, records: Iterable[str], aside: bool) -> set[str]:
    found: set[str] = set()
    for some in chunks(sorted(records)):
        standing = (
            select(VisitRecord.record_id)
            .join(
                RecordRevision,
                and_(
                    RecordRevision.record_id == VisitRecord.record_id,
                    RecordRevision.revision == VisitRecord.revision,
                ),
            )
            .where(VisitRecord.record_id.in_(some), RecordRevision.withdrawn.is_(None))
        )
        here = list(connection.scalars(standing))
        found |= set(here)
        connection.execute(
            update(VisitRecord)
            .where(VisitRecord.record_id.in_(here))
            .values(withdrawn=aside, uncounted=True)
        )
    return found


def _set_cases(connection: Connection, records: Iterable[str], aside: bool) -> set[str]:
    found: set[str] = set()
    for some in chunks(sorted(records)):
        standing = (
            select(CaseRecord.record_id)
            .join(
                RecordRevision,
                and_(
                    RecordRevision.record_id == CaseRecord.record_id,
                    RecordRevision.revision == CaseRecord.revision,
                ),
            )
            .outerjoin(VisitRecord, VisitRecord.record_id == CaseRecord.visit_id)
            .where(CaseRecord.record_id.in_(some), RecordRevision.withdrawn.is_(None))
        )
        if not aside:
            standing = standing.where(VisitRecord.withdrawn.is_not(True))
        here = list(connection.scalars(standing))
        found |= set(here)
        connection.execute(
            update(CaseRecord).where(CaseRecord.record_id.in_(here)).values(withdrawn=aside)
        )
    return found


def _periods(
    connection: Connection, visits: set[str], cases: set[str], length: str
) -> tuple[str, ...]:
    months: set[str | None] = set()
    for some in chunks(sorted(cases)):
        of_cases = select(CaseRecord.visit_id).where(CaseRecord.record_id.in_(some))
        visits = visits | {visit for visit in connection.scalars(of_cases) if visit}
    for some in chunks(sorted(visits)):
        of_visits = select(VisitRecord.month).where(VisitRecord.record_id.in_(some)).distinct()
        months |= set(connection.scalars(of_visits))
    return tuple(sorted({period_of(one, length) for one in months if one and is_month(one)}))
