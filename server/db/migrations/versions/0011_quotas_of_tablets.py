"""What a tablet may bring, and how much of it is used up.

Revision: 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tablet_quota",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tablet_id", sa.String(16), nullable=True),
        sa.Column("at_once", sa.Integer(), nullable=False),
        sa.Column("a_day", sa.Integer(), nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=True),
        sa.Column("to_year", sa.Integer(), nullable=True),
        sa.Column("outside_at_once", sa.Integer(), nullable=False),
        sa.Column("outside_a_day", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.String(80), nullable=False),
        sa.Column("set_at_s", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tablet_id"], ["tablet.tablet_id"], name=op.f("fk_tablet_quota_tablet_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tablet_quota")),
    )
    op.create_index("ix_tablet_quota_tablet_id", "tablet_quota", ["tablet_id"])
    for name in ("quota_used", "quota_used_outside"):
        # The default fills the rows there are; new ones say what they have.
        op.add_column("tablet", sa.Column(name, sa.Double(), nullable=False, server_default="0"))
    op.add_column("tablet", sa.Column("quota_used_at_s", sa.BigInteger(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        for name in ("quota_used", "quota_used_outside"):
            op.alter_column("tablet", name, server_default=None)


def downgrade() -> None:
    for name in ("quota_used_at_s", "quota_used_outside", "quota_used"):
        op.drop_column("tablet", name)
    op.drop_table("tablet_quota")
