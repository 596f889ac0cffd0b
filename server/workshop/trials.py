"""Asking for a trial, how far it is, and what came of it: the SQL of trials.

What came of one is sealed for the office (server.releases.sealing): a stolen database shows which
tables somebody tried, and no number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update

from server import queue
from server.db.engine import reading, transaction
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


def newest(connection: Connection, kind: TrialKind, most: int = 20) -> list[KeptTrial]:
    """The newest trials of a kind without what came of them, newest first."""
    query = (
        select(*_COLUMNS[:-1])
        .where(Trial.kind == kind.value)
        .order_by(Trial.number.desc())
        .limit(most)
    )
    return [
        KeptTrial(row.number, kind, row.asked, row.asked_by, row.asked_at_s, row.progress, None)
        for row in connection.execute(query)
    ]


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
