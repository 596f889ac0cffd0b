"""Records, and what cases said when they were counted, are kept squeezed.

Going back, they are spelt out again.

Revision: 0040, after 0039.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from server.db.squeezed import squeezed, unsqueezed

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_AT_ONCE = 2_000


def upgrade() -> None:
    _each_record(lambda data: squeezed(data, "record"))
    op.add_column("counted_case", sa.Column("kept", sa.LargeBinary(), nullable=True))
    _each_counted("said", "kept", lambda said: squeezed(said.encode(), "said"))
    _take_the_place_of_said(sa.LargeBinary())


def downgrade() -> None:
    _each_record(lambda data: unsqueezed(data, "record"))
    op.add_column("counted_case", sa.Column("kept", sa.Text(), nullable=True))
    _each_counted("said", "kept", lambda said: unsqueezed(bytes(said), "said").decode())
    _take_the_place_of_said(sa.Text())


def _take_the_place_of_said(kind: Any) -> None:
    with op.batch_alter_table("counted_case") as table:
        table.drop_column("said")
    with op.batch_alter_table("counted_case") as table:
        table.alter_column("kept", new_column_name="said", existing_type=kind, nullable=False)


def _each_record(changed: Callable[[bytes], bytes]) -> None:
    """Puts what this makes of every record in its place."""
    kept = sa.table(
        "record_revision",
        sa.column("number", sa.Integer),
        sa.column("canonical", sa.LargeBinary),
    )
    some = sa.select(kept).where(kept.c.canonical.is_not(None)).order_by(kept.c.number)
    connection, after = op.get_bind(), 0
    put = (
        sa.update(kept)
        .where(kept.c.number == sa.bindparam("its_number"))
        .values(canonical=sa.bindparam("its_canonical", type_=sa.LargeBinary))
    )
    while rows := connection.execute(some.where(kept.c.number > after).limit(_AT_ONCE)).all():
        connection.execute(
            put,
            [
                {"its_number": number, "its_canonical": changed(bytes(canonical))}
                for number, canonical in rows
            ],
        )
        after = rows[-1][0]


def _each_counted(read: str, written: str, changed: Callable[[Any], Any]) -> None:
    """Puts what this makes of one column of every counted case into another."""
    kept = sa.table(
        "counted_case",
        sa.column("record_id", sa.String),
        sa.column("generation", sa.Integer),
        sa.column(read),
        sa.column(written),
    )
    key = sa.tuple_(kept.c.record_id, kept.c.generation)
    some = sa.select(kept.c.record_id, kept.c.generation, kept.c[read]).order_by(
        kept.c.record_id, kept.c.generation
    )
    connection, after = op.get_bind(), ("", 0)
    put = (
        sa.update(kept)
        .where(
            kept.c.record_id == sa.bindparam("its_record"),
            kept.c.generation == sa.bindparam("its_generation"),
        )
        .values({written: sa.bindparam("its_words")})
    )
    while rows := connection.execute(some.where(key > sa.tuple_(*after)).limit(_AT_ONCE)).all():
        connection.execute(
            put,
            [
                {"its_record": record, "its_generation": generation, "its_words": changed(said)}
                for record, generation, said in rows
            ],
        )
        after = rows[-1][0], rows[-1][1]
