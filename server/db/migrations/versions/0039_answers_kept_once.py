"""Answers and classes of the newest revisions, which stood twice, are kept once.

Going forward, what is spread out beside a revision goes where the revision says the same; what
cannot be read here, because its questionnaire is not to be found, stays. Going back, everything is
spread out again, or nothing changes.

Revision: 0039, after 0036.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from server.db.migrations.questionnaires import Questionnaires
from server.db.schema import Json
from shared.errors import RecordUnreadable, ServiceError
from shared.identifiers import RecordId
from shared.questionnaire.model import Level, Questionnaire
from shared.wire.records import Record, decode_record

revision = "0039"
down_revision = "0036"
branch_labels = None
depends_on = None

_COLUMNS = {"visit_record": ("content",), "case_record": ("classes", "content")}
_AT_ONCE = 1_000
_Values = dict[str, Any]
_Rows = Iterable[tuple[Mapping[str, Any], Record | None]]
_EMPTIED = Record(Level.VISIT, RecordId("0" * 32), 1, "", "")
"""What a revision says of which nothing is kept any more."""


def upgrade() -> None:
    _set_nullable(True)
    connection = op.get_bind()
    questionnaires = Questionnaires(connection)
    for name, columns in _COLUMNS.items():
        for rows in _rows(connection, name, columns, questionnaires):
            _write(connection, name, _kept_once(rows, columns))


def downgrade() -> None:
    connection = op.get_bind()
    questionnaires = Questionnaires(connection)
    for name, columns in _COLUMNS.items():
        for rows in _rows(connection, name, columns, questionnaires):
            _write(connection, name, _spread_out(rows, columns))
    _set_nullable(False)


def _kept_once(rows: _Rows, columns: tuple[str, ...]) -> Iterator[tuple[str, _Values]]:
    """What goes, by record."""
    for row, record in rows:
        if record is not None:
            said = _said(record)
            yield row["record_id"], {one: None for one in columns if row[one] == said[one]}


def _spread_out(rows: _Rows, columns: tuple[str, ...]) -> Iterator[tuple[str, _Values]]:
    """What is to stand beside the revision again, by record. Raises ServiceError."""
    for row, record in rows:
        missing = [one for one in columns if row[one] is None]
        if missing and record is None:
            raise ServiceError(
                "The database stays as it is: the questionnaire of a record is not to be "
                "found, so that its answers cannot be spread out again. Put the folder it "
                "came from back (TALLY87_COUNTRY_FOLDERS), then try again."
            )
        if record is not None:
            said = _said(record)
            yield row["record_id"], {one: said[one] for one in missing}


def _set_nullable(nullable: bool) -> None:
    for name, columns in _COLUMNS.items():
        with op.batch_alter_table(name) as table:
            for column in columns:
                table.alter_column(column, existing_type=Json, nullable=nullable)


def _rows(
    connection: sa.Connection,
    name: str,
    columns: tuple[str, ...],
    questionnaires: Callable[[str], Questionnaire | None],
) -> Iterator[_Rows]:
    """Every row with the record its revision holds, None where it cannot be read; some at a time,
    so that a register of any size takes the same memory."""
    kept = _table(name, columns)
    revisions = sa.table(
        "record_revision",
        sa.column("record_id", sa.String),
        sa.column("revision", sa.Integer),
        sa.column("canonical", sa.LargeBinary),
    )
    some = (
        sa.select(kept, revisions.c.canonical)
        .outerjoin(
            revisions,
            (revisions.c.record_id == kept.c.record_id) & (revisions.c.revision == kept.c.revision),
        )
        .order_by(kept.c.record_id)
        .limit(_AT_ONCE)
    )
    after = ""
    while rows := connection.execute(some.where(kept.c.record_id > after)).mappings().all():
        yield [(dict(row), _record(row["canonical"], questionnaires)) for row in rows]
        after = rows[-1]["record_id"]


def _record(
    canonical: bytes | None, questionnaires: Callable[[str], Questionnaire | None]
) -> Record | None:
    if not canonical:
        return _EMPTIED
    try:
        return decode_record(bytes(canonical), questionnaires)
    except RecordUnreadable:
        return None


def _said(record: Record) -> dict[str, Any]:
    content = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in record.content.items()
    }
    return {"content": content, "classes": dict(record.classes)}


def _write(connection: sa.Connection, name: str, changes: Iterable[tuple[str, _Values]]) -> None:
    """Writes these values, by record: all that fill the same columns with one statement."""
    alike: dict[tuple[str, ...], list[_Values]] = {}
    for record_id, values in changes:
        if values:
            row = {"its_record": record_id, **{f"its_{one}": values[one] for one in values}}
            alike.setdefault(tuple(values), []).append(row)
    for columns, rows in alike.items():
        kept = _table(name, columns)
        put = (
            sa.update(kept)
            .where(kept.c.record_id == sa.bindparam("its_record"))
            .values({one: sa.bindparam(f"its_{one}", type_=Json) for one in columns})
        )
        connection.execute(put, rows)


def _table(name: str, columns: tuple[str, ...]) -> Any:
    return sa.table(
        name,
        sa.column("record_id", sa.String),
        sa.column("revision", sa.Integer),
        *(sa.column(one, Json) for one in columns),
    )
