"""That a worker does jobs of a kind: who dies leaves it behind.

Revision: 0017, after 0016.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "work_begun",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("begun_at_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_work_begun")),
    )


def downgrade() -> None:
    op.drop_table("work_begun")
