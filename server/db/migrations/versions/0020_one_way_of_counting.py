"""Persons are counted in the cells of the declared tables only; what was counted beside them goes.

Nothing that was recorded is in these two tables: both were worked out from the cases.

Revision: 0020, after 0019.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("count_cell")
    op.drop_table("person_period")


def downgrade() -> None:
    """The tables come back empty: a version that knows them counts everybody afresh."""
    where = (("area", 40), ("sex", 10), ("age_band", 10), ("child_labour", 40))
    attributes = [*where, ("forced_labour", 40)]
    op.create_table(
        "person_period",
        sa.Column("person_id", sa.String(32), primary_key=True),
        sa.Column("period", sa.String(7), primary_key=True),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in attributes),
    )
    op.create_index("ix_person_period_cell", "person_period", ["period", "area", "sex", "age_band"])
    op.create_table(
        "count_cell",
        sa.Column("period", sa.String(7), primary_key=True),
        *(sa.Column(name, sa.String(length), primary_key=True) for name, length in attributes),
        sa.Column("persons", sa.Integer(), nullable=False),
    )
