"""Many records by all roads through faults drawn from a seed, a country at a time."""

from __future__ import annotations

import random
from collections import Counter

from sqlalchemy import func, select

from mobile.casework.withdrawal import WITHDRAWAL_REASONS
from server.db.engine import reading
from server.intake.model import CaseRecord, RecordRevision, VisitRecord
from server.stewardship.doctor import check
from shared.lifecycle import CaseState
from tests.reliability.country import Country
from tests.reliability.forging import Forger
from tests.reliability.holding import HAPPENED, MOMENTS, SENDING, Holder, cases_that_may
from tests.reliability.roads import FAULTS
from tests.reliability.starting import Template

TABLETS, DAYS, VISITS, CASES = 4, 5, 4, 10
"""Of a round: a fresh country, so that a tablet's lists stay as short as real ones."""


def play_round(start: Template, seed: int) -> Counter[str]:
    """One country from its first visit to a clean sync; counts of what came of it.

    Raises AssertionError when something is not as it must be.
    """
    before, draw = HAPPENED.copy(), random.Random(seed)
    country = Country(start, seed)
    forger = Forger(country, seed)
    try:
        for day in range(DAYS):
            for holder in list(country.holders):
                _work(country, holder, day, draw)
                _send(country, holder, draw)
            _what_else_happens(country, draw)
            forger.raid(draw)
        # All that is honest arrives first; then the forgery, as it stands among it.
        forger.is_put_aside()
        country.clean_sync()
        forger.is_brought_back()
        forger.nobody_honest_was_touched()
        assert check(country.office) == [], "what is kept is not what working it out afresh gives"
        return (HAPPENED - before) + _census(country)
    finally:
        country.close()


def _work(country: Country, holder: Holder, day: int, draw: random.Random) -> None:
    """A day's visits, and what is corrected, taken back, or wrong."""
    for visit in range(VISITS):
        if draw.random() < 0.05:
            holder.dies_at, holder.dies_after = draw.choice(MOMENTS), draw.randrange(1, 9)
        country.record(holder, (day * 8 + visit) * CASES, CASES, short=draw.random() < 0.75)
    country.correct(
        holder, draw.choice(cases_that_may(holder, CaseState.DRAFT)), draw.randrange(60)
    )
    if draw.random() < 0.3:
        country.change(holder, draw.choice(cases_that_may(holder, CaseState.DRAFT)), "danger")
    if draw.random() < 0.3:
        one = draw.choice(cases_that_may(holder, CaseState.WITHDRAWN))
        country.change(holder, one, "withdraw", draw.choice(WITHDRAWAL_REASONS))
    if draw.random() < 0.1:
        country.record(holder, draw.randrange(400), bad=True)


def _send(country: Country, holder: Holder, draw: random.Random) -> None:
    road = draw.random()
    if road < 0.15:
        country.save_to_stick(holder)
    elif road < 0.3:
        country.hand_to_supervisor(holder)
    if draw.random() < 0.3:
        holder.dies_at, holder.dies_after = draw.choice(SENDING), 1
    country.send(holder, draw.choices(tuple(FAULTS), k=draw.randrange(4)))
    country.note(holder)


def _what_else_happens(country: Country, draw: random.Random) -> None:
    if draw.random() < 0.5:
        country.office_reads_stick()
    if draw.random() < 0.5:
        country.supervisor_delivers(draw.choices(tuple(FAULTS), k=draw.randrange(3)))
    if draw.random() < 0.5:
        country.deliver_late()
    if draw.random() < 0.2:
        country.restart_office()
    if draw.random() < 0.1:
        holder = draw.choice(country.holders)
        path = country.back_up(holder)
        country.record(holder, draw.randrange(400), 3)
        # the lost tablet's escrow copies bring what the backup does not have
        country.acknowledged.pop(holder.name, None)
        country.restore(path, holder, of_lost=True)
        HAPPENED["tablet lost and restored"] += 1


def _census(country: Country) -> Counter[str]:
    """How many records there are, and how many of them the office lacks or has twice."""
    finalised = {
        card.record_id for holder in country.holders for card in holder.cards() if card.fingerprint
    } | {record_id for record_id, _, _ in country.owed}
    with reading(country.office.engine) as connection:
        held = [
            *connection.scalars(select(CaseRecord.record_id)),
            *connection.scalars(select(VisitRecord.record_id)),
        ]
        # A record the office rejected is answered, and is in none of these tables.
        rejected = set(
            connection.scalars(
                select(RecordRevision.record_id).where(RecordRevision.outcome == "rejected")
            )
        )
        most = connection.scalar(
            select(func.count())
            .select_from(RecordRevision)
            .group_by(RecordRevision.record_id, RecordRevision.revision)
            .order_by(func.count().desc())
            .limit(1)
        )
    return Counter(
        {
            "records": len(finalised),
            "revisions": sum(map(len, country.model.held.values())),
            "persons": len(country.model.groups()),
            "lost": len(finalised - set(held) - rejected),
            "doubled": len(held) - len(set(held)) + (most or 1) - 1,
        }
    )
