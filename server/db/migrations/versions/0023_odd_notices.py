"""Tablets and persons that look odd, noticed and shown until somebody looks.

Revision: 0023, after 0022.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "odd_notice",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tablet_id", sa.String(16), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("why", sa.String(60), nullable=False),
        sa.Column("noticed_at_s", sa.BigInteger(), nullable=False),
        sa.Column("told_at_s", sa.BigInteger(), nullable=True),
        sa.Column("looked_at_s", sa.BigInteger(), nullable=True),
        sa.Column("looked_by", sa.String(60), nullable=True),
        sa.ForeignKeyConstraint(
            ["tablet_id"], ["tablet.tablet_id"], name=op.f("fk_odd_notice_tablet_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_odd_notice")),
    )
    op.create_index("ix_odd_notice_tablet_id", "odd_notice", ["tablet_id"])


def downgrade() -> None:
    op.drop_table("odd_notice")
