"""What a tablet brought since a moment can be put aside.

Revision: 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tablet_quarantine",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tablet_id", sa.String(16), nullable=False),
        sa.Column("since_s", sa.BigInteger(), nullable=False),
        sa.Column("put_by", sa.String(80), nullable=False),
        sa.Column("put_at_s", sa.BigInteger(), nullable=False),
        sa.Column("brought_back_at_s", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tablet_id"], ["tablet.tablet_id"], name=op.f("fk_tablet_quarantine_tablet_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tablet_quarantine")),
    )
    op.create_index("ix_tablet_quarantine_tablet_id", "tablet_quarantine", ["tablet_id"])


def downgrade() -> None:
    op.drop_table("tablet_quarantine")
