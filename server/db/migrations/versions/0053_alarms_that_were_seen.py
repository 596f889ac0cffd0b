"""Alarms that wait to be seen are found without reading all that were seen before them.

Revision: 0053, after 0052.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_INDEXES = {"record_revision": "ix_record_revision_danger", "conflict": "ix_conflict_danger"}


def upgrade() -> None:
    for table, index in _INDEXES.items():
        op.add_column(table, sa.Column("alarm_seen", sa.Boolean(), nullable=True))
        op.execute(
            sa.text(
                f"update {table} set alarm_seen = true where danger and exists (select 1 "  # noqa: S608 - fixed names
                f"from seen_alarm where seen_alarm.record_id = {table}.record_id "
                f"and seen_alarm.revision >= {table}.revision)"
            )
        )
        op.drop_index(index, table)
        _make(table, index, "danger = 1 and alarm_seen is null", "danger and alarm_seen is null")


def downgrade() -> None:
    for table, index in _INDEXES.items():
        op.drop_index(index, table)
        op.drop_column(table, "alarm_seen")
        _make(table, index, "danger = 1", "danger")


def _make(table: str, index: str, lite: str, postgresql: str) -> None:
    op.create_index(
        index,
        table,
        ["received_at_s", "number"],
        sqlite_where=sa.text(lite),
        postgresql_where=sa.text(postgresql),
    )
