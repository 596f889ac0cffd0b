"""Linkage keys that took the place of the one before.

Revision: 0033, after 0032.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "linkage_key_change",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at_s", sa.BigInteger(), nullable=False),
        sa.Column("through_year", sa.Integer(), nullable=False),
        sa.Column("ended_at_s", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_linkage_key_change")),
    )


def downgrade() -> None:
    op.drop_table("linkage_key_change")
