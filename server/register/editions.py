"""Linkage editions: the weights and the size of the register that every link is judged by.

The size is a rung of a ladder: 20,000 cases, and every doubling. When more cases have come than the
rung says, the next edition is in force and all cases are linked again: asked for a few at a time,
by a job that goes on where it was stopped.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, insert, select, update

from server import queue
from server.intake.model import CaseRecord
from server.queue import JobKind
from server.register.load import standing_cases
from server.register.model import LinkageEdition
from server.register.weights import Weights, load_weights

FIRST_RUNG = 20_000
ASKED_AT_ONCE = 500
"""Cases in one transaction: five milliseconds."""


@dataclass(frozen=True)
class RegisterEdition:
    """What links are judged by. records: the size of the register its prior is frozen for;
    standing: how many cases it was made of, None of one that is in force, which has a number."""

    weights: Weights
    records: int
    standing: int | None = None
    number: int | None = None


def in_force(connection: Connection) -> RegisterEdition:
    """The edition in force; that of an empty register when there is none yet."""
    weights = load_weights()
    last = connection.execute(_LAST).one_or_none()
    return RegisterEdition(weights, last.records if last is not None else FIRST_RUNG)


def to_follow(connection: Connection, arrived: int) -> RegisterEdition:
    """What ``follow`` will give after so many more cases came. Reads only."""
    weights = load_weights()
    last = connection.execute(_LAST).one_or_none()
    is_the_same = last is not None and last.weights == weights.name
    if last is not None and is_the_same and last.arrived + arrived <= last.records:
        return RegisterEdition(weights, last.records, number=last.number)
    count = _standing(connection)
    records = max(rung_of(count), last.records if last is not None else 0)
    return RegisterEdition(weights, records, count)


def follow(
    connection: Connection, arrived: int, now_s: int, foreseen: RegisterEdition | None = None
) -> RegisterEdition:
    """The edition in force after so many more cases came; with a new one all will be asked for.

    foreseen: what ``to_follow`` gave, when nobody has linked anything since: nobody looks twice.
    """
    if foreseen is not None and foreseen.number is not None:
        if arrived:
            connection.execute(_ARRIVED, {"edition": foreseen.number, "more": arrived})
        return foreseen
    weights = load_weights()
    last = connection.execute(_LAST).one_or_none()
    if last is not None and last.weights == weights.name:
        came = {"edition": last.number, "more": arrived}
        so_far = connection.execute(_ARRIVED, came).scalar_one()
        if so_far <= last.records:
            return RegisterEdition(weights, last.records)
    count = foreseen.standing if foreseen is not None else None
    if count is None:
        count = _standing(connection)
    records = max(rung_of(count), last.records if last is not None else 0)
    judged = select(CaseRecord.record_id).where(CaseRecord.person_id.is_not(None)).limit(1)
    is_any = connection.execute(judged).first() is not None
    connection.execute(
        insert(LinkageEdition).values(
            weights=weights.name,
            records=records,
            arrived=count,
            made_at_s=now_s,
            asked_to="" if is_any else None,
        )
    )
    if is_any:
        queue.ask(connection, JobKind.RELINK, [""], now_s)
    return RegisterEdition(weights, records)


def ask_for_more(connection: Connection, now_s: int, most: int | None = None) -> None:
    """Has some more of the cases linked again that the edition in force has not judged yet."""
    most = most or ASKED_AT_ONCE
    number, asked_to = connection.execute(
        select(LinkageEdition.number, LinkageEdition.asked_to)
        .order_by(LinkageEdition.number.desc())
        .limit(1)
    ).first() or (0, None)
    if asked_to is None:
        return
    following = (
        select(CaseRecord.record_id)
        .where(CaseRecord.record_id > asked_to, CaseRecord.person_id.is_not(None))
        .order_by(CaseRecord.record_id)
        .limit(most)
    )
    some = list(connection.scalars(following))
    queue.ask(connection, JobKind.LINK, some, now_s)
    connection.execute(
        update(LinkageEdition)
        .where(LinkageEdition.number == number)
        .values(asked_to=some[-1] if len(some) == most else None)
    )


def has_more(connection: Connection) -> bool:
    """Whether cases are still to be asked for again because of the edition in force."""
    asked_to = select(LinkageEdition.asked_to).order_by(LinkageEdition.number.desc()).limit(1)
    return connection.scalar(asked_to) is not None


def _standing(connection: Connection) -> int:
    everybody = select(func.count()).select_from(standing_cases().subquery())
    return connection.scalar(everybody) or 0


def rung_of(cases: int) -> int:
    """The size an edition is made for: with room for as many again."""
    rung = FIRST_RUNG
    while rung < cases:
        rung *= 2
    return rung


# Written once: to build a statement costs more than to run it.
_LAST = (
    select(
        LinkageEdition.number,
        LinkageEdition.weights,
        LinkageEdition.records,
        LinkageEdition.arrived,
    )
    .order_by(LinkageEdition.number.desc())
    .limit(1)
)
_ARRIVED = (
    update(LinkageEdition)
    .where(LinkageEdition.number == bindparam("edition"))
    .values(arrived=LinkageEdition.arrived + bindparam("more"))
    .returning(LinkageEdition.arrived)
)
