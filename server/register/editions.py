"""Linkage editions: the weights and the size of the register that every link is judged by.

The size is a rung of a ladder: 20,000 cases, and every doubling. When more cases have come than the
rung says, the next edition is in force and all cases are linked again, a batch at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from server.intake import codes
from server.register.load import standing_cases
from server.register.model import LinkageEdition
from server.register.weights import Weights, load_weights

FIRST_RUNG = 20_000


@dataclass(frozen=True)
class RegisterEdition:
    """What links are judged by. records: the size of the register its prior is frozen for."""

    weights: Weights
    records: int


def in_force(connection: Connection) -> RegisterEdition:
    """The edition in force; that of an empty register when there is none yet."""
    weights = load_weights()
    records = connection.scalar(
        select(LinkageEdition.records).order_by(LinkageEdition.number.desc()).limit(1)
    )
    return RegisterEdition(weights, records or FIRST_RUNG)


def to_follow(connection: Connection, arrived: int) -> RegisterEdition:
    """What ``follow`` will give after so many more cases came. Reads only."""
    weights = load_weights()
    last = connection.execute(
        select(LinkageEdition.weights, LinkageEdition.records, LinkageEdition.arrived)
        .order_by(LinkageEdition.number.desc())
        .limit(1)
    ).one_or_none()
    is_the_same = last is not None and last.weights == weights.name
    if last is not None and is_the_same and last.arrived + arrived <= last.records:
        return RegisterEdition(weights, last.records)
    count = _standing(connection)
    return RegisterEdition(weights, max(rung_of(count), last.records if last is not None else 0))


def follow(connection: Connection, arrived: int, now_s: int) -> RegisterEdition:
    """The edition in force after so many more cases came; with a new one all are queued."""
    weights = load_weights()
    last = connection.execute(
        select(LinkageEdition.number, LinkageEdition.weights, LinkageEdition.records)
        .order_by(LinkageEdition.number.desc())
        .limit(1)
    ).one_or_none()
    if last is not None and last.weights == weights.name:
        so_far = connection.execute(
            update(LinkageEdition)
            .where(LinkageEdition.number == last.number)
            .values(arrived=LinkageEdition.arrived + arrived)
            .returning(LinkageEdition.arrived)
        ).scalar_one()
        if so_far <= last.records:
            return RegisterEdition(weights, last.records)
    count = _standing(connection)
    records = max(rung_of(count), last.records if last is not None else 0)
    connection.execute(
        insert(LinkageEdition).values(
            weights=weights.name, records=records, arrived=count, made_at_s=now_s
        )
    )
    codes.queue_linked_cases(connection, now_s)
    return RegisterEdition(weights, records)


def _standing(connection: Connection) -> int:
    everybody = select(func.count()).select_from(standing_cases().subquery())
    return connection.scalar(everybody) or 0


def rung_of(cases: int) -> int:
    """The size an edition is made for: with room for as many again."""
    rung = FIRST_RUNG
    while rung < cases:
        rung *= 2
    return rung
