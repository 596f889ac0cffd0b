"""A clerical sample: pairs of cases that linking made one person, drawn at random and judged by two
people of the office, each without knowing what the other said.

What they see is what is coarse of both cases and which kinds of code agree and differ: no name is
anywhere in the office. A pair on which two disagree goes to a third. No judgement changes a link,
and nobody outside the office learns of any of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
from sqlalchemy import Connection, func, insert, select

from server.db.engine import reading, transaction
from server.db.upsert import insert_all
from server.intake.model import CaseRecord
from server.office import Office
from server.register.error_rates import FEWEST_PAIRS, Rate, rate_of
from server.register.load import load_cases
from server.register.model import ClericalJudgement, ClericalPair, ClericalSample
from server.register.possible import PairSide, side_of
from server.register.score import compared, types_in
from server.staff import accounts, audit
from shared.errors import ServiceError
from shared.linkage import CODE_TYPES

MOST_PAIRS = 5_000
JUDGES = 2


class NotDrawn(ServiceError):
    """A sample that cannot be drawn, or a pair that cannot be judged, in a sentence."""


class Verdict(StrEnum):
    """What somebody says of a pair."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True)
class PairToJudge:
    """What is shown of a pair. agree, differ: kinds of code by name, of those both cases carry."""

    number: int
    sides: tuple[PairSide, PairSide]
    agree: tuple[str, ...]
    differ: tuple[str, ...]


@dataclass(frozen=True)
class SampleState:
    """How a sample stands. links: pairs there were when it was drawn; decided: those two people
    agree on; waiting: those that wait for a judgement; unsure: on which people are not."""

    number: int
    links: int
    pairs: int
    decided: int
    waiting: int
    unsure: int
    precision: Rate | None


def draw(office: Office, by: str, most: int = FEWEST_PAIRS) -> int:
    """Draws a sample of pairs of cases that are one person now; its number.

    Raises NotASteward, NotDrawn.
    """
    if not 1 <= most <= MOST_PAIRS:
        raise NotDrawn(f"A sample has 1 to {MOST_PAIRS:,} pairs. Nothing was drawn.")
    chance = np.random.default_rng(list(office.random_bytes(32)))
    kept: list[tuple[str, str, str]] = []
    links = 0
    with reading(office.engine) as connection:
        accounts.must_be_steward(connection, by)
        for pair in _linked_pairs(connection):
            # A reservoir: each pair of the register is drawn with the same chance (Vitter 1985, R).
            links += 1
            if len(kept) < most:
                kept.append(pair)
            elif (place := int(chance.integers(links))) < most:
                kept[place] = pair
    if not kept:
        raise NotDrawn("No two cases are one person yet: there is no link to judge.")
    kept = [kept[at] for at in chance.permutation(len(kept))]
    with transaction(office.engine) as connection:
        row = {"links": links, "drawn_by": by, "drawn_at_s": office.now_s()}
        drawn = insert(ClericalSample).values(row).returning(ClericalSample.number)
        number = int(connection.execute(drawn).scalar_one())
        pairs = [
            {"sample_number": number, "first_id": one, "second_id": other, "person_id": person}
            for person, one, other in kept
        ]
        insert_all(connection, ClericalPair, pairs)
        details = {"sample": number, "pairs": len(kept), "links": links}
        audit.enter(connection, office.now_s(), by, "clerical_sample_drawn", details)
    return number


def next_pair(office: Office, sample: int, by: str) -> PairToJudge | None:
    """The next pair this person may judge; None when there is none. That they looked is noted.

    Raises NotASteward, NotDrawn.
    """
    with transaction(office.engine) as connection:
        accounts.must_be_steward(connection, by)
        said = _said(connection, sample)
        for number, one, other, _ in _pairs(connection, sample):
            heard = said.get(number, {})
            if by not in heard and _wants_more(heard):
                shown = _shown(connection, number, one, other)
                if shown is not None:
                    details = {"pair": number}
                    audit.enter(connection, office.now_s(), by, "clerical_pair_seen", details)
                    return shown
    return None


def judge(office: Office, pair: int, verdict: Verdict, by: str) -> None:
    """Keeps what this person says of a pair. Raises NotASteward, NotDrawn."""
    with transaction(office.engine) as connection:
        accounts.must_be_steward(connection, by)
        sample = select(ClericalPair.sample_number).where(ClericalPair.number == pair)
        number = connection.scalar(sample)
        if number is None:
            raise NotDrawn(f"There is no pair {pair} in any sample. Nothing was changed.")
        heard = _said(connection, number).get(pair, {})
        if by in heard:
            raise NotDrawn("You judged this pair already; it stands. Nothing was changed.")
        if not _wants_more(heard):
            raise NotDrawn("This pair is decided already. Nothing was changed.")
        row = {
            "pair_number": pair,
            "judged_by": by,
            "verdict": verdict.value,
            "judged_at_s": office.now_s(),
        }
        connection.execute(insert(ClericalJudgement).values(row))
        audit.enter(connection, office.now_s(), by, "clerical_pair_judged", {"pair": pair})


def state_of(connection: Connection, sample: int | None = None) -> SampleState:
    """How a sample stands; the newest one when none is named. Raises NotDrawn."""
    number = sample or connection.scalar(select(func.max(ClericalSample.number)))
    asked = select(ClericalSample.links).where(ClericalSample.number == number)
    links = connection.scalar(asked)
    if number is None or links is None:
        raise NotDrawn("There is no such sample: `tally87 clerical draw` draws one.")
    said = _said(connection, number)
    clusters: dict[str, list[bool]] = {}
    pairs = waiting = unsure = 0
    for pair, _, _, person in _pairs(connection, number):
        pairs += 1
        heard = said.get(pair, {})
        verdict = _verdict(heard)
        if verdict in (Verdict.SAME, Verdict.DIFFERENT):
            clusters.setdefault(person, []).append(verdict is Verdict.SAME)
        elif _wants_more(heard):
            waiting += 1
        else:
            unsure += 1
    judged = [(sum(one), len(one)) for one in clusters.values()]
    decided = sum(of for _, of in judged)
    return SampleState(number, links, pairs, decided, waiting, unsure, rate_of(judged))


def _linked_pairs(connection: Connection) -> Iterator[tuple[str, str, str]]:
    """Every pair of standing cases that are one person, with that person."""
    several = (
        select(CaseRecord.person_id, CaseRecord.record_id)
        .where(CaseRecord.withdrawn.is_(False), CaseRecord.person_id.is_not(None))
        .order_by(CaseRecord.person_id, CaseRecord.record_id)
    )
    person, cases = "", list[str]()
    for of, case in connection.execute(several):
        if of is not None and of != person:
            yield from ((person, *pair) for pair in combinations(cases, 2))
            person, cases = of, []
        cases.append(case)
    yield from ((person, *pair) for pair in combinations(cases, 2))


def _pairs(connection: Connection, sample: int) -> Sequence[tuple[int, str, str, str]]:
    found = (
        select(
            ClericalPair.number,
            ClericalPair.first_id,
            ClericalPair.second_id,
            ClericalPair.person_id,
        )
        .where(ClericalPair.sample_number == sample)
        .order_by(ClericalPair.number)
    )
    return [tuple(row) for row in connection.execute(found)]  # type: ignore[misc]


def _said(connection: Connection, sample: int) -> dict[int, dict[str, Verdict]]:
    found: dict[int, dict[str, Verdict]] = {}
    judged = (
        select(
            ClericalJudgement.pair_number, ClericalJudgement.judged_by, ClericalJudgement.verdict
        )
        .join(ClericalPair, ClericalPair.number == ClericalJudgement.pair_number)
        .where(ClericalPair.sample_number == sample)
    )
    for pair, by, verdict in connection.execute(judged):
        found.setdefault(pair, {})[by] = Verdict(verdict)
    return found


def _verdict(heard: dict[str, Verdict]) -> Verdict | None:
    """What at least two people say of a pair."""
    counts = Counter(heard.values()).most_common(1)
    return counts[0][0] if counts and counts[0][1] >= JUDGES else None


def _wants_more(heard: dict[str, Verdict]) -> bool:
    return _verdict(heard) is None and len(heard) <= JUDGES


def _shown(connection: Connection, number: int, one: str, other: str) -> PairToJudge | None:
    cases = load_cases(connection, [one, other])
    if len(cases.ids) < len((one, other)):
        return None  # withdrawn since: nothing of it is shown any more
    first, second = np.array([0]), np.array([1])
    pairs = compared(cases.records, first, second)
    agree, both = int(pairs.agree[0]), int(pairs.both[0])
    return PairToJudge(
        number,
        (side_of(connection, one), side_of(connection, other)),
        tuple(CODE_TYPES[kind].name for kind in types_in(agree)),
        tuple(CODE_TYPES[kind].name for kind in types_in(both & ~agree)),
    )
