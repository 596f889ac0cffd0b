"""Cases copied within the database of a bench, each as another person's, with codes of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, text

from server.db.together import Together
from server.intake import code_book

_ENDS = 8
"""Digits in which the ids of a copy differ: of six, an original now and then had a copy's."""
_MARK = re.compile(r"\{id of (\w+)\}")
_AS_ID = {
    "sqlite": r"substr(\1, 1, 24) || :ends",
    "postgresql": r"cast(substr(replace(cast(\1 as text), '-', ''), 1, 24) || :ends as uuid)",
}


def id_of(column: str) -> str:
    """For a statement of ``copy_rows``: the id of a copy, made from this column."""
    return f"{{id of {column}}}"


def note_originals(connection: Connection) -> None:
    """Notes once which cases are copied, in the table ``copied``: to look for them again takes
    longer with every copy."""
    chosen = "select record_id from case_record where withdrawn = false"
    connection.execute(text(f"create table copied as {chosen}"))
    connection.execute(text("create index ix_copied on copied (record_id)"))


def copy_rows(connection: Connection, statements: Iterable[str], ends: str) -> None:
    """Runs these statements for the copy whose ids end so."""
    as_id = _AS_ID[connection.dialect.name]
    for statement in statements:
        connection.execute(text(_MARK.sub(as_id, statement)), {"ends": ends})


def copy_codes(
    connection: Connection, originals: Mapping[str, Sequence[int]], ends: str, change: int
) -> None:
    """Keeps codes for every copied case: those of its original, each changed by this number."""
    copied = {
        case[:-_ENDS] + ends: [code ^ change for code in own] for case, own in originals.items()
    }
    writes = Together(connection)
    code_book.put(writes, copied, set())
    writes.send()
