"""Visits counted as they come.

Revision: 0029, after 0028.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "visit_record",
        sa.Column("uncounted", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.create_index(
        "ix_visit_record_uncounted",
        "visit_record",
        ["record_id"],
        sqlite_where=sa.text("uncounted = 1"),
        postgresql_where=sa.text("uncounted"),
    )
    op.create_table(
        "counted_visit",
        sa.Column("record_id", sa.String(32), nullable=False),
        sa.Column("layout", sa.String(32), nullable=False),
        sa.Column("organisation_number", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_counted_visit")),
    )
    op.create_index("ix_counted_visit_layout_month", "counted_visit", ["layout", "month"])
    op.create_table(
        "visit_cell",
        sa.Column("layout", sa.String(32), nullable=False),
        sa.Column("table_code", sa.String(40), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("codes", sa.String(300), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "layout", "table_code", "period", "codes", name=op.f("pk_visit_cell")
        ),
    )


def downgrade() -> None:
    op.drop_table("visit_cell")
    op.drop_index("ix_counted_visit_layout_month", "counted_visit")
    op.drop_table("counted_visit")
    op.drop_index("ix_visit_record_uncounted", "visit_record")
    op.drop_column("visit_record", "uncounted")
