"""What measures the errors of linking: invented persons on tablets of their own, and judged pairs.

Revision: 0046, after 0044.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.db.schema import RowNumber

revision = "0046"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seeding_tablet",
        sa.Column("tablet_id", sa.String(16), nullable=False),
        sa.Column("marked_by", sa.String(80), nullable=False),
        sa.Column("marked_at_s", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tablet_id"], ["tablet.tablet_id"], name=op.f("fk_seeding_tablet_tablet_id")
        ),
        sa.PrimaryKeyConstraint("tablet_id", name=op.f("pk_seeding_tablet")),
    )
    op.create_table(
        "seeded_case",
        sa.Column("record_id", sa.String(32), nullable=False),
        sa.Column("invented", sa.String(40), nullable=False),
        sa.Column("noted_at_s", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record_head.record_id"], name=op.f("fk_seeded_case_record_id")
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_seeded_case")),
    )
    op.create_table(
        "clerical_sample",
        sa.Column("number", RowNumber, nullable=False),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.Column("drawn_by", sa.String(80), nullable=False),
        sa.Column("drawn_at_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_clerical_sample")),
    )
    op.create_table(
        "clerical_pair",
        sa.Column("number", RowNumber, nullable=False),
        sa.Column("sample_number", RowNumber, nullable=False),
        sa.Column("first_id", sa.String(32), nullable=False),
        sa.Column("second_id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_clerical_pair_ordered")),
        sa.ForeignKeyConstraint(
            ["sample_number"],
            ["clerical_sample.number"],
            name=op.f("fk_clerical_pair_sample_number"),
        ),
        sa.ForeignKeyConstraint(
            ["first_id"], ["record_head.record_id"], name=op.f("fk_clerical_pair_first_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["record_head.record_id"], name=op.f("fk_clerical_pair_second_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_clerical_pair")),
    )
    op.create_index("ix_clerical_pair_sample_number", "clerical_pair", ["sample_number"])
    op.create_table(
        "clerical_judgement",
        sa.Column("pair_number", RowNumber, nullable=False),
        sa.Column("judged_by", sa.String(80), nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("judged_at_s", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pair_number"],
            ["clerical_pair.number"],
            name=op.f("fk_clerical_judgement_pair_number"),
        ),
        sa.PrimaryKeyConstraint("pair_number", "judged_by", name=op.f("pk_clerical_judgement")),
    )


def downgrade() -> None:
    for table in ("clerical_judgement", "clerical_pair", "clerical_sample"):
        op.drop_table(table)
    for table in ("seeded_case", "seeding_tablet"):
        op.drop_table(table)
