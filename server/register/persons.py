"""Persons: keeps links and persons true to the cases as they are, a batch at a time.

Owns the tables of links and persons. What a tablet is answered never depends on this: it runs
after the answer, in transactions of its own, and goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from server import queue
from server.db.chunks import chunks
from server.db.engine import transaction
from server.db.locks import Lock, hold
from server.intake import codes
from server.intake.model import CaseRecord
from server.office import Office
from server.register import editions
from server.register.editions import RegisterEdition
from server.register.link import link_records
from server.register.links import connected, decided_same, links_of, write_links
from server.register.load import Cases, load_cases
from server.register.model import KeptApart, Person, PersonLink, PossiblePair

Follow = Callable[[Connection, Sequence[str]], None]
"""What is brought up to date in the same transaction for persons that are new, changed or gone, by
their ids: whatever another room keeps of persons is never behind them."""


@dataclass(frozen=True)
class LinkRun:
    """How much one run did."""

    cases: int = 0
    links_made: int = 0
    links_ended: int = 0
    held_s: float = 0.0
    """Seconds for which others could not write, of the longest transaction."""

    def plus(self, other: LinkRun) -> LinkRun:
        """Both runs together."""
        return LinkRun(
            self.cases + other.cases,
            self.links_made + other.links_made,
            self.links_ended + other.links_ended,
            max(self.held_s, other.held_s),
        )


def link_batch(
    office: Office, follow: Follow, batch: int, only: Sequence[str] | None = None
) -> LinkRun:
    """Links at most so many of the cases that wait, in one transaction with what follows.

    only: of these cases.
    """
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        hold(connection, Lock.LINKING)
        began = time.perf_counter()
        waiting = queue.take(connection, queue.JobKind.LINK, batch, now_s, only)
        linked = _link(connection, waiting, follow, now_s) if waiting else LinkRun()
    return replace(linked, held_s=time.perf_counter() - began)


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


def _link(connection: Connection, waiting: Sequence[str], follow: Follow, now_s: int) -> LinkRun:
    edition = editions.follow(connection, _new_among(connection, waiting), now_s)
    affected = sorted({*waiting, *codes.note_crossings(connection, sorted(waiting), now_s)})
    wanted = links_of(connection, affected, edition)
    rule = edition.weights.name
    write_links(connection, PossiblePair, affected, wanted.possible, rule, now_s)
    made, ended, ends = write_links(connection, PersonLink, affected, wanted.links, rule, now_s)
    follow(connection, _regroup(connection, {*affected, *ends}, edition))
    return LinkRun(len(waiting), made, ended)


def _new_among(connection: Connection, cases: Sequence[str]) -> int:
    """How many of these cases have no person yet."""
    return sum(person is None for person in _person_ids(connection, cases).values())


def _regroup(connection: Connection, changed: set[str], edition: RegisterEdition) -> list[str]:
    """Works out again the persons of these cases and of all they are linked with.

    Every chain of links is clustered from nothing, in an order of its own: so that it does not
    matter in which batches its cases came. The ids of persons that are new, changed or gone.
    """
    near = sorted(connected(connection, changed))
    before = _person_ids(connection, near)
    after = _persons(connection, load_cases(connection, near), edition)
    moved = [
        {"case": case, "person": after.get(case)}
        for case, person in sorted(before.items())
        if after.get(case) != person
    ]
    if moved:
        connection.execute(
            update(CaseRecord)
            .where(CaseRecord.record_id == bindparam("case"))
            .values(person_id=bindparam("person")),
            moved,
        )
    persons = sorted({person for person in (*before.values(), *after.values()) if person})
    _write_persons(connection, persons)
    return persons


def same_among(connection: Connection, cases: Cases) -> set[tuple[int, int]]:
    """The pairs of rows of these cases that two people decided are one person."""
    row = {case: place for place, case in enumerate(cases.ids)}
    return {
        (row[first], row[second])
        for first, second in decided_same(connection, cases.ids)
        if first in row and second in row
    }


def _persons(connection: Connection, cases: Cases, edition: RegisterEdition) -> dict[str, str]:
    linked = link_records(
        cases.records,
        edition.weights,
        edition.records,
        different=apart_among(connection, cases),
        same=same_among(connection, cases),
    )
    return {case: cases.ids[int(linked.person[row])] for row, case in enumerate(cases.ids)}


def _write_persons(connection: Connection, person_ids: Sequence[str]) -> None:
    rows: list[dict[str, object]] = []
    for some in chunks(person_ids):
        connection.execute(delete(Person).where(Person.person_id.in_(some)))
        rows += [
            {"person_id": person, "case_count": cases, "organisation_count": organisations}
            for person, cases, organisations in connection.execute(
                select(
                    CaseRecord.person_id,
                    func.count(),
                    func.count(CaseRecord.organisation_number.distinct()),
                )
                .where(CaseRecord.person_id.in_(some), CaseRecord.withdrawn.is_(False))
                .group_by(CaseRecord.person_id)
            )
        ]
    if rows:
        connection.execute(insert(Person), rows)


def _person_ids(connection: Connection, cases: Sequence[str]) -> dict[str, str | None]:
    return {
        case: person
        for some in chunks(cases)
        for case, person in connection.execute(
            select(CaseRecord.record_id, CaseRecord.person_id).where(CaseRecord.record_id.in_(some))
        )
    }
