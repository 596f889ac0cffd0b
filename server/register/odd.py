"""Tablets and persons that look odd: for a steward to look at, who may put a tablet aside.

A state of the office only: it is worked out from what came lately, by jobs
(server.operations.odd_notices, server.stewardship.odd_found) or when somebody asks in a shell, and
no receipt, total or time of an answer depends on it. Looking odd proves nothing: a new project in a
busy market looks odd, too. Costs what came in those days, whatever the register holds.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import func, select

from server.db.chunks import chunks
from server.db.engine import reading
from server.db.paging import Orders
from server.db.whole_lists import FieldKey
from server.intake.model import CaseRecord, RecordRevision, TabletQuarantine
from server.intake.said import REVISION_OF_CASE, answers_said
from server.office import Office
from server.programme.model import EnrolledTablet
from server.reference.in_force import reference_of
from shared.answers import Value

DAY_S = 86_400
WEEK_DAYS = 7
LATELY_DAYS = 30
"""Looked back, unless somebody asks for more."""
LONGER_DAYS = (90, 366)
"""Also looked back, apart, for whoever asks for more: slow copying shows in months only."""
LEAST_CASES = 20
"""Of fewer cases nothing is said: shares of a handful are chance."""
MOST_LINKED = 0.5
"""Lists of different organisations overlap by a tenth to a third (docs/estimates.md): who meets,
after them, persons of others in more than half of the cases has met them on paper."""
MOST_COPIED = 0.3
"""Share of cases whose answers are those of another case of the tablet, to the last one."""
LEAST_ANSWERS = 6
"""Short interviews are alike without being copied."""
FASTEST_GROWTH = 5.0
"""Cases of the last week for each of a usual week of the tablet before."""
USUAL_CASES_OF_A_TABLET = 3
"""Of one person: more from one tablet in some weeks is a group that grows by one hand."""


class Oddity(StrEnum):
    """Why a tablet or person is shown."""

    LINKED = "many of its cases are persons of others"
    COPIED = "many of its cases have the same answers"
    GROWTH = "it brings many more cases than before"
    ONE_HAND = "many cases came from one tablet"

    @property
    def word(self) -> str:
        """By which it is kept and named in texts."""
        return self.name.lower()


@dataclass(frozen=True)
class OddTablet:
    """A tablet that looks odd. cases: that came in the days looked at; linked, copied: shares of
    them that are persons others recorded before, and that repeat another's answers; growth: of the
    last week over a usual one, 0 when there was none before.
    """

    tablet_id: str
    cases: int
    linked: float
    copied: float
    growth: float
    why: tuple[Oddity, ...]

    @property
    def reasons(self) -> int:
        """How many."""
        return len(self.why)


@dataclass(frozen=True)
class OddPerson:
    """A person that grew oddly: cases that came in these days, from the tablet most came from.

    place: in the list of all, from 1; by it an address goes on, which says nothing of the person.
    """

    person_id: str
    tablet_id: str
    cases: int
    place: int


class OddFound(NamedTuple):
    """What looks odd, the oddest first."""

    tablets: tuple[OddTablet, ...]
    persons: tuple[OddPerson, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    tablet_id: str
    officer_number: int
    person_id: str | None
    received_at_s: int
    answers: bytes


TABLETS = Orders(
    {
        "tablet": FieldKey(("tablet_id",)),
        "cases": FieldKey(("cases", "tablet_id")),
        "reason": FieldKey(("reasons", "linked", "copied", "tablet_id")),
    },
    usual="-reason",
)
PERSONS = Orders(
    {
        "tablet": FieldKey(("tablet_id", "place")),
        "cases": FieldKey(("cases", "place")),
    },
    usual="-cases",
)
"""What the lists can be sorted by."""


def odd_tablets(office: Office, days: int = LATELY_DAYS) -> list[OddTablet]:
    """Tablets that look odd by what they brought in so many days, the oddest first. Those that are
    put aside already are left out."""
    return list(odd_lately(office, days).tablets)


def odd_lately(office: Office, days: int = LATELY_DAYS) -> OddFound:
    """Both, from one reading of what came in so many days."""
    return odd_in(office, (days,))[days]


def odd_in(office: Office, windows: Sequence[int]) -> dict[int, OddFound]:
    """Both, by how many days are looked back, from one reading of what came in the most of them."""
    now_s = office.now_s()
    cases = _lately(office, now_s - max(windows) * DAY_S)
    first = _first_recorded_by(office, cases)
    found = {}
    for days in windows:
        some = [case for case in cases if case.received_at_s >= now_s - days * DAY_S]
        tablets = _tablets(some, first, now_s, days)
        found[days] = OddFound(tuple(tablets), tuple(_persons(some)))
    return found


def _tablets(
    cases: Sequence[_Case], first: Mapping[str, int], now_s: int, days: int
) -> list[OddTablet]:
    by_tablet: dict[str, list[_Case]] = defaultdict(list)
    for case in cases:
        by_tablet[case.tablet_id].append(case)
    found = [
        _judged(tablet, some, first, now_s, days) for tablet, some in sorted(by_tablet.items())
    ]
    odd = [one for one in found if one.why]
    return sorted(odd, key=lambda one: (-len(one.why), -one.linked, -one.copied, one.tablet_id))


def _persons(cases: Iterable[_Case]) -> list[OddPerson]:
    counts = Counter(
        (case.person_id, case.tablet_id) for case in cases if case.person_id is not None
    )
    odd = [(many, *who) for who, many in counts.items() if many > USUAL_CASES_OF_A_TABLET]
    return [
        OddPerson(person, tablet, many, place)
        for place, (many, person, tablet) in enumerate(sorted(odd, reverse=True), 1)
    ]


def _judged(
    tablet: str, cases: Sequence[_Case], first: Mapping[str, int], now_s: int, days: int
) -> OddTablet:
    linked = sum(
        first.get(case.person_id or "", case.officer_number) != case.officer_number
        for case in cases
    )
    told = [case.answers for case in cases if case.answers]
    copied = len(told) - len(set(told))
    week = sum(case.received_at_s > now_s - WEEK_DAYS * DAY_S for case in cases)
    usual = (len(cases) - week) / max(1.0, days / WEEK_DAYS - 1)
    growth = week / usual if usual else 0.0
    why = []
    if len(cases) >= LEAST_CASES:
        if linked / len(cases) > MOST_LINKED:
            why.append(Oddity.LINKED)
        if copied / len(cases) > MOST_COPIED:
            why.append(Oddity.COPIED)
        if growth > FASTEST_GROWTH:
            why.append(Oddity.GROWTH)
    return OddTablet(
        tablet,
        len(cases),
        round(linked / len(cases), 2),
        round(copied / len(cases), 2),
        round(growth, 1),
        tuple(why),
    )


def _lately(office: Office, since_s: int) -> list[_Case]:
    """The cases whose newest revision came since then, from tablets that are not put aside."""
    aside = select(TabletQuarantine.tablet_id).where(TabletQuarantine.brought_back_at_s.is_(None))
    query = (
        select(
            RecordRevision.tablet_id,
            EnrolledTablet.officer_number,
            CaseRecord.person_id,
            RecordRevision.received_at_s,
            CaseRecord.content,
            RecordRevision.canonical,
        )
        .join(CaseRecord, REVISION_OF_CASE)
        .join(EnrolledTablet, EnrolledTablet.tablet_id == RecordRevision.tablet_id)
        .where(
            RecordRevision.outcome == "accepted",
            RecordRevision.received_at_s >= since_s,
            CaseRecord.withdrawn.is_(False),
            RecordRevision.tablet_id.not_in(aside),
        )
    )
    reference = reference_of(office)
    known: dict[str, str] = {}  # an id is kept once, not with each case of it
    with reading(office.engine) as connection:
        return [
            _Case(
                known.setdefault(tablet, tablet),
                officer,
                None if person is None else known.setdefault(person, person),
                at_s,
                _pattern(answers_said(reference, content, canonical)),
            )
            for tablet, officer, person, at_s, content, canonical in connection.execute(
                query.execution_options(yield_per=1000)
            )
        ]


def _pattern(content: Mapping[str, Value]) -> bytes:
    """Equal for equal answers, in few bytes; nothing for an interview too short to tell."""
    if len(content) < LEAST_ANSWERS:
        return b""
    answers = json.dumps(content, sort_keys=True).encode()
    return hashlib.blake2b(answers, digest_size=16).digest()


def _first_recorded_by(office: Office, cases: Iterable[_Case]) -> dict[str, int]:
    """For each person of these cases the officer who recorded it first: who copies comes after."""
    persons = sorted({case.person_id for case in cases if case.person_id is not None})
    first: dict[str, tuple[int, int]] = {}
    with reading(office.engine) as connection:
        for some in chunks(persons):
            query = (
                select(CaseRecord.person_id, EnrolledTablet.officer_number, func.min(_NUMBER))
                .join(RecordRevision, RecordRevision.record_id == CaseRecord.record_id)
                .join(EnrolledTablet, EnrolledTablet.tablet_id == RecordRevision.tablet_id)
                .where(CaseRecord.person_id.in_(some), CaseRecord.withdrawn.is_(False))
                .group_by(CaseRecord.person_id, EnrolledTablet.officer_number)
            )
            for person, officer, number in connection.execute(query):
                mine = (number, officer)
                first[person or ""] = min(mine, first.get(person or "", mine))
    return {person: officer for person, (_, officer) in first.items()}


_NUMBER = RecordRevision.number
