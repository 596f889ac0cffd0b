"""Counts of the declared tables, and what each case said when it was counted.

Revision: 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "table_generation",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("layout", sa.String(length=32), nullable=False),
        sa.Column("begun_at_s", sa.BigInteger(), nullable=False),
        sa.Column("whole_at_s", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_table_generation")),
    )
    op.create_table(
        "counted_case",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "generation", name=op.f("pk_counted_case")),
    )
    op.create_index("ix_counted_case_person", "counted_case", ["person_id", "generation"])
    op.create_table(
        "table_cell",
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("table_code", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("codes", sa.String(length=300), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "generation", "table_code", "period", "codes", name=op.f("pk_table_cell")
        ),
    )


def downgrade() -> None:
    op.drop_table("table_cell")
    op.drop_index("ix_counted_case_person", table_name="counted_case")
    op.drop_table("counted_case")
    op.drop_table("table_generation")
