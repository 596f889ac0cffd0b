"""What tablets answer to what they were asked: one code for each thing, the newest.

Kept with the day alone: the moment would tell beside which records of the same parcel it came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from server.db.upsert import upsert
from server.notes.model import TabletAnswer
from shared.wire.answers import Answer, QueryAnswer, VisitAnswer

MOST_OF_A_TABLET = 1000
"""Things a tablet may have answered; more is asked of none."""
KNOWN = frozenset({*map(str, VisitAnswer), *map(str, QueryAnswer)})


@dataclass(frozen=True)
class ToldAnswer:
    """An answer nobody at the office has dealt with. on: the day it came."""

    code: str
    on: str


def keep(connection: Connection, tablet_id: str, answers: Sequence[Answer], on: str) -> None:
    """Keeps what a parcel of this tablet answers, on that day (``2026-12-31``). One of a lower
    number than is kept changes nothing, and codes of a later version are passed over."""
    fresh = [one for one in answers if one.code in KNOWN]
    if not fresh:
        return
    mine = TabletAnswer.tablet_id == tablet_id
    rows = connection.execute(
        select(TabletAnswer.about, TabletAnswer.number).where(
            mine, TabletAnswer.about.in_([one.about for one in fresh])
        )
    )
    kept = {row.about: row.number for row in rows}
    room = MOST_OF_A_TABLET - (connection.scalar(select(func.count()).where(mine)) or 0)
    new = [one for one in fresh if one.about not in kept][: max(0, room)]
    newer = [one for one in fresh if one.about in kept and one.number >= kept[one.about]]
    upsert(
        connection,
        TabletAnswer,
        ("tablet_id", "about"),
        [
            {
                "tablet_id": tablet_id,
                "about": one.about,
                "number": one.number,
                "code": one.code,
                "arrived_on": on,
            }
            for one in (*new, *newer)
        ],
    )


def deal_with(connection: Connection, tablet_id: str, about: str) -> None:
    """What was answered so far about it has been dealt with: only a later answer is told."""
    connection.execute(
        update(TabletAnswer)
        .where(TabletAnswer.tablet_id == tablet_id, TabletAnswer.about == about)
        .values(dealt_with=TabletAnswer.number)
    )
