"""Persons: keeps links and persons true to the cases as they are, a batch at a time.

Owns the tables of links and persons. What a tablet is answered never depends on this: it runs
after the answer, in transactions of its own, and goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, Select, delete, select

from server import queue
from server.db.among import among
from server.db.chunks import chunks
from server.db.engine import one_writes_at_a_time, prepared
from server.db.locks import Lock, hold, times_linking
from server.db.settings import BY_INDEX, CAN_BE_DONE_AGAIN
from server.db.upsert import set_each, upsert
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
from server.register.load import Cases, load_cases
from server.register.model import KeptApart, Person, PersonLink, PossiblePair


class PersonMoves(NamedTuple):
    """What becomes of persons. person_ids: of those that are new, changed or gone, ascending.
    person_of: of every standing case that is one of them by then, whose it is."""

    person_ids: Sequence[str]
    person_of: Mapping[str, str]


Write = Callable[[Connection], None]
Follow = Callable[[Connection, PersonMoves, bool], Write | None]
"""What is brought up to date in the same transaction: whatever another room keeps of persons is
never behind them. It is worked out first, reading only, and gives what writes it. The last says
whether it may write while it is worked out; None when it has to and may not."""


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
    now_s, link = office.now_s(), queue.JobKind.LINK

    def ahead(connection: Connection) -> tuple[queue.AsTheyStand, LinkPlan | None]:
        due = queue.next_rows(connection, link, batch, now_s, only)
        return due, _plan_ahead(connection, due.subjects, follow) if due.subjects else None

    # A plan stands whatever tablets send meanwhile: each case that comes or changes is asked for
    # after the plan's jobs were read, and is linked again with what it says then.
    with prepared(office.engine, ahead, times_linking) as (connection, made):
        due, plan = made if made is not None else (None, None)
        if due is not None and not due.subjects:
            return LinkRun()
        # The cases that wait go in this transaction, too: who loses it does it again.
        hold(connection, Lock.LINKING, BY_INDEX, CAN_BE_DONE_AGAIN)
        began = time.perf_counter()
        if plan is None or due is None:
            if one_writes_at_a_time(office.engine):
                batch = min(batch, MOST_INSIDE)
            taken = queue.take(connection, link, batch, now_s, due.subjects if due else only)
            if not taken:
                return LinkRun()
            plan = _plan_inside(connection, taken, follow, now_s)
            linked = len(taken)
        else:
            linked = len(due.subjects)
            queue.take_rows(connection, due.numbers)
            editions.follow(connection, plan.arrived, now_s, plan.edition)
        rule = plan.edition.weights.name
        write_links(connection, PossiblePair, plan.possible, rule, now_s)
        write_links(connection, PersonLink, plan.links, rule, now_s)
        _write_persons(connection, plan)
        plan.follow(connection)
        worked_s = time.perf_counter() - began
    held_s = time.perf_counter() - began
    links = plan.links
    return LinkRun(linked, len(links.new), len(links.ended), held_s, worked_s)


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


class CaseOfPerson(NamedTuple):
    """What is kept of a case. organisation: its number."""

    person: str | None
    organisation: int
    withdrawn: bool


@dataclass(frozen=True)
class LinkPlan:
    """What linking some cases changes. edition: by which it was judged, once as many more cases
    came as ``arrived``.

    links, possible: pairs that are linked, and that may be one person. moved: cases of which the
    person is another, with the new one. sizes: of each person that is new or changed how many cases
    and organisations; gone: those that are no more. follow: writes what goes with them.
    """

    edition: RegisterEdition
    arrived: int
    links: LinkChanges
    possible: LinkChanges
    moved: Mapping[str, str | None]
    sizes: Mapping[str, tuple[int, int]]
    gone: Sequence[str]
    follow: Write


def _plan_ahead(connection: Connection, waiting: Sequence[str], follow: Follow) -> LinkPlan | None:
    """The plan for these cases; None when more has to be written before one can be made: a code
    crossed the cap, or whoever follows has to. Reads only."""
    shared = codes.shared_codes(connection, waiting)
    if any(codes.crossings(connection, shared)):
        return None
    held = _held(connection, waiting)
    arrived = _new_among(held)
    edition = editions.to_follow(connection, arrived)
    return _plan(
        *(connection, waiting, held, (edition, arrived), shared),
        lambda moves: follow(connection, moves, False),
    )


def _plan_inside(
    connection: Connection, waiting: Sequence[str], follow: Follow, now_s: int
) -> LinkPlan:
    """The plan for these cases, within the transaction that took them: what has to be written
    first is."""
    held = _held(connection, waiting)
    arrived = _new_among(held)
    edition = editions.follow(connection, arrived, now_s)
    shared = codes.shared_codes(connection, waiting)
    crossed = codes.note_crossings(connection, shared, now_s)
    codes.queue_cases(connection, sorted(crossed.difference(waiting)), now_s)
    if crossed:
        shared = codes.shared_codes(connection, waiting)
    plan = _plan(
        *(connection, waiting, held, (edition, arrived), shared),
        lambda moves: follow(connection, moves, True),
    )
    assert plan is not None, "whoever may write gives what writes"
    return plan


def _plan(
    connection: Connection,
    affected: Sequence[str],
    known_of: Mapping[str, CaseOfPerson],
    judged: tuple[RegisterEdition, int],
    shared: codes.SharedCodes,
    follow: Callable[[PersonMoves], Write | None],
) -> LinkPlan | None:
    """Works out again the links of these cases, and the persons of all they are linked with.

    Every chain of links is clustered from nothing, in an order of its own: so that it does not
    matter in which batches its cases came. Reads only.
    """
    edition, arrived = judged
    wanted = links_of(connection, affected, edition, shared)
    links = changes_of(connection, PersonLink, affected, wanted.links)
    possible = changes_of(connection, PossiblePair, affected, wanted.possible)
    near, known = connected(connection, affected, links)
    held = {**known_of, **_held(connection, sorted(near.difference(affected)))}
    linked = {case for pair in known for case in pair}
    # Who has no link is a person alone: most are, and nothing has to be worked out.
    after = {case: case for case, one in held.items() if case not in linked and not one.withdrawn}
    if linked:
        after |= _persons(connection, load_cases(connection, sorted(linked)), edition, known)
    moved = {case: after.get(case) for case, one in held.items() if after.get(case) != one.person}
    was = {one.person for one in held.values() if one.person}
    person_ids = sorted({*was, *after.values()})
    theirs = held | _as_held(connection, _CASES_OF, {"persons": person_ids})
    person_of, organisations = dict[str, str](), dict[str, list[int]]()
    for case, one in sorted(theirs.items()):
        person = moved.get(case, one.person)
        if person is not None and not one.withdrawn:
            person_of[case] = person
            organisations.setdefault(person, []).append(one.organisation)
    writes = follow(PersonMoves(person_ids, person_of))
    if writes is None:
        return None
    sizes = {person: (len(by), len(set(by))) for person, by in organisations.items()}
    gone = sorted(was - sizes.keys())
    return LinkPlan(edition, arrived, links, possible, moved, sizes, gone, writes)


def _held(connection: Connection, cases: Sequence[str]) -> dict[str, CaseOfPerson]:
    return _as_held(connection, _HELD, {"cases": cases}) if cases else {}


def _as_held(
    connection: Connection,
    query: Select[str, str | None, int, bool],
    asked: Mapping[str, Sequence[str]],
) -> dict[str, CaseOfPerson]:
    return {
        case: CaseOfPerson(person, organisation, withdrawn)
        for case, person, organisation, withdrawn in connection.execute(query, asked)
    }


def _new_among(held: Mapping[str, CaseOfPerson]) -> int:
    """How many of these cases have no person yet."""
    return sum(one.person is None for one in held.values())


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


def _write_persons(connection: Connection, plan: LinkPlan) -> None:
    rows = [{"record_id": case, "person_id": person} for case, person in sorted(plan.moved.items())]
    set_each(connection, CaseRecord, "record_id", rows)
    if plan.gone:
        connection.execute(_GONE, {"persons": plan.gone})
    sizes = [
        {"person_id": person, "case_count": cases, "organisation_count": organisations}
        for person, (cases, organisations) in sorted(plan.sizes.items())
    ]
    upsert(connection, Person, ("person_id",), sizes)


_CASE = select(
    CaseRecord.record_id,
    CaseRecord.person_id,
    CaseRecord.organisation_number,
    CaseRecord.withdrawn,
)
_HELD = _CASE.where(among(CaseRecord.record_id, "cases"))
_CASES_OF = _CASE.where(among(CaseRecord.person_id, "persons"))
_GONE = delete(Person).where(among(Person.person_id, "persons"))
