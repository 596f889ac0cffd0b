"""Persons: keeps links and persons true to the cases as they are, a batch at a time.

Owns the tables of links and persons. What a tablet is answered never depends on this: it runs
after the answer, in transactions of its own, and goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import aliased

from server import queue
from server.db.chunks import chunks
from server.db.engine import transaction
from server.db.locks import Lock, hold
from server.intake import codes
from server.intake.attributes import is_month
from server.intake.model import CaseRecord, CrowdedCode, StoredCode, VisitRecord
from server.office import Office
from server.register.linking import (
    RULE,
    Known,
    Pair,
    are_one_person,
    as_text,
    pairs_with_evidence,
    persons_of,
)
from server.register.model import Person, PersonLink

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
    cases = list(connection.scalars(_standing_cases()))
    links = _links_among(connection, None)
    return persons_of(cases, links)


def _link(connection: Connection, waiting: Sequence[str], follow: Follow, now_s: int) -> LinkRun:
    affected = set(waiting)
    affected |= codes.note_crossings(connection, sorted(affected), now_s)
    wanted = _links_among(connection, sorted(affected))
    made, ended = _write_links(connection, affected, wanted, now_s)
    follow(connection, _regroup(connection, affected, wanted))
    return LinkRun(len(waiting), made, ended)


def _links_among(
    connection: Connection, affected: Sequence[str] | None
) -> dict[Pair, frozenset[int]]:
    """Every pair that is one person and has one of these cases in it (None: every pair)."""
    evidence = pairs_with_evidence(_sharing(connection, affected))
    known = _known(connection, sorted({case for pair in evidence for case in pair}))
    return {
        pair: agreeing
        for pair, agreeing in evidence.items()
        if pair[0] in known
        and pair[1] in known
        and are_one_person(known[pair[0]], known[pair[1]], agreeing)
    }


def _sharing(
    connection: Connection, affected: Sequence[str] | None
) -> Iterator[tuple[str, str, int]]:
    one, other = aliased(StoredCode), aliased(StoredCode)
    query = (
        select(one.record_id, other.record_id, one.code_type)
        .join(other, and_(other.code_type == one.code_type, other.code == one.code))
        .where(
            ~select(CrowdedCode.code_type)
            .where(CrowdedCode.code_type == one.code_type, CrowdedCode.code == one.code)
            .exists()
        )
    )
    if affected is None:
        yield from connection.execute(query.where(one.record_id < other.record_id))
        return
    for some in chunks(affected):
        found = query.where(one.record_id.in_(some), other.record_id != one.record_id)
        yield from connection.execute(found)


def _known(connection: Connection, cases: Sequence[str]) -> dict[str, Known]:
    types: dict[str, set[int]] = {}
    known = {}
    for some in chunks(cases):
        for case, code_type in connection.execute(
            select(StoredCode.record_id, StoredCode.code_type)
            .where(StoredCode.record_id.in_(some))
            .distinct()
        ):
            types.setdefault(case, set()).add(code_type)
        for case, sex, age, month in connection.execute(
            select(CaseRecord.record_id, CaseRecord.sex, CaseRecord.age_years, VisitRecord.month)
            .outerjoin(VisitRecord, VisitRecord.record_id == CaseRecord.visit_id)
            .where(CaseRecord.record_id.in_(some), CaseRecord.withdrawn.is_(False))
        ):
            year = int(month[:4]) - age if month and is_month(month) and age is not None else None
            known[case] = Known(sex, year, frozenset(types.get(case, ())))
    return known


def _write_links(
    connection: Connection,
    affected: set[str],
    wanted: dict[Pair, frozenset[int]],
    now_s: int,
) -> tuple[int, int]:
    """Ends links that no longer hold and adds the new ones; how many of each."""
    standing: dict[Pair, tuple[int, str]] = {}
    for number, first, second, code_types in _standing_links(connection, sorted(affected)):
        standing[first, second] = number, code_types
    outdated = [
        number
        for pair, (number, code_types) in standing.items()
        if pair not in wanted or as_text(wanted[pair]) != code_types
    ]
    for some in chunks(outdated):
        connection.execute(
            update(PersonLink).where(PersonLink.number.in_(some)).values(ended_at_s=now_s)
        )
    new = [
        {
            "first_id": first,
            "second_id": second,
            "code_types": as_text(agreeing),
            "rule": RULE,
            "found_at_s": now_s,
        }
        for (first, second), agreeing in sorted(wanted.items())
        if standing.get((first, second), (0, ""))[1] != as_text(agreeing)
    ]
    if new:
        connection.execute(insert(PersonLink), new)
    return len(new), len(outdated)


def _standing_links(
    connection: Connection, cases: Sequence[str]
) -> Iterator[tuple[int, str, str, str]]:
    columns = (
        PersonLink.number,
        PersonLink.first_id,
        PersonLink.second_id,
        PersonLink.code_types,
    )
    for end in (PersonLink.first_id, PersonLink.second_id):
        for some in chunks(cases):
            yield from connection.execute(
                select(*columns).where(end.in_(some), PersonLink.ended_at_s.is_(None))
            )


def _regroup(connection: Connection, affected: set[str], wanted: Iterable[Pair]) -> list[str]:
    """Works out again the persons these cases were in or are linked to; their ids, gone or new."""
    near = affected | {case for pair in wanted for case in pair}
    before = _person_ids(connection, sorted(near))
    touched = {person for person in before.values() if person}
    members = dict(before)
    for some in chunks(sorted(touched)):
        found = select(CaseRecord.record_id, CaseRecord.person_id)
        for case, person in connection.execute(found.where(CaseRecord.person_id.in_(some))):
            members[case] = person
    standing = {
        case
        for some in chunks(sorted(members))
        for case in connection.scalars(_standing_cases().where(CaseRecord.record_id.in_(some)))
    }
    # The other end may have been withdrawn and wait in the queue still: its link ends with it.
    links = {
        (first, second)
        for _, first, second, _ in _standing_links(connection, sorted(standing))
        if first in standing and second in standing
    }
    after = persons_of(sorted(standing), sorted(links))
    changed = [
        {"case": case, "person": after.get(case)}
        for case, person in sorted(members.items())
        if after.get(case) != person
    ]
    if changed:
        connection.execute(
            update(CaseRecord)
            .where(CaseRecord.record_id == bindparam("case"))
            .values(person_id=bindparam("person")),
            changed,
        )
    persons = sorted(touched | set(after.values()))
    _write_persons(connection, persons)
    return persons


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


def _standing_cases() -> Select[str]:
    return select(CaseRecord.record_id).where(CaseRecord.withdrawn.is_(False))
