"""What a roll-up learnt, added and read in its order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select

from server.rollup.model import RollupEntry


class Learnt(StrEnum):
    """Kinds of lines."""

    BODY = "body"
    COUNTRY = "country"
    EDITION = "edition"
    WITHDRAWN = "withdrawn"
    CODE = "code"
    DEFINITION = "definition"
    NOTE = "note"
    NOTICE = "notice"
    ANSWER = "answer"
    PUBLISHED = "published"


@dataclass(frozen=True)
class LearntLine:
    """A line as it is kept."""

    number: int
    kind: Learnt
    said: Mapping[str, Any]
    content: bytes | None
    entered_at_s: int


def add(
    connection: Connection,
    kind: Learnt,
    said: Mapping[str, Any],
    now_s: int,
    content: bytes | None = None,
) -> None:
    """Adds a line."""
    connection.execute(
        insert(RollupEntry).values(
            kind=kind.value, said=dict(said), content=content, entered_at_s=now_s
        )
    )


def lines(connection: Connection) -> list[LearntLine]:
    """All lines, oldest first."""
    query = select(
        RollupEntry.number,
        RollupEntry.kind,
        RollupEntry.said,
        RollupEntry.content,
        RollupEntry.entered_at_s,
    ).order_by(RollupEntry.number)
    return [
        LearntLine(number, Learnt(kind), said, None if content is None else bytes(content), at_s)
        for number, kind, said, content, at_s in connection.execute(query)
    ]


def newest(connection: Connection) -> int:
    """The number of the newest line; 0 before the first."""
    return connection.scalar(select(func.max(RollupEntry.number))) or 0
