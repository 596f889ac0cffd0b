"""The plan of visits that quality reports compare with.

Revision: 0035, after 0034.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit_plan",
        sa.Column("area", sa.String(40), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("area", "month", name=op.f("pk_visit_plan")),
    )


def downgrade() -> None:
    op.drop_table("visit_plan")
