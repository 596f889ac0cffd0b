"""Cases that stay one person when the codes of one of them are destroyed.

Revision: 0034, after 0033.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "settled_pair",
        sa.Column("first_id", sa.String(32), nullable=False),
        sa.Column("second_id", sa.String(32), nullable=False),
        sa.Column("settled_at_s", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_settled_pair_ordered")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["record_head.record_id"], name=op.f("fk_settled_pair_first_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["record_head.record_id"], name=op.f("fk_settled_pair_second_id")
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_settled_pair")),
    )
    op.create_index("ix_settled_pair_second_id", "settled_pair", ["second_id"])


def downgrade() -> None:
    op.drop_table("settled_pair")
