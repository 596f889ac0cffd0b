"""Trials of statisticians: levels before a release, estimates, the bench.

Revision: 0044, after 0040.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.db.schema import Json, RowNumber

revision = "0044"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trial",
        sa.Column("number", RowNumber, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("asked", Json, nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False),
        sa.Column("asked_at_s", sa.BigInteger(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_trial")),
    )
    op.create_index(op.f("ix_trial_kind"), "trial", ["kind"])


def downgrade() -> None:
    op.drop_index(op.f("ix_trial_kind"), table_name="trial")
    op.drop_table("trial")
