"""Alarms among conflicts are found without reading every conflict there ever was.

Revision: 0052, after 0051.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_conflict_danger",
        "conflict",
        ["received_at_s", "number"],
        sqlite_where=sa.text("danger = 1"),
        postgresql_where=sa.text("danger"),
    )


def downgrade() -> None:
    op.drop_index("ix_conflict_danger", "conflict")
