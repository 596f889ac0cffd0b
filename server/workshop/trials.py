"""Asking for a trial, how far it is, and what came of it: the SQL of trials.

What came of one is sealed for the office (server.releases.sealing): a stolen database shows which
tables somebody tried, and no number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from server import queue
from server.db.engine import reading, transaction
from server.db.paging import Key, Orders, Rows, read_slice
from server.db.terms import Ending, rows_older_than
from server.office import Office
from server.programme.keys import keys_of
from server.queue import JobKind
from server.releases.sealing import sealed, unsealed
from server.staff import audit
from server.workshop.model import Trial
from shared.errors import ServiceError

TERM_DAYS = 30
"""How long a trial is kept: long enough for a release to be declared from it."""


class TrialKind(StrEnum):
    """What is tried."""

    LEVELS = "levels"
    ESTIMATE = "estimate"
    BENCH = "bench"


class NoSuchTrial(ServiceError):
    """A number no trial has, or one that is over its term."""


@dataclass(frozen=True)
class KeptTrial:
    """A trial as it stands. outcome: None while the work goes on."""

    number: int
    kind: TrialKind
    asked: Mapping[str, Any]
    asked_by: str
    asked_at_s: int
    progress: int
    outcome: Mapping[str, Any] | None


class KeptTrials(NamedTuple):
    """A part of the list. following: where the next part begins; None at the end."""

    lines: tuple[KeptTrial, ...]
    following: str | None


ORDERS = Orders(
    {
        "asked": Key((Trial.number,)),
        "period": Key((Trial.asked["period"].as_string(), Trial.number)),
        "by": Key((Trial.asked_by, Trial.number)),
    },
    usual="-asked",
)
"""What the lists of estimates and of benches can be sorted by: a trial is kept for TERM_DAYS."""


def ask(office: Office, actor: str, kind: TrialKind, asked: Mapping[str, Any]) -> int:
    """Keeps what is to be tried and asks for the work; its number. What was asked, the purpose in
    it, stands in the audit log."""
    now_s = office.now_s()
    with transaction(office.engine) as connection:
        number: int = connection.execute(
            insert(Trial)
            .values(
                kind=kind.value, asked=dict(asked), asked_by=actor, asked_at_s=now_s, progress=0
            )
            .returning(Trial.number)
        ).scalar_one()
        queue.ask(connection, JobKind.TRIAL, [str(number)], now_s)
        audit.enter(connection, now_s, actor, f"trial_{kind}", {"trial": number, **asked})
    return number


def trial_of(office: Office, number: int, kind: TrialKind | None = None) -> KeptTrial:
    """The trial of that number. Raises NoSuchTrial, also when it is one of another kind."""
    with reading(office.engine) as connection:
        row = connection.execute(select(*_COLUMNS).where(Trial.number == number)).first()
    if row is None or kind not in (None, row.kind):
        raise NoSuchTrial("There is no such trial: it may be over its term. Ask for another.")
    outcome = None
    if row.sealed is not None:
        outcome = json.loads(unsealed(keys_of(office).programme, _about(number), row.sealed))
    return KeptTrial(
        row.number,
        TrialKind(row.kind),
        row.asked,
        row.asked_by,
        row.asked_at_s,
        row.progress,
        outcome,
    )


def part(
    connection: Connection, kind: TrialKind, after: str, most: int, order: str = ""
) -> KeptTrials:
    """Trials of a kind that is asked of one period, without what came of them, in one of ORDERS.
    Raises NoSuchPlace."""
    query: Rows = select(*_COLUMNS[:-1]).where(Trial.kind == kind.value)
    found = read_slice(connection, query, ORDERS.key(order), after, most)
    lines = (
        KeptTrial(number, kind, asked, asked_by, asked_at_s, progress, None)
        for number, _, asked, asked_by, asked_at_s, progress, *_key in found.rows
    )
    return KeptTrials(tuple(lines), found.following)


def newest(connection: Connection, kind: TrialKind, most: int) -> tuple[KeptTrial, ...]:
    """The newest trials of such a kind, newest first."""
    return part(connection, kind, "", most).lines


def tell_progress(office: Office, number: int, percent: int) -> None:
    """Notes how much of the work is done."""
    with transaction(office.engine) as connection:
        connection.execute(update(Trial).where(Trial.number == number).values(progress=percent))


def keep(office: Office, number: int, outcome: Mapping[str, Any]) -> None:
    """Keeps what came of a trial, sealed; the first time counts."""
    data = sealed(
        keys_of(office).programme,
        _about(number),
        json.dumps(outcome, sort_keys=True, ensure_ascii=False).encode(),
        office.random_bytes,
    )
    with transaction(office.engine) as connection:
        connection.execute(
            update(Trial)
            .where(Trial.number == number, Trial.sealed.is_(None))
            .values(sealed=data, progress=100)
        )


OLD: Ending = rows_older_than(Trial.asked_at_s, Trial.number)
"""Trials, by when they were asked for."""


def _about(number: int) -> bytes:
    return f"trial {number}".encode()


_COLUMNS = (
    Trial.number,
    Trial.kind,
    Trial.asked,
    Trial.asked_by,
    Trial.asked_at_s,
    Trial.progress,
    Trial.sealed,
)
