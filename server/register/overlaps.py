"""Which lists the persons of a period stand on, and how surely their cases are one person.

For estimates of whom nobody recorded (server.estimates.linked): opaque numbers only, no id leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from server.db.chunks import chunks
from server.intake.attributes import periods_of
from server.intake.model import CaseRecord, VisitRecord
from server.programme.model import Organisation
from server.register.model import PersonLink
from server.register.score import probability


@dataclass(frozen=True)
class LinkedCases:
    """One person as linked. lists: for each of its cases the number of the list that recorded it
    in the period, None for a case of another period, which may still hold others together. links:
    pairs of cases, by place, with the probability that both are one person."""

    lists: tuple[int | None, ...]
    links: tuple[tuple[int, int, float], ...]


def linked_cases(
    connection: Connection,
    period: str,
    column: str,
    classes: Iterable[str],
    merged: Mapping[str, str] | None = None,
    sex: str | None = None,
) -> tuple[tuple[str, ...], list[LinkedCases]]:
    """The lists by name, and every person of whom a case of the period has one of these classes.

    period: a year, quarter or month. column: ``child_labour`` or ``forced_labour``. merged: source
    list -> the name under which several count as one list; every other keeps its code.
    sex: only persons of whom such a case says so.
    """
    counted = getattr(CaseRecord, column)
    standing = (
        select(
            CaseRecord.person_id,
            CaseRecord.record_id,
            Organisation.source_list,
            VisitRecord.month,
            counted.label("found"),
        )
        .join(VisitRecord, VisitRecord.record_id == CaseRecord.visit_id)
        .join(Organisation, Organisation.number == CaseRecord.organisation_number)
        .where(CaseRecord.withdrawn.is_(False), CaseRecord.person_id.is_not(None))
    )
    of_the_year = standing.where(
        counted.in_(sorted(classes)), func.substr(VisitRecord.month, 1, 4) == period[:4]
    )
    if sex is not None:
        of_the_year = of_the_year.where(CaseRecord.sex == sex)
    persons = sorted(
        {row.person_id for row in connection.execute(of_the_year) if _is_in(row.month, period)}
    )
    cases: dict[str, list[tuple[str, str | None]]] = {}
    for some in chunks(persons):
        for row in connection.execute(standing.where(CaseRecord.person_id.in_(some))):
            name = (merged or {}).get(row.source_list, row.source_list)
            on = name if _is_in(row.month, period) else None
            cases.setdefault(row.person_id, []).append((row.record_id, on))
    names = tuple(sorted({on for held in cases.values() for _, on in held if on is not None}))
    places = {record: at for held in cases.values() for at, (record, _) in enumerate(sorted(held))}
    owner = {record: person for person, held in cases.items() for record, _ in held}
    links = _links(connection, [one for one, held in cases.items() if len(held) > 1], owner, places)
    return names, [
        LinkedCases(
            tuple(None if on is None else names.index(on) for _, on in sorted(cases[person])),
            tuple(links.get(person, ())),
        )
        for person in persons
    ]


def _is_in(month: str | None, period: str) -> bool:
    return month is not None and period in periods_of(month)


def _links(
    connection: Connection,
    persons: Sequence[str],
    owner: Mapping[str, str],
    places: Mapping[str, int],
) -> dict[str, list[tuple[int, int, float]]]:
    several = {record for record, person in owner.items() if person in set(persons)}
    found: dict[str, list[tuple[int, int, float]]] = {}
    for some in chunks(sorted(several)):
        standing = select(PersonLink.first_id, PersonLink.second_id, PersonLink.score).where(
            PersonLink.ended_at_s.is_(None),
            PersonLink.first_id.in_(some),
        )
        for first, second, score in connection.execute(standing):
            if owner.get(first) is not None and owner.get(first) == owner.get(second):
                found.setdefault(owner[first], []).append(
                    (places[first], places[second], probability(score))
                )
    return found
