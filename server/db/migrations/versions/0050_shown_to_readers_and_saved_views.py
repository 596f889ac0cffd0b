"""Progress reports shown to readers, studies that stand in the catalogue, views people saved.

Revision: 0050, after 0049.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_row_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "shown_report",
        sa.Column("report", _row_number, nullable=False, autoincrement=False),
        sa.Column("shown_at_s", sa.BigInteger(), nullable=False),
        sa.Column("shown_by", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(
            ["report"], ["progress_report.number"], name=op.f("fk_shown_report_report")
        ),
        sa.PrimaryKeyConstraint("report", name=op.f("pk_shown_report")),
    )
    op.create_table(
        "listed_study",
        sa.Column("entry", _row_number, nullable=False, autoincrement=False),
        sa.Column("listed_at_s", sa.BigInteger(), nullable=False),
        sa.Column("listed_by", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"], ["progress_entry.number"], name=op.f("fk_listed_study_entry")
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_listed_study")),
    )
    op.create_table(
        "saved_view",
        sa.Column("number", _row_number, nullable=False),
        sa.Column("account_number", _row_number, nullable=False),
        sa.Column("page", sa.String(60), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("saved_at_s", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_number"], ["account.number"], name=op.f("fk_saved_view_account_number")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_saved_view")),
        sa.UniqueConstraint(
            *("account_number", "page", "name"),
            name=op.f("uq_saved_view_account_number_page_name"),
        ),
    )


def downgrade() -> None:
    op.drop_table("saved_view")
    op.drop_table("listed_study")
    op.drop_table("shown_report")
