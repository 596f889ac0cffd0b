"""Entries and reports as the database keeps them: entries are added, never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from server.programme.model import Organisation
from server.progress.kinds import KINDS, SECTIONS
from server.progress.model import ProgressEntry, ProgressReport
from shared.errors import ServiceError

Said = Mapping[str, str]
"""An entry: column to value, "" where nothing was said."""
Framework = Mapping[str, tuple[Said, ...]]
"""What is declared now, by kind, each in the order of its key."""


class NoSuchEntry(ServiceError):
    """An entry or report that there is not."""


@dataclass(frozen=True)
class KeptReport:
    """A report that was made. document: the bytes that were signed."""

    number: int
    period: str
    made_at_s: int
    document: bytes


def key_of(kind: str, said: Said) -> tuple[str, ...]:
    """By what an entry is told apart from others of its kind."""
    return tuple(said[name] for name in KINDS[kind].key)


def add(
    connection: Connection,
    kind: str,
    said: Iterable[Said],
    by: str,
    now_s: int,
    organisation: str | None = None,
) -> None:
    """Adds entries; each takes the place of an earlier one with its key. organisation: the code of
    the one whose they are; None leaves each whose it is. Raises NoSuchEntry: no such one."""
    known = select(Organisation.code).where(Organisation.code == organisation)
    if organisation is not None and connection.scalar(known) is None:
        raise NoSuchEntry(f"There is no organisation {organisation}. Nothing was kept.")
    hashes = {hash_of(key_of(kind, one)): one for one in said}
    whose = {} if organisation else owners(connection, kind)
    rows = [
        {
            "kind": kind,
            "entry_key": entry_key,
            "said": dict(one),
            "entered_by": by,
            "entered_at_s": now_s,
            "organisation": organisation or whose.get(entry_key),
        }
        for entry_key, one in hashes.items()
    ]
    if rows:
        connection.execute(insert(ProgressEntry), rows)


def owners(connection: Connection, kind: str) -> dict[str, str | None]:
    """Whose each entry of a kind is, by the hash of its key; also of those taken back."""
    rows = connection.execute(
        select(ProgressEntry.entry_key, ProgressEntry.organisation).where(
            ProgressEntry.number.in_(newest(kind))
        )
    ).all()
    return {row.entry_key: row.organisation for row in rows}


def take_back(connection: Connection, kind: str, key: tuple[str, ...], by: str, now_s: int) -> None:
    """Declares an entry no more; that it was declared stays known. Raises NoSuchEntry."""
    if key not in {key_of(kind, one) for one in framework(connection)[kind]}:
        raise NoSuchEntry(
            f"There is no {kind} {' '.join(key)}: `tally87 report show {kind}` lists them."
        )
    entry_key = hash_of(key)
    connection.execute(
        insert(ProgressEntry).values(
            kind=kind,
            entry_key=entry_key,
            said=None,
            entered_by=by,
            entered_at_s=now_s,
            organisation=owners(connection, kind).get(entry_key),
        )
    )


def newest(kind: str) -> Select[int]:
    """The number of the newest line of every key of a kind."""
    of_kind = select(func.max(ProgressEntry.number)).where(ProgressEntry.kind == kind)
    return of_kind.group_by(ProgressEntry.entry_key)


def framework(connection: Connection) -> Framework:
    """What is declared now."""
    standing = select(func.max(ProgressEntry.number)).group_by(
        ProgressEntry.kind, ProgressEntry.entry_key
    )
    rows = connection.execute(
        select(ProgressEntry.kind, ProgressEntry.said).where(
            ProgressEntry.number.in_(standing), ProgressEntry.said.is_not(None)
        )
    ).all()
    found: dict[str, list[Said]] = {kind: [] for kind in SECTIONS}
    for kind, said in rows:
        plain = {one.name: said.get(one.name, "") for one in KINDS[kind].columns}
        # What text columns say in other languages stands beside them (kinds.column_of).
        found[kind].append(plain | {one: words for one, words in said.items() if "::" in one})
    return {
        kind: tuple(sorted(entries, key=partial(key_of, kind))) for kind, entries in found.items()
    }


def next_number(connection: Connection) -> int:
    """The number the next report gets."""
    return (connection.scalar(select(func.max(ProgressReport.number))) or 0) + 1


def keep_report(
    connection: Connection,
    number: int,
    period: str,
    action_group: str,
    made_at_s: int,
    document: bytes,
) -> None:
    """Keeps a report. Its number can be given once."""
    connection.execute(
        insert(ProgressReport).values(
            number=number,
            period=period,
            action_group=action_group,
            made_at_s=made_at_s,
            document=document,
        )
    )


def last_report(connection: Connection, action_group: str) -> KeptReport | None:
    """The newest report of this view; None before the first."""
    row = connection.execute(
        select(
            ProgressReport.number,
            ProgressReport.period,
            ProgressReport.made_at_s,
            ProgressReport.document,
        )
        .where(ProgressReport.action_group == action_group)
        .order_by(ProgressReport.number.desc())
        .limit(1)
    ).first()
    return KeptReport(row[0], row[1], row[2], bytes(row[3])) if row else None


def read_document(document: bytes) -> dict[str, Any]:
    """What a report says."""
    said: dict[str, Any] = json.loads(document)
    return said


def hash_of(key: tuple[str, ...]) -> str:
    """What an entry is looked up by."""
    return hashlib.sha256(json.dumps(key).encode()).hexdigest()
