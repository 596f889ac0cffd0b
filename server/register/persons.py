"""Persons: keeps links and persons true to the cases as they are, a batch at a time.

Owns the tables of links and persons. What a tablet is answered never depends on this: it runs
after the answer, in transactions of its own, and goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select

from server import queue
from server.db.among import among
from server.db.chunks import chunks
from server.db.engine import one_writes_at_a_time, prepared
from server.db.locks import Lock, hold
from server.db.settings import BY_INDEX, CAN_BE_DONE_AGAIN
from server.db.upsert import insert_all, set_each
from server.intake import codes
from server.intake.model import CaseRecord
from server.office import Office
from server.register import editions
from server.register.editions import RegisterEdition
from server.register.link import link_records
from server.register.links import (
    LinkChanges,
    Pair,
    changes_of,
    connected,
    decided_same,
    links_of,
    write_links,
)
from server.register.load import Cases, load_cases, standing_cases
from server.register.model import KeptApart, Person, PersonLink, PossiblePair

Follow = Callable[[Connection, Sequence[str]], None]
"""What is brought up to date in the same transaction for persons that are new, changed or gone, by
their ids: whatever another room keeps of persons is never behind them."""


MOST_INSIDE = 4
"""Cases that are linked while nobody else can write, where that cannot be worked out before."""


@dataclass(frozen=True)
class LinkRun:
    """How much one run did."""

    cases: int = 0
    links_made: int = 0
    links_ended: int = 0
    held_s: float = 0.0
    """Seconds for which others could not write, of the longest transaction."""
    worked_s: float = 0.0
    """The same without its commit, which takes the disk as long for one case as for a hundred."""

    def plus(self, other: LinkRun) -> LinkRun:
        """Both runs together."""
        return LinkRun(
            self.cases + other.cases,
            self.links_made + other.links_made,
            self.links_ended + other.links_ended,
            max(self.held_s, other.held_s),
            max(self.worked_s, other.worked_s),
        )


def link_batch(
    office: Office, follow: Follow, batch: int, only: Sequence[str] | None = None
) -> LinkRun:
    """Links at most so many of the cases that wait, in one transaction with what follows.

    On SQLite it is worked out before others are kept from writing, as far as that can be. only: of
    these cases.
    """
    now_s = office.now_s()

    def ahead(connection: Connection) -> tuple[list[str], LinkPlan | None]:
        due = queue.next_subjects(connection, queue.JobKind.LINK, batch, now_s, only)
        return due, _plan_ahead(connection, due)

    with prepared(office.engine, ahead) as (connection, made):
        # The cases that wait go in this transaction, too: who loses it does it again.
        hold(connection, Lock.LINKING, BY_INDEX, CAN_BE_DONE_AGAIN)
        began = time.perf_counter()
        due, plan = made or (only, None)
        if plan is None and one_writes_at_a_time(office.engine):
            batch = min(batch, MOST_INSIDE)
        waiting = queue.take(connection, queue.JobKind.LINK, batch, now_s, due)
        if not waiting:
            return LinkRun()
        new = _new_among(connection, waiting)
        edition = editions.follow(connection, new, now_s, plan.edition if plan else None)
        if plan is None:
            shared = codes.shared_codes(connection, waiting)
            crossed = codes.note_crossings(connection, shared, now_s)
            codes.queue_cases(connection, sorted(crossed.difference(waiting)), now_s)
            if crossed:
                shared = codes.shared_codes(connection, waiting)
            plan = _plan(connection, waiting, edition, shared)
        rule = edition.weights.name
        write_links(connection, PossiblePair, plan.possible, rule, now_s)
        write_links(connection, PersonLink, plan.links, rule, now_s)
        follow(connection, _write_persons(connection, plan))
        worked_s = time.perf_counter() - began
    held_s = time.perf_counter() - began
    links = plan.links
    return LinkRun(len(waiting), len(links.new), len(links.ended), held_s, worked_s)


def all_persons_afresh(connection: Connection) -> dict[str, str]:
    """For every case its person, worked out from all codes without looking at stored links."""
    cases = load_cases(connection, None)
    edition = editions.in_force(connection)
    return _persons(connection, cases, edition)


def cases_of_person(connection: Connection, person_id: str) -> list[str]:
    """The cases of this person."""
    return sorted(
        connection.scalars(select(CaseRecord.record_id).where(CaseRecord.person_id == person_id))
    )


def apart_among(connection: Connection, cases: Cases) -> set[tuple[int, int]]:
    """The pairs of rows of these cases that somebody decided are different persons."""
    row = {case: place for place, case in enumerate(cases.ids)}
    found = set()
    for some in chunks(cases.ids):
        for first, second in connection.execute(
            select(KeptApart.first_id, KeptApart.second_id).where(
                KeptApart.first_id.in_(some), KeptApart.taken_back_at_s.is_(None)
            )
        ):
            if first in row and second in row:
                found.add((row[first], row[second]))
    return found


@dataclass(frozen=True)
class LinkPlan:
    """What linking some cases changes: links, pairs that may be one person, and for every case near
    them its person, who it was and who it is to be; edition: by which it was judged."""

    edition: RegisterEdition
    links: LinkChanges
    possible: LinkChanges
    before: Mapping[str, str | None]
    after: Mapping[str, str]


def _plan_ahead(connection: Connection, waiting: Sequence[str]) -> LinkPlan | None:
    """The plan for these cases; None when more has to be written before one can be made: a code
    crossed the cap. Reads only."""
    shared = codes.shared_codes(connection, waiting)
    if any(codes.crossings(connection, shared)):
        return None
    edition = editions.to_follow(connection, _new_among(connection, waiting))
    return _plan(connection, waiting, edition, shared)


def _plan(
    connection: Connection,
    affected: Sequence[str],
    edition: RegisterEdition,
    shared: codes.SharedCodes,
) -> LinkPlan:
    """Works out again the links of these cases, and the persons of all they are linked with.

    Every chain of links is clustered from nothing, in an order of its own: so that it does not
    matter in which batches its cases came. Reads only.
    """
    wanted = links_of(connection, affected, edition, shared)
    links = changes_of(connection, PersonLink, affected, wanted.links)
    possible = changes_of(connection, PossiblePair, affected, wanted.possible)
    near, known = connected(connection, {*affected, *links.ends}, links)
    before = _person_ids(connection, sorted(near))
    linked = {case for pair in known for case in pair}
    # Who has no link is a person alone: most are, and nothing has to be worked out.
    alone = connection.scalars(_STANDING, {"cases": sorted(near - linked)})
    after = {case: case for case in alone}
    if linked:
        after |= _persons(connection, load_cases(connection, sorted(linked)), edition, known)
    return LinkPlan(edition, links, possible, before, after)


def _new_among(connection: Connection, cases: Sequence[str]) -> int:
    """How many of these cases have no person yet."""
    return sum(person is None for person in _person_ids(connection, cases).values())


def same_among(connection: Connection, cases: Cases) -> set[tuple[int, int]]:
    """The pairs of rows of these cases that two people decided are one person."""
    row = {case: place for place, case in enumerate(cases.ids)}
    return {
        (row[first], row[second])
        for first, second in decided_same(connection, cases.ids)
        if first in row and second in row
    }


def _persons(
    connection: Connection,
    cases: Cases,
    edition: RegisterEdition,
    known: Collection[Pair] | None = None,
) -> dict[str, str]:
    row = {case: place for place, case in enumerate(cases.ids)}
    linked = link_records(
        cases.records,
        edition.weights,
        edition.records,
        different=apart_among(connection, cases),
        same=same_among(connection, cases),
        known_links=None
        if known is None
        else {(row[one], row[other]) for one, other in known if one in row and other in row},
    )
    return {case: cases.ids[int(linked.person[row])] for row, case in enumerate(cases.ids)}


def _write_persons(connection: Connection, plan: LinkPlan) -> list[str]:
    """The ids of persons that are new, changed or gone."""
    moved = [
        {"record_id": case, "person_id": plan.after.get(case)}
        for case, person in sorted(plan.before.items())
        if plan.after.get(case) != person
    ]
    set_each(connection, CaseRecord, "record_id", moved)
    both = (*plan.before.values(), *plan.after.values())
    person_ids = sorted({person for person in both if person})
    connection.execute(_GONE, {"persons": person_ids})
    rows = [
        {"person_id": person, "case_count": cases, "organisation_count": organisations}
        for person, cases, organisations in connection.execute(_SIZES, {"persons": person_ids})
    ]
    insert_all(connection, Person, rows)
    return person_ids


def _person_ids(connection: Connection, cases: Sequence[str]) -> dict[str, str | None]:
    return dict(connection.execute(_PERSONS_OF, {"cases": cases}).all())


_PERSONS_OF = select(CaseRecord.record_id, CaseRecord.person_id).where(
    among(CaseRecord.record_id, "cases")
)
_STANDING = standing_cases().where(among(CaseRecord.record_id, "cases"))
_GONE = delete(Person).where(among(Person.person_id, "persons"))
_SIZES = (
    select(
        CaseRecord.person_id,
        func.count(),
        func.count(CaseRecord.organisation_number.distinct()),
    )
    .where(among(CaseRecord.person_id, "persons"), CaseRecord.withdrawn.is_(False))
    .group_by(CaseRecord.person_id)
)
