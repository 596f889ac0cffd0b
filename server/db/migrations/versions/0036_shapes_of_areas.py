"""Shapes of areas for the public map.

Revision: 0036, after 0035.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "area_shape",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("outline", sa.LargeBinary(), nullable=False),
        sa.Column("loaded_at_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_area_shape")),
    )


def downgrade() -> None:
    op.drop_table("area_shape")
