"""What tablets answer to what they were asked, and questions about one answer of a record.

Revision: 0030, after 0029.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tablet_answer",
        sa.Column("tablet_id", sa.String(16), nullable=False),
        sa.Column("about", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("arrived_on", sa.String(10), nullable=False),
        sa.Column("dealt_with", sa.Integer(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(
            ["tablet_id"], ["tablet.tablet_id"], name=op.f("fk_tablet_answer_tablet_id")
        ),
        sa.PrimaryKeyConstraint("tablet_id", "about", name=op.f("pk_tablet_answer")),
    )
    op.create_table(
        "answer_query",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("query_id", sa.String(16), nullable=False),
        sa.Column("record_id", sa.String(32), nullable=False),
        sa.Column("tablet_id", sa.String(16), nullable=False),
        sa.Column("question", sa.String(60), nullable=False),
        sa.Column("questionnaire", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("asked_by", sa.String(100), nullable=False),
        sa.Column("asked_at_s", sa.BigInteger(), nullable=False),
        sa.Column("settled_by", sa.String(100), nullable=True),
        sa.Column("settled_at_s", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record_head.record_id"], name=op.f("fk_answer_query_record_id")
        ),
        sa.ForeignKeyConstraint(
            ["tablet_id"], ["tablet.tablet_id"], name=op.f("fk_answer_query_tablet_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_answer_query")),
        sa.UniqueConstraint("query_id", name=op.f("uq_answer_query_query_id")),
    )
    op.create_index("ix_answer_query_record_id", "answer_query", ["record_id"])
    op.create_index("ix_answer_query_tablet_id", "answer_query", ["tablet_id"])
    op.create_index("ix_answer_query_settled", "answer_query", ["settled_at_s", "number"])


def downgrade() -> None:
    op.drop_table("answer_query")
    op.drop_table("tablet_answer")
