"""What is declared for progress reports, and the reports.

Revision: 0028, after 0027.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)


def upgrade() -> None:
    op.create_table(
        "progress_entry",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("entry_key", sa.String(64), nullable=False),
        sa.Column("said", _JSON, nullable=True),
        sa.Column("entered_by", sa.String(100), nullable=False),
        sa.Column("entered_at_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_progress_entry")),
    )
    op.create_index("ix_progress_entry_kind_key", "progress_entry", ["kind", "entry_key", "number"])
    op.create_table(
        "progress_report",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("action_group", sa.String(40), nullable=False),
        sa.Column("made_at_s", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_progress_report")),
    )


def downgrade() -> None:
    op.drop_table("progress_report")
    op.drop_table("progress_entry")
