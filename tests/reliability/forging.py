"""Two hostile officers of two organisations, who know every code that honest cases carry.

They vouch for strangers with half the codes of each, copy whole persons, and contradict copies of
them so that they might come apart; each with a tablet, each vouching for what the other forged.
Nobody honest may be merged or split by any of it, and with their tablets put aside the register is
one that never saw them.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from server.db.engine import reading
from server.intake.model import CaseRecord
from server.intake.tablet_quarantine import bring_back, put_aside
from server.tables import recount
from shared.linkage import LinkageCode
from shared.wire.records import Record, decode_record
from tests.reliability.holding import HAPPENED
from tests.server.field import REFERENCE, FieldTablet

if TYPE_CHECKING:
    from tests.reliability.country import Country

OFFICERS = (1, 2)
"""Each of an organisation of its own."""
MOST_FORGED = 20
"""Records of one raid."""
MOST_AIMED_AT = 6
"""Cases among which the two are that both officers come back to."""


class Forger:
    """The hostile tablets, enrolled as any other."""

    def __init__(self, country: Country, seed: int) -> None:
        self._country = country
        with country.quiet():
            self._tablets = [
                FieldTablet.enrol(country.office, officer, seed * len(OFFICERS) + place)
                for place, officer in enumerate(OFFICERS)
            ]

    def raid(self, draw: random.Random) -> None:
        """One of them forges some records about persons whose cases the office has: some at random,
        some about the same two again and again."""
        known = self._codes_of_honest_cases()
        if len(known) < 2:
            return
        tablet = draw.choice(self._tablets)
        visit = tablet.visit()
        records = [visit]
        always = draw.sample(known[:MOST_AIMED_AT], 2)
        for _ in range(draw.randrange(1, MOST_FORGED + 1)):
            one, other = always if draw.random() < 0.5 else draw.sample(known, 2)
            records.append(_forged(tablet, visit, one, other, draw))
        self._country.forged |= {record.record_id for record in records}
        with self._country.quiet():
            receipt = tablet.send(*records, office=self._country.office)
        HAPPENED["record forged"] += len(receipt.outcomes) - 1
        if draw.random() < 0.5:
            self._country.link_batch(draw.randrange(1, 40))

    def _codes_of_honest_cases(self) -> list[tuple[LinkageCode, ...]]:
        """Of the records that arrived, as they travelled: nobody hostile can know more."""
        newest: dict[str, tuple[LinkageCode, ...]] = {}
        for data in self._country.arrived_records():
            record = decode_record(data, lambda _: REFERENCE.questionnaire)
            if record.linkage:
                newest[record.record_id] = record.linkage
        return [newest[one] for one in sorted(newest)]

    def nobody_honest_was_touched(self) -> None:
        """All that is honest stands with the persons it would stand with alone. Raises
        AssertionError."""
        country = self._country
        with country.quiet():
            recount.link_what_waits(country.office)
        groups: dict[str | None, set[str]] = {}
        with reading(country.office.engine) as connection:
            standing = select(CaseRecord.record_id, CaseRecord.person_id).where(
                CaseRecord.withdrawn.is_(False)
            )
            for case, person in connection.execute(standing):
                if case not in country.forged:
                    groups.setdefault(person, set()).add(case)
        found = {frozenset(cases) for cases in groups.values()}
        honest = country.model.groups()
        merged = [cases for cases in found if not any(cases <= one for one in honest)]
        split = [one for one in honest if not any(one <= cases for cases in found)]
        assert not merged, f"{len(merged)} persons merged by forgery"
        assert not split, f"{len(split)} persons split by forgery"
        HAPPENED["clean sync under forgery"] += 1

    def is_brought_back(self) -> None:
        """Then all that stands among the honest records again."""
        with self._country.quiet():
            for tablet in self._tablets:
                bring_back(self._country.office, tablet.membership.tablet_id, "test")

    def is_put_aside(self) -> None:
        """The office puts aside all that these tablets brought."""
        with self._country.quiet():
            for tablet in self._tablets:
                put_aside(self._country.office, tablet.membership.tablet_id, 0, "test")


def _forged(
    tablet: FieldTablet,
    visit: Record,
    one: tuple[LinkageCode, ...],
    other: tuple[LinkageCode, ...],
    draw: random.Random,
) -> Record:
    """A bridge between two, a copy of one, or a copy that contradicts it."""
    way = draw.randrange(3)
    if way == 0:
        parity = draw.randrange(2)
        codes = [code for code in one if code.type % 2 == parity]
        codes += [code for code in other if code.type % 2 != parity]
        return replace(tablet.case(visit, sex="unknown", birth_date=None), linkage=_in_order(codes))
    if way == 1:
        return replace(tablet.case(visit, sex="unknown", birth_date=None), linkage=_in_order(one))
    sex, age = draw.choice(("male", "female")), draw.randrange(5, 17)
    return replace(tablet.case(visit, sex=sex, birth_date=age), linkage=_in_order(one))


def _in_order(codes: list[LinkageCode] | tuple[LinkageCode, ...]) -> tuple[LinkageCode, ...]:
    return tuple(sorted(set(codes)))
