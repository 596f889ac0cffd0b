"""What waits for a person is found by an index, however large the register is.

Revision: 0014, after 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_record_revision_danger",
        "record_revision",
        ["received_at_s", "number"],
        sqlite_where=sa.text("danger = 1"),
        postgresql_where=sa.text("danger"),
    )
    for name, table, columns in (
        ("ix_conflict_open", "conflict", ["number"]),
        ("ix_set_aside_parcel_waiting", "set_aside_parcel", ["received_at_s", "parcel_id"]),
    ):
        op.create_index(
            name,
            table,
            columns,
            sqlite_where=sa.text("decided_at_s is null"),
            postgresql_where=sa.text("decided_at_s is null"),
        )
    op.create_index("ix_seen_alarm_seen_at_s", "seen_alarm", ["seen_at_s"])


def downgrade() -> None:
    op.drop_index("ix_seen_alarm_seen_at_s", "seen_alarm")
    op.drop_index("ix_set_aside_parcel_waiting", "set_aside_parcel")
    op.drop_index("ix_conflict_open", "conflict")
    op.drop_index("ix_record_revision_danger", "record_revision")
