"""Protected tables are kept by the parameters that made them.

Those kept so far are worked out again when somebody asks for them.

Revision: 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("protected_table")
    op.create_table(
        "protected_table",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("parameters", sa.String(length=32), nullable=False),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("made_at_s", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("period", "parameters", name=op.f("pk_protected_table")),
    )


def downgrade() -> None:
    op.drop_table("protected_table")
    op.create_table(
        "protected_table",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("made_at_s", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("period", "name", name=op.f("pk_protected_table")),
    )
