"""What the server made of the run, compared with what the tablets' own stores say.

Reads the server's tables directly, because it checks the services that write them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from demo.office import DemoOffice
from server.db.engine import reading
from server.intake.model import CaseRecord, RecordHead, VisitRecord
from server.programme.model import Officer
from server.tables import recount

HELD_STATES = frozenset({"finalised", "accepted"})
"""States of a record on its tablet that the server must know after a clean sending."""


@dataclass(frozen=True)
class HeldRecord:
    """One current record on the server. person: of a case; officer: whose record it is."""

    revision: int
    officer: str
    child_labour: str | None = None
    person: str | None = None


@dataclass(frozen=True)
class Figures:
    """Every current record on the server, by record id."""

    visits: Mapping[str, HeldRecord]
    cases: Mapping[str, HeldRecord]

    @property
    def persons(self) -> int:
        """How many persons the cases are."""
        return len({held.person for held in self.cases.values()})


@dataclass(frozen=True)
class Merging:
    """How well the same persons were found again. Known here only because people were made up.

    recorded_twice: persons with two cases. found: of them, those the server holds to be one.
    wrongly_merged: the server's persons that are in truth several.
    """

    recorded_twice: int
    found: int
    wrongly_merged: int


def read_figures(office: DemoOffice) -> Figures:
    """The state of the server, after everything that waits to be linked has been."""
    recount.link_what_waits(office.office)
    owner = (
        select(RecordHead.record_id, Officer.code.label("officer"))
        .join(Officer, Officer.number == RecordHead.officer_number)
        .subquery()
    )
    visits = select(VisitRecord.record_id, VisitRecord.revision, owner.c.officer).join(
        owner, owner.c.record_id == VisitRecord.record_id
    )
    cases = select(
        CaseRecord.record_id,
        CaseRecord.revision,
        owner.c.officer,
        CaseRecord.child_labour,
        CaseRecord.person_id,
    ).join(owner, owner.c.record_id == CaseRecord.record_id)
    with reading(office.office.engine) as connection:
        return Figures(
            {row[0]: HeldRecord(*row[1:]) for row in connection.execute(visits)},
            {row[0]: HeldRecord(*row[1:]) for row in connection.execute(cases)},
        )


def merging(figures: Figures, people: Mapping[str, int]) -> Merging:
    """people: record id of a case -> the made-up person it is about."""
    truth: dict[int, list[str]] = {}
    for record_id, person in people.items():
        truth.setdefault(person, []).append(record_id)
    twice = [records for records in truth.values() if len(records) > 1]
    found = sum(len({_person_of(figures, record) for record in records}) == 1 for records in twice)
    groups: dict[str, set[int]] = {}
    for record_id, person in people.items():
        groups.setdefault(_person_of(figures, record_id), set()).add(person)
    return Merging(len(twice), found, sum(len(members) > 1 for members in groups.values()))


def _person_of(figures: Figures, record_id: str) -> str:
    held = figures.cases.get(record_id)
    return (held.person if held else None) or record_id


def differences(
    figures: Figures, stores: Sequence[Mapping[str, Any]], officers: Iterable[str]
) -> list[str]:
    """Record ids on which these officers' tablets and the server do not agree; none is as it
    should be. Compared: which records there are, their revision, and the class of each case."""
    ours = set(officers)
    wanted: dict[str, tuple[int, str | None]] = {}
    for store in stores:
        for kind in ("visits", "cases"):
            for line in store[kind]:
                if line["state"] in HELD_STATES:
                    found_class = line["classes"].get("cl_general") if kind == "cases" else None
                    wanted[line["record_id"]] = (line["revision"], found_class)
    held = {
        record_id: (one.revision, one.child_labour)
        for records in (figures.visits, figures.cases)
        for record_id, one in records.items()
        if one.officer in ours
    }
    return sorted(
        record_id
        for record_id in wanted.keys() | held.keys()
        if wanted.get(record_id) != held.get(record_id)
    )
