"""Linking with the counts in step: the same transaction changes persons and counts what changed.

One bad case never stops the others: when a batch fails it is halved until the case is alone, and
that one is tried again later, then put aside with its reason.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from sqlalchemy import Connection

from server import queue
from server.db.engine import error_kind, is_away, reading, transaction
from server.db.locks import Lock, hold
from server.db.settings import BY_INDEX, CAN_BE_DONE_AGAIN
from server.intake.attributes import is_period_of
from server.office import Office
from server.queue import JobKind
from server.reference.in_force import reference_of
from server.register import editions, persons
from server.register.persons import LinkRun
from server.tables import counted_visits, generations
from server.tables.counted_visits import VisitLayout
from server.tables.pace import LinkPace, stand_back

log = logging.getLogger("tally87.register")

BATCH = 1000
"""Cases in one transaction where nobody waits for the database: a second of work."""
VISITS_AT_ONCE = 100
"""Visits counted in one transaction: some ten milliseconds."""


def link_what_waits(office: Office, batch: int = BATCH) -> LinkRun:
    """Links every case that waits, a batch at a time; persons and counts follow, those of visits
    too."""
    done = LinkRun()
    while True:
        linked = link_batch(office, batch)
        done = done.plus(linked)
        # A batch is smaller than asked for when a case was asked for more than once.
        if not linked.cases and not ask_for_more(office):
            break
    if done.cases:
        log.info("cases_linked", extra=vars(done))
    count_visits(office)
    return done


def count_visits(office: Office) -> int:
    """Counts every visit that changed since it was counted, a few in each transaction, so that
    nobody is kept from writing for long; how many."""
    declarations, done = generations.declarations_of(office), 0
    while True:
        began = time.perf_counter()
        with transaction(office.engine) as connection:
            hold(connection, Lock.LINKING, BY_INDEX, CAN_BE_DONE_AGAIN)
            layout = VisitLayout(connection, declarations)
            counted = counted_visits.count_some(
                connection, layout, reference_of(office), VISITS_AT_ONCE
            )
        done += counted
        if counted < VISITS_AT_ONCE:
            return done
        stand_back(office.engine, time.perf_counter() - began)


def link_beside_others(office: Office) -> None:
    """The same for a job: in batches that keep nobody from writing for long."""
    pace = LinkPace(office.engine)
    while True:
        linked = link_batch(office, pace.batch)
        if linked.cases:
            pace.after(linked.worked_s)
        elif not ask_for_more(office):
            break
        stand_back(office.engine, linked.held_s)


def ask_for_more(office: Office) -> bool:
    """Has some more of the cases linked again that the edition in force has not judged yet; False
    when all were asked for."""
    with reading(office.engine) as connection:
        if not editions.has_more(connection):
            return False
    with transaction(office.engine) as connection:
        editions.ask_for_more(connection, office.now_s())
    return True


def ask_for_all(office: Office) -> None:
    """Has all cases linked again that the edition in force has not judged yet; whoever stops it
    loses nothing."""
    while ask_for_more(office):
        stand_back(office.engine, 0.0)


def link_batch(office: Office, batch: int, only: Sequence[str] | None = None) -> LinkRun:
    """Links at most so many of the cases that wait, in one transaction; the counts follow.

    only: of these, due or not. Fewer when some of them fail. Raises what the database raises when
    it is away.
    """
    try:
        return persons.link_batch(office, _follower(office), batch, only)
    except Exception as error:
        if is_away(error):
            raise
        # Told and noted for the case it belongs to.
        return _link_apart(office, only or _next(office, batch), error_kind(error))


def _link_apart(office: Office, cases: Sequence[str], reason: str) -> LinkRun:
    """Links these, among which some fail, without those."""
    if len(cases) <= 1:
        for case in cases:
            with transaction(office.engine) as connection:
                aside = queue.failed(connection, JobKind.LINK, case, reason, office.now_s())
            log.error("case_not_linked", extra={"record": case, "kind": reason, "aside": aside})
        return LinkRun(len(cases))
    done, middle = LinkRun(), len(cases) // 2
    for half in (cases[:middle], cases[middle:]):
        try:
            done = done.plus(persons.link_batch(office, _follower(office), len(half), half))
        except Exception as error:
            if is_away(error):
                raise
            done = done.plus(_link_apart(office, half, error_kind(error)))
    return done


def _next(office: Office, batch: int) -> list[str]:
    with reading(office.engine) as connection:
        return queue.next_subjects(connection, JobKind.LINK, batch, office.now_s())


def _follower(office: Office) -> persons.Follow:
    # What is worked out once in a process is worked out before others are kept from writing.
    reference_of(office), generations.declarations_of(office).layout

    def follow(
        connection: Connection, moves: persons.PersonMoves, may_write: bool
    ) -> persons.Write | None:
        following = generations.follow(office, connection, moves, may_write)
        return None if following is None else lambda writing: write(writing, following)

    def write(connection: Connection, following: generations.Following) -> None:
        following.write(connection)
        length = office.config.period
        periods = [one for one in sorted(following.periods) if is_period_of(one, length)]
        queue.ask(connection, JobKind.PROTECT, periods, office.now_s(), queue.PROTECT_WITHIN_S)

    return follow
