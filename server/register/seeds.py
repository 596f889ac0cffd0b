"""How many true links linking finds, by invented persons who were recorded several times.

Officers who test record invented persons, each on two or more seeding tablets and with the slips of
a usual day, and write down the number of each case and which invented person it is of. Nothing of
it is ever counted. What linking would make of these cases, in the midst of the register as it is,
is worked out here and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import Connection, delete, select

from server.db.chunks import chunks
from server.db.engine import reading, transaction
from server.db.upsert import insert_all
from server.intake import codes
from server.intake.model import CaseRecord, RecordRevision, SeedingTablet
from server.office import Office
from server.register import editions
from server.register.error_rates import Rate, rate_of
from server.register.link import link_records
from server.register.load import load_cases, standing_cases
from server.register.model import SeededCase
from server.staff import audit
from shared.errors import ServiceError

MOST_LETTERS = 40
FEWEST_STRANGERS = 5
"""Fewer are told as fewer: a single one would say of the person a seed was made like whether they
are recorded."""


class NotSeeds(ServiceError):
    """Seeds that cannot be noted or measured, in a sentence."""


@dataclass(frozen=True)
class SeedsMeasured:
    """How linking fares with the seeds. cases, persons: of the invented ones; strangers: cases of
    the register that it would make one with an invented person."""

    cases: int
    persons: int
    strangers: int
    recall: Rate | None


def note(office: Office, rows: Iterable[tuple[str, str]], actor: str) -> int:
    """Notes of which invented person each case is, in place of what was noted before; how many.

    rows: the number of a case, and any word for the invented person. Raises NotSeeds: nothing is
    noted then.
    """
    told: dict[str, str] = {}
    for line, (case, invented) in enumerate(rows, 1):
        case, invented = case.strip().lower(), invented.strip()
        if not case or not 0 < len(invented) <= MOST_LETTERS:
            raise NotSeeds(
                f"Line {line} needs the number of a case and a word of at most {MOST_LETTERS} "
                "letters for the invented person. Nothing was noted."
            )
        if told.setdefault(case, invented) != invented:
            raise NotSeeds(f"Line {line} says another person of a case. Nothing was noted.")
    with transaction(office.engine) as connection:
        from_seeding = _from_seeding_tablets(connection, list(told))
        unknown = len(told.keys() - from_seeding)
        if unknown:
            raise NotSeeds(
                f"{unknown} of {len(told)} cases did not come from a seeding tablet (`tally87 "
                "tablet seeding`): real persons are no seeds. Nothing was noted."
            )
        connection.execute(delete(SeededCase))
        now_s = office.now_s()
        noted = [
            {"record_id": case, "invented": invented, "noted_at_s": now_s}
            for case, invented in sorted(told.items())
        ]
        insert_all(connection, SeededCase, noted)
        audit.enter(connection, now_s, actor, "seeds_noted", {"cases": len(noted)})
    return len(noted)


def measured(connection: Connection) -> SeedsMeasured:
    """What linking would make of the seeds now. Reads only."""
    invented = dict(connection.execute(select(SeededCase.record_id, SeededCase.invented)).all())
    if not invented:
        raise NotSeeds("No seeds are noted: `tally87 seeds note FILE.csv` reads them.")
    near = _near(connection, sorted(invented))
    cases = load_cases(connection, sorted({*invented, *near}), also_aside=True)
    edition = editions.in_force(connection)
    linked = link_records(cases.records, edition.weights, edition.records)
    person = {case: int(linked.person[row]) for row, case in enumerate(cases.ids)}
    by_person: dict[str, list[str]] = {}
    for case, who in invented.items():
        if case in person:
            by_person.setdefault(who, []).append(case)
    clusters = [
        (sum(person[one] == person[other] for one, other in pairs), len(pairs))
        for held in by_person.values()
        if (pairs := list(combinations(held, 2)))
    ]
    ours = {person[case] for case in invented if case in person}
    strangers = sum(case not in invented and group in ours for case, group in person.items())
    return SeedsMeasured(len(invented), len(by_person), strangers, rate_of(clusters))


def look(office: Office, actor: str) -> SeedsMeasured:
    """The same for somebody who looks, who is noted first. Raises NotSeeds."""
    with transaction(office.engine) as connection:
        audit.enter(connection, office.now_s(), actor, "looked_at", {"page": "seeds"})
    with reading(office.engine) as connection:
        return measured(connection)


def _from_seeding_tablets(connection: Connection, cases: Sequence[str]) -> set[str]:
    return {
        case
        for some in chunks(cases)
        for case in connection.scalars(
            select(RecordRevision.record_id)
            .join(SeedingTablet, SeedingTablet.tablet_id == RecordRevision.tablet_id)
            .join(CaseRecord, CaseRecord.record_id == RecordRevision.record_id)
            .where(RecordRevision.record_id.in_(some))
        )
    }


def _near(connection: Connection, seeds: Sequence[str]) -> set[str]:
    """Standing cases of all persons of whom a case shares a code with a seed."""
    shared = codes.shared_codes(connection, seeds)
    alike = sorted({case for cases in shared.sharers.values() for case in cases} - set(seeds))
    persons: set[str] = set()
    found: set[str] = set()
    for some in chunks(alike):
        here = select(CaseRecord.record_id, CaseRecord.person_id).where(
            CaseRecord.record_id.in_(some), CaseRecord.withdrawn.is_(False)
        )
        for case, person in connection.execute(here):
            found.add(case)
            persons |= {person} if person else set()
    for some in chunks(sorted(persons)):
        found |= set(connection.scalars(standing_cases().where(CaseRecord.person_id.in_(some))))
    return found
